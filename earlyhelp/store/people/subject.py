"""Everything held on one person: what a subject access request is answered from.

Somebody is known by an agency and its number for them; other agencies' entries with the same NHS number are
theirs too. What is about a home and not about a person is theirs only while they lived there. Of a household
with a domestic-abuse marker it is left out, and so is every call that bears one: whoever asks may be the
person whom the marker guards against, and a reviewer who is trained for it decides (domain.md 6).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, or_, select

from earlyhelp.errors import SetUpWrong
from earlyhelp.store.people.matching import marked
from earlyhelp.store.tables import (
    EVENT_KINDS,
    NATIONAL,
    case,
    household,
    landing,
    link,
    look,
    member,
    same_person,
    signal,
    subject_of,
    worker,
)
from earlyhelp.store.unsaying import count_notes

OTHERS = ("tenant", "joint_tenant")
"""Fields that name another person; the own number stays."""
WHOM = ("person", "other_person")
"""Fields of a call by which somebody could learn whom else it was about."""
OF_ONE_TENANT = ("moratorium", "open_moratorium", "moratorium_ended")
"""Entries of a joint account that are the affair of one of its tenants, we are not told of which."""
PLUMBING = ("id", "digest", "page", "place")

Rows = list[dict[str, Any]]


@dataclass(slots=True)
class Held:
    """What is held: entries of registers, records by kind, households, cases, looks; and what was left out.

    ``left_out`` are counts for whoever answers the request, and never for the person.
    """

    persons: Rows = field(default_factory=list)
    matches: Rows = field(default_factory=list)
    """Of which agencies a record was taken for theirs, or may be, and what speaks for it."""
    households: Rows = field(default_factory=list)
    records: dict[str, Rows] = field(default_factory=dict)
    cases: Rows = field(default_factory=list)
    looks: Rows = field(default_factory=list)
    notes: int = 0
    """How many notes in people's own words there are of those households: somebody reads them first, for they
    may speak of others, and may say what guards one member of a household against another."""
    left_out: dict[str, int] = field(default_factory=dict)


def entries(conn: Connection, agency: str, record: str) -> list[tuple[str, str]]:
    """Under which numbers of which agencies somebody is known. Raises `SetUpWrong` for nobody."""
    p = landing["person"].c
    own = conn.execute(select(p.nhs_number).where(p.agency == agency, p.record_id == record)).scalars().all()
    if not own:
        raise SetUpWrong(f"{agency} has told us of nobody with that number")
    numbers = sorted({number for number in own if number})
    same = select(p.agency, p.record_id).where(p.nhs_number.in_(numbers)).distinct()
    return sorted({(agency, record), *((a, r) for a, r in conn.execute(same))})


def held_on(conn: Connection, agency: str, record: str) -> Held:
    """Everything that is held on somebody."""
    held, them = Held(), entries(conn, agency, record)
    p = landing["person"]
    mine = or_(*((p.c.agency == a) & (p.c.record_id == r) for a, r in them))
    held.persons = _plain(conn.execute(select(p).where(mine).order_by(p.c.agency, p.c.known_on)).mappings())
    held.matches = _matches(conn, held, them)
    _by_identifier(conn, held, them)
    for number, since, until, restricted in _homes(conn, them):
        if restricted:
            held.left_out["households with a marker"] = held.left_out.get("households with a marker", 0) + 1
            continue
        held.households.append({"from_on": since, "to_on": until, "household": number})
        _of_home(conn, held, number, since, until)
    held.notes = count_notes(conn, {home["household"] for home in held.households})
    for rows in held.records.values():
        rows.sort(key=lambda row: (row.get("occurred_on") or date.min, row["record_id"]))
    return held


def _by_identifier(conn: Connection, held: Held, them: Sequence[tuple[str, str]]) -> None:
    """Records with the person's own number: appointments, what is about them, tenancies, rent postings."""
    numbers = sorted({row["nhs_number"] for row in held.persons if row["nhs_number"]})
    a = landing["appointment"]
    held.records["appointment"] = _plain(
        conn.execute(select(a).where(a.c.nhs_number.in_(numbers))).mappings()
    )
    for kind, schema in EVENT_KINDS.items():
        scheme, column = schema.subject
        if scheme == "person":
            e = landing[kind]
            about = or_(*((e.c.agency == ag) & (e.c[column] == r) for ag, r in them))
            held.records[kind] = _plain(conn.execute(select(e).where(about)).mappings())
    t = landing["tenancy"]
    theirs = or_(*((t.c.agency == ag) & or_(t.c.tenant == r, t.c.joint_tenant == r) for ag, r in them))
    tenancies = _plain(conn.execute(select(t).where(theirs)).mappings())
    own = {record for _, record in them}
    held.records["tenancy"] = [
        {name: "another person" if name in OTHERS and value and value not in own else value
         for name, value in row.items()}
        for row in tenancies
    ]  # fmt: skip
    r = landing["rent_transaction"]
    accounts = {(row["agency"], row["account"]) for row in tenancies}
    on_them = or_(False, *((r.c.agency == agency) & (r.c.account == account) for agency, account in accounts))
    joint = {(row["agency"], row["account"]) for row in tenancies if row["joint_tenant"]}
    postings = conn.execute(select(r).where(on_them)).mappings()
    held.records["rent_transaction"] = _plain(
        row
        for row in postings
        if row["entry"] not in OF_ONE_TENANT or (row["agency"], row["account"]) not in joint
    )


