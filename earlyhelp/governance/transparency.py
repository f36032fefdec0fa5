"""An algorithmic transparency record for each check, by the fields of the national standard (ATRS).

Tier 1 is a plain description for everybody; Tier 2 has owner, rationale, decision process, specification, and
risks. The sections and the fields 1.1 to 1.4.5 were read (domain.md 6, Camden's record of RentSense); names
and numbers of the later fields are general knowledge, so compare before publishing.
"""

from datetime import date
from inspect import getdoc

from earlyhelp.checking.check import Check
from earlyhelp.governance.tables import bullets, spaced, table
from earlyhelp.law.policy import POLICY
from earlyhelp.sharing.agreed import Agreements
from earlyhelp.sharing.agreements import SENSITIVE

TO_BE_WRITTEN = "to be written by the council"

Fields = list[tuple[str, object]]


def page(check: Check, agreements: Agreements, day: date) -> str:
    """The record of one check."""
    parts = [
        f"# Algorithmic transparency record: {spaced(check.name)}\n",
        "## Tier 1\n", _fields(_tier_1(check, agreements)),
        "## Tier 2: owner and responsibility\n", _fields(OWNER),
        "## Tier 2: description and rationale\n", _fields(_rationale(check)),
        "## Tier 2: decision process and human oversight\n", _fields(_process()), bullets(PROMISES),
        "## Tier 2: tool and data specification\n", _fields(_tool(check)), _sources(check, agreements, day),
        _fields(_data(check)),
        "## Tier 2: risks, mitigations and impact assessments\n",
        "5.1 Impact assessment: see `dpia-annex.md`; the council signs and dates the assessment itself.\n",
        "5.2 Risks and mitigations\n", table(("risk", "mitigation"), RISKS),
    ]  # fmt: skip
    return "\n".join(parts)


def _fields(fields: Fields) -> str:
    return table(("field", "answer"), fields)


def _said(check: Check) -> tuple[str, str]:
    """What the check asks, and why, in the words of its own file."""
    what, _, why = (getdoc(type(check)) or "").partition("\n\n")
    return " ".join(what.split()), " ".join(why.split())


def _tier_1(check: Check, agreements: Agreements) -> Fields:
    what, why = _said(check)
    covers = [one for one in agreements.all if any(s.rows == check.reads.kind for s in one.feeds.values())]
    return [
        ("Name", spaced(check.name)),
        ("Description: what it is", what),
        ("Description: why it is used", why or what),
        (
            "Description: what it leads to",
            "a key worker is asked to look at a household; a person decides whether to offer help",
        ),
        ("Website URL", TO_BE_WRITTEN),
        ("Contact email", "; ".join(sorted({one.contact for one in covers})) or TO_BE_WRITTEN),
    ]


OWNER: Fields = [
    ("1.1 Organisation or department", TO_BE_WRITTEN),
    ("1.2 Team", TO_BE_WRITTEN),
    ("1.3 Senior responsible owner", TO_BE_WRITTEN),
    ("1.4 External supplier involvement", "no: open source (MIT), run by the council"),
    (
        "1.4.1 to 1.4.4 Supplier, Companies House number, role, procurement",
        "not applicable: nothing was bought",
    ),
    ("1.4.5 Data access terms", "not applicable: nobody outside the council has access"),
]


def _rationale(check: Check) -> Fields:
    what, why = _said(check)
    return [
        ("2.1 Detailed description", why or what),
        (
            "2.2 Scope",
            f"It reads {spaced(check.reads.kind)} rows of the last {check.weeks} weeks, of households in the "
            "council's area, and no others. It is not for debt collection, enforcement, eligibility "
            "or fraud.",
        ),
        ("2.3 Benefit", "help is offered before trouble ends in court, in hospital or in care"),
        ("2.4 Previous process", f"{TO_BE_WRITTEN}: who looked at these records before, and when"),
        (
            "2.5 Alternatives considered",
            "three plain thresholds and a trained model, measured beside it by `python -m benchmarks "
            "detection`; "
            "a threshold names far more households for nothing, and a trained model cannot say why "
            "in a sentence",
        ),
    ]


def _process() -> Fields:
    return [
        ("3.1 Process integration", "it proposes a case, or adds a reason to one; a worker decides"),
        (
            "3.2 Provided information",
            "one sentence, the records that bear it out, and what would lower it; no score is shown",
        ),
        (
            "3.3 Frequency and scale of usage",
            "once a night, of every household; of those it speaks of, as many become cases as "
            "workers have room for",
        ),
        (
            "3.4 Human decisions and review",
            "a worker looks before anything is done, and says what came of it; a check that workers "
            "often find "
            "wrong pauses itself until somebody has looked at it",
        ),
        (
            "3.5 Required training",
            "for households with a domestic-abuse marker, training in domestic abuse; for reviewers "
            "of who is "
            f"who, the council's own; the rest {TO_BE_WRITTEN}",
        ),
        (
            "3.6 Appeals and review",
            "anybody may object: until a person has decided nothing is concluded about their "
            "household; anybody "
            "may ask for what is held, to have it put right or erased, and for a person to explain",
        ),
    ]


