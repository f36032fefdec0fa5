"""Requests of people about their own data: each is written down, with what was done and why."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from earlyhelp.law.policy import POLICY, Policy
from earlyhelp.store import unsaying
from earlyhelp.store.access.operations import note_operation, operator
from earlyhelp.store.incoming.door import token
from earlyhelp.store.people import matching
from earlyhelp.store.people.subject import entries
from earlyhelp.store.tables import (
    EVENT_KINDS,
    answer,
    landing,
    member,
    quarantine,
    register_read,
    rights_request,
    suppressed,
)

OPEN, UPHELD, REFUSED, DONE = "open", "upheld", "refused", "done"


def subject_of(agency: str, record: str) -> str:
    """By what a person is known in the log of requests, without naming them."""
    return token(f"{agency} {record}")


def write_down(
    conn: Connection, kind: str, agency: str, record: str, day: date, note: str, counts: Mapping[str, int],
    state: str = DONE, household_id: int | None = None,
) -> int:  # fmt: skip
    """Keep a request and what came of it; returns its number. It stands in the audit as well."""
    row: dict[str, Any] = {
        "kind": kind, "received_on": day, "operator": operator()[:80], "subject": subject_of(agency, record),
        "household_id": household_id, "state": state, "decided_on": None if state == OPEN else day,
        "note": note, "counts": dict(counts),
    }  # fmt: skip
    number: int = conn.execute(insert(rights_request).values(row).returning(rights_request.c.id)).scalar_one()
    note_operation(conn, f"rights {kind}", f"request {number} {state}")
    return number


def erase(
    conn: Connection, agency: str, record: str, day: date, note: str, policy: Policy = POLICY
) -> dict[str, int]:
    """Erase what that agency has told of somebody, and let it not come back; counts by kind of row.

    Their entry, what is booked under their own NHS number or is about them by the agency's, what their
    likeness to others was found to be, refused rows of theirs, the agency's answers word for word, and every
    ``signal`` that rests on any of it, with its sentence. What is about a home and whoever lives there stays:
    it is not theirs alone. So do ``notes``, which people wrote about the household: they are counted, and a
    person decides about them. So does a domestic-abuse marker: whoever asks may be the person whom it guards
    somebody against (UK GDPR article 17(3)).
    """
    p = landing["person"].c
    numbers = set(
        conn.execute(select(p.nhs_number).where(p.agency == agency, p.record_id == record)).scalars()
    )
    if not numbers:
        entries(conn, agency, record)
    whose = and_(member.c.agency == agency, member.c.record_id == record)
    homes = set(conn.execute(select(member.c.household_id).where(whose)).scalars())
    theirs = [("person", "record_id", [record]), ("appointment", "nhs_number", [n for n in numbers if n])]
    theirs += [
        (kind, one.subject[1], [record]) for kind, one in EVENT_KINDS.items() if one.subject[0] == "person"
    ]
    counts = {"signal": 0}
    for kind, column, values in theirs:
        rows = _gone(conn, kind, agency, column, sorted(values), day)
        counts[kind] = len(rows)
        counts["signal"] += unsaying.unsay(conn, kind, rows, day, policy)
    mine = quarantine.c.feed.startswith(f"{agency}/", autoescape=True) & (quarantine.c.record_id == record)
    emptied = update(quarantine).where(mine, quarantine.c.row.is_not(None)).values(row=None)
    counts["quarantine"] = conn.execute(emptied).rowcount
    bodies = answer.c.feed.startswith(f"{agency}/", autoescape=True) & answer.c.body.is_not(None)
    counts["answer"] = conn.execute(update(answer).where(bodies).values(body=None)).rowcount
    counts["member"] = conn.execute(delete(member).where(whose)).rowcount
    counts["pairs"] = matching.forget_person(conn, agency, record)
    conn.execute(delete(register_read))
    counts["notes"] = unsaying.count_notes(conn, homes)
    write_down(conn, "erasure", agency, record, day, note, counts)
    return counts


def _gone(conn: Connection, kind: str, agency: str, column: str, values: list[str], day: date) -> list[int]:
    """Delete the rows of an agency with those values, and let none of them in again; returns which."""
    if not values:
        return []
    table = landing[kind]
    add = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(suppressed)
    rows = [{"agency": agency, "kind": kind, "token": token(value), "since_on": day} for value in values]
    conn.execute(add.on_conflict_do_nothing(), rows)
    theirs = and_(table.c.agency == agency, table.c[column].in_(values))
    ids = list(conn.execute(select(table.c.id).where(theirs)).scalars())
    conn.execute(delete(table).where(theirs))
    return ids
