"""What key workers answered to a signal: right, or not right. The second label, beside what came."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Connection, delete, insert, select

from earlyhelp.casework.lines import REMEMBERED, Answered
from earlyhelp.store import tables
from earlyhelp.store.tables import signal, verdict
from earlyhelp.trust.states import DECISIONS
from schemas.feed import london_midnight


def write_verdict(
    conn: Connection,
    case: int,
    decided_at: datetime,
    *,
    was_right: bool,
    checks: Collection[str] = (),
    of_need: bool = False,
) -> None:
    """Keep a worker's answer about each check that the case rests on, or about ``checks`` alone.

    ``of_need``: it says whether the household needed help, and nothing of whether the check was right. Saying
    it twice at one moment is saying it once.
    """
    current = select(signal.c.check).where(signal.c.case_id == case, signal.c.current)
    for name in sorted(set(checks) or set(conn.execute(current).scalars())):
        same = (verdict.c.check == name) & (verdict.c.case_id == case) & (verdict.c.decided_at == decided_at)
        conn.execute(delete(verdict).where(same))
        conn.execute(
            insert(verdict).values(
                check=name, case_id=case, decided_at=decided_at, was_right=was_right, of_need=of_need
            )
        )


def answered(conn: Connection, day: date) -> list[Answered]:
    """The newest answer to each case of the last half-year, given before that day began.

    A case was rightly raised if the answer bore out any of what it rests on.
    """
    before = london_midnight(day)
    t = verdict
    rows = conn.execute(
        select(t.c.case_id, t.c.decided_at, t.c.was_right, tables.case.c.scope, tables.case.c.weight)
        .join(tables.case, tables.case.c.id == t.c.case_id)
        .where(t.c.decided_at < before, t.c.decided_at >= before - REMEMBERED)
        .order_by(t.c.case_id, t.c.decided_at, t.c.was_right)
    )
    newest = {row.case_id: row for row in rows}  # of one moment a right one is the last
    return [Answered(row.scope, row.weight, row.was_right) for row in newest.values()]


def verdicts(conn: Connection, check: str, since: datetime | None) -> list[bool]:
    """The last forty verdicts on a check given after that moment, newest first.

    That nothing was needed is none: a check that is right one time in three is a good one, and says nothing
    false the other two.
    """
    query = select(verdict.c.was_right).where(verdict.c.check == check, ~verdict.c.of_need)
    if since is not None:
        query = query.where(verdict.c.decided_at > since)
    newest = query.order_by(verdict.c.decided_at.desc(), verdict.c.id.desc()).limit(DECISIONS)
    return list(conn.execute(newest).scalars())
