"""What a feed, a page of it and a refused row are: the nouns between a connector and the store."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from earlyhelp.policy import Sector
from schemas.feed import FeedRow

Position = Mapping[str, Any]
"""The request for one page, verbatim and fit for JSON: saved with the page before it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that does not keep the agreement. ``reason`` names field and fault, never the value."""

    place: str
    reason: str
    row: str
    record_id: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of an agency, already in our words.

    ``position`` asks for the next page, None after the last. ``clock`` is the agency's own clock when it
    answered: a row stamped later than that is not believed.
    """

    rows: Sequence[FeedRow]
    refused: Sequence[Refused]
    position: Position | None
    clock: datetime


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
    def look_back(self) -> timedelta:
        """How far before the watermark each window starts, for rows that come late."""

    @property
    def stale_after(self) -> timedelta:
        """After how long without a new row the feed is stale and nothing may be found on it."""


class Connector(Protocol):
    """One agency: its feeds, and how to ask for their pages."""

    name: str
    sector: Sector

    @property
    def feeds(self) -> Sequence[Feed]:
        """Its feeds, in the order in which they are fetched."""

    def pages(self, feed: Feed, since: datetime | None, position: Position | None) -> Iterator[Page]:
        """The pages of a window, from ``position`` where one was saved, else from its start.

        ``since`` None asks for all there is. Raises the errors of `earlyhelp.errors`, with no data in them.
        """
