"""An algorithmic transparency record for each check, by the headings of the national standard (ATRS).

Tier 1 is a plain description for everybody; Tier 2 has owner, rationale, decision process, specification, and
risks (domain.md 6; the last three headings there are general knowledge, so compare before publishing).
"""

from datetime import date
from inspect import getdoc

from earlyhelp.checking.check import Check
from earlyhelp.governance.tables import bullets, spaced, table
from earlyhelp.law.policy import POLICY
from earlyhelp.sharing.agreed import Agreements

TO_BE_WRITTEN = "to be written by the council"


def page(check: Check, agreements: Agreements, day: date) -> str:
    """The record of one check."""
    what, _, why = (getdoc(type(check)) or "").partition("\n\n")
    covers = [one for one in agreements.all if any(s.rows == check.reads.kind for s in one.feeds.values())]
    sources = [
        (f"{one.agency}/{name}", ", ".join(n for n in share.fields if n in check.reads.columns),
         one.gateway.power, one.state(day))
        for one in covers for name, share in one.feeds.items() if share.rows == check.reads.kind
    ]  # fmt: skip
    tier_1 = [
        ("Name", spaced(check.name)),
        ("What it is", what.replace("\n", " ")),
        ("Why it is used", why.replace("\n", " ")),
        (
            "What it leads to",
            "a key worker is asked to look at a household; a person decides whether to offer help",
        ),
        ("Phase", "see `earlyhelp checks`: it begins in shadow, where it tells nobody"),
        ("Contact", "; ".join(sorted({one.contact for one in covers})) or TO_BE_WRITTEN),
    ]
    owner = [
        ("Organisation and team", TO_BE_WRITTEN),
        ("Senior responsible owner", TO_BE_WRITTEN),
        ("Supplier", "none: open source (MIT), run by the council"),
        ("Companies House number, procurement, data access terms", "not applicable: nothing was bought"),
    ]
    process = [
        "The check proposes and nobody is told but the worker who holds the case.",
        "The worker sees the sentence, the rows that bear it out, and what would lower it.",
        "They say what came of it; help is agreed with the household, and nothing is refused to anybody.",
        f"Joint help needs {POLICY.factors_for_a_joint_case} kinds of need; one alone stays with its agency.",
        "A household may object: until a person has decided nothing is concluded about it.",
    ]
    tool = [
        ("Version", check.version),
        (
            "Model",
            "plain rules and counts, in log-odds; fitted anew it runs only if better on weeks not seen",
        ),
        ("Reads", f"{spaced(check.reads.kind)}: {', '.join(check.reads.columns)}"),
        ("Looks back", f"{check.weeks} weeks"),
        ("Kind of need (SI 2018/912)", check.factor),
        ("Speaks from", f"a weight of {POLICY.notable}"),
        ("How often", "once a night, of every household"),
    ]
    risks = [
        (
            "It misses somebody",
            "it is one of several; a silent feed is said and never counts as all being well",
        ),
        (
            "It names somebody for nothing",
            "outcomes are recorded, and a check that is often wrong pauses itself",
        ),
        (
            "It weighs more on some groups",
            "`earlyhelp fairness` measures it; no check reads a protected trait",
        ),
        (
            "It exposes somebody in danger",
            "docs/threat-model.md: a marker changes who may see before anything else",
        ),
    ]
    return "\n".join(
        [
            f"# Algorithmic transparency record: {spaced(check.name)}\n",
            "## Tier 1\n", table(("heading", "answer"), tier_1),
            "## Tier 2: owner and responsibility\n", table(("heading", "answer"), owner),
            "## Tier 2: description and rationale\n", f"{why or what}\n",
            "## Tier 2: decision process and human oversight\n", bullets(process),
            "## Tier 2: tool and data specification\n", table(("heading", "answer"), tool),
            table(("feed", "fields it reads", "by which power", "agreement"), sources),
            "## Tier 2: risks, mitigations and impact assessments\n", table(("risk", "mitigation"), risks),
            "Impact assessment: see `dpia-annex.md`.\n",
        ]
    )  # fmt: skip
