"""Windows: from where a feed is asked, and how far it has told us once all pages are in.

Two marks for each feed, not one. The *position* is the next request, saved with every page: a killed run
goes on in mid-window. The *watermark* moves only when a window closes, and decides where the next begins.
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row, update

from earlyhelp.feeds import Feed, Page, Window
from earlyhelp.store import tables
from earlyhelp.store.incoming.answers import files_taken
from earlyhelp.store.incoming.bookmarks import bookmark_of, feed_key, set_bookmark
from earlyhelp.store.incoming.snapshots import begin_snapshot, compare_snapshot
from earlyhelp.store.planning import take_sizes
from earlyhelp.store.tables import fetch_run
from schemas.feed import london_day


def open_window(conn: Connection, agency: str, feed: Feed, day: date, *, full: bool = False) -> Window:
    """Where to go on: at a saved position, else a look-back before the watermark, else at the beginning.

    Now and then, as its `Sweep` says, the window goes back much further, for what came later than the
    look-back. A ``full`` one begins at the beginning, whatever was open, and reads every file again.
    """
    mark = bookmark_of(conn, feed_key(agency, feed))
    taken = files_taken(conn, mark.feed)
    if mark.position is not None and not full:
        return Window(
            mark.window_since, position=mark.position, taken=frozenset() if mark.window_full else taken
        )
    since, sweeps = (None, True) if full or mark.watermark is None else _since(mark, feed, day)
    begin_snapshot(conn, mark.feed)
    fresh = {"window_since": since, "window_sweeps": sweeps, "window_full": full, "position": None}
    unseen = {"window_newest": None, "window_clock": None, "window_hold": None}
    set_bookmark(conn, mark.feed, **fresh, **unseen)
    if full:
        return Window()
    return Window(since, validator=None if sweeps else mark.validator, taken=taken)


def _since(mark: Row[Any], feed: Feed, day: date) -> tuple[datetime, bool]:
    """From when to ask, and whether that goes far back."""
    usual: datetime = mark.watermark - feed.look_back
    if feed.sweep is None or (mark.swept_on is not None and day - mark.swept_on < feed.sweep.every):
        return usual, False
    return min(usual, mark.watermark - feed.sweep.back), True


def rewind_window(conn: Connection, agency: str, feed: Feed) -> None:
    """Forget the position, which the agency no longer knows or we no longer trust: the window begins anew."""
    key = feed_key(agency, feed)
    begin_snapshot(conn, key)
    set_bookmark(conn, key, position=None)


def close_window(conn: Connection, agency: str, feed: Feed, page: Page, run: int, day: date) -> int:
    """All pages are in, ``page`` the last: move the watermark, and write down the day.

    The watermark never passes the agency's clock at the window's first page, for what was recorded while we
    read may lie on a page already read; nor a row that we refused only because its day is to come. Returns
    how many records a snapshot no longer names. Raises `FeedStopped` for a snapshot not to be believed.
    """
    mark = bookmark_of(conn, feed_key(agency, feed))
    withdrawn = 0
    if feed.snapshot and not page.unchanged and not (page.files and all(f.again for f in page.files)):
        withdrawn = compare_snapshot(
            conn, agency, feed, f"{run}.gone", page.clock, day, believed=mark.window_full
        )
    watermark, newest_on = mark.watermark, mark.newest_on
    if mark.window_newest is not None:
        seen = min(mark.window_newest, page.clock)
        reached = min(seen, mark.window_clock or page.clock)
        watermark = max(reached, watermark or reached)
        newest_on = max(london_day(seen), newest_on or london_day(seen))
    if mark.window_hold is not None and watermark is not None:
        watermark = min(watermark, mark.window_hold)
    now = {"watermark": watermark, "newest_on": newest_on, "last_good_on": day, "loaded": True}
    swept = {"swept_on": day if mark.window_sweeps else mark.swept_on}
    set_bookmark(conn, mark.feed, position=None, validator=page.validator, **now, **swept)
    take_sizes(conn, tables.landing[feed.schema.kind])
    ended = {"state": "complete", "ended_at": datetime.now(UTC)}
    conn.execute(update(fetch_run).where(fetch_run.c.id == run).values(ended))
    return withdrawn
