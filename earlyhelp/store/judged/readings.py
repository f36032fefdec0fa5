"""What checks measured tonight, kept until the next night measures again."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, insert, select

from earlyhelp.chronology import Ids
from earlyhelp.law.policy import Sector
from earlyhelp.store.tables import EVENT_KINDS, bookmark, case, feed, household, reading


@dataclass(frozen=True, slots=True)
class Heard:
    """One check's reading of one household, with what deciding needs to know of that household."""

    household: int
    ward: str
    restricted: bool
    check: str
    version: str
    weight: float


@dataclass(frozen=True, slots=True)
class Silence:
    """A feed that has not told us anything for longer than it should."""

    feed: str
    sector: Sector
    kind: str
    since: date | None


def silent_feeds(conn: Connection, day: date) -> list[Silence]:
    """Feeds that are stale on that day: nothing may be found on them, and their silence is said.

    A feed of events is as old as the newest row it ever sent, or the last run that reached its end, if that
    is older: an agency that answers "nothing new" for days is as silent as one that does not answer. A
    register may well have nothing new for months: there the last run alone counts.
    """
    rows = conn.execute(
        select(
            feed.c.name,
            feed.c.sector,
            feed.c.kind,
            feed.c.stale_after_days,
            bookmark.c.newest_on,
            bookmark.c.last_good_on,
        ).outerjoin(bookmark, bookmark.c.feed == feed.c.name)
    )
    silent = []
    for name, sector, kind, days, newest_on, last_good_on in rows:
        newest = newest_on if kind in EVENT_KINDS else last_good_on
        heard = min(newest, last_good_on) if newest and last_good_on else None
        if heard is None or day - heard > timedelta(days=days):
            silent.append(Silence(name, Sector(sector), kind, heard))
    return silent


def write_readings(
    conn: Connection, day: date, check: str, version: str, rows: Iterable[Mapping[str, object]]
) -> int:
    """Put tonight's readings of one check in place of the last.

    ``rows`` hold ``household_id``, ``weight``, ``since`` and ``facts``. Gives how many were written.
    """
    conn.execute(delete(reading).where(reading.c.check == check))
    new = [{"check": check, "version": version, "as_of": day, **row} for row in rows]
    if new:
        conn.execute(insert(reading), new)
    return len(new)


def read_readings(conn: Connection, day: date) -> list[Heard]:
    """Everything heard on that day, with ward and marker of each household."""
    rows = conn.execute(
        select(
            reading.c.household_id,
            household.c.ward,
            household.c.restricted_from,
            reading.c.check,
            reading.c.version,
            reading.c.weight,
        )
        .join(household, household.c.id == reading.c.household_id)
        .where(reading.c.as_of == day)
        .order_by(reading.c.household_id, reading.c.check)
    )
    return [
        Heard(number, ward, restricted is not None and restricted <= day, check, version, weight)
        for number, ward, restricted, check, version, weight in rows
    ]


def count_households(conn: Connection) -> int:
    """How many households there are, also those to which no identifier leads any longer."""
    return int(conn.exec_driver_sql("SELECT count(*) FROM household").scalar() or 0)


def part_of_households(conn: Connection, part: int, at_once: int) -> Ids:
    """The numbers of the households of one part of the city to which an identifier leads, ascending.

    Parts are counted by the households there are, so that they can be named without naming anybody.
    """
    some = f"SELECT id FROM household ORDER BY id LIMIT {int(at_once)} OFFSET {int(part) * int(at_once)}"
    linked = "EXISTS (SELECT 1 FROM link WHERE link.household_id = h.id)"
    with conn.exec_driver_sql(f"SELECT h.id FROM ({some}) h WHERE {linked} ORDER BY h.id") as result:
        rows: Any = result.cursor  # the driver's own tuples
        return np.fromiter((number for (number,) in rows), np.int64)


def count_linked(conn: Connection) -> int:
    """How many households there are to which an identifier leads."""
    return int(conn.exec_driver_sql("SELECT count(DISTINCT household_id) FROM link").scalar() or 0)


def households_with_a_case(conn: Connection) -> set[int]:
    """Households with an open case, which are read every night whatever they weigh."""
    return set(conn.execute(select(case.c.household_id).where(case.c.closed_on.is_(None))).scalars())


def households_about(conn: Connection) -> Callable[[int, date], tuple[str, bool]]:
    """Gives the ward of a household, and whether it was restricted on a day."""
    rows = conn.execute(select(household.c.id, household.c.ward, household.c.restricted_from))
    about = {number: (ward, restricted) for number, ward, restricted in rows}

    def of(number: int, day: date) -> tuple[str, bool]:
        ward, restricted = about[number]
        return ward, restricted is not None and restricted <= day

    return of
