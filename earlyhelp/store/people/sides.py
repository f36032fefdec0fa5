"""The two sides of a reviewer's question: what an agency says, and how many rows came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, exists, func, select

from earlyhelp.linking.joining import Key
from earlyhelp.store.people.registers import PLACED_KINDS, current
from earlyhelp.store.tables import EVENT_KINDS, household, landing, marker, member, subject_of


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: the agency that says it, its values by name, and what was seen of it since.

    ``fields`` are a person's forename, surname, date_of_birth, sex, nhs_number, uprn and address, or an
    address's own (address, postcode, usage, ward). ``events`` counts rows by kind of feed that name it.
    ``household`` is the id of the household it leads to now, None where it leads to none.
    """

    agency: str
    record: str
    fields: Mapping[str, str]
    events: Mapping[str, int]
    household: int | None


def who_wrote(conn: Connection, text: str) -> tuple[str, ...]:
    """The agencies in whose rows that address stands."""
    agencies: set[str] = set()
    for kind in PLACED_KINDS:
        t = landing[kind]
        agencies |= {*conn.execute(select(t.c.agency).where(t.c.place == text).distinct()).scalars()}
    t = landing["person"]
    here = (t.c.address == text, t.c.uprn.is_(None), current(t))
    return tuple(sorted(agencies | {*conn.execute(select(t.c.agency).where(*here).distinct()).scalars()}))


def guarded(text: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether somebody who bears a marker gave that address, or a domestic call came to it as written."""
    p, c = landing["person"].c, landing["police_callout"].c
    gave = exists().where(p.address == text, marker.c.agency == p.agency, marker.c.record_id == p.record_id)
    return gave | exists().where(c.place == text, c.domestic_abuse | (c.category == "domestic"))


def person(conn: Connection, key: Key) -> Side:
    """A record of a person, and how many rows of each kind name it."""
    t = landing["person"]
    mine = (t.c.agency == key[0], t.c.record_id == key[1], current(t))
    fields = ("forename", "surname", "date_of_birth", "sex", "nhs_number", "uprn", "address")
    row = conn.execute(select(*(t.c[name] for name in fields)).where(*mine)).mappings().first()
    told = {name: str(row[name]) for name in fields if row is not None and row[name] is not None}
    b = member.c
    lives = select(b.household_id).where(b.agency == key[0], b.record_id == key[1]).order_by(b.to_on.desc())
    named = {"person": (key[0], key[1]), "nhs_number": (None, told.get("nhs_number"))}
    events = _events(conn, {scheme: of for scheme, of in named.items() if of[1]})
    return Side(key[0], key[1], told, events, conn.execute(lives).scalars().first())


def written(conn: Connection, text: str, agencies: Sequence[str]) -> Side:
    """An address as agencies wrote it, and how many rows bear it."""
    return Side(", ".join(agencies), "", {"address": text}, _events(conn, {"uprn": (None, text)}), None)


def residence(conn: Connection, uprn: str | None) -> Side:
    """A residence of the gazetteer, and how many rows are of it."""
    t = landing["residence"]
    fields = ("address", "postcode", "usage", "ward")
    query = select(t.c.agency, *(t.c[name] for name in fields)).where(t.c.uprn == uprn, current(t))
    row = conn.execute(query).mappings().first()
    lives = select(household.c.id).where(household.c.uprn == uprn).order_by(household.c.id.desc())
    if row is None:
        return Side("", uprn or "", {}, {}, None)
    told = {name: str(row[name]) for name in fields}
    events = _events(conn, {"uprn": (None, uprn)})
    return Side(row["agency"], uprn or "", told, events, conn.execute(lives).scalars().first())


def _events(conn: Connection, named: Mapping[str, tuple[str | None, str | None]]) -> dict[str, int]:
    """How many rows of each kind name one of these, by scheme: whose identifier (None: anybody's), which."""
    counts = {}
    for kind, schema in EVENT_KINDS.items():
        scheme, column = subject_of(schema)
        if scheme in named:
            t, (agency, value) = landing[kind], named[scheme]
            whose = [t.c.agency == agency] if agency else []
            query = select(func.count()).select_from(t).where(t.c[column] == value, current(t), *whose)
            counts[kind] = conn.execute(query).scalar_one()
    return {kind: count for kind, count in counts.items() if count}