PROMISES = (
    "Nobody is told but the worker who holds the case; a manager sees counts and who has room.",
    "Help is agreed with the household; saying no has no consequence, and nothing is refused to anybody.",
    f"Joint help needs {POLICY.factors_for_a_joint_case} kinds of need; one alone stays with its agency.",
)


def _tool(check: Check) -> Fields:
    what, _ = _said(check)
    columns = ", ".join(check.reads.columns)
    return [
        (
            "4.1.1 System architecture",
            "docs/house.md: rows land, are matched to homes, and are asked of by checks",
        ),
        ("4.1.2 Phase", "see `earlyhelp checks`: it begins in shadow, where it tells nobody"),
        (
            "4.1.3 Maintenance",
            "with each release; `earlyhelp backtest` on the council's own past before it is live",
        ),
        ("4.1.4 Models", "one, below"),
        ("4.2.1 Model name", spaced(check.name)),
        ("4.2.2 Model version", check.version),
        ("4.2.3 Model task", what),
        ("4.2.4 Model input", f"{spaced(check.reads.kind)}: {columns}; looks back {check.weeks} weeks"),
        (
            "4.2.5 Model output",
            f"a weight of evidence in log-odds for the kind of need {check.factor} (SI 2018/912); it "
            "speaks from "
            f"{POLICY.notable}",
        ),
        (
            "4.2.6 Model architecture",
            "plain rules and counts; fitted anew it runs only if better on weeks not seen",
        ),
        (
            "4.2.7 Model performance",
            f"`earlyhelp backtest {check.name}` says of the council's own past how many households it "
            "names, how "
            "many rightly, and how early; publish its figures here",
        ),
        (
            "4.2.8 Datasets and their purposes",
            "the feeds below, to be read each night; none to train it by hand",
        ),
    ]


def _sources(check: Check, agreements: Agreements, day: date) -> str:
    rows = [
        (f"{one.agency}/{name}", ", ".join(n for n in share.fields if n in check.reads.columns),
         "yes" if one.sector in SENSITIVE else "no", one.gateway.power, f"{one.state(day)}, {one.file}",
         f"{share.keep_months} months")
        for one in agreements.all for name, share in one.feeds.items() if share.rows == check.reads.kind
    ]  # fmt: skip
    headings = (
        "4.3.1 source data", "fields it reads", "special or offences", "by which power",
        "4.3.10 sharing agreement", "kept",
    )  # fmt: skip
    return table(headings, rows)


def _data(check: Check) -> Fields:
    return [
        ("4.3.2 Data modality", "tabular"),
        ("4.3.3 Data description", " ".join((getdoc(check.reads) or "").split())),
        ("4.3.4 Data quantities", "`earlyhelp status` counts the rows of each feed"),
        (
            "4.3.5 Sensitive attributes",
            "no check reads age, sex, ethnicity, religion or any other protected characteristic; special "
            "categories and offences as the table says",
        ),
        (
            "4.3.6 Completeness and representativeness",
            "a feed that is silent is said and never counts as all being well; who is in no agency's "
            "records is "
            "not seen; `earlyhelp fairness` compares wards, tenures or any groups given",
        ),
        ("4.3.7 Source data URL", "none: personal data are not published"),
        ("4.3.8 Data collection", "by the agencies, for their own work; fetched each night"),
        (
            "4.3.9 Data cleaning",
            "a row that does not fit its schema is refused and kept apart; fields not agreed on are dropped",
        ),
        (
            "4.3.11 Data access and storage",
            "in the council's own database; by role and relation to the household; every look is "
            "chained in an "
            "audit; retention as the table says",
        ),
    ]


RISKS = (
    ("It misses somebody", "it is one of several; a silent feed is said and never counts as all being well"),
    (
        "It names somebody for nothing",
        "outcomes are recorded, and a check that is often wrong pauses itself",
    ),
    (
        "It speaks of the wrong family",
        "rows reach a household by rules that are stated; a doubtful match waits for a reviewer, and "
        "a wrong one "
        "is taken back with all that followed (`earlyhelp undone`)",
    ),
    (
        "It weighs more on some groups",
        "`earlyhelp fairness` measures it; no check reads a protected trait",
    ),
    (
        "It exposes somebody in danger",
        "docs/threat-model.md: a marker changes who may see before anything else",
    ),
)
