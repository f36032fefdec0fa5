"""Refused rows: kept once each, for as long as somebody may still ask the agency about them."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache

from sqlalchemy import Connection, update
from sqlalchemy.dialects import postgresql, sqlite

from earlyhelp.feeds import Refused
from earlyhelp.store.pages import digest
from earlyhelp.store.tables import quarantine

KEEP_DAYS = 30
"""How long the text of a refused row is kept."""


def put_aside(conn: Connection, key: str, refused: Sequence[Refused], day: date) -> None:
    """Keep the refused rows of a feed, each once, with the days on which it was seen first and last."""
    if not refused:
        return
    rows = [
        {
            "feed": key,
            "digest": digest((row.row or f"{row.place} {row.reason}").encode(errors="replace")),
            "record_id": None if row.record_id is None else _safe(row.record_id)[:80],
            "reason": _safe(row.reason)[:400],
            "place": _safe(row.place)[:80],
            "row": _safe(row.row),
            "first_seen_on": day,
            "last_seen_on": day,
            "keep_until": day + timedelta(days=KEEP_DAYS),
        }
        for row in refused
    ]
    conn.execute(_upsert(conn.dialect.name), rows)


def purge_quarantine(conn: Connection, day: date) -> int:
    """Empty the text of refused rows kept past their days; place and reason stay. Returns how many."""
    due = (quarantine.c.keep_until < day, quarantine.c.row.is_not(None))
    return conn.execute(update(quarantine).where(*due).values(row=None)).rowcount


def _safe(words: str) -> str:
    """What either database takes as text: without the character that ends a text, without half characters."""
    return words.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()


@cache
def _upsert(dialect: str) -> sqlite.Insert | postgresql.Insert:
    """Insert, or where the row is there already, move the day on which it was last seen."""
    insert = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(quarantine)
    seen = {name: insert.excluded[name] for name in ("last_seen_on", "reason", "place")}
    return insert.on_conflict_do_update(index_elements=["feed", "digest"], set_=seen)
