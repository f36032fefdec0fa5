"""Counts every event row as matched or not, and keeps what leads to no household with its reason."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, Select, exists, func, insert, select

from earlyhelp.linking.deciding import REVIEW
from earlyhelp.linking.identifiers import NO_REFERENCE, NOT_SEEN, UNKNOWN, WHY_NOT, Home
from earlyhelp.store.people.registers import read_homes
from earlyhelp.store.tables import (
    EVENT_KINDS,
    NATIONAL,
    landing,
    link,
    subject_of,
    unmatched,
    written_address,
)


def count_unmatched(
    conn: Connection, reasons: Mapping[tuple[str, str, str], str] | None, day: date
) -> dict[str, int]:
    """Count every event row as matched or not, and keep each unmatched identifier with its reason.

    ``reasons`` are what matching found tonight; None where it had nothing to do, and those before still hold.
    """
    if reasons is None:
        before = select(unmatched.c.scheme, unmatched.c.agency, unmatched.c.value, unmatched.c.reason)
        reasons = {(scheme, agency, value): reason for scheme, agency, value, reason in conn.execute(before)}
    reasons = {**_of_addresses(conn), **reasons}
    conn.execute(unmatched.delete())
    there = lost_rows = old_rows = 0
    lost = []
    homes: Mapping[str, Home] | None = None
    for kind, schema in EVENT_KINDS.items():
        t = landing[kind]
        rows, old = conn.execute(select(func.count(), func.count(t.c.superseded_on)).select_from(t)).one()
        there, old_rows = there + rows, old_rows + old
        scheme = schema.subject[0]
        for agency, value, count in conn.execute(_leading_nowhere(kind)):
            key = (scheme, "" if scheme in NATIONAL else agency, value or "")
            if key not in reasons and scheme == "uprn" and homes is None:
                homes = read_homes(conn)
            lost.append((key, reasons.get(key) or _why(scheme, value, homes or {}), count))
            lost_rows += count
    _write_unmatched(conn, lost, day)
    matched = there - old_rows - lost_rows
    return {"rows_matched": matched, "rows_unmatched": lost_rows, "rows_superseded": old_rows}


def _leading_nowhere(kind: str) -> Select[tuple[str, str | None, int]]:
    """Agency, identifier and number of the rows that hold and whose identifier leads to no household.

    The database looks for the links: most identifiers have one, and never come here.
    """
    t, (scheme, column) = landing[kind], subject_of(EVENT_KINDS[kind])
    named = select(t.c.agency, t.c[column].label("value"), func.count().label("rows"))
    told = named.where(t.c.superseded_on.is_(None)).group_by(t.c.agency, t.c[column]).subquery()
    owner = "" if scheme in NATIONAL else told.c.agency
    leads = exists().where(link.c.scheme == scheme, link.c.agency == owner, link.c.value == told.c.value)
    return select(told.c.agency, told.c.value, told.c.rows).where(~leads)


def _of_addresses(conn: Connection) -> dict[tuple[str, str, str], str]:
    """Why a written address leads to no residence."""
    w = written_address.c
    rows = conn.execute(select(w.address, w.decision, w.why).where(w.uprn.is_(None)))
    return {("uprn", "", text): (ASKED if decision == REVIEW else why)[:60] for text, decision, why in rows}


ASKED = "a reviewer is asked which residence it is"


def _why(scheme: str, value: str | None, homes: Mapping[str, Home]) -> str:
    """Why an identifier leads to no household."""
    if value is None:
        return NO_REFERENCE
    if scheme != "uprn":
        return NOT_SEEN
    home = homes.get(value)
    return UNKNOWN if home is None else WHY_NOT.get(home.usage, NOT_SEEN)


def _write_unmatched(conn: Connection, lost: list[tuple[tuple[str, str, str], str, int]], day: date) -> None:
    """Keep one row for each unmatched identifier, with how many event rows bear it."""
    merged: dict[tuple[str, str, str], tuple[str, int]] = {}
    for key, reason, count in lost:
        merged[key] = (reason, merged.get(key, ("", 0))[1] + count)
    if merged:
        conn.execute(
            insert(unmatched),
            [
                {
                    "scheme": k[0],
                    "agency": k[1],
                    "value": k[2],
                    "reason": reason,
                    "rows": count,
                    "seen_on": day,
                }
                for k, (reason, count) in merged.items()
            ],
        )
