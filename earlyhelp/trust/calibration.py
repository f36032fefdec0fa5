"""Whether a weight means what it says: log-odds said, beside how often it came."""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from earlyhelp.checking.measures import Bools, Floats

STEP, LOW, HIGH = 0.25, -5.0, 20.0
BANDS = (-np.inf, 0.0, 0.75, 1.5, 2.5, 4.0, np.inf)
"""Edges of the bands that are shown; 1.5 is the line for a case."""


@dataclass(slots=True, eq=False)
class Calibration:
    """Weeks of households by weight: how many there were, and after how many an escalation came."""

    seen: Floats = field(default_factory=lambda: np.zeros(round((HIGH - LOW) / STEP)))
    came: Floats = field(default_factory=lambda: np.zeros(round((HIGH - LOW) / STEP)))

    def add(self, weight: Floats, came: Bools) -> None:
        """Count one week of these households."""
        place = np.clip((weight - LOW) // STEP, 0, len(self.seen) - 1).astype(np.int64)
        self.seen += np.bincount(place, minlength=len(self.seen))
        self.came += np.bincount(place[came], minlength=len(self.seen))

    def bands(self) -> list[tuple[str, int, int, float]]:
        """For each band that occurred: its name, weeks of households, those followed, and the share expected.

        Weights are log-odds over the ordinary; what is ordinary here is set so that expected and come agree
        over all of them together.
        """
        middle = np.asarray(LOW + STEP * (np.arange(len(self.seen)) + 0.5), np.float64)
        expected = _odds(middle + self._ordinary(middle))
        found = []
        for low, high in pairwise(BANDS):
            here = (middle >= low) & (middle < high)
            seen, came = float(self.seen[here].sum()), float(self.came[here].sum())
            if seen:
                share = float((expected[here] * self.seen[here]).sum() / seen)
                found.append((_name(low, high), round(seen), round(came), share))
        return found

    def _ordinary(self, middle: Floats) -> float:
        """The log-odds at weight 0, by halving an interval: fifty halvings are beyond any need."""
        low, high = -30.0, 10.0
        for _ in range(50):
            half = (low + high) / 2
            more = float((self.seen * _odds(middle + half)).sum()) > float(self.came.sum())
            low, high = (low, half) if more else (half, high)
        return (low + high) / 2


def _odds(log_odds: Floats) -> Floats:
    """The share that goes with log-odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)), np.float64)


def _name(low: float, high: float) -> str:
    """below 0, 0 to 0.75, 4 and above."""
    if low == -np.inf:
        return f"below {high:g}"
    return f"{low:g} and above" if high == np.inf else f"{low:g} to {high:g}"
