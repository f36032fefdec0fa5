"""Counts every event row as matched or not, and keeps what leads to no household with its reason."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, func, insert, select

from earlyhelp.linking.deciding import REVIEW
from earlyhelp.linking.identifiers import NO_REFERENCE, NOT_SEEN, UNKNOWN, WHY_NOT, Home
from earlyhelp.store.people.registers import read_held, read_homes
from earlyhelp.store.tables import EVENT_KINDS, NATIONAL, landing, subject_of, unmatched, written_address


def count_unmatched(
    conn: Connection, reasons: Mapping[tuple[str, str, str], str] | None, day: date
) -> dict[str, int]:
    """Count every event row as matched or not, and keep each unmatched identifier with its reason.

    ``reasons`` are what matching found tonight; None where it had nothing to do, and those before still hold.
    """
    homes, held = read_homes(conn), read_held(conn)
    if reasons is None:
        before = select(unmatched.c.scheme, unmatched.c.agency, unmatched.c.value, unmatched.c.reason)
        reasons = {(scheme, agency, value): reason for scheme, agency, value, reason in conn.execute(before)}
    reasons = {**_of_addresses(conn), **reasons}
    conn.execute(unmatched.delete())
    matched_rows = lost_rows = old_rows = 0
    lost = []
    for kind, schema in EVENT_KINDS.items():
        t = landing[kind]
        scheme, column = subject_of(schema)
        subject = t.c[column]
        old = select(func.count()).select_from(t).where(t.c.superseded_on.is_not(None))
        old_rows += conn.execute(old).scalar_one()
        named = select(t.c.agency, subject, func.count()).where(t.c.superseded_on.is_(None))
        for agency, value, count in conn.execute(named.group_by(t.c.agency, subject)):
            owner = "" if scheme in NATIONAL else agency
            if (scheme, owner, value) in held:
                matched_rows += count
                continue
            reason = reasons.get((scheme, owner, value or "")) or _why(scheme, value, homes)
            lost.append(((scheme, owner, value or ""), reason, count))
            lost_rows += count
    _write_unmatched(conn, lost, day)
    return {"rows_matched": matched_rows, "rows_unmatched": lost_rows, "rows_superseded": old_rows}


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
