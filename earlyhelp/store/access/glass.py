"""Broken glass: who opened which household for what reason, until when, and which manager has read of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from earlyhelp.sharing.breaking_glass import LASTS
from earlyhelp.store.tables import alert, break_glass, household, worker


@dataclass(frozen=True, slots=True)
class Broken:
    """One time that somebody broke the glass, as the manager reads it."""

    id: int
    who: str
    reference: str
    restricted: bool
    reason: str
    at: datetime
    until: datetime
    seen: bool


def break_it(
    conn: Connection, worker_id: int, household_id: int, case_id: int, reason: str, now: datetime, day: date
) -> datetime:
    """Open a household to a worker, and tell the managers of its ward; returns until when.

    Twice within the time is one opening with two reasons: both are kept.
    """
    until = now + LASTS
    told = {"worker_id": worker_id, "household_id": household_id, "case_id": case_id, "reason": reason}
    conn.execute(insert(break_glass).values(**told, at=now, until=until))
    ward = select(household.c.ward).where(household.c.id == household_id).scalar_subquery()
    managers = select(worker.c.id).where(
        worker.c.role == "manager",
        or_(worker.c.ward.is_(None), worker.c.ward == ward),
        worker.c.id != worker_id,
    )
    rows = [{"worker_id": number, "case_id": case_id, "cause": "break-glass", "day": day}
            for number in conn.execute(managers).scalars()]  # fmt: skip
    if rows:
        add = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(alert)
        conn.execute(add.on_conflict_do_nothing(), rows)
    return until


def open_until(conn: Connection, worker_id: int, household_id: int, now: datetime) -> datetime | None:
    """Until when a household is open to a worker by broken glass; None where it is not."""
    b = break_glass.c
    mine = select(b.until).where(b.worker_id == worker_id, b.household_id == household_id, b.until > now)
    return conn.execute(mine.order_by(b.until.desc()).limit(1)).scalar_one_or_none()


def told_to(conn: Connection, ward: str | None, limit: int = 50) -> list[Broken]:
    """What a manager of that ward (None: of the city) has to read: the unread first, then the newest."""
    b = break_glass.c
    query = (
        select(b.id, worker.c.name, household.c.reference, household.c.restricted_from.is_not(None), b.reason,
               b.at, b.until, b.seen_at.is_not(None))
        .join(worker, worker.c.id == b.worker_id)
        .join(household, household.c.id == b.household_id)
        .order_by(b.seen_at.is_not(None), b.at.desc(), b.id.desc())
        .limit(limit)
    )  # fmt: skip
    if ward is not None:
        query = query.where(household.c.ward == ward)
    return [Broken(*row) for row in conn.execute(query)]


def mark_seen(conn: Connection, numbers: Sequence[int], manager: int, now: datetime) -> int:
    """A manager has read of these; their own are not theirs to tick off. Returns how many that were."""
    b = break_glass.c
    mine = update(break_glass).where(b.id.in_(numbers), b.seen_at.is_(None), b.worker_id != manager)
    return conn.execute(mine.values(seen_at=now, seen_by=manager)).rowcount
