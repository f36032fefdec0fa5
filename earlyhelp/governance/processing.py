"""The record of processing activities (UK GDPR article 30), from the sharing agreements."""

from collections.abc import Mapping
from datetime import date

from earlyhelp.feeds import Connector
from earlyhelp.governance.tables import bullets, spaced, table
from earlyhelp.law.policy import POLICY
from earlyhelp.linking.learnt import COMMON
from earlyhelp.sharing.agreed import Agreements
from earlyhelp.sharing.agreements import ABOUT_NOBODY, Agreement


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
        "Requests of people about their data: kept without their names.\n"
    )
    return "\n".join(parts)


def _section(one: Agreement, day: date) -> str:
    gate = one.gateway
    facts = [
        ("State", f"{one.state(day)}; review {one.review_on}, expires {one.expires_on}"),
        ("Controllers and parties", "; ".join(one.parties)),
        ("Purpose", one.purpose),
        ("Lawful gateway", gate.power),
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
