"""How far each kind of feed had told us by any past day, and who was there then."""

from bisect import bisect_right
from collections.abc import Callable
from datetime import date

import numpy as np
from sqlalchemy import Connection, Date, case, exists, func, select, type_coerce

from earlyhelp.chronology import Days, Ids, day_number
from earlyhelp.store.people import objections
from earlyhelp.store.tables import EVENT_KINDS, feed, fetch_run, household, landing, link


def households(conn: Connection) -> tuple[Ids, Days]:
    """The number of every household to which an identifier leads, ascending, and the day it was formed.

    Without those about which somebody has objected: looking back at them is profiling too.
    """
    known = exists().where(link.c.household_id == household.c.id)
    query = select(household.c.id, household.c.formed_on).where(known).order_by(household.c.id)
    left_alone = objections.not_assessed(conn)
    rows = [row for row in conn.execute(query) if row.id not in left_alone]
    return (
        np.array([number for number, _ in rows], np.int64),
        np.array([day_number(formed) for _, formed in rows], np.int32),
    )


def kinds_told(conn: Connection) -> set[str]:
    """Kinds of events that some feed sends."""
    return {kind for kind in conn.execute(select(feed.c.kind).distinct()).scalars() if kind in EVENT_KINDS}


def silent_on(conn: Connection, kind: str) -> Callable[[int], bool]:
    """Says of any day whether that kind had been silent for longer than it should.

    Its newest row counts as it could be read on that day. Of several feeds of one kind the most patient
    counts, and whether an agency answered "nothing new" is not known of past days.
    """
    patience = conn.execute(select(func.max(feed.c.stale_after_days)).where(feed.c.kind == kind)).scalar_one()
    t = landing[kind]
    told = type_coerce(case((t.c.occurred_on < t.c.known_on, t.c.occurred_on), else_=t.c.known_on), Date)
    rows = conn.execute(
        select(t.c.known_on, func.max(told)).group_by(t.c.known_on).order_by(t.c.known_on)
    ).all()
    known = [day_number(day) for day, _ in rows]
    newest = np.maximum.accumulate(np.array([day_number(day) for _, day in rows], np.int64))

    def silent(day: int) -> bool:
        place = bisect_right(known, day) - 1
        return place < 0 or patience is None or day - int(newest[place]) > patience

    return silent


def first_load(conn: Connection) -> date | None:
    """The day of the first run of all: rows from before it count as known when the agency recorded them."""
    first: date | None = conn.execute(select(func.min(fetch_run.c.day))).scalar_one()
    return first
