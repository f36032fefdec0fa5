"""The one household that somebody means in an emergency, by what they know: never a list, never a likeness.

Everything that was written has to fit, word for word; of a name or an address that fits more than one
household with an open case, none is given. What was looked for is not kept: the caller records the look.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from earlyhelp.linking.addresses import Parts, parts
from earlyhelp.store.people.contacts import called, household_called
from earlyhelp.store.people.homes_like import homes_like
from earlyhelp.store.tables import case, household, landing, marker, member


@dataclass(frozen=True, slots=True)
class Known:
    """What somebody knows of a household; what is empty, they do not know."""

    reference: str = ""
    forename: str = ""
    surname: str = ""
    born: date | None = None
    address: str = ""


def household_meant(
    conn: Connection, known: Known, agencies: Collection[str], day: date, *, trained: bool
) -> str | None:
    """The reference of the one household with an open case that all of it fits; None where none or several.

    ``agencies``: whose registers of people are read. Whoever is not ``trained`` for domestic abuse finds
    nobody by a name that an entry with a marker bears, wherever that entry leads.
    """
    found: list[set[int]] = []
    if known.reference:
        number = household_called(conn, known.reference)
        found.append({number} if number else set())
    if known.surname:
        found.append(_of_people(conn, known, agencies, day, trained=trained))
    if known.address:
        found.append(_at(conn, known.address))
    them = set.intersection(*found) if found else set()
    c = case.c
    open_ones = select(household.c.reference).join(case, c.household_id == household.c.id)
    references = conn.scalars(open_ones.where(household.c.id.in_(them), c.closed_on.is_(None))).all()
    return references[0] if len(references) == 1 else None


def _of_people(
    conn: Connection, known: Known, agencies: Collection[str], day: date, *, trained: bool
) -> set[int]:
    """Where somebody of that very name lives, and of that date of birth if it is known."""
    p = landing["person"].c
    query = (
        select(p.forename, p.surname, member.c.household_id, marker.c.id)
        .join(member, (p.agency == member.c.agency) & (p.record_id == member.c.record_id))
        .outerjoin(marker, (p.agency == marker.c.agency) & (p.record_id == marker.c.record_id))
        .where(func.lower(p.surname) == " ".join(known.surname.lower().split()))
        .where(p.superseded_on.is_(None), p.void.is_(False), p.agency.in_(agencies))
        .where(member.c.from_on <= day, member.c.to_on > day)
    )
    if known.born:
        query = query.where(p.date_of_birth == known.born)
    rows = [row for row in conn.execute(query) if called(row, known.forename, known.surname)]
    if not trained and any(row.id is not None for row in rows):
        return set()
    return {row.household_id for row in rows}


def _at(conn: Connection, text: str) -> set[int]:
    """Who lives at that very address; without a postcode, where only one home of the city is called so."""
    asked = parts(text)
    homes = {
        one.uprn for one in homes_like(conn, text) if _same(asked, parts(one.address, one.postcode or ""))
    }
    if len(homes) != 1:
        return set()
    return set(conn.scalars(select(household.c.id).where(household.c.uprn.in_(homes))))


def _same(asked: Parts, home: Parts) -> bool:
    """The same flat, house and street; and the same building and postcode where one was written."""
    there = (asked.flat, asked.house, asked.street) == (home.flat, home.house, home.street)
    written = asked.building in ("", home.building) and asked.postcode in ("", home.postcode)
    return bool(asked.house) and there and written
