"""New since you last looked; and, of a household that came back, what came of it last time."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select

from earlyhelp.casework.desks import JOINT
from earlyhelp.keywork.states import State
from earlyhelp.store.casework import decisions, outcomes
from earlyhelp.store.casework.decisions import Decided
from earlyhelp.store.casework.outcomes import Outcome
from earlyhelp.store.tables import case, look, night
from earlyhelp.web.entry.access import Reader, Subject
from earlyhelp.web.shown.reading import Reason
from earlyhelp.web.shown.story import Line

ONE_SITTING = timedelta(minutes=30)
"""Looks closer together than a session may idle are one sitting: what is new stays marked throughout."""
MOST_NEW = 6


@dataclass(frozen=True, slots=True)
class News:
    """What has come in since the reader's last look, as sentences; ``more`` were left out."""

    looked_at: datetime
    lines: tuple[str, ...]
    more: int


def news(
    conn: Connection,
    about: Subject,
    reader: Reader,
    now: datetime,
    reasons: list[Reason],
    chronology: list[Line],
) -> News | None:
    """What the nights since the last look brought; None at a first look, or when none has run since.

    Sessions go by the real clock and the house by its day; the nights know both.
    """  # fmt: skip
    last = conn.execute(
        select(func.max(look.c.at)).where(
            look.c.worker_id == reader.id,
            look.c.household_id == about.household_id,
            look.c.allowed.is_(True),
            look.c.at <= now - ONE_SITTING,
        )
    ).scalar()
    if last is None:
        return None
    since = conn.execute(select(func.min(night.c.day)).where(night.c.started_at > last)).scalar()
    if since is None:
        return None
    said = [one.sentence for one in reasons if one.as_of >= since]
    said += [
        f"{line.words.rstrip('.')} ({line.agency})."
        for line in chronology
        if line.told_on is not None and line.told_on >= since
    ]
    return News(last, tuple(said[:MOST_NEW]), max(len(said) - MOST_NEW, 0))


@dataclass(frozen=True, slots=True)
class LastTime:
    """The household's last case: when it was open, how it ended, its last answer, and what was agreed."""

    opened_on: date
    closed_on: date
    closing: str
    decided: Decided | None
    outcomes: tuple[Outcome, ...]


def last_time(conn: Connection, about: Subject, reader: Reader) -> LastTime | None:
    """What came of the household's last case, as far as this reader might have seen that case."""
    c = case.c
    row = conn.execute(
        select(c.id, c.scope, c.opened_on, c.closed_on, c.closing)
        .where(c.household_id == about.household_id, c.state == State.CLOSED.value)
        .order_by(c.closed_on.desc(), c.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None or (row.scope != about.scope and about.scope != JOINT):
        return None
    if reader.role == "agency_worker" and row.scope != reader.sector:
        return None
    decided = decisions.history(conn, row.id)
    agreed = outcomes.of_case(conn, row.id)
    return LastTime(
        row.opened_on,
        row.closed_on,
        row.closing or "closed",
        decided[0] if decided else None,
        tuple(agreed),
    )
