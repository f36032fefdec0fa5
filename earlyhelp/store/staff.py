"""A council's workers: who they are at its sign-in, what they may do, and how much room they have."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, update

from earlyhelp.store.tables import worker


def enrol(conn: Connection, people: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Write each worker, told apart by the account they sign in with; how many are new, and how many changed.

    Who is not among them stays as they are: a case must not lose its worker by a line left out of a file.
    """
    known = {row.subject: dict(row._mapping) for row in conn.execute(select(worker)) if row.subject}
    counts = {"new": 0, "changed": 0, "as_before": 0}
    for person in people:
        before = known.get(person["subject"])
        if before is None:
            conn.execute(insert(worker).values(**person))
            counts["new"] += 1
        elif any(before[name] != value for name, value in person.items()):
            conn.execute(update(worker).where(worker.c.id == before["id"]).values(**person))
            counts["changed"] += 1
        else:
            counts["as_before"] += 1
    return counts
