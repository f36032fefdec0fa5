"""Rows in an agency's words become rows in ours, a page at a time; what does not fit is refused.

An agency's words are a private model that subclasses our row (`schemas/`): a row that passes *is* our row.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from threading import Event
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from earlyhelp.connecting.credentials import Credentials
from earlyhelp.connecting.shaping import shape_of
from earlyhelp.connecting.tombstones import NUMBER, Tombstone, bare, borne, path_of
from earlyhelp.errors import FeedStopped
from earlyhelp.feeds import Gone, Page, Refused, Sweep, Terms, Window
from schemas.feed import FeedRow

FEWEST_TO_JUDGE = 20
"""Of fewer rows than these, a bad share says nothing."""

_FAULTS = {
    "value_error": "is not in the agreed form",  # whoever raised it may quote the value
    "assertion_error": "is not in the agreed form",
    "model_type": "is not laid out as agreed",
}
"""Our words where pydantic's would not do."""
_NOT_AS_AGREED = (ValidationError, LookupError, TypeError, AttributeError, ArithmeticError)
"""What a model in an agency's words raises over a row that is not laid out as it expects."""


@dataclass(frozen=True)
class Line:
    """All that a feed needs to reach its agency; tests pass a pretend transport and a sleep that is none.

    ``hung_up`` is set once nobody wants the answer any more, so that no thread waits on in vain. ``pace`` is
    called before each request, and returns when it may be sent.
    """

    agency: str
    credentials: Credentials
    sign_in: Any = None
    transport: Any = None
    sleep: Callable[[float], None] | None = None
    budget: timedelta = timedelta(hours=3)
    hung_up: Event = field(default_factory=Event)
    pace: Callable[[], None] = lambda: None

    def doze(self, seconds: float) -> None:
        """Wait, unless nobody wants the answer any more."""
        self.hung_up.wait(seconds)


