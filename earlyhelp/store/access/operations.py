"""What operators did by hand on the command line with data that is not theirs to look at unseen."""

import getpass
from datetime import UTC, datetime

from sqlalchemy import Connection, insert

from earlyhelp.store.access.audit import bind
from earlyhelp.store.tables import operation


def note_operation(conn: Connection, what: str, about: str) -> None:
    """Write down who did what by hand; ``about`` names ids and feeds, never a value."""
    now = datetime.now(UTC)
    row = {"at": now, "operator": operator()[:80], "what": what[:40], "about": about[:200]}
    number = conn.execute(insert(operation).values(row).returning(operation.c.id)).scalar_one()
    bind(conn, "operation", number, now)


def operator() -> str:
    """The login name on this machine; a container may have none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
