"""Which agencies are left alone for a while, because they failed several times in a row."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from earlyhelp.store.tables import circuit

FAILURES = 3
"""After so many in a row an agency is left alone; one success closes the matter."""
FIRST_REST = timedelta(minutes=4)
"""Shorter than the five minutes after which a night tries again: that try is the one that tells."""
LONGEST_REST = timedelta(hours=6)
"""Each further failure doubles the rest, up to this: by the next night everybody is asked again."""


def resting_until(conn: Connection, agency: str, now: datetime) -> datetime | None:
    """Until when an agency is left alone, None when it may be asked."""
    until = conn.execute(select(circuit.c.open_until).where(circuit.c.agency == agency)).scalar_one_or_none()
    return until if until is not None and until > now else None


def note_failure(conn: Connection, agency: str, now: datetime) -> datetime | None:
    """Count a failure; returns until when the agency is now left alone, None while it may be asked."""
    wanted = select(circuit.c.failures).where(circuit.c.agency == agency).with_for_update()
    failures = (conn.execute(wanted).scalar_one_or_none() or 0) + 1
    rest = min(FIRST_REST * 2 ** min(failures - FAILURES, 10), LONGEST_REST) if failures >= FAILURES else None
    until = now + rest if rest else None
    made = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(circuit)
    values = {"failures": failures, "open_until": until}
    conn.execute(
        made.values(agency=agency, **values).on_conflict_do_update(index_elements=["agency"], set_=values)
    )
    return until


def note_success(conn: Connection, agency: str) -> None:
    """The agency answers: nothing is counted against it."""
    conn.execute(delete(circuit).where(circuit.c.agency == agency))


def resting(conn: Connection, now: datetime) -> dict[str, datetime]:
    """Every agency that is left alone, and until when."""
    rows = conn.execute(select(circuit.c.agency, circuit.c.open_until).where(circuit.c.open_until > now))
    return dict(rows.tuples().all())
