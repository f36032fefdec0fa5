"""Which agencies have been in touch with a household, since when; and finding one by its very name.

For headlines and for reviewers: nothing here reads what was recorded, only whose record it is and its day.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ColumnCollection, ColumnElement, Connection, Row, func, or_, select, true

from earlyhelp.sharing.visibility import Contact
from earlyhelp.store.tables import (
    EVENT_KINDS,
    NATIONAL,
    household,
    landing,
    link,
    look,
    marker,
    member,
    subject_of,
)

Sent = tuple[str, str]
"""An agency and a kind of rows that it sends."""
Number = tuple[str, str, str]
"""The scheme of an identifier, whose it is (empty: national), and its value."""


@dataclass(frozen=True, slots=True)
class Seen:
    """That an agency has rows of a kind, and their first and last day: not how many, and nothing in them."""

    kind: str
    agency: str
    first: date
    last: date


def contacts(conn: Connection, household_id: int, usable: Collection[Sent], day: date) -> list[Contact]:
    """Each agency's first and last day of contact, by rows that hold, lead here and may be used."""
    days: dict[str, list[date]] = defaultdict(list)
    for one in seen(conn, household_id, usable, day):
        days[one.agency] += [one.first, one.last]
    return [Contact(agency, min(them), max(them)) for agency, them in sorted(days.items())]


def seen(conn: Connection, household_id: int, usable: Collection[Sent], day: date) -> Iterator[Seen]:
    """What leads to a household: by whom, of which kind, from when to when.

    Days to come are left out: an appointment that is booked is no contact yet.
    """
    for kind, schema in sorted(EVENT_KINDS.items()):
        agencies = [agency for agency, sends in usable if sends == kind]
        if not agencies:
            continue
        t, (scheme, column) = landing[kind].c, subject_of(schema)
        owner = "" if scheme in NATIONAL else t.agency
        here = (link.c.scheme == scheme) & (link.c.agency == owner) & (link.c.value == t[column])
        query = (
            select(t.agency, func.min(t.occurred_on), func.max(t.occurred_on))
            .join(link, here)
            .where(link.c.household_id == household_id, t.agency.in_(agencies), t.occurred_on <= day)
            .where(t.occurred_on >= link.c.from_on, t.occurred_on < link.c.to_on)
            .where(t.superseded_on.is_(None), t.void.is_(False), *_unguarded(t))
            .group_by(t.agency)
            .order_by(t.agency)
        )
        yield from (Seen(kind, *row) for row in conn.execute(query))


def seen_of(
    conn: Connection, numbers: Collection[Number], usable: Collection[Sent], since: date, day: date
) -> Iterator[Seen]:
    """The same of rows that bear one of these numbers, wherever they lead, from ``since`` on."""
    for kind, schema in sorted(EVENT_KINDS.items()):
        t, (scheme, column) = landing[kind].c, subject_of(schema)
        agencies = [agency for agency, sends in usable if sends == kind]
        named = [
            (t[column] == value) & ((t.agency == owner) if owner else true())
            for which, owner, value in numbers
            if which == scheme
        ]
        if not agencies or not named:
            continue
        query = (
            select(t.agency, func.min(t.occurred_on), func.max(t.occurred_on))
            .where(or_(*named), t.agency.in_(agencies), t.occurred_on.between(since, day))
            .where(t.superseded_on.is_(None), t.void.is_(False), *_unguarded(t))
            .group_by(t.agency)
            .order_by(t.agency)
        )
        yield from (Seen(kind, *row) for row in conn.execute(query))


def household_called(conn: Connection, reference: str) -> int | None:
    """The household of that very reference, in small letters or capitals."""
    written = {reference, reference.lower(), reference.upper()}
    query = select(household.c.id).where(household.c.reference.in_(written)).order_by(household.c.id)
    return conn.scalars(query.limit(1)).first()


def household_of(
    conn: Connection, forename: str, surname: str, born: date, agencies: Collection[str], day: date
) -> int | None:
    """The one household where somebody of that very name and date of birth lives; None where none or several.

    None as well where an entry of that name bears a marker, wherever it leads: not even that they are known.
    """
    p = landing["person"].c
    query = (
        select(p.forename, p.surname, member.c.household_id, marker.c.id)
        .join(member, (p.agency == member.c.agency) & (p.record_id == member.c.record_id))
        .outerjoin(marker, (p.agency == marker.c.agency) & (p.record_id == marker.c.record_id))
        .where(p.date_of_birth == born, p.superseded_on.is_(None), p.void.is_(False), p.agency.in_(agencies))
        .where(member.c.from_on <= day, member.c.to_on > day)
    )
    them = [row for row in conn.execute(query) if called(row, forename, surname)]
    homes = {row.household_id for row in them}
    return homes.pop() if len(homes) == 1 and all(row.id is None for row in them) else None


def is_restricted(conn: Connection, household_id: int) -> bool:
    """Whether a domestic-abuse marker is known there."""
    known = select(household.c.restricted_from).where(household.c.id == household_id)
    return conn.execute(known).scalar_one() is not None


def asked_since(conn: Connection, worker_id: int, page: str, since: datetime) -> int:
    """How often somebody has opened that page since then, refused or not."""
    mine = (look.c.worker_id == worker_id) & (look.c.page == page) & (look.c.at > since)
    return conn.execute(select(func.count()).select_from(look).where(mine)).scalar_one()


def _unguarded(t: ColumnCollection[str, Column[Any]]) -> list[ColumnElement[bool]]:
    """Not what is marked or put down as domestic: it shows to nobody, also before matching has seen it."""
    marked: list[ColumnElement[bool]] = [t.domestic_abuse.is_(False)] if "domestic_abuse" in t else []
    return [*marked, t.category != "domestic"] if "category" in t else marked


def called(row: Row[tuple[str, str, int, int | None]], forename: str, surname: str) -> bool:
    """Whether a row of people bears that very name, blanks and capitals apart."""
    return (_plain(row.forename), _plain(row.surname)) == (_plain(forename), _plain(surname))


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
