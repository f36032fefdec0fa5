"""Trouble at the agency is ridden out, and never taken for an answer; what is odd is said, and stops."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from earlyhelp.connecting.wire.bounds import Bounds
from earlyhelp.errors import AgencyAnsweredOddly, EarlyHelpError, LeftAlone, TryAgainLater
from earlyhelp.feeds import Window
from earlyhelp.promises.asked import Asked
from earlyhelp.promises.mischief import TROUBLES, Mischief, status
from earlyhelp.promises.oracle import assert_truth, fetch, in_force
from earlyhelp.promises.pretending import NOW, PretendAgency

ELSEWHERE = (
    "https://elsewhere.test/api",
    "http://agency.test/api",
    "https://agency.test:444/api",
    "https://agency.test@elsewhere.test/api",
    "//elsewhere.test/api",
)
LASTING = ("500", "503 with HTML", "200 with HTML", "truncated JSON", "JSON without rows", "silence", "reset")
"""Of the troubles those that last all night, as others would."""
PRIVATE = (
    "http://169.254.169.254/latest/meta-data/",
    "http://127.0.0.1:22/",
    "file:///etc/passwd",
    "/api/other",
)
GENEROUS = 200
"""Requests: whoever has asked six rows' agency so often is not going to stop."""


class RidingOutPromises(Asked):
    """A hostile agency costs patience, never a row."""

    @pytest.mark.parametrize("told", ["7", format_datetime(NOW + timedelta(seconds=7), usegmt=True)])
    @pytest.mark.parametrize("code", [429, 503])
    def test_waits_as_long_as_it_is_told(self, store: Engine, code: int, told: str) -> None:
        """Retry-After in seconds, or as a date by the agency's clock."""
        pretend = self.pretend()
        pretend.mischief.append(status(code, Retry_After=told))
        self.lands(store, pretend)
        assert pretend.naps == [7.0]

    def test_an_absurd_wait_is_cut(self, store: Engine) -> None:
        """Two minutes are the longest."""
        pretend = self.pretend()
        pretend.mischief.append(status(429, Retry_After="86400"))
        self.lands(store, pretend)
        assert pretend.naps == [120.0]

    @pytest.mark.parametrize("trouble", TROUBLES)
    def test_rides_out_trouble_in_mid_fetch(self, store: Engine, trouble: str) -> None:
        """Broken answers are asked for again and never taken for an empty page."""
        pretend = self.pretend()
        pretend.mischief.extend([None, TROUBLES[trouble], TROUBLES[trouble]])
        self.lands(store, pretend)
        assert len(pretend.naps) == 2

    @pytest.mark.parametrize("trouble", LASTING)
    def test_gives_up_in_plain_words_and_comes_back(self, store: Engine, trouble: str) -> None:
        """Who, what, how often and what to do; no query, no body and no secret. The next run takes it all."""
        pretend = self.pretend()
        pretend.mischief.extend([TROUBLES[trouble]] * 5)
        said = self.stops(store, pretend, TryAgainLater, "run again later")
        assert f"{self.agency.name}/{self.feed}: " in said
        assert not in_force(store, pretend)
        self.lands(store, pretend)

    def test_an_agency_that_keeps_failing_is_left_alone(self, store: Engine) -> None:
        """After three runs in vain it is not asked for a while, and that is said."""
        pretend = self.pretend()
        pretend.mischief.extend([status(503)] * 15)
        for _ in range(3):
            self.stops(store, pretend, TryAgainLater)
        asked = len(pretend.asked)
        self.stops(store, pretend, LeftAlone, "left alone")
        assert len(pretend.asked) == asked

    def test_rows_that_are_called_something_else_are_rows(self, store: Engine) -> None:
        """Some say text/html of everything; what counts is what is in the body."""
        pretend = self.pretend()

        def mislabelled(request: httpx.Request) -> httpx.Response:
            response = pretend.well(request)
            response.headers["Content-Type"] = "text/html; charset=iso-8859-1"
            return response

        pretend.mischief.extend([mislabelled] * 3)
        self.lands(store, pretend)

    def test_pages_without_an_end_end(self, store: Engine) -> None:
        """The same rows for ever, always with a next page: noticed, said, and nothing is lost by it."""
        pretend = self.pretend(bounds=Bounds(pages=GENEROUS // 2))
        well, pretend.after = pretend.cut, lambda at, _: at + 1
        pretend.cut = lambda rows: [*well(rows), *[well(rows)[-1]] * GENEROUS]
        with pytest.raises(EarlyHelpError):
            fetch(store, pretend)
        assert len(pretend.asked) < GENEROUS, "it was noticed and not waited for"
        mended = self.mended(pretend)
        fetch(store, mended)
        assert_truth(store, mended)

    def test_pages_that_go_round_are_noticed(self, store: Engine) -> None:
        """A next page that we have had is no next page."""
        pretend = self.pretend()
        pretend.after = lambda at, pages: (at + 1) % pages
        try:
            fetch(store, pretend)  # where pages are numbered and counted there is nothing to go round
        except AgencyAnsweredOddly:
            pretend = self.mended(pretend)
            fetch(store, pretend)
        assert len(pretend.asked) <= GENEROUS
        assert_truth(store, pretend)

    def mended(self, pretend: PretendAgency) -> PretendAgency:
        """The same agency with the same truth, its pages put right."""
        well = self.pretend(0)
        well.truth = pretend.truth
        return well

    @pytest.mark.parametrize("link", ELSEWHERE)
    def test_a_link_to_another_host_is_not_followed(self, store: Engine, link: str) -> None:
        """Our key goes to the agency and to nobody else; a saved link to its old address is gone."""
        pretend = self.pretend()
        saved = pretend.connector.pages(pretend.feed, Window(position={"link": link}))
        assert sum(len(page.rows) for page in saved) == 6
        pretend.link = link
        try:
            fetch(store, pretend)  # where links are not followed, none can lead astray
        except AgencyAnsweredOddly as odd:
            assert "another host" in str(odd)  # noqa: PT017 – not every paging follows links
            pretend.link = ""
            fetch(store, pretend)
        assert {one.url.netloc for one in pretend.asked} == {b"agency.test"}
        assert_truth(store, pretend)

    @pytest.mark.parametrize(
        ("code", "where"),
        [(301, "https://elsewhere.test/"), *((302, one) for one in PRIVATE), (307, PRIVATE[0])],
    )
    def test_a_redirect_is_not_followed(self, store: Engine, code: int, where: str) -> None:
        """Nor is that agreed: least of all to where only we can reach."""
        pretend = self.pretend()
        pretend.mischief.append(status(code, Location=where))
        self.stops(store, pretend, AgencyAnsweredOddly, str(code))
        assert {str(one.url.copy_with(query=None)) for one in pretend.asked} == {
            str(pretend.asked[0].url).split("?")[0]
        }
        self.lands(store, pretend)

    def test_a_request_as_agreed_that_is_refused_is_odd(self, store: Engine) -> None:
        """Without a saved position there is nothing to start again."""
        pretend = self.pretend()
        pretend.mischief.append(status(404))
        self.stops(store, pretend, AgencyAnsweredOddly, "404")
        self.lands(store, pretend)

    def test_a_clock_that_runs_ahead_moves_nothing(self, store: Engine) -> None:
        """A year from now by their clock: what they record tomorrow is found all the same."""
        pretend = self.pretend()
        pretend.clock = NOW + timedelta(days=366)
        self.lands(store, pretend)
        pretend.clock = NOW + timedelta(days=1)
        pretend.truth.add(2)
        self.lands(store, pretend)

    def test_a_clock_that_runs_behind_loses_nothing(self, store: Engine) -> None:
        """Their rows are later than their clock: not believed tonight, landed when their clock has come."""
        pretend = self.pretend(4)
        pretend.truth.write(8, NOW + timedelta(hours=3), refused="recorded_at")
        self.lands(store, pretend)
        self.next_night(pretend)
        self.lands(store, pretend)

    def test_without_a_clock_of_theirs_ours_counts(self, store: Engine) -> None:
        """An answer without a Date header is dated by us."""
        pretend = self.pretend(0)
        now = datetime.now(UTC)
        for hours in (30, 3):
            pretend.truth.write(hours, now - timedelta(hours=hours))
        pretend.mischief.append(self.undated(pretend))
        pretend.clock = now
        self.lands(store, pretend)

    def undated(self, pretend: PretendAgency) -> Mischief:
        """The page asked for, from an agency that does not say what time it is."""

        def play(request: httpx.Request) -> Any:
            response = pretend.well(request)
            del response.headers["Date"]
            return response

        return play
