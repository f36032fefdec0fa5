"""What was weighed on a night and what was decided: one row for each household that was more than a whisper.

Rows of those who were left alone go after four weeks: somebody of whom nothing came need not be remembered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from earlyhelp.casework.backlog import NIGHTS, Backlog
from earlyhelp.casework.drawing_lots import Lots
from earlyhelp.keywork.placing import HOLD_CASES
from earlyhelp.store.tables import weighed, worker

LEFT, HELD_BACK, OPENED = "left alone", "held back", "opened"
KEPT = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class Weighed:
    """One household on one night: its place in the order of so many, its total, and what was decided."""

    household: int
    place: int
    of: int
    total: float
    decision: str
    why: str
    by_lot: bool
    weights: str


def keep(conn: Connection, day: date, rows: Iterable[Weighed]) -> None:
    """Keep a night's rows; those of a run of the same night that was killed give way, but for what it did."""
    undone = (weighed.c.day == day) & weighed.c.decision.in_((LEFT, HELD_BACK))
    conn.execute(delete(weighed).where(undone))
    conn.execute(delete(weighed).where(weighed.c.day < day - KEPT, weighed.c.decision.in_((LEFT, HELD_BACK))))
    done = set(conn.execute(select(weighed.c.household_id).where(weighed.c.day == day)).scalars())
    new = [
        {
            "day": day, "household_id": one.household, "place": one.place, "of": one.of, "total": one.total,
            "decision": one.decision, "why": one.why, "by_lot": one.by_lot, "weights": one.weights,
        }
        for one in rows
        if one.household not in done
    ]  # fmt: skip
    if new:
        conn.execute(insert(weighed), new)


def of(conn: Connection, household: int, day: date) -> Weighed | None:
    """What was decided about a household on a night, if it was weighed."""
    t = weighed
    row = conn.execute(
        select(t.c.household_id, t.c.place, t.c.of, t.c.total, t.c.decision, t.c.why, t.c.by_lot, t.c.weights)
        .where(t.c.household_id == household, t.c.day == day)
    ).first()  # fmt: skip
    return None if row is None else Weighed(*row)


def lots(conn: Connection, day: date) -> Lots:
    """The lots of a night, with what its earlier runs have opened; they are drawn from the night's day."""
    t = weighed
    opened = select(func.count(), func.count().filter(t.c.by_lot)).where(
        t.c.day == day, t.c.decision == OPENED
    )
    return Lots(day.toordinal(), *conn.execute(opened).one())


def backlog(conn: Connection, day: date) -> Backlog:
    """What room held back on the last night up to that day, and how fast such households come."""
    t = weighed
    last = conn.execute(select(func.max(t.c.day)).where(t.c.day <= day)).scalar_one()
    a_week = conn.execute(
        select(func.sum(worker.c.new_cases_a_week)).where(worker.c.role.in_(HOLD_CASES))
    ).scalar_one()
    if last is None:
        return Backlog(0, int(a_week or 0), 0.0)
    held = select(func.count()).where(t.c.day == last, t.c.decision == HELD_BACK)
    return Backlog(conn.execute(held).scalar_one(), int(a_week or 0), _new_a_week(conn, last))


def _new_a_week(conn: Connection, last: date) -> float:
    """Households that were first opened or held back in the last seven nights, for a week.

    Those of the very first night are left out: it finds what had gathered for years.
    """
    t = weighed
    heavy = t.c.decision.in_((HELD_BACK, OPENED))
    first = select(t.c.household_id, func.min(t.c.day).label("first")).where(heavy).group_by(t.c.household_id)
    begun = conn.execute(select(func.min(t.c.day))).scalar_one()
    since = max(last - timedelta(days=NIGHTS), begun)
    came = first.subquery()
    count = conn.execute(select(func.count()).where(came.c.first > since, came.c.first <= last)).scalar_one()
    nights = (last - since).days
    return float(count) / nights * NIGHTS if nights else 0.0
