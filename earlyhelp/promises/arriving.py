"""What arrives, arrives whole: pages in any order, twice or late, corrected, cut short and gone on with."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from earlyhelp.connecting.paging import PageNumber
from earlyhelp.errors import AgencyAnsweredOddly, TryAgainLater
from earlyhelp.feeds import Window
from earlyhelp.promises.asked import Asked
from earlyhelp.promises.cutting import CUTS, evenly
from earlyhelp.promises.mischief import status
from earlyhelp.promises.oracle import assert_truth, fetch, in_force, mark, runs
from earlyhelp.promises.pretending import NOW
from earlyhelp.promises.writing import moment_asked

HOUR = timedelta(hours=1)


class ArrivingPromises(Asked):
    """Whatever the pages, the table is the agency's truth."""

    def test_every_page_arrives(self, store: Engine) -> None:
        """Rows in our words, the agency's clock, and a position on every page but the last."""
        pages = self.pages(pretend := self.pretend())
        assert len(pages) >= 3
        rows = [row for page in pages for row in page.rows]
        assert [row.record_id for row in rows] == [one.known_as for one in pretend.truth]
        assert all(isinstance(row, pretend.feed.schema) for row in rows)
        assert [page.position is None for page in pages] == [*[False] * (len(pages) - 1), True]
        assert {page.clock for page in pages} == {NOW}
        assert self.lands(store, pretend).landed == 6

    def test_asks_only_for_what_is_new_and_a_little_more(self, store: Engine) -> None:
        """The first window has no beginning; the next begins a look-back before where the last one ended."""
        self.lands(store, pretend := self.pretend())
        assert pretend.feed.since not in dict(pretend.asked[0].url.params)
        watermark = mark(store, pretend)["watermark"]
        assert watermark == max(held.recorded_at for held in pretend.truth)
        before = len(pretend.asked)
        self.next_night(pretend)
        self.lands(store, pretend)
        text = pretend.asked[before].url.params.get(pretend.feed.since or "")
        if pretend.feed.since is not None:
            assert text is not None, "the window has a beginning"
            assert moment_asked(pretend.feed.since_as, text) == watermark - pretend.feed.look_back

    def test_an_empty_window_is_one_empty_page(self, store: Engine) -> None:
        """Nothing new is an answer too, and moves nothing."""
        assert self.lands(store, pretend := self.pretend(0)).pages == 1
        assert mark(store, pretend)["watermark"] is None

    def test_twice_is_the_same_as_once(self, store: Engine) -> None:
        """Everything asked for again is known already."""
        self.lands(store, pretend := self.pretend())
        again = self.lands(store, pretend)
        assert (again.landed, again.known) == (0, again.fetched)

    @pytest.mark.parametrize("cut", CUTS)
    def test_how_rows_are_cut_into_pages_does_not_matter(self, store: Engine, cut: str) -> None:
        """In any order, twice, in part: each row is landed once."""
        pretend = self.pretend()
        pretend.cut = CUTS[cut] if not isinstance(self.declared.paging, PageNumber) else evenly(CUTS[cut])
        assert self.lands(store, pretend).landed == 6

    def test_a_page_sent_twice_lands_once(self, store: Engine) -> None:
        """Either it is known already, or we say that the pages repeat and come back for the rest."""
        pretend = self.pretend()
        well = pretend.cut
        pretend.cut = lambda rows: [(pages := well(rows))[0], pages[1], pages[1], *pages[2:]]
        try:
            fetch(store, pretend)
        except AgencyAnsweredOddly:
            pretend.cut = well
            fetch(store, pretend)
        assert_truth(store, pretend)

    def test_a_correction_supersedes(self, store: Engine) -> None:
        """On the same page, on a later one, on a later night: the newest version is in force."""
        pretend = self.pretend(4)
        pretend.truth.write(4)
        pretend.truth.write(1)
        self.lands(store, pretend)
        self.next_night(pretend)
        pretend.truth.write(2, pretend.clock - HOUR)
        assert self.lands(store, pretend).landed == 1

    def test_an_older_version_overwrites_nothing(self, store: Engine) -> None:
        """Agencies send what is old after what is new, within a window and over nights."""
        pretend = self.pretend(4)
        newest = NOW - HOUR
        pretend.truth.write(1, newest)
        pretend.truth.write(1, newest - timedelta(days=1, hours=1))
        pretend.cut = lambda rows: [[one] for one in rows]
        self.lands(store, pretend)
        self.next_night(pretend)
        pretend.truth.write(1, newest - min(pretend.feed.look_back, timedelta(days=2)) / 2)
        self.lands(store, pretend)

    def test_late_rows_within_the_look_back_are_found(self, store: Engine) -> None:
        """Written down today with yesterday's stamp, as by somebody who was out of the office."""
        self.lands(store, pretend := self.pretend())
        late = mark(store, pretend)["watermark"] - pretend.feed.look_back * 0.9
        self.next_night(pretend)
        held = pretend.truth.write(77, late)
        self.lands(store, pretend)
        assert held.ours is not None
        assert held.ours.record_id in in_force(store, pretend)

    def test_what_is_recorded_while_we_read_is_found_the_next_night(self, store: Engine) -> None:
        """It may lie on a page already read: so the next window begins when this one was begun to be read."""
        pretend = self.pretend(look_back=timedelta(0))

        def later(request: Any) -> Any:
            pretend.clock = NOW + 3 * HOUR
            pretend.truth.write(50, NOW + 2 * HOUR)
            pretend.truth.write(51, NOW + HOUR)
            pretend.truth.held.insert(0, pretend.truth.held.pop())
            return pretend.well(request)

        pretend.mischief.extend([None, later])
        fetch(store, pretend)
        self.next_night(pretend)
        self.lands(store, pretend)

    def test_goes_on_from_a_saved_position_word_for_word(self) -> None:
        """The request saved with a page is the very request that would have followed it."""
        first, *rest = self.pages(pretend := self.pretend())
        again = self.pretend()
        assert len(self.pages(again, first.position)) == len(rest)
        assert [one.url for one in again.asked] == [one.url for one in pretend.asked[1:]]

    @pytest.mark.parametrize("code", [400, 404, 410])
    def test_a_position_that_is_gone_starts_the_window_again(self, store: Engine, code: int) -> None:
        """What is fetched twice is known already; what is skipped would be lost."""
        pretend = self.pretend()
        pretend.mischief.extend([None, *[status(503)] * 5])
        self.stops(store, pretend, TryAgainLater)
        pretend.asked.clear()
        pretend.mischief.append(status(code))
        self.lands(store, pretend)
        whole = len(self.pages(self.pretend()))
        assert len(pretend.asked) == 1 + whole, "the one that is gone, and all pages from the first"

    def test_what_was_landed_stays_and_the_rest_follows(self, store: Engine) -> None:
        """Cut short by the agency's trouble, the next run asks from the very page that failed."""
        pretend = self.pretend()
        pretend.mischief.extend([None, *[status(503)] * 5])
        self.stops(store, pretend, TryAgainLater)
        assert set(in_force(store, pretend)) == {row.record_id for row in self.pages(self.pretend())[0].rows}
        assert mark(store, pretend)["watermark"] is None, "no window has closed"
        failed = pretend.asked[-1].url
        pretend.asked.clear()
        self.lands(store, pretend)
        assert pretend.asked[0].url == failed
        assert [run["state"] for run in runs(store, pretend)] == ["failed", "complete"]

    def test_what_is_no_longer_named_is_gone_from_a_snapshot_alone(self, store: Engine) -> None:
        """A snapshot names all there is, so what it leaves out was taken away; a delta says nothing of it."""
        self.lands(store, pretend := self.pretend())
        self.next_night(pretend)
        if pretend.feed.snapshot:
            pretend.truth.take_away(1)
        else:
            well, left_out = pretend.cut, pretend.truth.held[0].theirs
            pretend.cut = lambda rows: well([row for row in rows if row != left_out])
        self.lands(store, pretend)

    def test_an_abandoned_window_leaves_no_thread(self) -> None:
        """Nor does it wait for an answer that nobody wants."""
        pretend = self.pretend()
        pages = pretend.connector.pages(pretend.feed, Window())
        next(pages)
        pages.close()  # type: ignore[attr-defined, unused-ignore]
        assert not [one for one in threading.enumerate() if one.name.startswith("read-ahead")]
