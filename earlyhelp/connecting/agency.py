"""What a connector is made of: an agency and its feeds, declared and not programmed.

    class NorthsideHomes(Agency):
        name = "northside-homes"
        sector = Sector.HOUSING
        sign_in = ClientCredentials("/oauth/token")
        feeds = (RestFeed("rent", schema=RentTransaction, theirs=_Posting, path="/rent", ...),)

Its address and secrets are read from the environment: see docs/add-a-connector.md.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import orjson

from earlyhelp.connecting.calling import Caller, LeadsElsewhere, PositionGone
from earlyhelp.connecting.credentials import Credentials
from earlyhelp.connecting.paging import Ask, Paging
from earlyhelp.connecting.reading import AgencyFeed, Line
from earlyhelp.connecting.signing_in import SignIn
from earlyhelp.errors import AgencyAnsweredOddly
from earlyhelp.feeds import Feed, Page, Window
from earlyhelp.policy import Sector

log = logging.getLogger(__name__)


class Agency:
    """One agency, and how to ask it. Subclass it in a file of `connectors/` that bears the agency's name.

    The arguments are for tests: another environment, a pretend transport, a sleep that takes no time.
    """

    name: str
    sector: Sector
    sign_in: SignIn | None = None
    feeds: Sequence[AgencyFeed] = ()
    budget = timedelta(hours=3)
    """How long one window may take; what is left comes with the next run."""
    rate: float | None = None
    """How many requests a second were agreed, over all processes; None: no limit was set."""

    def __init__(
        self,
        environment: Mapping[str, str] | None = None,
        *,
        transport: Any = None,
        sleep: Any = None,
    ) -> None:
        self._line = Line(
            self.name, Credentials(self.name, environment), self.sign_in, transport, sleep, self.budget
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    @property
    def ready(self) -> bool:
        """Whether anybody has set the agency up: without a single setting of its own it is not asked."""
        return self._line.credentials.any()

    def pages(self, feed: Feed, window: Window) -> Iterator[Page]:
        """The pages of a window, each fetched while the one before it is being put away."""
        mine = next(one for one in self.feeds if one.name == feed.name)
        line = replace(self._line, hung_up=Event())
        return read_ahead(mine.fetch(line, window), line.hung_up)


def read_ahead(pages: Iterator[Page], hung_up: Event) -> Iterator[Page]:
    """The same pages, the next one being fetched in a thread meanwhile.

    When nobody wants the rest, the request under way is the last, and closed in the thread that opened it.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as reader:
        try:
            waiting = reader.submit(next, pages, None)
            while (page := waiting.result()) is not None:
                waiting = reader.submit(next, pages, None)
                yield page
        finally:
            hung_up.set()
            if close := getattr(pages, "close", None):
                reader.submit(close).result()


@dataclass(frozen=True)
class RestFeed(AgencyFeed):
    """A feed behind an address that answers JSON, page by page.

    ``since`` is the agency's name for "changed since", ``since_as`` how it wants the moment written.
    """

    _: KW_ONLY
    path: str
    paging: Paging
    since: str
    since_as: str = "{}"
    page_size: int = 1000
    query: Mapping[str, str] = field(default_factory=dict)

    def fetch(self, line: Line, window: Window) -> Iterator[Page]:
        """Page after page; from the start of the window where the saved position is gone."""
        ask: Ask | None = window.position or self._first(window.since)
        saved, seen, number = window.position is not None, set[bytes](), 0
        with Caller(line, self.name) as caller:
            while ask is not None:
                try:
                    answer = caller.ask(ask, self.paging.rows)
                except PositionGone as gone:
                    if not saved:
                        raise AgencyAnsweredOddly(
                            f"{caller.label}: {gone}, for a request as agreed; ask the agency"
                        ) from None
                    log.info("%s: the saved position is gone, the window starts again", caller.label)
                    ask, saved = self._first(window.since), False
                    continue
                saved, number = False, number + 1
                seen.add(_mark(ask))
                ask = self.paging.following(ask, answer.body)
                if ask is not None:
                    _look_at(ask, seen, caller)
                rows, refused = self.read(line.agency, answer.rows, f"page {number}, row {{}}".format)
                yield Page(rows, refused, ask, answer.clock)

    def _first(self, since: datetime | None) -> Ask:
        """The request that opens a window."""
        query = dict(self.query)
        if since is not None:
            moment = since.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
            query[self.since] = self.since_as.format(moment)
        return self.paging.first(self.path, query, self.page_size)


def _look_at(ask: Ask, seen: set[bytes], caller: Caller) -> None:
    """Refuse a next page that we have had, or that is not the agency's. Raises `AgencyAnsweredOddly`."""
    if _mark(ask) in seen:
        raise AgencyAnsweredOddly(f"{caller.label}: its pages go round in a circle; ask the agency")
    try:
        caller.address(ask)
    except LeadsElsewhere:
        raise AgencyAnsweredOddly(
            f"{caller.label}: its next link leads to another host, which we do not follow; ask the agency"
        ) from None


def _mark(ask: Ask) -> bytes:
    return orjson.dumps(ask, option=orjson.OPT_SORT_KEYS)