@dataclass(frozen=True)
class AgencyFeed(ABC):
    """What every declared feed has, however it is fetched.

    ``theirs`` is the agency's way to write a row of ``schema``. ``stale_after`` is when its silence means
    that we do not know, ``look_back`` how far before the last window each new one starts. ``tombstone`` is
    how it says that a record is no more, where it does.
    """

    name: str
    _: KW_ONLY
    schema: type[FeedRow]
    theirs: type[FeedRow]
    stale_after: timedelta
    look_back: timedelta = timedelta(days=2)
    snapshot: bool = False
    sweep: Sweep | None = None
    terms: Terms = field(default_factory=Terms)
    tombstone: Tombstone | None = None

    def __post_init__(self) -> None:
        """Refuse a feed whose rows would not be rows of its schema."""
        if not issubclass(self.theirs, self.schema):
            raise TypeError(f"{self.name}: {self.theirs.__name__} does not subclass {self.schema.__name__}")

    @abstractmethod
    def fetch(self, line: Line, window: Window) -> Iterator[Page]:
        """The pages of a window, one after another, as the agency hands them over."""

    @cached_property
    def _page(self) -> TypeAdapter[list[FeedRow]]:
        return TypeAdapter(list[self.theirs])  # type: ignore[name-defined]

    @cached_property
    def _bare(self) -> type[FeedRow]:
        return bare(self.theirs)

    @cached_property
    def _numbered(self) -> type[FeedRow]:
        return bare(self.theirs, NUMBER)

    def page(self, agency: str, rows: Sequence[Any], place: Callable[[int], str], clock: datetime) -> Page:
        """A page of rows in the agency's words; its position and what came with it are the caller's to add.

        On the happy path nothing here touches a row one by one, except for tombstones where they are agreed.
        """
        shape, gone, illegible = shape_of(rows), list[Gone](), list[Refused]()
        if self.tombstone and any(dead := [self.tombstone.stands_on(row) for row in rows]):
            gone, illegible = self._gone(
                [(place(at), rows[at]) for at, is_dead in enumerate(dead) if is_dead]
            )
            numbers = [at for at, is_dead in enumerate(dead) if not is_dead]
            good, refused = self._living([rows[at] for at in numbers], lambda at: place(numbers[at]))
        else:
            good, refused = self._living(rows, place)
        self._judge(agency, [*refused, *illegible], len(rows))
        return Page(good, [*refused, *illegible], None, clock, gone, shape)

    def read(
        self, agency: str, rows: Sequence[Any], place: Callable[[int], str]
    ) -> tuple[list[FeedRow], list[Refused]]:
        """Our rows and the refused ones, or `FeedStopped` where too many are refused."""
        good, refused = self._living(rows, place)
        self._judge(agency, refused, len(rows))
        return good, refused

    def _judge(self, agency: str, refused: Sequence[Refused], rows: int) -> None:
        if rows >= FEWEST_TO_JUDGE and len(refused) > self.terms.most_bad * rows:
            raise FeedStopped(
                f"{agency}/{self.name}: {len(refused)} of {rows} rows do not keep the agreement "
                f"({refused[0].reason}); nothing of this page was taken: ask the agency what changed"
            )

    def _living(
        self, rows: Sequence[Any], place: Callable[[int], str]
    ) -> tuple[list[FeedRow], list[Refused]]:
        """Only a page with something wrong is gone through row by row."""
        try:
            return self._page.validate_python(rows), []
        except _NOT_AS_AGREED:
            return self._one_by_one(rows, place)

    def _one_by_one(
        self, rows: Sequence[Any], place: Callable[[int], str]
    ) -> tuple[list[FeedRow], list[Refused]]:
        good: list[FeedRow] = []
        refused: list[Refused] = []
        for index, row in enumerate(rows):
            try:
                good.append(self.theirs.model_validate(row))
            except _NOT_AS_AGREED as wrong:
                refused.append(self._refused(place(index), row, wrong))
        return good, refused

    def _gone(self, rows: Sequence[tuple[str, Any]]) -> tuple[list[Gone], list[Refused]]:
        """Tombstones, and those on which nobody can read which record is gone, or since when."""
        gone: list[Gone] = []
        refused: list[Refused] = []
        for place, row in rows:
            try:
                read = self._bare.model_validate(borne(self.theirs, row))
                gone.append(Gone(read.record_id, read.recorded_at))
            except _NOT_AS_AGREED as wrong:
                refused.append(self._refused(place, row, wrong))
        return gone, refused

    def _refused(self, place: str, row: Any, wrong: Exception) -> Refused:
        """A row put aside, with its own number where it has a readable one."""
        return Refused(place, _reason(wrong), orjson.dumps(row, default=str).decode(), self._number(row))

    def _number(self, row: Any) -> str | None:
        """The row's own number as it would have landed, else as the agency writes it.

        None where the agency's class makes the number up from more than one field: of a snapshot a wrong
        number would do harm, since the right one would seem to be gone.
        """
        makers = self.theirs.__pydantic_decorators__.model_validators.values()
        if self.snapshot and any(one.info.mode == "after" for one in makers):
            return None
        try:
            return self._numbered.model_validate(borne(self.theirs, row, NUMBER)).record_id
        except _NOT_AS_AGREED:
            pass
        for step in path_of(self.theirs, "record_id"):
            row = row.get(step) if isinstance(row, dict) else None
        return row.strip()[:80] or None if isinstance(row, str) else None


def _reason(wrong: Exception) -> str:
    """Field and fault of every error, and never the value."""
    if not isinstance(wrong, ValidationError):
        return "the row is not laid out as agreed"
    reasons = []
    for error in wrong.errors(include_url=False, include_context=False, include_input=False):
        field = ".".join(str(step) for step in error["loc"]) or "row"
        fault = _FAULTS.get(error["type"], error["msg"])
        reasons.append(f"{field}: {fault}")
    return "; ".join(dict.fromkeys(reasons))[:400]
