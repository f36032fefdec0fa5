"""What the pages read: cases, households, people, reasons, and who has looked."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select

from earlyhelp.law.policy import Sector
from earlyhelp.store.casework import fact_checks
from earlyhelp.store.events.blocks import evidence_rows
from earlyhelp.store.tables import case, landing, look, member, signal, worker
from earlyhelp.web.entry.access import Reader, Subject
from earlyhelp.web.shown.sources import Sources
from earlyhelp.web.words import ROLES, has_ended, listed, plain, recorded, told_on


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the household, as the agencies know them: a name and an age, no more."""

    name: str
    surname: str
    born_on: date | None
    age: int | None


def reason_for(reader: Reader, scope: str, reason: str) -> str:
    """The case's sentence, unless it speaks of sectors that the reader may not see."""
    if reader.role == "agency_worker" and scope != reader.sector:
        return f"Open it to read what {reader.sector} has recorded."
    return reason


def case_of(conn: Connection, about: Subject) -> RowMapping:
    """The open case of a household, with the worker's name."""
    return (
        conn.execute(
            select(case, worker.c.name.label("worker"))
            .outerjoin(worker, worker.c.id == case.c.worker_id)
            .where(case.c.id == about.case_id)
        )
        .mappings()
        .one()
    )


def titles(
    conn: Connection, rows: Sequence[Mapping[Any, Any]], reader: Reader, sources: Sources, today: date
) -> dict[int, str]:
    """What to call each household: by its surnames where a member is known, else by its address."""
    ids = [row["household_id"] for row in rows]
    known: dict[int, list[Person]] = {}
    for scope in {row["scope"] for row in rows}:
        own = [row["household_id"] for row in rows if row["scope"] == scope]
        known |= people(conn, own, sources.agencies(reader.sectors(scope), "person"), today)
    nameless = {row["household_id"]: row["uprn"] for row in rows if not known.get(row["household_id"])}
    places = addresses(conn, nameless.values())
    return {
        hid: title_of(known[hid]) if hid not in nameless else places.get(nameless[hid], "A household")
        for hid in ids
    }


def title_of(them: Sequence[Person]) -> str:
    """The Ashdown household; the Ashdown and Begum household."""
    counted = Counter(person.surname for person in them)
    common = sorted(counted, key=lambda name: (-counted[name], name))
    return f"The {listed(common[:2])} household"


def people(
    conn: Connection, ids: Sequence[int], agencies: Sequence[str], today: date
) -> dict[int, list[Person]]:
    """Who lives in each household, eldest first; somebody known to two agencies stands there once."""
    p = landing["person"].c
    query = (
        select(member.c.household_id, p.forename, p.surname, p.date_of_birth)
        .join(landing["person"], (p.agency == member.c.agency) & (p.record_id == member.c.record_id))
        .where(member.c.household_id.in_(ids), member.c.from_on <= today, member.c.to_on > today)
        .where(p.superseded_on.is_(None), p.void.is_(False), p.agency.in_(agencies))
        .order_by(p.agency, p.id)
    )
    found: dict[int, list[RowMapping]] = defaultdict(list)
    for row in conn.execute(query).mappings():
        found[row["household_id"]].append(row)
    return {hid: _each_once(rows, today) for hid, rows in found.items()}


def _each_once(rows: Iterable[RowMapping], today: date) -> list[Person]:
    """Agencies spell names differently: one date of birth and initial in one household is one person."""
    same: dict[tuple[Any, str], list[RowMapping]] = defaultdict(list)
    for row in rows:
        same[row["date_of_birth"] or row["surname"], row["forename"][:1]].append(row)
    found = []
    for spellings in same.values():
        (forename, surname), _ = Counter((r["forename"], r["surname"]) for r in spellings).most_common(1)[0]
        born = spellings[0]["date_of_birth"]
        found.append(Person(f"{forename} {surname}", surname, born, _age(born, today)))
    return sorted(found, key=lambda one: (one.born_on or date.max, one.name))


def _age(born: date | None, today: date) -> int | None:
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def addresses(conn: Connection, uprns: Iterable[str]) -> dict[str, str]:
    """Each address as the council's gazetteer has it."""
    wanted = list(uprns)
    if not wanted:
        return {}
    r = landing["residence"].c
    query = select(r.uprn, r.address, r.postcode).where(
        r.uprn.in_(wanted), r.superseded_on.is_(None), r.void.is_(False)
    )
    return {row.uprn: f"{row.address}, {row.postcode}" for row in conn.execute(query)}


@dataclass(frozen=True, slots=True)
class Record:
    """One landed row behind a reason; ``corrected``: its agency has changed or withdrawn it since."""

    row: int
    day: date
    words: str
    agency: str
    corrected: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that was seen, in words, with the records of a ``kind`` that bear it out."""

    number: int
    name: str
    version: str
    kind: str
    sector: Sector
    as_of: date
    check: str
    sentence: str
    would_lower: str
    since: date
    records: tuple[Record, ...]
    aside: bool = False
    """A fact that it rests on is being checked, or is wrong: it is not relied on."""


def reasons(conn: Connection, about: Subject, reader: Reader) -> list[Reason]:
    """Why this household was raised: the current signals that the reader may see, strongest first."""
    query = (
        select(signal)
        .where(signal.c.case_id == about.case_id, signal.c.current.is_(True))
        .where(signal.c.sector.in_(reader.sectors(about.scope)))
        .order_by(signal.c.weight.desc(), signal.c.id)
    )
    rows = conn.execute(query).mappings().all()
    aside = fact_checks.set_aside(conn, [about.case_id]).get(about.case_id, set())
    return [
        Reason(
            row["id"], row["check"], row["version"], row["evidence_kind"],
            Sector(row["sector"]), row["as_of"],
            plain(row["check"]), row["sentence"], row["would_lower"], row["since"],
            _evidence(conn, row["evidence_kind"], row["evidence"]), row["check"] in aside,
        )
        for row in rows
    ]  # fmt: skip


def relied_on(conn: Connection, about: Subject, reader: Reader) -> list[Reason]:
    """The reasons that stand: without those set aside while a fact is checked."""
    return [one for one in reasons(conn, about, reader) if not one.aside]


def record(kind: str, row: Mapping[Any, Any]) -> Record:
    """One landed row in words, with its day, its agency and whether it was corrected since."""
    corrected = row["superseded_on"] is not None or (bool(row["void"]) and not has_ended(kind, row))
    return Record(row["id"], told_on(kind, row), recorded(kind, row), row["agency"], corrected)


def _evidence(conn: Connection, kind: str, ids: Sequence[int]) -> tuple[Record, ...]:
    return tuple(record(kind, row) for row in reversed(evidence_rows(conn, kind, ids)))


def who_looked(conn: Connection, about: Subject) -> list[tuple[str, str, datetime]]:
    """Who has opened this household's page lately: name, role, and when last; the latest five."""
    last = func.max(look.c.at).label("last")
    query = (
        select(worker.c.name, worker.c.role, last)
        .join(worker, worker.c.id == look.c.worker_id)
        .where(look.c.household_id == about.household_id, look.c.allowed.is_(True))
        .group_by(worker.c.id, worker.c.name, worker.c.role)
        .order_by(last.desc(), worker.c.name)
        .limit(5)
    )
    return [(row.name, ROLES.get(row.role, plain(row.role)), row.last) for row in conn.execute(query)]
