"""The annex to a data protection impact assessment: why one is due here, and what answers each risk."""

from collections.abc import Mapping
from datetime import date

from earlyhelp.checking.check import Check
from earlyhelp.governance.tables import bullets, spaced, table
from earlyhelp.law.policy import POLICY
from earlyhelp.law.thresholds import law
from earlyhelp.linking.model import standing
from earlyhelp.linking.placing import PLACED_FROM
from earlyhelp.sharing.agreed import Agreements
from earlyhelp.sharing.agreements import SENSITIVE

SURE_FROM = standing().costs.match_from
WHY = (
    ("large-scale profiling", "every household is weighed every night"),
    (
        "matching data from several sources",
        "agencies' rows are joined by address, account and NHS number, and where these fail by "
        "likeness of name, "
        "date of birth and address",
    ),
    ("invisible processing", "most people did not give us the data themselves: article 14 notices are due"),
    ("special-category data weigh on a decision", "health, offences, and a marker of domestic abuse"),
    ("profiling children", "school attendance, and everybody who lives in a household"),
    ("risk of physical harm on a leak", "where somebody has fled to"),
)
"""The Commissioner's list of processing likely to result in high risk (domain.md 6): all six apply."""
ANSWERS = (
    (
        "Somebody finds where a person has fled to",
        "docs/threat-model.md, every line with a test of its number",
    ),
    ("More is taken than was agreed on", "fields not listed are dropped before landing, and counted"),
    (
        "Data outlive their agreement",
        "an agreement that has ended stops its feed, and what landed stops counting",
    ),
    ("Data outlive their time", "retention removes or pseudonymises what is past its date, each day"),
    (
        "One agency's data reach another without a power",
        "the two-factor gate; one sector alone stays with its own",
    ),
    (
        "Somebody looks who has no business to",
        "role and relation; every look chained; breaking the glass is told",
    ),
    (
        "A machine decides",
        "it proposes; a person decides, and nobody is contacted by software (articles 22A to 22D)",
    ),
    ("A silent source reads as all being well", "nothing is found on a stale feed, and that is said"),
    (
        "A wrong match shows one family to another",
        "identifiers first; by likeness only whom their own agency does not place, from "
        f"{SURE_FROM:.0%} sure, and "
        f"by a written address from {PLACED_FROM:.0%}; less waits for a reviewer, and a marker makes "
        "of every match "
        "a question; a wrong one is taken back with all that followed, and `earlyhelp undone` says "
        "who was told",
    ),
    (
        "A check is wrong about somebody",
        "reasons and rows beside each signal; outcomes recorded; objection heard",
    ),
    (
        "Somebody moves, and their objection is left behind",
        "an objection holds wherever its person lives; an open case waits until it is decided",
    ),
    (
        "What was concluded outlives what it rested on",
        "erasure takes the signals and sentences with the rows; words go when a case's time is over",
    ),
    (
        "A reviewer of who is who reads about families",
        "two entries side by side, kinds and days alone; nobody guarded but for whoever is trained; "
        "each look kept",
    ),
)

NECESSARY = (
    "one agency alone sees one step of several: the sum finds households earlier, which `earlyhelp "
    "backtest` shows "
    "on the council's own past",
    "fields are agreed on one by one; no free text, no diagnosis, no offence and no name of a "
    "professional is taken",
    "a household is seen by one worker, and only once a case is open; before that by nobody, or as a "
    "headline",
    "what one sector knows stays with it until two kinds of need are seen, each from a sector with a power",
    "a false alarm costs a look and no more: nothing is refused to anybody, and nobody is contacted "
    "by software",
)


def page(agreements: Agreements, checks: Mapping[str, Check], day: date) -> str:
    """Necessity, what flows, what judges, and the risks with their answers."""
    flows = [
        (one.agency, one.sector, "yes" if one.sector in SENSITIVE else "no", ", ".join(sorted(one.feeds)),
         one.gateway.power, one.state(day))
        for one in agreements.all
    ]  # fmt: skip
    judged = [
        (spaced(c.name), spaced(c.reads.kind), c.sector, c.factor, f"{c.weeks} weeks")
        for c in checks.values()
    ]
    legal = [
        (one.name, one.tenure or "all", f"{one.value:g} {one.unit}", one.since, one.source, one.evidence)
        for one in law().on(day)
    ]
    return "\n".join(
        [
            "# Annex to the data protection impact assessment\n",
            "## Why an assessment is due\n",
            table(("what the Commissioner names", "why it applies here"), WHY),
            "## What flows\n",
            table(("agency", "sector", "special or offences", "feeds", "gateway", "state"), flows),
            "## What judges it\n",
            table(("check", "reads", "of", "kind of need", "looks back"), judged),
            f"Joint help needs {POLICY.factors_for_a_joint_case} of the thirteen kinds of need, each from a "
            f"sector with a power in force; a case needs a weight of {POLICY.worth_raising}, "
            "and more where workers' answers of the last half-year say that fewer than "
            f"{POLICY.worth_a_visit:.0%} of those raised by it needed help.\n",
            "## Why this is needed, and no more\n",
            bullets(NECESSARY),
            "## Thresholds that law sets\n",
            table(("threshold", "tenure", "value", "since", "source", "known by"), legal),
            "## Risks, and what answers them\n",
            table(("risk", "answer"), ANSWERS),
            "## For the data protection officer to write\n",
            bullets(
                [
                    "consultation with people concerned",
                    "residual risk, and who accepts it",
                    "children: how the best interests of the child were weighed",
                    "advice of the data protection officer; prior consultation with the Commissioner, if due",
                    "date of review",
                ]
            ),
        ]
    )
