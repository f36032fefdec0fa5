"""Runs and landing: each page of a feed put away with everything that goes with it, in one transaction.

With the rows go those refused, what was taken away, how the layout has drifted, the hash of the answer,
receipts for files, and the position after the page: all of it is there, or none of it.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from earlyhelp.errors import LeftAlone
from earlyhelp.feeds import Counts, Feed, Page
from earlyhelp.sharing.agreements import Share
from earlyhelp.store.incoming.answers import give_receipts, keep_answer
from earlyhelp.store.incoming.bookmarks import bookmark_of, feed_key, set_bookmark
from earlyhelp.store.incoming.door import let_in
from earlyhelp.store.incoming.drifts import note_drift
from earlyhelp.store.incoming.feed_days import add_days, count_days
from earlyhelp.store.incoming.first_loads import put_off_indexes
from earlyhelp.store.incoming.pages import Sifted, hold_records, insert_page, newest_id, set_in_order, sift
from earlyhelp.store.incoming.refused import put_aside
from earlyhelp.store.incoming.snapshots import come_back, drop_unchanged, name_seen, take_away
from earlyhelp.store.tables import fetch_run

Move = Callable[[Row[Any], Page, Sifted], None]

_COUNTED = ("fetched", "landed", "known", "refused", "pages")
_ADD = (  # made once, for SQLAlchemy is quick only with a statement that it has seen before
    update(fetch_run)
    .where(fetch_run.c.id == bindparam("run"))
    .values({name: fetch_run.c[name] + bindparam(f"more_{name}") for name in _COUNTED})
)


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
    end_run(conn, run, "failed", code_and_words[:200])


def last_failure(conn: Connection, agency: str) -> str | None:
    """What stopped an agency's last run that asked it anything at all."""
    return conn.execute(
        select(fetch_run.c.error)
        .where(
            fetch_run.c.feed.startswith(f"{agency}/", autoescape=True),
            fetch_run.c.state == "failed",
            fetch_run.c.error.not_like(f"{LeftAlone.code}:%"),
        )
        .order_by(fetch_run.c.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def end_run(conn: Connection, run: int, state: str = "complete", error: str | None = None) -> None:
    """Write down how a run ended."""
    ended = {"state": state, "error": error, "ended_at": datetime.now(UTC)}
    conn.execute(update(fetch_run).where(fetch_run.c.id == run).values(ended))


def land(
    conn: Connection,
    agency: str,
    feed: Feed,
    page: Page,
    run: int,
    number: int,
    day: date,
    move: Move | None = None,
    share: Share | None = None,
) -> Counts:
    """Put one page away: its rows, its refused rows and the position after it, in the caller's transaction.

    The same row again changes nothing. Land the last page and close the window in one transaction. ``move``
    keeps the position elsewhere than in the feed's bookmark (a backfill's has a place of its own). ``share``
    is what was agreed about the feed: what it does not list stays outside (None: rows that are made up).
    """
    mark = bookmark_of(conn, feed_key(agency, feed))
    if feed.snapshot:
        page = come_back(conn, feed.schema, agency, page)
    sifted = sift(feed.schema, page, day)
    if share is not None:
        sifted = let_in(conn, agency, feed, share, sifted, day)
    hold_records(conn, feed.schema, agency)
    before = newest_id(conn, feed.schema)
    if not before and page.position is not None:
        put_off_indexes(conn, feed.schema)
    lineage, first_load = f"{run}.{number}", not mark.loaded
    put = insert_page(conn, feed.schema, agency, lineage, sifted.columns, day, first_load=first_load)
    landed = put.rows
    if feed.snapshot:
        landed -= drop_unchanged(conn, feed.schema, agency, before)
        name_seen(conn, mark.feed, _named(page, sifted))
    if landed and put.others:
        set_in_order(conn, feed.schema, agency, before)
    records = sifted.columns["record_id"]
    withdrawn, changed = take_away(conn, mark.feed, feed.schema, agency, lineage, page, records, day)
    if put.rows == len(records) == landed and not changed:
        add_days(conn, mark.feed, sifted.columns["recorded_at"])
    else:
        count_days(conn, mark.feed, feed.schema, agency, before)
    put_aside(conn, mark.feed, sifted.refused, day, feed.terms.keep_refused)
    keep_answer(conn, mark.feed, feed, page, run, number, day, share)
    give_receipts(conn, mark.feed, page, run, day)
    shape = note_drift(conn, mark.feed, page, mark.shape, day)
    if shape != mark.shape:
        set_bookmark(conn, mark.feed, shape=shape)
    if move is None:
        _move(conn, mark, page, sifted)
    else:
        move(mark, page, sifted)
    counts = Counts(
        fetched=len(page.rows) + len(page.refused) + len(page.gone),
        landed=landed + withdrawn,
        known=len(page.rows) + len(page.refused) - len(sifted.refused) - landed + len(page.gone) - withdrawn,
        refused=len(sifted.refused),
        pages=1,
    )
    add_counts(conn, run, counts)
    return counts


def _named(page: Page, sifted: Sifted) -> list[str | None]:
    """The records that a page names, those refused too; None for a row from which nobody can tell."""
    return [*(row.record_id for row in page.rows), *(row.record_id for row in sifted.refused)]


def _move(conn: Connection, mark: Row[Any], page: Page, sifted: Sifted) -> None:
    """Move the bookmark past a page: the next request, and what the window has seen so far."""
    stamps = [gone.recorded_at for gone in page.gone if gone.recorded_at <= page.clock]
    set_bookmark(
        conn,
        mark.feed,
        position=None if page.position is None else dict(page.position),
        window_newest=max(filter(None, (mark.window_newest, sifted.newest, *stamps)), default=None),
        window_clock=mark.window_clock or page.clock,
        window_hold=min(filter(None, (mark.window_hold, sifted.hold)), default=None),
    )


def add_counts(conn: Connection, run: int, counts: Counts) -> None:
    """Add to what a run has counted: a page's rows, or the records that a whole snapshot took away."""
    more = {f"more_{name}": getattr(counts, name) for name in _COUNTED}
    conn.execute(_ADD, {"run": run, **more})
