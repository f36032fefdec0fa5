"""Refused rows: kept once each, for as long as somebody may still ask the agency about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from earlyhelp.feeds import Refused
from earlyhelp.store.incoming.pages import digest
from earlyhelp.store.tables import quarantine

OPEN, REPLAYED, DISCARDED = "open", "replayed", "discarded"


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A refused row but for the row itself, which is personal data and read by `shown` alone."""

    id: int
    feed: str
    place: str
    reason: str
    record_id: str | None
    first_seen_on: date
    last_seen_on: date
    keep_until: date
    state: str
    kept: bool


_TOLD = [quarantine.c[name] for name in RefusedRow.__dataclass_fields__ if name != "kept"]


def put_aside(conn: Connection, key: str, refused: Sequence[Refused], day: date, keep: timedelta) -> None:
    """Keep the refused rows of a feed, each once, with the days on which it was seen first and last.

    The row itself is emptied once ``keep`` has passed since it was seen first.
    """
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
            "ours": row.ours,
            "state": OPEN,
            "first_seen_on": day,
            "last_seen_on": day,
            "keep_until": day + keep,
        }
        for row in refused
    ]
    conn.execute(_upsert(conn.dialect.name), rows)


def listed(conn: Connection, feed: str | None = None, *, every: bool = False) -> list[RefusedRow]:
    """The refused rows that wait, of one feed or of all; ``every`` one brings those dealt with as well."""
    wanted = select(*_TOLD, quarantine.c.row.is_not(None)).order_by(quarantine.c.feed, quarantine.c.id)
    if feed is not None:
        wanted = wanted.where(quarantine.c.feed == feed)
    if not every:
        wanted = wanted.where(quarantine.c.state == OPEN)
    return [RefusedRow(*row) for row in conn.execute(wanted)]


def shown(conn: Connection, number: int) -> tuple[RefusedRow, str | None] | None:
    """A refused row with its text, None where there is none of that number; its text may have gone."""
    row = conn.execute(select(*_TOLD, quarantine.c.row).where(quarantine.c.id == number)).one_or_none()
    if row is None:
        return None
    told = row._asdict()
    text: str | None = told.pop("row")
    return RefusedRow(**told, kept=text is not None), text


def waiting(conn: Connection, key: str, *, ours: bool | None = None) -> list[tuple[int, Refused]]:
    """The rows of a feed that can be tried again, with their numbers; ``ours`` True: those in our words."""
    q = quarantine.c
    wanted = select(q.id, q.place, q.reason, q.row, q.record_id, q.ours).order_by(q.id)
    wanted = wanted.where(q.feed == key, q.state == OPEN, q.row.is_not(None))
    if ours is not None:
        wanted = wanted.where(q.ours == ours)
    return [(number, Refused(*rest)) for number, *rest in conn.execute(wanted)]


def end(conn: Connection, numbers: Sequence[int], state: str, day: date) -> int:
    """Mark refused rows as replayed or discarded, and let go of their text; returns how many were open."""
    done = 0
    for at in range(0, len(numbers), 500):
        chosen = quarantine.c.id.in_(numbers[at : at + 500])
        ended = update(quarantine).where(chosen, quarantine.c.state == OPEN)
        done += conn.execute(ended.values(state=state, ended_on=day, row=None)).rowcount
    return done


def discard(conn: Connection, numbers: Sequence[int], day: date) -> int:
    """Somebody has decided that these rows will not be landed; reason and place stay. Returns how many."""
    return end(conn, numbers, DISCARDED, day)


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
