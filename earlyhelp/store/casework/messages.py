"""Messages and what became of them: each is written before it is tried, and claimed by whoever tries it."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select, update

from earlyhelp.alerts.message import Message
from earlyhelp.alerts.rules import DIGEST, Draft, Told
from earlyhelp.store.tables import alert, case, household, message, worker

TEAM = "team"
WAITING, SENDING, SENT, UNSURE, LAPSED = "waiting", "sending", "sent", "unsure", "lapsed"
DELIVERED, FAILED = "delivered", "failed"


@dataclass(frozen=True, slots=True)
class Kept:
    """A message as it is kept: its row's number, its channel, its state, and how often it was tried."""

    id: int
    channel: str
    state: str
    attempts: int
    team: bool
    message: Message


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message that did not reach its worker, or may not have; ``why`` is the provider's code."""

    worker: str
    day: date
    channel: str
    state: str
    why: str | None


def told(conn: Connection, day: date) -> dict[int, Told]:
    """Which messages of that day have been made for each worker."""
    rows = conn.execute(
        select(message.c.worker_id, message.c.kind, func.count())
        .where(message.c.day == day, message.c.worker_id.is_not(None))
        .group_by(message.c.worker_id, message.c.kind)
    )
    counts: dict[int, dict[str, int]] = {}
    for whose, kind, count in rows:
        counts.setdefault(whose, {})[kind] = count
    return {
        whose: Told(digest=DIGEST in of, immediate=sum(n for kind, n in of.items() if kind != DIGEST))
        for whose, of in counts.items()
    }


def write(conn: Connection, draft: Draft, day: date, channel: str) -> int:
    """Make a message of a draft, from what is true now; returns how many cases it tells of."""
    whose = conn.execute(select(worker).where(worker.c.id == draft.worker)).one()
    lines = alert.c.id.in_(draft.lines)
    named = (
        select(case.c.id).join(alert, alert.c.case_id == case.c.id).where(lines, alert.c.cause != "overdue")
    )
    unseen = and_(case.c.closed_on.is_(None), case.c.state == "new")
    mine = or_(case.c.id.in_(named), and_(case.c.worker_id == draft.worker, unseen))
    if draft.kind != DIGEST:
        mine = case.c.id.in_(named)
    cases, look_by = conn.execute(
        select(func.count(), func.min(case.c.look_by).filter(unseen)).where(mine)
    ).one()
    made = _insert(
        conn, recipient=f"worker-{draft.worker}", worker_id=draft.worker, kind=draft.kind, day=day,
        number=draft.number, address=whose.email, cases=cases, look_by=look_by, channel=channel,
        overdue=_overdue(conn, day, whose) if draft.kind == DIGEST else 0,
    )  # fmt: skip
    conn.execute(update(alert).where(lines).values(message_id=made))
    return int(cases)


def write_for_team(conn: Connection, day: date, channel: str) -> None:
    """One message that says how much all of today's digests tell of together."""
    cases, look_by = conn.execute(
        select(func.coalesce(func.sum(message.c.cases), 0), func.min(message.c.look_by)).where(
            message.c.day == day, message.c.kind == DIGEST, message.c.worker_id.is_not(None)
        )
    ).one()
    made = select(message.c.id).where(message.c.recipient == TEAM, message.c.day == day)
    if cases and not conn.execute(made).first():
        _insert(
            conn, recipient=TEAM, worker_id=None, kind=DIGEST, day=day, number=0, address=TEAM,
            cases=int(cases), overdue=0, look_by=look_by, channel=channel,
        )  # fmt: skip


def to_send(conn: Connection, day: date, now: datetime, link: str) -> list[Kept]:
    """Messages of today that may be tried now."""
    ready = or_(message.c.try_after.is_(None), message.c.try_after <= now)
    return _read(conn, link, message.c.state == WAITING, message.c.day == day, ready)


