"""The backtests on record: without one, no check is promoted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from earlyhelp.checking.check import Check
from earlyhelp.store.tables import backtest


@dataclass(frozen=True, slots=True)
class Record:
    """One backtest of one version of a check."""

    id: int
    first_on: date
    last_on: date
    made_at: datetime
    who: str
    summary: Mapping[str, Any]


def keep(
    conn: Connection,
    checks: Mapping[str, Check],
    first: date,
    last: date,
    who: str,
    summary: Mapping[str, Any],
) -> None:
    """Put a backtest on record for each of the checks that it was about."""
    made_at = datetime.now(UTC)
    for name, check in checks.items():
        conn.execute(
            insert(backtest).values(
                check=name, version=check.version, first_on=first, last_on=last,
                labels=str(summary["labels"]), made_at=made_at, who=who, summary=dict(summary),
            )
        )  # fmt: skip


def newest(conn: Connection, check: Check) -> Record | None:
    """The last backtest of the check as it is now; one of another version proves nothing."""
    t = backtest
    row = conn.execute(
        select(t.c.id, t.c.first_on, t.c.last_on, t.c.made_at, t.c.who, t.c.summary)
        .where(t.c.check == check.name, t.c.version == check.version)
        .order_by(t.c.id.desc())
    ).first()
    return None if row is None else Record(*row)
