"""What a check, a reading and a finding are.

A check answers one named question about many households at once: a weight for each, in log-odds of
escalation, and the few numbers that its sentence needs. The sentence and its evidence are made only for
the households that are raised.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, final

import numpy as np
from numpy.typing import NDArray

from earlyhelp.checking.drawn import DrawnStory
from earlyhelp.chronology import Block, Column, Days
from earlyhelp.law.policy import Factor, Sector
from schemas.feed import EventRow

ROWS_AT_ONCE = 150_000
"""Rows measured together: on rent a fifth less CPU than a million, whose columns fit no cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What a check measured, one entry for each household of the block it was asked of.

    ``weight`` (H, float) is log-odds: 0 says nothing, above 0 speaks for trouble ahead. ``since``
    (H, days) is when it began. ``facts`` (each H) are the numbers behind the weight.
    """

    weight: NDArray[np.float64]
    since: Days
    facts: Mapping[str, Column]

    def spread(self, place: NDArray[np.int64]) -> "Reading":
        """The reading of each household that stands at ``place`` in this one."""
        facts = {name: column[place] for name, column in self.facts.items()}
        return Reading(self.weight[place], self.since[place], facts)

    @classmethod
    def joined(cls, parts: Sequence["Reading"]) -> "Reading":
        """The readings of some households and then of others."""
        facts = {name: np.concatenate([part.facts[name] for part in parts]) for name in parts[0].facts}
        weight, since = ([part.weight for part in parts], [part.since for part in parts])
        return cls(np.concatenate(weight), np.concatenate(since), facts)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was seen, in words a resident could be shown, and the landed rows that bear it out."""

    sentence: str
    would_lower: str
    evidence: tuple[int, ...]

    def __post_init__(self) -> None:
        """Refuse a finding that nothing bears out."""
        if not self.evidence:
            raise ValueError("a finding without evidence cannot be explained")


class Check(ABC):
    """One early-warning question. Subclass it in a file of `checks/` that bears the check's name.

    The subclass's docstring is read by key workers: its first line says what is looked for, its second
    paragraph why.
    """

    name: ClassVar[str]
    version: ClassVar[str]
    sector: ClassVar[Sector]
    factor: ClassVar[Factor]
    reads: ClassVar[type[EventRow]]
    weeks: ClassVar[int] = 104
    """How far back the check reads, in weeks."""
    drawn: ClassVar[tuple[DrawnStory, ...]] = ()
    """Stories that fire and that nearly do: tests ask the check about them, and the page shows them."""

    @abstractmethod
    def measure(self, block: Block, as_of: int) -> Reading:
        """Weigh each household of a block that holds only what was known on the day ``as_of``."""

    @abstractmethod
    def explain(self, block: Block, facts: Mapping[str, float], as_of: int) -> Finding:
        """Put one household's reading into words, with its evidence; ``block`` holds that household alone."""

    @final
    def ask(self, block: Block, as_of: int) -> Reading:
        """Measure what was known on that day: whatever became known later is cut away first.

        A household gets the same reading whatever households stand beside it (a promise of every check), so
        a large block is measured piece by piece, each small enough for a processor's caches.
        """
        known = block.as_known_on(as_of)
        if len(known.record) <= ROWS_AT_ONCE:
            return self._asked(known, as_of)
        ends = np.searchsorted(
            known.starts, np.arange(ROWS_AT_ONCE, len(known.record), ROWS_AT_ONCE), "right"
        )
        cuts = np.unique([0, *(ends - 1), len(known)]).tolist()
        return Reading.joined([self._asked(known.part(*cut), as_of) for cut in pairwise(cuts)])

    @final
    def _asked(self, known: Block, as_of: int) -> Reading:
        """Measure a piece; all of its households without events are measured as one."""
        silent = np.diff(known.starts) == 0
        if np.count_nonzero(silent) < 2:
            return self.measure(known, as_of)
        heard = ~silent
        heard[np.argmax(silent)] = True
        one_silent = np.argmax(silent[heard])
        place = np.where(silent, one_silent, np.cumsum(heard) - 1)
        return self.measure(known.among(heard), as_of).spread(place)

    @final
    def find(self, block: Block, place: int, reading: Reading, as_of: int) -> Finding:
        """Explain the household at ``place``, from what was known on that day alone."""
        facts = {name: float(column[place]) for name, column in reading.facts.items()}
        return self.explain(block.only(place).as_known_on(as_of), facts, as_of)
