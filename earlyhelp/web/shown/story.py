"""A household's chronology and its rent account, as the agencies told them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, func, select, true

from earlyhelp.checking.rent_agreements import breathing_space
from earlyhelp.law.policy import Sector
from earlyhelp.store.tables import EVENT_KINDS, NATIONAL, landing, link, subject_of
from earlyhelp.web.entry.access import Reader, Subject
from earlyhelp.web.shown.sources import Sources
from earlyhelp.web.words import agency_name, many, money, recorded, times, told_on
from schemas.rent_account import POSTINGS

LATE = timedelta(days=7)
"""What we learnt later than this after it happened says so."""

Events = dict[str, list[RowMapping]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the chronology."""

    day: date
    words: str
    agency: str
    known_on: date | None
    """When we learnt it, if that was long after; None if it was soon."""
    told_on: date | None = None
    """When we learnt it, however soon."""


def events(conn: Connection, about: Subject, reader: Reader, sources: Sources) -> Events:
    """Every record that holds now of things that happened to a household, by kind, oldest first.

    What the reader may not see never leaves the database. A kind that tells of its subject by a scheme
    under which this household is not known is not asked for.
    """
    sectors = reader.sectors(about.scope)
    known_by = set(conn.scalars(_SCHEMES, {"household": about.household_id}))
    return {
        kind: _of_kind(conn, kind, about.household_id, sources.agencies(sectors, kind))
        if subject_of(feed)[0] in known_by
        else []
        for kind, feed in EVENT_KINDS.items()
    }


_SCHEMES = select(link.c.scheme).where(link.c.household_id == bindparam("household")).distinct()


def _of_kind(conn: Connection, kind: str, household_id: int, agencies: Sequence[str]) -> list[RowMapping]:
    found = conn.execute(_asked(kind), {"household": household_id, "agencies": agencies})
    return list(found.mappings())


@cache
def _asked(kind: str) -> Select[Any]:
    """The statement for a kind, made once: making it takes as long as asking it."""
    table, (scheme, field) = landing[kind], subject_of(EVENT_KINDS[kind])
    # Without statistics SQLite would look rows up by agency, a million of them; not behind a call.
    agency = func.coalesce(table.c.agency, "")
    there = true() if "void" in EVENT_KINDS[kind].columns else table.c.void.is_(False)
    owner = link.c.agency == ("" if scheme in NATIONAL else agency)
    return (
        select(table)
        .join(link, (link.c.scheme == scheme) & owner & (link.c.value == table.c[field]))
        .where(link.c.household_id == bindparam("household"))
        .where(table.c.occurred_on >= link.c.from_on, table.c.occurred_on < link.c.to_on)
        .where(table.c.superseded_on.is_(None), there, agency.in_(bindparam("agencies", expanding=True)))
        .order_by(table.c.occurred_on, table.c.id)
    )


def lines(found: Events, today: date, others: Sequence[Line] = ()) -> tuple[list[Line], list[Line]]:
    """The chronology with what ``others`` said, newest first, and what is still to come, soonest first.

    Rent is one line a month, and so is school: posting by posting they would bury everything else.
    """
    told = [*others]
    rent = found.get("rent_transaction", [])
    told += rent_by_month([row for row in rent if row["entry"] in POSTINGS])
    told += _told("rent_transaction", [row for row in rent if row["entry"] not in POSTINGS], today)
    told += school_by_month(found.get("school_attendance", []))
    for kind, rows in found.items():
        if kind not in ("rent_transaction", "school_attendance"):
            told += _told(kind, rows, today)
    ahead = sorted((one for one in told if one.day > today), key=lambda one: one.day)
    behind = [one for one in told if one.day <= today]
    return sorted(behind, key=lambda one: one.day, reverse=True), ahead


