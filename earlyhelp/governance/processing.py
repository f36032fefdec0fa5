"""The record of processing activities (UK GDPR article 30), from the sharing agreements."""

from collections.abc import Mapping
from datetime import date

from earlyhelp.feeds import Connector
from earlyhelp.governance.tables import bullets, spaced, table
from earlyhelp.law.policy import POLICY
from earlyhelp.linking.learnt import COMMON
from earlyhelp.sharing.agreed import Agreements
from earlyhelp.sharing.agreements import ABOUT_NOBODY, Agreement
from earlyhelp.sharing.kinds import EVENT_KINDS

BY_HOME = {kind for kind, schema in EVENT_KINDS.items() if schema.subject[0] == "uprn"}
"""Kinds of rows that name a home and no person."""


def page(agreements: Agreements, connectors: Mapping[str, Connector], day: date) -> str:
    """One section for each agreement; and every feed that is installed without one, by name."""
    parts = ["# Record of processing\n"]
    parts += [_section(one, day) for one in agreements.all]
    bare = [f"{name}/{feed.name}" for name, one in connectors.items() for feed in one.feeds
            if not agreements.holds(f"{name}/{feed.name}", day)]  # fmt: skip
    parts.append("## Installed, and not processed for want of an agreement\n\n" + bullets(bare or ["none"]))
    parts.append(
        "## The council's own\n\n"
        "Cases, signals and their history: public task; words and signals go "
        f"{POLICY.keep_cases_months} months after a case closes (`earlyhelp retention`).\n\n"
        "Matching, so that nobody's life is shown as another's: pairs of records of different agencies "
        "with the names of what agrees and differs and never the values, written addresses with the "
        "residence each means, and reviewers' answers. Compared is only whoever's own agency does not tell "
        "where they live. All of it goes with the rows that it speaks of (`earlyhelp retention`); how "
        f"common a name is, is kept from {COMMON} people on. Where a domestic-abuse marker is known "
        "software takes nobody for anybody.\n\n"
        "The audit of who looked: kept, append-only and chained (`earlyhelp audit verify`).\n\n"
        "Who bears a domestic-abuse marker: an agency's number for somebody, and since when. Kept "
        "for as long as "
        "somebody may be in danger; software never lifts it, and it is in nobody's export.\n\n"
        "Requests of people about their data: kept without their names; an objection is followed to wherever "
        "its person lives, by a digest of their number.\n"
    )
    parts += ["## Security measures (article 30(1)(g))\n", bullets(MEASURES)]
    parts += ["## For the council to write\n", bullets(TO_WRITE)]
    return "\n".join(parts)


MEASURES = (
    "who may see: a role and a relation to the household, asked at every page; a marker asks for "
    "training too",
    "the audit: every look, search and export, refused ones too, chained so that tampering shows",
    "at the door: fields that no agreement lists are dropped before they land, and counted",
    "breaking the glass in an emergency: with a reason, for a few hours, and the manager is told",
    "messages to workers hold how many and by when, and nothing about anybody",
    "refused rows are kept apart and let go of after their days; logs and alarms hold counts and codes",
    "no data leave the council's own database but by exports, each written down with whoever made it",
)
TO_WRITE = (
    "the controller's name and contact, its representative, and its data protection officer",
    "where the database stands, who runs it, encryption at rest and in transit, backups",
    "transfers outside the United Kingdom: this software makes none; say whether the host does, and how",
)


def _people(one: Agreement) -> str:
    kinds = {s.rows for s in one.feeds.values()} - ABOUT_NOBODY
    if not kinds:
        return "nobody"
    named = "those whom the agency knows by name or number"
    return f"{named}; everybody who lives at an address it names" if kinds & BY_HOME else named


def _recipients(one: Agreement) -> str:
    if not {s.rows for s in one.feeds.values()} - ABOUT_NOBODY:
        return "anybody: it is about nobody"
    own = f"the agency's own workers of {one.sector}"
    if not one.gateway.power.joins:
        return f"{own}; it places rows at homes, and is no ground for a joint case"
    return f"{own}; of a joint case its key worker, and whoever they ask to join, with what they need to know"


def _section(one: Agreement, day: date) -> str:
    gate = one.gateway
    facts = [
        ("State", f"{one.state(day)}; review {one.review_on}, expires {one.expires_on}"),
        ("Controllers and parties", "; ".join(one.parties)),
        ("Purpose", one.purpose),
        ("Lawful gateway", gate.power),
        ("People it is about", _people(one)),
        ("Who receives it", _recipients(one)),
        ("Kinds of need it serves", ", ".join(gate.factors) or "not by kind of need"),
        ("Lawful basis", gate.lawful_basis),
        ("Special category or offences", gate.special_category or "none"),
        ("Route for confidential data", gate.confidentiality or "not needed"),
        ("Source", gate.source),
        ("May a headline be seen before a case", "yes" if one.headline else "no"),
        ("Contact", one.contact),
        ("Where it stands", one.file),
    ]
    feeds = [
        (name, spaced(share.rows), "nobody" if share.rows in ABOUT_NOBODY else "people and households",
         ", ".join(share.fields), ", ".join(share.dropped()) or "nothing",
         f"{share.keep_months} months, then {share.after}", share.why)
        for name, share in one.feeds.items()
    ]  # fmt: skip
    headings = ("feed", "rows", "about", "fields", "left at the door", "kept", "why")
    return f"## {one.title}\n\n{table(('what', 'as agreed'), facts)}\n{table(headings, feeds)}"
