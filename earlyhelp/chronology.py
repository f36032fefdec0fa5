"""What agencies recorded about households, and when we knew it: as columns.

A night looks at every household, so events stand as plain arrays of many households, sorted by household
and day, and not as one object each (decision 0005). Days are whole days since 1970-01-01.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import md5

import numpy as np
from numpy.typing import NDArray

EPOCH = date(1970, 1, 1)
NEVER = 2**31 - 1
"""The day that does not come: what still holds is superseded then."""

Days = NDArray[np.int32]
Ids = NDArray[np.int64]
Column = NDArray[np.generic]


def day_number(day: date) -> int:
    """Whole days since 1970-01-01."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """The day that is so many whole days after 1970-01-01."""
    return EPOCH + timedelta(days=int(number))


def identity(text: str) -> int:
    """A number that stands for whose a row is: digits as they are, other text by sixty bits of its hash.

    It only tells one from another, within a household; PostgreSQL makes the same one (`store.events.blocks`).
    """
    if len(text) <= 18 and text.isascii() and text.isdecimal():
        return int(text)
    return int(md5(text.encode(), usedforsecurity=False).hexdigest()[:15], 16)


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """The events of one kind of feed for many households, sorted by household, then day, then record.

    ``households`` (H) are ids in ascending order, also those without events; the events of household
    ``i`` are rows ``starts[i]`` to ``starts[i + 1]``. ``record`` (N) is the number of the landed row:
    the evidence. ``columns`` (each N) are the fields that the schema names; codes are small numbers in
    the schema's order, -1 where nothing was said.
    """

    kind: str
    households: Ids
    starts: Ids
    occurred_on: Days
    known_on: Days
    superseded_on: Days
    record: Ids
    columns: Mapping[str, Column]

    @classmethod
    def of(
        cls,
        kind: str,
        households: Ids,
        *,
        household: Ids,
        occurred_on: Days,
        known_on: Days,
        superseded_on: Days | None = None,
        record: Ids,
        columns: Mapping[str, Column],
    ) -> "Block":
        """Sort loose events (``household`` says whose each is) into a block over ``households``.

        Events of a household that is not among ``households`` are left out.
        """
        gone = np.full(len(record), NEVER, np.int32) if superseded_on is None else superseded_on
        order = _order(household, occurred_on, record)
        starts, ends = (np.searchsorted(household[order], households, side) for side in ("left", "right"))
        counts = ends - starts
        if counts.sum() < len(record):
            theirs = np.repeat(starts - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
            order = np.arange(len(record))[order][theirs]
        starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        return cls(
            kind=kind,
            households=households,
            starts=starts,
            occurred_on=occurred_on[order],
            known_on=known_on[order],
            superseded_on=gone[order],
            record=record[order],
            columns={name: column[order] for name, column in columns.items()},
        )

    def __len__(self) -> int:
        """How many households the block holds."""
        return len(self.households)

    @property
    def row_household(self) -> Ids:
        """For each event, the place (not the id) of its household in ``households``."""
        return np.repeat(np.arange(len(self.households)), np.diff(self.starts))

    def where(self, keep: NDArray[np.bool_]) -> "Block":
        """The same households with only the events for which ``keep`` (N) is true."""
        if keep.all():
            return self
        kept = np.concatenate(([0], np.cumsum(keep)))
        return replace(
            self,
            starts=kept[self.starts].astype(np.int64),
            occurred_on=self.occurred_on[keep],
            known_on=self.known_on[keep],
            superseded_on=self.superseded_on[keep],
            record=self.record[keep],
            columns={name: column[keep] for name, column in self.columns.items()},
        )

    def as_known_on(self, day: int) -> "Block":
        """What could have been read on that day: known by then, and not yet superseded."""
        return self.where((self.known_on <= day) & (self.superseded_on > day))

    def up_to(self, day: int) -> "Block":
        """Without what lies after that day, such as an appointment still to come."""
        ahead = self.occurred_on > day
        return self.where(~ahead) if ahead.any() else self

    def among(self, wanted: NDArray[np.bool_]) -> "Block":
        """A block of those households for which ``wanted`` (H) is true; the others must have no events."""
        counts = np.diff(self.starts)[wanted]
        starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        return replace(self, households=self.households[wanted], starts=starts)

    def only(self, place: int) -> "Block":
        """A block of one: the household at that place."""
        return self.part(place, place + 1)

    def part(self, first: int, last: int) -> "Block":
        """A block of the households from the place ``first`` up to, but not with, the place ``last``."""
        rows = slice(int(self.starts[first]), int(self.starts[last]))
        return replace(
            self,
            households=self.households[first:last],
            starts=self.starts[first : last + 1] - self.starts[first],
            occurred_on=self.occurred_on[rows],
            known_on=self.known_on[rows],
            superseded_on=self.superseded_on[rows],
            record=self.record[rows],
            columns={name: column[rows] for name, column in self.columns.items()},
        )


def _order(household: Ids, day: Days, record: Ids) -> Ids | slice:
    """Where the rows stand by household, then day, then record: just as they do, if they are sorted.

    Packed rows are, but for the few households that several identifiers lead to, and only theirs are sorted:
    to sort all would cost more than to read them.
    """
    if (household[1:] < household[:-1]).any():
        return np.lexsort((record, day, household))
    back = (day[1:] < day[:-1]) | ((day[1:] == day[:-1]) & (record[1:] < record[:-1]))
    amiss = np.unique(household[1:][back & (household[1:] == household[:-1])])
    if not len(amiss):
        return slice(None)
    first, last = (np.searchsorted(household, amiss, side) for side in ("left", "right"))
    theirs = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)])
    order = np.arange(len(household))
    order[theirs] = theirs[np.lexsort((record[theirs], day[theirs], household[theirs]))]
    return order