def _told(kind: str, rows: Iterable[RowMapping], today: date) -> list[Line]:
    """Records of one kind in words; one incident that was reported twice is one line."""
    rows = list(rows)
    reported = Counter(row.get("incident") for row in rows)
    seen: set[Any] = set()
    found = []
    for row in rows:
        incident = row.get("incident")
        if incident in seen:
            continue
        words = recorded(kind, row)
        if incident:
            seen.add(incident)
            words += f" (reported {times(reported[incident])})" if reported[incident] > 1 else ""
        if kind == "appointment" and row["status"] == "booked" and row["occurred_on"] >= today:
            words = "Health appointment booked"
        day = told_on(kind, row)
        late = row["known_on"] if row["known_on"] - day > LATE else None
        found.append(Line(day, words, agency_name(row["agency"]), late, row["known_on"]))
    return found


def rent_by_month(rows: Sequence[RowMapping]) -> list[Line]:
    """One line for each month of the rent account: charged, paid, and what was owed after it."""
    found, owed = [], 0
    for _, month in groupby(rows, key=lambda row: (row["occurred_on"].year, row["occurred_on"].month)):
        postings = list(month)
        sums = {
            entry: sum(r["amount"] for r in postings if r["entry"] == entry)
            for entry in ("charge", "payment")
        }
        owed += sum(row["amount"] for row in postings)
        day = postings[-1]["occurred_on"]
        words = (
            f"Rent in {day:%B}: {money(sums['charge'])} charged, "
            f"{money(-sums['payment']) if sums['payment'] else 'nothing'} paid; {owed_words(owed)}."
        )
        known = max(row["known_on"] for row in postings)
        found.append(Line(day, words, agency_name(postings[-1]["agency"]), None, known))
    return found


def school_by_month(rows: Sequence[RowMapping]) -> list[Line]:
    """One line for each month of school of all the household's children: what they missed, of how much."""
    found = []
    for _, month in groupby(rows, key=lambda row: (row["occurred_on"].year, row["occurred_on"].month)):
        weeks = list(month)
        possible, missed, unauthorised = (
            sum(row[f"{name}_sessions"] for row in weeks) for name in ("possible", "missed", "unauthorised")
        )
        children = many(len({row["pupil"] for row in weeks}), "child", "children")
        what = (
            f"{missed} of {many(possible, 'session')} missed" if missed else f"all {possible} sessions kept"
        )
        leave = f", {unauthorised} of them without leave" if unauthorised else ""
        day = weeks[-1]["occurred_on"]
        words = f"School in {day:%B} ({children}): {what}{leave}."
        known = max(row["known_on"] for row in weeks)
        found.append(Line(day, words, agency_name(weeks[-1]["agency"]), None, known))
    return found


def owed_words(pence: int) -> str:
    """'£612.40 owed after that', '£20.00 in credit after that' or 'nothing owed after that'."""
    if pence == 0:
        return "nothing owed after that"
    return f"{money(pence)} owed after that" if pence > 0 else f"{money(-pence)} in credit after that"


def balances(rows: Iterable[RowMapping], days: Sequence[date]) -> list[int]:
    """What was owed at the end of each of these days, in pence."""
    postings = [(row["occurred_on"], row["amount"]) for row in rows if row["entry"] in POSTINGS]
    return [sum(amount for day, amount in postings if day <= end) for end in days]


def breathing_since(found: Events, today: date) -> date | None:
    """Since when there is Breathing Space for the rent, None where there is none today."""
    entries = [
        (row["entry"], row["occurred_on"])
        for row in found.get("rent_transaction", [])
        if row["occurred_on"] <= today
    ]
    return breathing_space(entries, today)


def told_of_nothing(found: Events, sources: Sources, sectors: frozenset[str]) -> list[Sector]:
    """Those of the sectors that have no record of this household at all."""
    heard = {sources.sector_of(row["agency"]) for rows in found.values() for row in rows}
    return [sector for sector in sources.telling(sectors) if sector not in heard]
