"""What the pretend agency truly holds: many rows made out of one sample, and what must become of each.

The connector's own declaration says where a row's number and its stamp stand, so that one good row is all a
test's author writes. Where the declaration does not tell, the author gives a ``vary`` of their own.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from pydantic import AliasChoices, AliasPath, ValidationError

from earlyhelp.connecting.tombstones import Tombstone
from earlyhelp.promises.writing import look_at, numbered, put, written_like
from schemas.feed import EventRow, FeedRow

Vary = Callable[[Any, int, datetime], Any]
"""Makes of the sample the row with that number, recorded at that moment, in the agency's own words."""

OPENING = datetime(2026, 10, 30, 12, 0, tzinfo=UTC)
"""When the first row of a truth was recorded."""
APART = timedelta(minutes=7)
"""How far apart the rows of a truth were recorded; agencies that write whole minutes keep their order."""


@dataclass(frozen=True, slots=True)
class Held:
    """One version of one row as the agency holds it. ``ours`` is what it must become, None where it does not
    keep the agreement; ``refused`` is what the reason must name where it is not believed at once.
    """

    number: int
    theirs: Any
    recorded_at: datetime
    ours: FeedRow | None
    refused: str = ""
    known_as: str = ""
    """The number as we would keep it, also where the row is refused."""
    buried: bool = False
    """It is a tombstone, and no row."""


class Truth:
    """All that an agency holds of one feed, in the order in which it gives it."""

    def __init__(self, theirs: type[FeedRow], sample: Any, vary: Vary) -> None:
        self.held: list[Held] = []
        self.gone: dict[str, datetime] = {}
        """Since when records are no more, by our number."""
        self.returned: set[str] = set()
        """Records that were gone and are there again; their stamp is then ours to say."""
        self._theirs, self._sample, self._vary = theirs, sample, vary

    def __iter__(self) -> Iterator[Held]:
        return iter(self.held)

    def add(self, count: int = 1, **changed: Any) -> list[Held]:
        """So many more records, each with a number of its own; ``changed`` are fields of theirs."""
        return [
            self.write(1 + max((one.number for one in self.held), default=0), **changed) for _ in range(count)
        ]

    def write(
        self, number: int, at: datetime | None = None, refused: str = "", without: str = "", **changed: Any
    ) -> Held:
        """One more version of the record with that number, recorded ``at``, else a little after the rest."""
        after = max((one.recorded_at for one in self.held if not one.refused), default=OPENING - APART)
        moment = at or after + APART
        theirs = self._vary(deepcopy(self._sample), number, moment)
        for name, value in changed.items():
            put(theirs, (name,), value)
        theirs.pop(without, None)
        return self.hold(number, theirs, moment, refused)

    def hold(self, number: int, theirs: Any, moment: datetime, refused: str = "") -> Held:
        """Hold a row as it is, and find out what must become of it."""
        try:
            ours: FeedRow | None = self._theirs.model_validate(theirs)
        except (ValidationError, LookupError, TypeError, AttributeError, ArithmeticError):
            ours = None
        known_as = ours.record_id if ours else self.record_id(number)
        if ours and "\0" in "".join(value for value in dict(ours).values() if isinstance(value, str)):
            ours = None  # no database takes such a text
        stamped = ours.recorded_at if ours else moment
        held = Held(number, theirs, stamped, ours, refused, known_as.replace("\0", "\ufffd"))
        self.held.append(held)
        return held

    def bury(self, number: int, at: datetime, tombstone: Tombstone) -> Held:
        """Say with a tombstone that a record is no more."""
        theirs = {**self.write(number, at).theirs}
        *outer, last = tombstone.at.split(".")
        inside = theirs
        for step in outer:
            inside = inside.setdefault(step, {})
        inside[last] = tombstone.says
        buried = replace(self.held.pop(), theirs=theirs, buried=True)
        self.gone[buried.known_as] = buried.recorded_at
        self.held.append(buried)
        return buried

    def take_away(self, number: int) -> Held:
        """Take a record out of a snapshot: that it is no longer named says that it is gone."""
        taken = next(one for one in self.held if one.number == number)
        self.forget(number)
        self.gone[taken.known_as] = datetime.max.replace(tzinfo=UTC)
        return taken

    def bring_back(self, taken: Held) -> None:
        """Name a record again, word for word."""
        del self.gone[taken.known_as]
        self.returned.add(taken.known_as)
        self.held.append(taken)

    def forget(self, number: int) -> None:
        """Take a record away without a word, as agencies do."""
        self.held = [one for one in self.held if one.number != number]

    def must_land(self, by: datetime) -> dict[str, FeedRow]:
        """The version that holds of every record, by our number: the newest that is not later than ``by``."""
        rows: dict[str, FeedRow] = {}
        for row in (one.ours for one in self.held if not one.buried):
            if row is None or row.recorded_at > by or lies_ahead(row, by):
                continue
            before = rows.get(row.record_id)
            if before is None or before.recorded_at <= row.recorded_at:
                rows[row.record_id] = row
        never = datetime.min.replace(tzinfo=UTC)
        return {no: row for no, row in rows.items() if row.recorded_at >= self.gone.get(no, never)}

    def record_id(self, number: int) -> str:
        """By what we know the record with that number."""
        row = self._vary(deepcopy(self._sample), number, OPENING)
        try:
            return self._theirs.model_validate(row).record_id
        except ValidationError as wrong:
            fields = ", ".join(".".join(map(str, fault["loc"])) for fault in wrong.errors())
            raise AssertionError(f"the sample is not as agreed: mend {fields}") from None


def by_declaration(theirs: type[FeedRow], row: Any, number: int, moment: datetime) -> Any:
    """Write number and stamp into a row where the connector's model says that they stand.

    Raises `LookupError` where the sample has neither there: its test needs a ``vary`` of its own.
    """
    for ours, written in (("record_id", partial(numbered, number=number)),
                          ("recorded_at", partial(written_like, moment=moment))):  # fmt: skip
        path = path_of(theirs, ours, row)
        if (old := look_at(row, path)) is None:
            raise LookupError(f"the sample has nothing at {path} for our {ours}; write a vary() for it")
        put(row, path, written(old))
    return row


def path_of(theirs: type[FeedRow], ours: str, row: Any) -> tuple[str | int, ...]:
    """Where the agency writes a field of ours."""
    alias = theirs.model_fields[ours].validation_alias or ours
    choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
    paths = [tuple(one.path) if isinstance(one, AliasPath) else (one,) for one in choices]
    return next((path for path in paths if look_at(row, path) is not None), paths[0])


def lies_ahead(row: FeedRow, moment: datetime) -> bool:
    """Whether a row tells of a day to come, where it may not."""
    return isinstance(row, EventRow) and not row.ahead and row.occurred_on > moment.date()


def assert_fit(truth: Truth) -> None:
    """Assert that a sample, and how it is varied, are fit to test anything with."""
    good = [held.ours for held in truth if held.ours is not None and not held.refused]
    spoilt = [held.ours for held in truth if held.refused]
    assert not any(spoilt), "a wrong value is none in that field: spoil another"
    differ = {row.record_id for row in good}
    assert len(differ) == len(good), "every row needs a number of its own: write a vary() that gives it one"
