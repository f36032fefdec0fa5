"""Rows in an agency's words become rows in ours, a page at a time; what does not fit is refused.

An agency's words are a private model that subclasses our row (`schemas/`): a row that passes *is* our row.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import timedelta
from functools import cached_property
from threading import Event
from typing import Any

import orjson
from pydantic import AliasPath, TypeAdapter, ValidationError

from earlyhelp.connecting.credentials import Credentials
from earlyhelp.errors import FeedStopped
from earlyhelp.feeds import Page, Refused, Sweep, Terms, Window
from schemas.feed import FeedRow

FEWEST_TO_JUDGE = 20
"""Of fewer rows than these, a bad share says nothing."""

_FAULTS = {
    "value_error": "is not in the agreed form",  # whoever raised it may quote the value
    "assertion_error": "is not in the agreed form",
    "model_type": "is not laid out as agreed",
}
"""Our words where pydantic's would not do."""


@dataclass(frozen=True)
class Line:
    """All that a feed needs to reach its agency; tests pass a pretend transport and a sleep that is none.

    ``hung_up`` is set once nobody wants the answer any more, so that no thread waits on in vain.
    """

    agency: str
    credentials: Credentials
    sign_in: Any = None
    transport: Any = None
    sleep: Callable[[float], None] | None = None
    budget: timedelta = timedelta(hours=3)
    hung_up: Event = field(default_factory=Event)

    def doze(self, seconds: float) -> None:
        """Wait, unless nobody wants the answer any more."""
        self.hung_up.wait(seconds)


@dataclass(frozen=True)
class AgencyFeed(ABC):
    """What every declared feed has, however it is fetched.

    ``theirs`` is the agency's way to write a row of ``schema``. ``stale_after`` is when its silence means
    that we do not know, ``look_back`` how far before the last window each new one starts.
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

    def read(
        self, agency: str, rows: Sequence[Any], place: Callable[[int], str]
    ) -> tuple[list[FeedRow], list[Refused]]:
        """Our rows and the refused ones; only a page with something wrong is gone through row by row."""
        try:
            return self._page.validate_python(rows), []
        except (ValidationError, LookupError, TypeError, AttributeError, ArithmeticError):
            good, refused = self._one_by_one(rows, place)
        if len(rows) >= FEWEST_TO_JUDGE and len(refused) > self.terms.most_bad * len(rows):
            raise FeedStopped(
                f"{agency}/{self.name}: {len(refused)} of {len(rows)} rows do not keep the agreement "
                f"({refused[0].reason}); nothing of this page was taken: ask the agency what changed"
            )
        return good, refused

    def _one_by_one(
        self, rows: Sequence[Any], place: Callable[[int], str]
    ) -> tuple[list[FeedRow], list[Refused]]:
        good: list[FeedRow] = []
        refused: list[Refused] = []
        for index, row in enumerate(rows):
            try:
                good.append(self.theirs.model_validate(row))
                continue
            except ValidationError as wrong:
                reason = _reason(wrong)
            except (LookupError, TypeError, AttributeError, ArithmeticError):
                reason = "the row is not laid out as agreed"
            refused.append(Refused(place(index), reason, orjson.dumps(row).decode(), self._record_id(row)))
        return good, refused

    def _record_id(self, row: Any) -> str | None:
        """The row's own number, where it has a readable one."""
        alias = self.theirs.model_fields["record_id"].validation_alias or "record_id"
        path = alias.path if isinstance(alias, AliasPath) else [alias]
        for step in path:
            row = row.get(step) if isinstance(row, dict) else None
        return row.strip()[:80] or None if isinstance(row, str) else None


def _reason(wrong: ValidationError) -> str:
    """Field and fault of every error, and never the value."""
    reasons = []
    for error in wrong.errors(include_url=False, include_context=False, include_input=False):
        field = ".".join(str(step) for step in error["loc"]) or "row"
        fault = _FAULTS.get(error["type"], error["msg"])
        reasons.append(f"{field}: {fault}")
    return "; ".join(dict.fromkeys(reasons))[:400]
