"""What is taken away, what comes back, and what is asked for again from far back."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from earlyhelp.connecting.tombstones import Tombstone
from earlyhelp.errors import FeedStopped, SetUpWrong, TryAgainLater
from earlyhelp.feeds import Sweep
from earlyhelp.promises.asked import NIGHT, Asked
from earlyhelp.promises.mischief import NOW, status
from earlyhelp.promises.oracle import assert_rows, fetch, in_force, made_up, mark, today
from earlyhelp.promises.pretending import PretendAgency
from earlyhelp.services import fetching

LONG_AGO = timedelta(days=60)
IN_THE_MIDDLE = 4
"""Answers of a backfill after which it is among the six rows of one slice."""
WHOLE: dict[str, Any] = {"snapshot": True, "since": None, "until": None}
"""A feed that tells everything each time, and of nothing that it is gone."""


class RenewingPromises(Asked):
    """Whether or not this feed is declared so: a snapshot, one with tombstones, one with far sweeps."""

    def test_what_a_snapshot_no_longer_names_is_gone_and_may_come_back(self, store: Engine) -> None:
        """Gone is a version that says so; what is named again is there again."""
        self.lands(store, pretend := self.pretend(**WHOLE))
        gone = pretend.truth.take_away(1)
        self.next_night(pretend)
        self.lands(store, pretend)
        assert in_force(store, pretend)[gone.known_as]["void"]
        pretend.truth.bring_back(gone)
        self.next_night(pretend)
        self.lands(store, pretend)
        assert not in_force(store, pretend)[gone.known_as]["void"]

    @pytest.mark.parametrize("left", [0, 1, 3])
    def test_a_snapshot_that_shrank_too_far_is_not_believed(self, store: Engine, left: int) -> None:
        """Half an export, or none, takes nothing away; somebody who has asked may have it believed."""
        self.lands(store, pretend := self.pretend(**WHOLE))
        kept = in_force(store, pretend)
        gone = [pretend.truth.take_away(number) for number in range(left + 1, 7)]
        self.next_night(pretend)
        self.stops(store, pretend, FeedStopped)
        assert in_force(store, pretend) == kept
        fetch(store, pretend, full=True)
        assert_rows(store, pretend)
        assert all(in_force(store, pretend)[one.known_as]["void"] for one in gone)

    def test_a_tombstone_takes_its_record_away(self, store: Engine) -> None:
        """It needs no more than number and stamp; an older version does not bring the record back."""
        says: Tombstone = self.declared.tombstone or Tombstone("takenAway")
        self.lands(store, pretend := self.pretend(tombstone=says, snapshot=False))
        gone = pretend.truth.bury(1, NOW + timedelta(hours=2), says)
        pretend.truth.bury(2, NOW + timedelta(hours=2), says)
        pretend.truth.write(2, NOW + timedelta(hours=1))
        self.next_night(pretend)
        self.lands(store, pretend)
        assert in_force(store, pretend)[gone.known_as]["void"]
        self.lands(store, pretend)

    def test_nothing_has_changed_is_an_answer(self, store: Engine) -> None:
        """Where the agency can say so it is asked, and believed; the night it has changed we hear of it."""
        pretend = self.pretend(conditional=True, **WHOLE)
        self.lands(store, pretend)
        self.next_night(pretend)
        assert self.lands(store, pretend).fetched == 0
        pretend.truth.add()
        self.next_night(pretend)
        assert self.lands(store, pretend).landed == 1

    def test_a_far_sweep_finds_what_is_later_than_the_look_back(self, store: Engine) -> None:
        """Months late: not tonight, perhaps, but by the next sweep."""
        pretend = self.pretend(sweep=Sweep(every=7 * NIGHT, back=2 * LONG_AGO))
        self.lands(store, pretend)
        pretend.truth.write(60, NOW - LONG_AGO)
        for _ in range(7):
            self.next_night(pretend)
            fetch(store, pretend)
        self.lands(store, pretend)

    def test_a_full_refresh_asks_for_everything(self, store: Engine) -> None:
        """On request, from the beginning, also where a window was open."""
        self.lands(store, pretend := self.pretend())
        pretend.truth.write(60, NOW - LONG_AGO)
        pretend.mischief.extend([status(503)] * 5)
        self.next_night(pretend)
        self.stops(store, pretend, TryAgainLater)
        fetch(store, pretend, full=True)
        assert_rows(store, pretend)

    def test_the_past_is_filled_in_by_slices_that_may_be_cut_short(self, store: Engine) -> None:
        """And the nightly window stays where it is."""
        if (pretend := self.with_a_past()).feed.since is None:
            pytest.skip("it tells everything each time, past and all")
        pretend.mischief.extend([*[None] * IN_THE_MIDDLE, *[status(503)] * 5])
        with pytest.raises(TryAgainLater):
            self.backfill(store, pretend)
        cut_short = len(pretend.asked)
        self.backfill(store, pretend)
        assert pretend.asked[cut_short].url == pretend.asked[cut_short - 1].url, "from where it was cut short"
        assert_rows(store, pretend)
        assert mark(store, pretend)["watermark"] is None

    def test_a_feed_that_cannot_be_asked_for_a_range_says_so(self, store: Engine) -> None:
        """Rather than filling in the past with all there is."""
        pretend = self.pretend(until=None)
        with pytest.raises(SetUpWrong, match="range of days"):
            self.backfill(store, pretend)
        assert not pretend.asked

    def with_a_past(self) -> PretendAgency:
        """An agency that can be asked for a range: two months ago it recorded six rows in a few minutes."""
        until = self.declared.until or "changedBefore"
        pretend = self.pretend(0, until=until, until_as=self.declared.since_as)
        for number in range(1, 7):
            pretend.truth.write(number, NOW - LONG_AGO + number * timedelta(minutes=1))
        pretend.truth.write(7, NOW - 2 * LONG_AGO)
        return pretend

    def backfill(self, store: Engine, pretend: PretendAgency) -> None:
        """Ask for half a year, a month at a time."""
        first, last = (NOW - 3 * LONG_AGO).date(), NOW.date()
        fetching.backfill(
            store,
            pretend.connector,
            self.feed,
            first,
            last,
            today(pretend),
            timedelta(days=31),
            made_up(pretend.feed),
        )