def _matches(conn: Connection, held: Held, them: Sequence[tuple[str, str]]) -> Rows:
    """What was made of their likeness to others: of which agency, and never whom.

    Of a pair with somebody who bears a marker nothing is told, as of a household that does.
    """
    s, marks, found = same_person, marked(conn), Rows()
    ends = (s.c.left_agency, s.c.left_record, s.c.right_agency, s.c.right_record)
    told = (s.c.probability, s.c.why, s.c.model, s.c.made_on, s.c.decision)
    mine = or_(*(or_((ends[0] == a) & (ends[1] == r), (ends[2] == a) & (ends[3] == r)) for a, r in them))
    for a, b, c, d, sure, why, model, made_on, decision in conn.execute(select(*ends, *told).where(mine)):
        other = (c, d) if (a, b) in them else (a, b)
        if other in marks and other not in them:
            held.left_out["pairs with a marker"] = held.left_out.get("pairs with a marker", 0) + 1
            continue
        found.append({"agency": other[0], "decision": decision, "probability": sure, "why": why,
                      "model": model, "made_on": made_on})  # fmt: skip
    return sorted(found, key=lambda row: (row["agency"], row["made_on"], row["why"]))


def _homes(conn: Connection, them: Sequence[tuple[str, str]]) -> list[tuple[int, date, date, bool]]:
    """In which households somebody has lived, from when until when, and whether a marker is known there."""
    mine = or_(*((member.c.agency == a) & (member.c.record_id == r) for a, r in them))
    query = select(member.c.household_id, member.c.from_on, member.c.to_on, household.c.restricted_from)
    rows = conn.execute(query.join(household, household.c.id == member.c.household_id).where(mine)).all()
    return sorted(
        {(number, since, until, restricted is not None) for number, since, until, restricted in rows}
    )


def _of_home(conn: Connection, held: Held, number: int, since: date, until: date) -> None:
    """What was recorded of a home while somebody lived there; its cases, and who looked."""
    for kind, schema in EVENT_KINDS.items():
        scheme, column = subject_of(schema)
        if scheme != "uprn":
            continue
        t = landing[kind]
        here = (link.c.scheme == scheme) & (link.c.agency == "") & (link.c.value == t.c[column])
        assert scheme in NATIONAL
        rows = conn.execute(
            select(t).join(link, here)
            .where(link.c.household_id == number, t.c.occurred_on >= since, t.c.occurred_on < until)
            .where(t.c.occurred_on >= link.c.from_on, t.c.occurred_on < link.c.to_on)
        ).mappings()  # fmt: skip
        kept = [row for row in rows if not (row.get("domestic_abuse") or row.get("category") == "domestic")]
        held.records.setdefault(kind, []).extend(_plain(kept, but=WHOM if kind == "police_callout" else ()))
    columns = (
        case.c.reference,
        case.c.scope,
        case.c.gateway,
        case.c.opened_on,
        case.c.closed_on,
        case.c.reason,
    )
    for row in conn.execute(select(case.c.id, *columns).where(case.c.household_id == number)).mappings():
        said = select(signal.c.check, signal.c.sentence, signal.c.as_of).where(signal.c.case_id == row["id"])
        told = {name: value for name, value in row.items() if name != "id"}
        held.cases.append(told | {"signals": [dict(one) for one in conn.execute(said).mappings()]})
    seen = select(look.c.at, worker.c.role, look.c.page).join(worker, worker.c.id == look.c.worker_id)
    seen = seen.where(look.c.household_id == number, look.c.allowed).order_by(look.c.at)
    held.looks += [dict(one) for one in conn.execute(seen).mappings()]


def _plain(rows: Iterable[Any], but: Sequence[str] = ()) -> Rows:
    """Rows without what is only of use to the database, and without the fields named."""
    return [{name: value for name, value in row.items() if name not in (*PLUMBING, *but)} for row in rows]
