"""Fetching: an agency's feeds, one after another, page by page, each page in one transaction.

It may be killed at any line and run again: what is landed stays, and the next run goes on behind it.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import orjson
from pydantic import ValidationError
from sqlalchemy import Connection, Engine, Row

from earlyhelp.collecting import seldom_collected
from earlyhelp.errors import EarlyHelpError, FeedStopped, LeftAlone, SetUpWrong, TryAgainLater
from earlyhelp.feeds import Connector, Counts, Feed, Page, Refused
from earlyhelp.in_force import agreed, agreements
from earlyhelp.progress import report
from earlyhelp.sharing.agreements import Share
from earlyhelp.store import nights
from earlyhelp.store.incoming import circuits, landing, refused, slices, windows
from earlyhelp.store.incoming.bookmarks import feed_key
from earlyhelp.store.incoming.first_loads import make_indexes
from earlyhelp.store.incoming.pages import Sifted
from schemas.feed import FeedRow, london_midnight

log = logging.getLogger(__name__)

Heard = Callable[[int], None]
SLICE = timedelta(days=31)
"""How many days of a backfill are asked for at a time."""


@seldom_collected()
def fetch_agency(
    engine: Engine, connector: Connector, day: date, only: str | None = None, *, full: bool = False
) -> dict[str, dict[str, int]]:
    """Fetch every feed of one agency, or ``only`` that one, and land it; counts for each feed.

    A feed that fails does not stop the agency's others, until the agency has failed so often that it is
    left alone. ``full`` asks for everything from the beginning. Raises the first failure at the end, with
    what was landed before it kept, and `SetUpWrong` when the agency has no such feed.
    """
    counts: dict[str, dict[str, int]] = {}
    failures: list[EarlyHelpError] = []
    stage, rows = f"fetch {connector.name}", 0
    for feed in _feeds(connector, only):
        try:
            fetched = fetch_feed(engine, connector, feed, day, partial(_heard, stage, rows), full=full)
        except EarlyHelpError as failure:
            failures.append(failure)
        else:
            counts[feed.name] = asdict(fetched)
            rows += fetched.fetched
    report(stage, rows, rows)
    if failures:
        raise failures[0]
    return counts


def fetch_feed(
    engine: Engine, connector: Connector, feed: Feed, day: date, heard: Heard = lambda _: None,
    *, full: bool = False, share: Share | None = None,
) -> Counts:  # fmt: skip
    """Fetch one feed from where it was left, page by page; ``heard`` is told how many rows have come so far.

    Rows that were refused only because their day was to come are tried again at the end. ``share`` stands in
    for the sharing agreement where rows are made up. Raises, without asking, `NoAgreement` while none holds
    and `LeftAlone` while the agency is left alone.
    """
    with engine.begin() as conn:
        nights.declare_feed(conn, connector, feed)
        run = landing.start_run(conn, feed_key(connector.name, feed), day)
    total = Counts()
    try:
        share = share or agreed(connector, feed, day)
        _may_ask(engine, connector.name)
        with engine.begin() as conn:
            window = windows.open_window(conn, connector.name, feed, day, full=full)
        for number, page in enumerate(connector.pages(feed, window)):
            with engine.begin() as conn:
                total += landing.land(conn, connector.name, feed, page, run, number, day, share=share)
                if page.position is None:
                    gone = windows.close_window(conn, connector.name, feed, page, run, day)
                    taken = Counts(fetched=gone, landed=gone)
                    landing.add_counts(conn, run, taken)
                    total += taken
            heard(total.fetched)
    except EarlyHelpError as failure:
        _failed(engine, connector, feed, run, failure)
        raise
    make_indexes(engine, feed.schema)
    with engine.begin() as conn:
        circuits.note_success(conn, connector.name)
    _come_true(engine, connector, feed, day, share)
    log.info("fetched %s/%s: %s", connector.name, feed.name, asdict(total))
    return total


def _feeds(connector: Connector, only: str | None) -> list[Feed]:
    """The feeds to fetch. Raises `SetUpWrong` for one there is not, or two that cannot be told apart."""
    feeds = [feed for feed in connector.feeds if only in (None, feed.name)]
    if not feeds:
        raise SetUpWrong(
            f"{connector.name} has the feeds {', '.join(f.name for f in connector.feeds)}, not {only}"
        )
    for feed in connector.feeds:
        if feed.snapshot and sum(other.schema is feed.schema for other in connector.feeds) > 1:
            raise SetUpWrong(
                f"{connector.name}/{feed.name} is a snapshot, but another feed brings the same kind of rows, "
                "which it would take away; declare one feed for both"
            )
    return feeds


def _may_ask(engine: Engine, agency: str) -> None:
    """Raise `LeftAlone` while the agency has failed so often that it is left alone."""
    with engine.begin() as conn:
        until = circuits.resting_until(conn, agency, datetime.now(UTC))
        cause = landing.last_failure(conn, agency) if until is not None else None
    if until is not None:
        raise LeftAlone(_resting(agency, until) + (f" ({cause})" if cause else ""))


def _resting(agency: str, until: datetime) -> str:
    return (
        f"{agency}: it failed {circuits.FAILURES} times or more in a row and is left alone "
        f"until {until:%H:%M} UTC; run again after that"
    )


def _failed(engine: Engine, connector: Connector, feed: Feed, run: int, failure: EarlyHelpError) -> None:
    """Write down that a run stopped, and why; a snapshot not believed is read again from its start."""
    make_indexes(engine, feed.schema)
    with engine.begin() as conn:
        landing.fail_run(conn, run, f"{failure.code}: {failure}")
        if isinstance(failure, FeedStopped) and feed.snapshot:
            windows.rewind_window(conn, connector.name, feed)
        if isinstance(failure, TryAgainLater) and not isinstance(failure, LeftAlone):
            until = circuits.note_failure(conn, connector.name, datetime.now(UTC))
            if until is not None:
                log.warning("%s", _resting(connector.name, until))


def _heard(stage: str, before: int, now: int) -> None:
    """Say how many rows of an agency have come, over its feeds."""
    report(stage, before + now)


def backfill(
    engine: Engine, connector: Connector, name: str, first: date, last: date, day: date,
    length: timedelta = SLICE, share: Share | None = None,
) -> Counts:  # fmt: skip
    """Fetch a past range of days of one feed, slice by slice; cut short, it goes on where it was.

    What it brings was learnt on ``day`` and is known from then on. The nightly window stays where it is.
    Raises `SetUpWrong` for a range that is none, or a feed that cannot be asked for one; `NoAgreement`.
    """
    if last < first or length < timedelta(days=1):
        raise SetUpWrong("a backfill goes from a day to that day or a later one, in slices of a day or more")
    (feed,) = _feeds(connector, name)
    key, total = feed_key(connector.name, feed), Counts()
    with engine.begin() as conn:
        nights.declare_feed(conn, connector, feed)
        run = landing.start_run(conn, key, day)
    try:
        share = share or agreed(connector, feed, day)
        _may_ask(engine, connector.name)
        number = 0
        while (now := _slice(engine, key, first, last, length)) is not None:
            report(f"backfill {key}", (now.first - first).days, (last - first).days + 1)
            for page in connector.pages(feed, now.window):
                with engine.begin() as conn:
                    move = slices.move_slice(conn, key, now)
                    total += landing.land(conn, connector.name, feed, page, run, number, day, move, share)
                number += 1
    except EarlyHelpError as failure:
        make_indexes(engine, feed.schema)
        with engine.begin() as conn:
            landing.fail_run(conn, run, f"{failure.code}: {failure}")
        raise
    make_indexes(engine, feed.schema)
    with engine.begin() as conn:
        slices.end_backfill(conn, key)
        landing.end_run(conn, run)
    return total


def _slice(engine: Engine, key: str, first: date, last: date, length: timedelta) -> slices.Slice | None:
    with engine.begin() as conn:
        return slices.next_slice(conn, key, first, last, length)


def replay_refused(
    engine: Engine, connectors: Mapping[str, Connector], day: date, only: str | None = None
) -> dict[str, dict[str, int]]:
    """Try every refused row again, of one feed (``agency/feed``) or of all, by the rules as they are now.

    What keeps the agreement now is landed and leaves the quarantine; the rest stays. Counts for each feed:
    ``tried``, ``landed``, ``known`` and ``still_refused``. Feeds without an agreement
    in force are passed over. Raises `NoAgreement` where ``only`` names one of those.
    """
    counts: dict[str, dict[str, int]] = {}
    for connector in connectors.values():
        for feed in connector.feeds:
            key = feed_key(connector.name, feed)
            if only == key or (only is None and agreements().holds(key, day)):
                told = _replay(engine, connector, feed, day, agreed(connector, feed, day), ours=None)
                if told["tried"]:
                    counts[key] = told
    return counts


def _come_true(engine: Engine, connector: Connector, feed: Feed, day: date, share: Share) -> None:
    """Land the rows that were refused only because their day was to come, once it has come."""
    _replay(engine, connector, feed, day, share, ours=True)


def _replay(
    engine: Engine, connector: Connector, feed: Feed, day: date, share: Share, *, ours: bool | None
) -> dict[str, int]:
    """Try the refused rows of one feed again, all in one transaction."""
    key = feed_key(connector.name, feed)
    with engine.begin() as conn:
        tried = refused.waiting(conn, key, ours=ours)
        read = [(number, one.ours, _reread(feed, one)) for number, one in tried]
        good = [(number, mine, row) for number, mine, row in read if row is not None]
        if not good:
            return {"tried": len(tried), "landed": 0, "known": 0, "still_refused": len(tried)}
        run = landing.start_run(conn, key, day)
        counts, early = _land_again(conn, connector, feed, run, day, [row for _, _, row in good], share)
        # A row that is still early is kept in our words from now on: its copy in theirs is done with.
        done = [number for number, mine, row in good if not (mine and row.record_id in early)]
        refused.end(conn, done, refused.REPLAYED, day)
        landing.end_run(conn, run)
    still = len(tried) - counts.landed - counts.known
    return {"tried": len(tried), "landed": counts.landed, "known": counts.known, "still_refused": still}


def _land_again(
    conn: Connection, connector: Connector, feed: Feed, run: int, day: date, good: Sequence[FeedRow],
    share: Share,
) -> tuple[Counts, set[str]]:  # fmt: skip
    """Land rows that pass now, and leave the feed's position alone; says which still lie in the future."""
    early: set[str] = set()
    midnight = london_midnight(day + timedelta(days=1))

    def stay(_mark: Row[Any], _page: Page, sifted: Sifted) -> None:
        early.update(one.record_id or "" for one in sifted.refused)

    page = Page(good, [], None, midnight)
    return landing.land(conn, connector.name, feed, page, run, 0, day, stay, share), early


def _reread(feed: Feed, one: Refused) -> FeedRow | None:
    """A refused row read by the rules as they are now, None where it still breaks them."""
    try:
        return (feed.schema if one.ours else feed.theirs).model_validate(orjson.loads(one.row))
    except (ValidationError, LookupError, TypeError, AttributeError, ArithmeticError):
        return None
