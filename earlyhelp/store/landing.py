"""Runs, windows and landing: how far each feed has told us, and its rows with it in one transaction.

Two marks for each feed, not one. The *position* is the next request, saved with every page: a killed run
goes on in mid-window. The *watermark* moves only when a window closes, and decides where the next begins.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from earlyhelp.feeds import Counts, Feed, Page, Window
from earlyhelp.store import tables
from earlyhelp.store.pages import Sifted, hold_records, insert_page, newest_id, set_in_order, sift
from earlyhelp.store.planning import take_sizes
from earlyhelp.store.refused import purge_quarantine as purge_quarantine
from earlyhelp.store.refused import put_aside
from earlyhelp.store.tables import bookmark, fetch_run, quarantine
from schemas.feed import london_day


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """How a feed is: ``last_error`` is its latest run's, ``refused_open`` rows are kept to ask about."""

    feed: str
    last_good_on: date | None
    newest_on: date | None
    landed: int
    refused_open: int
    last_error: str | None


def feed_key(agency: str, feed: Feed) -> str:
    """How a feed is named among all agencies' feeds."""
    return f"{agency}/{feed.name}"


def start_run(conn: Connection, feed_key: str, day: date) -> int:
    """Write down that a feed is being fetched; a run of it that never ended is written off."""
    now = datetime.now(UTC)
    conn.execute(
        update(fetch_run)
        .where(fetch_run.c.feed == feed_key, fetch_run.c.state == "running")
        .values(state="failed", error="interrupted", ended_at=now)
    )
    row = {"feed": feed_key, "day": day, "state": "running", "started_at": now}
    made: int = conn.execute(insert(fetch_run).values(row).returning(fetch_run.c.id)).scalar_one()
    return made


def fail_run(conn: Connection, run: int, code_and_words: str) -> None:
    """Write down why a run stopped; what it landed stays, and so does its position."""
    conn.execute(
        update(fetch_run)
        .where(fetch_run.c.id == run)
        .values(state="failed", error=code_and_words[:200], ended_at=datetime.now(UTC))
    )


def open_window(conn: Connection, agency: str, feed: Feed, day: date) -> Window:
    """Where to go on: at a saved position, else a look-back before the watermark, else at the beginning."""
    mark = _bookmark(conn, feed_key(agency, feed))
    if mark.position is not None:
        return Window(mark.window_since, position=mark.position)
    since = None if mark.watermark is None else mark.watermark - feed.look_back
    _set(conn, mark.feed, window_since=since, window_newest=None, window_clock=None, window_hold=None)
    return Window(since)


def rewind_window(conn: Connection, agency: str, feed: Feed) -> None:
    """Forget the position, which the agency no longer knows: the same window begins anew."""
    _set(conn, feed_key(agency, feed), position=None)


def land(conn: Connection, agency: str, feed: Feed, page: Page, run: int, number: int, day: date) -> Counts:
    """Put one page away: its rows, its refused rows and the position after it, in the caller's transaction.

    The same row again changes nothing. Land the last page and close the window in one transaction.
    """
    mark = _bookmark(conn, feed_key(agency, feed))
    sifted = sift(feed.schema, page, day, first_load=not mark.loaded)
    hold_records(conn, feed.schema, agency)
    before = newest_id(conn, feed.schema)
    landed = insert_page(conn, feed.schema, agency, f"{run}.{number}", sifted.rows)
    if landed:
        set_in_order(conn, feed.schema, agency, before)
    put_aside(conn, mark.feed, sifted.refused, day)
    _move(conn, mark, page, sifted)
    counts = Counts(
        fetched=len(page.rows) + len(page.refused),
        landed=landed,
        known=len(sifted.rows) - landed,
        refused=len(sifted.refused),
        pages=1,
    )
    _count(conn, run, counts)
    return counts


def close_window(conn: Connection, agency: str, feed: Feed, run: int, day: date, clock: datetime) -> None:
    """All pages are in: move the watermark, and write down the day.

    The watermark never passes the agency's clock at the window's first page, for what was recorded while we
    read may lie on a page already read; nor a row that we refused only because its day is to come.
    """
    mark = _bookmark(conn, feed_key(agency, feed))
    watermark, newest_on = mark.watermark, mark.newest_on
    if mark.window_newest is not None:
        seen = min(mark.window_newest, clock)
        reached = min(seen, mark.window_clock or clock)
        watermark = max(reached, watermark or reached)
        newest_on = max(london_day(seen), newest_on or london_day(seen))
    if mark.window_hold is not None and watermark is not None:
        watermark = min(watermark, mark.window_hold)
    now = {"watermark": watermark, "newest_on": newest_on, "last_good_on": day, "loaded": True}
    _set(conn, mark.feed, position=None, **now)
    take_sizes(conn, tables.landing[feed.schema.kind])
    ended = {"state": "complete", "ended_at": datetime.now(UTC)}
    conn.execute(update(fetch_run).where(fetch_run.c.id == run).values(ended))


def feed_health(conn: Connection) -> list[FeedHealth]:
    """How each feed is, by name: also those that were agreed but never fetched."""
    marks = {row.feed: row for row in conn.execute(select(bookmark))}
    landed: dict[str, int] = {}
    error: dict[str, str | None] = {}
    for run in conn.execute(select(fetch_run).order_by(fetch_run.c.id)):
        landed[run.feed] = landed.get(run.feed, 0) + run.landed
        error[run.feed] = run.error
    kept = select(quarantine.c.feed, func.count()).where(quarantine.c.row.is_not(None))
    refused = {key: count for key, count in conn.execute(kept.group_by(quarantine.c.feed))}
    names = set(conn.execute(select(tables.feed.c.name)).scalars())
    return [
        FeedHealth(
            feed=key,
            last_good_on=marks[key].last_good_on if key in marks else None,
            newest_on=marks[key].newest_on if key in marks else None,
            landed=landed.get(key, 0),
            refused_open=refused.get(key, 0),
            last_error=error.get(key),
        )
        for key in sorted(names | set(marks) | set(landed))
    ]


def _bookmark(conn: Connection, key: str) -> Row[Any]:
    """The bookmark of a feed, made when there is none, and held against others until we commit."""
    wanted = select(bookmark).where(bookmark.c.feed == key).with_for_update()
    found = conn.execute(wanted).one_or_none()
    if found is None:
        made = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(bookmark)
        conn.execute(made.values(feed=key, loaded=False).on_conflict_do_nothing())
        found = conn.execute(wanted).one()
    return found


def _set(conn: Connection, key: str, **values: object) -> None:
    """Write into a bookmark."""
    conn.execute(update(bookmark).where(bookmark.c.feed == key).values(values))


def _move(conn: Connection, mark: Row[Any], page: Page, sifted: Sifted) -> None:
    """Move the bookmark past a page: the next request, and what the window has seen so far."""
    _set(
        conn,
        mark.feed,
        position=None if page.position is None else dict(page.position),
        window_newest=max(filter(None, (mark.window_newest, sifted.newest)), default=None),
        window_clock=mark.window_clock or page.clock,
        window_hold=min(filter(None, (mark.window_hold, sifted.hold)), default=None),
    )


def _count(conn: Connection, run: int, counts: Counts) -> None:
    """Add a page's counts to its run."""
    names = ("fetched", "landed", "known", "refused", "pages")
    added = {name: fetch_run.c[name] + bindparam(f"more_{name}") for name in names}
    more = {f"more_{name}": getattr(counts, name) for name in names}
    conn.execute(
        update(fetch_run).where(fetch_run.c.id == bindparam("run")).values(added), {"run": run, **more}
    )
