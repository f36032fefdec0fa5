"""What every connector promises, as tests. Subclass in three lines, in ours or in a stranger's repository:

    class TestNorthsideHomes(ConnectorPromises):
        agency, feed, spoil = NorthsideHomes, "rent", "realValue"
        sample = {"transNo": "000000000001", …}

``sample`` is one good row in the agency's own words; ``spoil`` the field whose value the tests make wrong.
"""

import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, ClassVar

import pytest

from earlyhelp.connecting.agency import Agency
from earlyhelp.connecting.paging import Bundle, PageNumber
from earlyhelp.connecting.signing_in import ApiKey
from earlyhelp.errors import (
    AgencyAnsweredOddly,
    EarlyHelpError,
    FeedStopped,
    SetUpWrong,
    SignInRefused,
    TryAgainLater,
)
from earlyhelp.feeds import Page, Position, Window
from earlyhelp.promises.pretending import (
    NOW,
    SECRET,
    Mischief,
    PretendAgency,
    answer,
    cut_short,
    no_rows,
    refused,
    silence,
    status,
)

SINCE = datetime(2026, 10, 30, 12, 0, tzinfo=UTC)
BAD_VALUE = "a-value-nobody-may-read"
TROUBLES: dict[str, Mischief] = {
    "500": status(500),
    "502 with HTML": status(502),
    "503": status(503),
    "silence": silence,
    "refused": refused,
    "cut short": cut_short,
    "HTML with 200": status(200),
    "no rows": no_rows,
}


