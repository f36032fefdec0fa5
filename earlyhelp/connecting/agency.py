"""What a connector is made of: an agency and its feeds, declared and not programmed.

    class NorthsideHomes(Agency):
        name = "northside-homes"
        sector = Sector.HOUSING
        sign_in = ClientCredentials("/oauth/token")
        feeds = (RestFeed("rent", schema=RentTransaction, theirs=_Posting, path="/rent", ...),)

Its address and secrets are read from the environment: see docs/add-a-connector.md.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import Any

from earlyhelp.connecting.credentials import Credentials
from earlyhelp.connecting.reading import AgencyFeed, Line
from earlyhelp.connecting.signing_in import SignIn
from earlyhelp.connecting.wire.manners import pacer
from earlyhelp.connecting.wire.rest import RestFeed
from earlyhelp.feeds import Feed, Page, Window
from earlyhelp.law.policy import Sector

__all__ = ["Agency", "RestFeed", "read_ahead"]


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
    pace: Callable[[], None] | None = None
    """Called before each request, and returns when it may be sent: flows set Prefect's limit over all
    processes here. Without it this process alone keeps to the rate."""

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
        line = replace(self._line, hung_up=(hung_up := Event()), pace=self.pace or self._in_turn(hung_up))
        return read_ahead(mine.fetch(line, window), hung_up)

    def _in_turn(self, hung_up: Event) -> Callable[[], None]:
        """Waits for this process's next turn, unless nobody wants the answer any more."""
        turns = pacer(self.name, self.rate) if self.rate else None

        def wait() -> None:
            if turns:
                hung_up.wait(turns.turn())

        return wait


def read_ahead(pages: Iterator[Page], hung_up: Event) -> Iterator[Page]:
    """The same pages, the next one being fetched in a thread meanwhile.

    When nobody wants the rest, the request under way is the last, and closed in the thread that opened it.
    """
    closing: Future[None] | None = None
    with ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as reader:
        try:
            waiting = reader.submit(next, pages, None)
            while (page := waiting.result()) is not None:
                waiting = reader.submit(next, pages, None)
                yield page
        finally:
            hung_up.set()
            if close := getattr(pages, "close", None):
                closing = reader.submit(close)
    if closing and closing.done():  # garbage has lost its thread already, and would wait for it for ever
        closing.result()
