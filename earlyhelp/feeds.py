"""What a feed, a page of it and a refused row are: the nouns between a connector and the store."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from earlyhelp.law.policy import Sector
from schemas.feed import FeedRow

Position = Mapping[str, Any]
"""The request for one page, verbatim and fit for JSON: saved with the page before it."""


Shape = Mapping[str, frozenset[str]]
"""The fields that a page's rows bear, in the agency's words, and the JSON kinds seen in each.

Kinds are ``null``, ``boolean``, ``number``, ``text``, ``list`` and ``object``: names of kinds, never a value.
"""


@dataclass(frozen=True, slots=True)
class Window:
    """What to ask a feed for: what was recorded from ``since`` up to ``until``; None is without a bound.

    Of a window that was cut short ``position`` is the saved request with which it goes on. ``validator`` is
    what the agency gave with its last whole answer (an ETag), so that it may say that nothing has changed;
    ``taken`` are the SHA-256 digests, as hex, of files that were taken whole before.
    """

    since: datetime | None = None
    until: datetime | None = None
    position: Position | None = None
    validator: str | None = None
    taken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed about a feed besides its rows.

    ``keep_refused`` is how long a refused row itself is kept, ``keep_pages`` how long an answer is kept word
    for word (its SHA-256 is kept for good). A page of which more than ``most_bad`` is refused stops the feed;
    a snapshot that has lost more than ``most_shrunk`` of its records, or is empty, is not believed. A feed
    that is not ``steady`` (schools have holidays) may bring nothing in a week without anybody being told.
    """

    keep_refused: timedelta = timedelta(days=30)
    keep_pages: timedelta = timedelta(0)
    most_bad: float = 0.2
    most_shrunk: float = 0.3
    steady: bool = True


@dataclass(frozen=True, slots=True)
class Sweep:
    """How often a window goes back much further than the look-back, for what comes very late."""

    every: timedelta
    back: timedelta


@dataclass(frozen=True, slots=True)
class Gone:
    """A tombstone: the agency says that it has taken this record away."""

    record_id: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """One file that was taken whole: ``rows`` and ``refused`` count what it held. Its name is the agency's.

    ``again`` says that a file with the same bytes had been taken before, so that nothing of it was read;
    ``superseded`` that it was a snapshot with a newer one beside it, and not read either.
    """

    name: str
    sha256: str
    size: int
    dropped_at: datetime
    rows: int
    refused: int
    again: bool = False
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that does not keep the agreement. ``reason`` names field and fault, never the value.

    ``row`` is the row as JSON, in the agency's words or, where it fell later, in ``ours``.
    """

    place: str
    reason: str
    row: str
    record_id: str | None = None
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of an agency, already in our words.

    ``position`` asks for the next page, None after the last. ``clock`` is the agency's own clock when it
    answered: a row stamped later than that is not believed. ``raw`` is the answer word for word. ``files``
    are those whose last row is on this page. ``unchanged`` says that the agency answered "as before", so
    that there is nothing to compare; ``validator`` is what to ask that with next time.
    """

    rows: Sequence[FeedRow]
    refused: Sequence[Refused]
    position: Position | None
    clock: datetime
    gone: Sequence[Gone] = ()
    shape: Shape = field(default_factory=dict)
    raw: bytes | None = None
    files: Sequence[Receipt] = ()
    unchanged: bool = False
    validator: str | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the rows fetched: ``fetched == landed + known + refused``, always."""

    fetched: int = 0
    landed: int = 0
    known: int = 0
    refused: int = 0
    pages: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        """Two pages, or two feeds, counted together."""
        return Counts(
            self.fetched + other.fetched,
            self.landed + other.landed,
            self.known + other.known,
            self.refused + other.refused,
            self.pages + other.pages,
        )


class Feed(Protocol):
    """What the inside needs to know of one feed of an agency."""

    @property
    def name(self) -> str:
        """The feed's name within its agency, such as ``rent``."""

    @property
    def schema(self) -> type[FeedRow]:
        """The rows it brings."""

    @property
    def theirs(self) -> type[FeedRow]:
        """The same rows as the agency writes them."""

    @property
    def look_back(self) -> timedelta:
        """How far before the watermark each window starts, for rows that come late."""

    @property
    def stale_after(self) -> timedelta:
        """After how long without a new row the feed is stale and nothing may be found on it."""

    @property
    def snapshot(self) -> bool:
        """Whether a whole window holds all there is: what it no longer names has been taken away."""

    @property
    def sweep(self) -> Sweep | None:
        """When a window goes back further than the look-back; None: never."""

    @property
    def terms(self) -> Terms:
        """What was agreed about it besides its rows."""


class Connector(Protocol):
    """One agency: its feeds, and how to ask for their pages."""

    name: str
    sector: Sector
    rate: float | None
    """How many requests a second were agreed, over all processes; None: no limit was set."""

    @property
    def ready(self) -> bool:
        """Whether anybody has set the agency up: without a single setting of its own it is not asked."""

    @property
    def feeds(self) -> Sequence[Feed]:
        """Its feeds, in the order in which they are fetched."""

    def pages(self, feed: Feed, window: Window) -> Iterator[Page]:
        """The pages of a window, from its position where one was saved, else from its start.

        Raises the errors of `earlyhelp.errors`, with no data in them.
        """
