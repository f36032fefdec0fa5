import gc
import threading
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from connectors.eastborough_police import EastboroughPolice
from earlyhelp.connecting.agency import Agency, RestFeed, read_ahead
from earlyhelp.connecting.paging import Cursor
from earlyhelp.errors import TryAgainLater
from earlyhelp.feeds import Connector, Feed, Page, Window
from earlyhelp.promises.pretending import environment, status
from schemas.fire_visit import FireVisit
from schemas.tenancy import Tenancy

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


def page(number):
    return Page([], [], {"page": number}, NOW)


def test_an_agency_is_a_connector():
    agency: Connector = EastboroughPolice({})
    feed: Feed = agency.feeds[0]
    assert (agency.name, feed.name) == ("eastborough-police", "incidents")


def test_the_next_page_is_fetched_while_this_one_is_put_away():
    asked = []

    def pages():
        for number in range(3):
            asked.append(number)
            yield page(number)

    reader = read_ahead(pages(), threading.Event())
    assert next(reader).position == {"page": 0}
    until = time.monotonic() + 5
    while asked != [0, 1] and time.monotonic() < until:
        time.sleep(0.001)
    assert asked == [0, 1]
    reader.close()


def test_an_error_comes_after_the_pages_before_it():
    def pages():
        yield page(0)
        raise TryAgainLater("no answer")

    reader = read_ahead(pages(), threading.Event())
    assert next(reader).position == {"page": 0}
    with pytest.raises(TryAgainLater):
        next(reader)


def test_an_abandoned_window_does_not_wait_for_the_agency():
    first = httpx.Response(200, json={"incidents": [], "next_cursor": "1"})
    answers = iter([first])
    transport = httpx.MockTransport(
        lambda request: next(answers, None) or status(429, Retry_After="60")(request)
    )
    agency = EastboroughPolice(environment(EastboroughPolice), transport=transport)
    pages = agency.pages(agency.feeds[0], Window())
    next(pages)
    began = time.monotonic()
    pages.close()
    assert time.monotonic() - began < 5


def test_a_window_that_is_but_garbage_holds_nobody_up():
    """As where somebody has kept a traceback: the thread of such a window is gone before it."""

    class Kept:
        pass

    kept = Kept()
    kept.itself, kept.pages = kept, read_ahead((page(number) for number in range(3)), threading.Event())
    next(kept.pages)
    del kept
    collecting = threading.Thread(target=gc.collect, daemon=True)
    collecting.start()
    collecting.join(30)
    assert not collecting.is_alive()


def test_a_window_that_takes_too_long_is_left_for_the_next_run():
    class Slow(EastboroughPolice):
        budget = timedelta(0)

    agency = Slow(environment(Slow), transport=httpx.MockTransport(status(200)))
    with pytest.raises(TryAgainLater, match="out of time"):
        list(agency.pages(agency.feeds[0], Window()))


def test_a_feed_must_bring_rows_of_its_schema():
    with pytest.raises(TypeError, match="FireVisit does not subclass Tenancy"):
        RestFeed("x", schema=Tenancy, theirs=FireVisit, path="/", paging=Cursor(), since="s",
                 stale_after=timedelta(days=1))  # fmt: skip


def test_an_agency_shows_nothing_but_its_name():
    assert repr(EastboroughPolice({"SECRET": "x"})) == "EastboroughPolice('eastborough-police')"
    assert issubclass(EastboroughPolice, Agency)