class ConnectorPromises:
    """The promises of a connector that asks a web service; see `earlyhelp.promises.dropping` for files."""

    agency: ClassVar[type[Agency]]
    feed: ClassVar[str]
    sample: ClassVar[dict[str, Any]]
    spoil: ClassVar[str]

    def pretend(self, count: int = 6, *, bad: int = 0, per_page: int = 2) -> PretendAgency:
        """An agency with so many samples, the first ``bad`` of them spoilt."""
        spoilt = {**self.sample, self.spoil: BAD_VALUE}
        return PretendAgency(self.agency, self.feed, [spoilt] * bad + [self.sample] * (count - bad), per_page)

    def fetch(self, pretend: PretendAgency, position: Position | None = None) -> list[Page]:
        """All pages of a window."""
        return list(self.pages(pretend, position))

    def pages(self, pretend: PretendAgency, position: Position | None = None) -> Iterator[Page]:
        """The pages of a window, one by one."""
        return pretend.connector.pages(pretend.feed, Window(SINCE, position=position))

    def test_every_page_arrives(self) -> None:
        """Rows in our words, the agency's clock, and a position on every page but the last."""
        pages = self.fetch(pretend := self.pretend())
        assert [len(page.rows) for page in pages] == [2, 2, 2]
        assert all(isinstance(row, pretend.feed.schema) for page in pages for row in page.rows)
        assert [page.position is None for page in pages] == [False, False, True]
        assert {page.clock for page in pages} == {NOW}

    def test_asks_for_what_changed_since(self) -> None:
        """The window's start is in the first request, as the agency wants it written."""
        self.fetch(pretend := self.pretend())
        wanted = pretend.feed.since_as.format("2026-10-30T12:00:00Z")
        assert pretend.asked[0].url.params[pretend.feed.since] == wanted

    def test_an_empty_window_is_one_empty_page(self) -> None:
        """Nothing new is an answer too."""
        (page,) = self.fetch(self.pretend(0))
        assert not page.rows
        assert page.position is None

    @pytest.mark.parametrize("told", ["7", format_datetime(NOW + timedelta(seconds=7), usegmt=True)])
    def test_waits_as_long_as_it_is_told(self, told: str) -> None:
        """Retry-After in seconds, or as a date by the agency's clock."""
        pretend = self.pretend()
        pretend.mischief.append(status(429, Retry_After=told))
        assert len(self.fetch(pretend)) == 3
        assert pretend.naps == [7.0]

    def test_an_absurd_wait_is_cut(self) -> None:
        """Two minutes are the longest."""
        pretend = self.pretend()
        pretend.mischief.append(status(429, Retry_After="86400"))
        self.fetch(pretend)
        assert pretend.naps == [120.0]

    @pytest.mark.parametrize("trouble", TROUBLES)
    def test_rides_out_trouble_in_mid_sync(self, trouble: str) -> None:
        """Broken answers are asked for again and never taken for an empty page."""
        pretend = self.pretend()
        pretend.mischief.extend([self._well(pretend), TROUBLES[trouble], TROUBLES[trouble]])
        assert [len(page.rows) for page in self.fetch(pretend)] == [2, 2, 2]
        assert len(pretend.naps) == 2

    @pytest.mark.parametrize("trouble", TROUBLES)
    def test_gives_up_in_plain_words(self, trouble: str) -> None:
        """Who, what, how often and what to do; no query and no secret."""
        pretend = self.pretend()
        pretend.mischief.extend([TROUBLES[trouble]] * 5)
        with pytest.raises(TryAgainLater, match="5 attempts; run again later") as gave_up:
            self.fetch(pretend)
        assert f"{self.agency.name}/{self.feed}: " in str(gave_up.value)
        self._is_clean(gave_up.value)

    def test_a_bad_row_is_refused_and_the_others_kept(self) -> None:
        """The reason names the field and never the value; the row itself is kept for whoever mends it."""
        page = self.fetch(self.pretend(bad=1))[0]
        assert len(page.rows) == 1
        (bad,) = page.refused
        assert self.spoil in bad.reason
        assert BAD_VALUE not in bad.reason + bad.place
        assert BAD_VALUE in bad.row
        assert bad.place == "page 1, row 0"

    def test_a_mostly_bad_page_stops_the_feed(self) -> None:
        """More than a fifth of at least twenty rows: not mistakes but another format."""
        assert len(self.fetch(self.pretend(20, bad=4, per_page=20))[0].refused) == 4
        with pytest.raises(FeedStopped) as stopped:
            self.fetch(self.pretend(20, bad=5, per_page=20))
        self._is_clean(stopped.value)

    def test_pages_that_go_round_are_noticed(self) -> None:
        """Rather than fetching for ever. Numbered pages cannot go round: we count."""
        pretend = self.pretend()
        pretend.circular = True
        if not isinstance(pretend.feed.paging, PageNumber):
            with pytest.raises(AgencyAnsweredOddly, match="round in a circle"):
                self.fetch(pretend)
        assert len(pretend.asked) <= 3

    def test_a_link_to_another_host_is_not_followed(self) -> None:
        """Our key goes to the agency and to nobody else; a saved link to its old address is gone."""
        for link in ("https://elsewhere.test/api", "http://agency.test/api", "https://agency.test:444/api"):
            pretend = self.pretend()
            assert len(self.fetch(pretend, {"link": link})) == 3
            pretend.next_link = link
            if isinstance(pretend.feed.paging, Bundle):
                with pytest.raises(AgencyAnsweredOddly, match="another host"):
                    self.fetch(pretend)
            assert {one.url.netloc for one in pretend.asked} == {b"agency.test"}

    def test_a_redirect_is_not_followed(self) -> None:
        """Nor is that agreed."""
        pretend = self.pretend()
        pretend.mischief.append(status(302, Location="https://elsewhere.test/"))
        with pytest.raises(AgencyAnsweredOddly, match="302"):
            self.fetch(pretend)

    def test_a_token_refused_in_mid_sync_is_renewed_once(self) -> None:
        """A key in a header cannot be renewed, and is refused."""
        pretend = self.pretend()
        pages = self.pages(pretend)
        pretend.mischief.extend([self._well(pretend), status(401)])
        if isinstance(self.agency.sign_in, ApiKey):
            with pytest.raises(SignInRefused):
                list(pages)
        else:
            assert sum(len(page.rows) for page in pages) == 6
            assert pretend.tokens == 2

    @pytest.mark.parametrize("code", [401, 403])
    def test_a_wrong_password_is_said_without_saying_it(self, code: int) -> None:
        """A person must put it right; nothing is tried again and again."""
        pretend = self.pretend()
        pretend.mischief.extend([status(code)] * 3)
        with pytest.raises(SignInRefused) as shut_out:
            self.fetch(pretend)
        assert not pretend.naps
        self._is_clean(shut_out.value)

    def test_goes_on_from_a_saved_position_word_for_word(self) -> None:
        """The request saved with a page is the very request that would have followed it."""
        first, *rest = self.fetch(pretend := self.pretend())
        again = self.pretend()
        assert len(self.fetch(again, first.position)) == len(rest)
        assert [one.url for one in again.asked] == [one.url for one in pretend.asked[1:]]

    @pytest.mark.parametrize("code", [400, 404, 410])
    def test_a_position_that_is_gone_starts_the_window_again(self, code: int) -> None:
        """What was fetched twice is known already; what was skipped would be lost."""
        first = self.fetch(pretend := self.pretend())[0]
        again = self.pretend()
        again.mischief.append(status(code))
        assert len(self.fetch(again, first.position)) == 3
        assert [one.url for one in again.asked[1:]] == [one.url for one in pretend.asked]

    def test_a_request_as_agreed_that_is_refused_is_odd(self) -> None:
        """Without a saved position there is nothing to start again."""
        pretend = self.pretend()
        pretend.mischief.append(status(404))
        with pytest.raises(AgencyAnsweredOddly, match="404"):
            self.fetch(pretend)

    def test_a_field_nobody_agreed_on_does_not_land(self) -> None:
        """They may send more than was agreed; only what was agreed goes further."""
        pretend = PretendAgency(self.agency, self.feed, [{**self.sample, "unheardOf": BAD_VALUE}])
        (row,) = self.fetch(pretend)[0].rows
        assert set(row.model_dump()) == set(pretend.feed.schema.model_fields)
        assert BAD_VALUE not in row.model_dump_json()

    def test_no_secret_in_repr_or_log(self, caplog: pytest.LogCaptureFixture) -> None:
        """Not even at the most talkative level, and when things go wrong."""
        caplog.set_level(logging.DEBUG)
        pretend = self.pretend()
        pretend.mischief.append(status(503))
        self.fetch(pretend)
        for text in (caplog.text, repr(pretend.connector), repr(vars(pretend.connector)), repr(pretend.feed)):
            assert SECRET not in text
            assert "token-1" not in text
        assert "2026-10-30T12" not in caplog.text

    def test_a_missing_setting_is_named(self) -> None:
        """With what to set."""
        connector = self.agency({})
        with pytest.raises(SetUpWrong, match="set EARLYHELP_"):
            list(connector.pages(connector.feeds[0], Window()))

    def test_an_abandoned_window_leaves_no_thread(self) -> None:
        """Nor does it wait for an answer that nobody wants."""
        pages = self.pages(self.pretend())
        next(pages)
        pages.close()  # type: ignore[attr-defined]
        assert not [one for one in threading.enumerate() if one.name.startswith("read-ahead")]

    def _well(self, pretend: PretendAgency) -> Mischief:
        """The first answer, given as usual; troubles after it come in mid-sync."""
        return lambda request: answer(pretend.laid_out(request))

    def _is_clean(self, error: EarlyHelpError) -> None:
        for secret in (SECRET, BAD_VALUE, "?", "token-", "<html>", "2026-10-30"):
            assert secret not in str(error), f"the message holds {secret!r}"