def interrupted(conn: Connection, channel: str, before: datetime, link: str, *, unsure: bool) -> list[Kept]:
    """Messages that somebody began to send before then, and of which no end was written.

    With ``unsure`` also those of which nobody could tell, where the channel can be asked again.
    """
    states = (SENDING, UNSURE) if unsure else (SENDING,)
    begun = and_(message.c.state.in_(states), message.c.claimed_at <= before)
    return _read(conn, link, begun, message.c.channel == channel)


def under_way(conn: Connection, channel: str, since: date, link: str) -> list[Kept]:
    """Messages that the channel's provider took since then, and has not said to be delivered or failed."""
    return _read(conn, link, message.c.state == SENT, message.c.channel == channel, message.c.day >= since)


def claim(conn: Connection, one: Kept, now: datetime) -> bool:
    """Take a message to send it; False when somebody else has."""
    return (
        conn.execute(
            update(message)
            .where(message.c.id == one.id, message.c.state == WAITING)
            .values(state=SENDING, claimed_at=now, attempts=message.c.attempts + 1)
        ).rowcount
        == 1
    )


def settle(
    conn: Connection, one: Kept, state: str, now: datetime, *, why: str | None = None,
    try_after: datetime | None = None,
) -> None:  # fmt: skip
    """Write what became of a message; what was sent counts as told, and what failed does not."""
    conn.execute(
        update(message)
        .where(message.c.id == one.id)
        .values(state=state, ended_at=now, why=why, try_after=try_after)
    )
    if state in (SENT, DELIVERED):
        conn.execute(
            update(alert)
            .where(alert.c.message_id == one.id, alert.c.sent_at.is_(None))
            .values(sent_at=now, channel=one.channel)
        )


def lapse_unsent(conn: Connection, day: date, now: datetime) -> None:
    """Give up messages of earlier days that no provider took: their day is over."""
    conn.execute(
        update(message)
        .where(message.c.state == WAITING, message.c.day < day)
        .values(state=LAPSED, ended_at=now)
    )


def undelivered(conn: Connection, ward: str | None, since: date) -> list[Undelivered]:
    """Messages since then that failed or are unsure, for the manager of that ward; None: of every ward."""
    theirs = [worker.c.ward == ward] if ward else []
    rows = conn.execute(
        select(worker.c.name, message.c.day, message.c.channel, message.c.state, message.c.why)
        .join(worker, worker.c.id == message.c.worker_id)
        .where(message.c.state.in_((FAILED, UNSURE, LAPSED)), message.c.day >= since, *theirs)
        .order_by(message.c.day.desc(), worker.c.name)
    )
    return [Undelivered(*row) for row in rows]


def count_states(conn: Connection, since: date) -> dict[str, int]:
    """How many messages since then are in each state."""
    rows = conn.execute(
        select(message.c.state, func.count()).where(message.c.day >= since).group_by(message.c.state)
    )
    return {state: count for state, count in rows}


def _overdue(conn: Connection, day: date, whose: Any) -> int:
    """How many first looks are overdue in a manager's wards; nobody else is told of them."""
    if whose.role != "manager":
        return 0
    theirs = [household.c.ward == whose.ward] if whose.ward else []
    return conn.execute(
        select(func.count())
        .select_from(case)
        .join(household, household.c.id == case.c.household_id)
        .where(case.c.closed_on.is_(None), case.c.state == "new", case.c.look_by < day, *theirs)
    ).scalar_one()


def _insert(conn: Connection, **values: Any) -> int:
    key = conn.execute(
        insert(message).values(reference=secrets.token_hex(8), state=WAITING, attempts=0, **values)
    ).inserted_primary_key
    assert key is not None
    return int(key[0])


def _read(conn: Connection, link: str, *where: ColumnElement[bool]) -> list[Kept]:
    """Messages as they are kept, oldest first."""
    rows = conn.execute(select(message).where(*where).order_by(message.c.id))
    return [
        Kept(
            row.id, row.channel, row.state, row.attempts, row.worker_id is None,
            Message(row.reference, row.address, row.day, row.cases, row.overdue, row.look_by, link),
        )
        for row in rows
    ]  # fmt: skip
