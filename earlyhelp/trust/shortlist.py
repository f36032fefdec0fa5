"""Who could come onto a week's list at all: all that a backtest keeps of its weights.

At most budget times weeks of cool-down households rest at any time, so nobody below that many places can
ever be reached. Keeping only those makes a backtest of a million households a matter of megabytes, and
changes no list.
"""

from dataclasses import dataclass, field

import numpy as np

from earlyhelp.casework.weighing import rank
from earlyhelp.checking.measures import Floats
from earlyhelp.chronology import Ids


@dataclass(slots=True, eq=False)
class Shortlist:
    """The heaviest households of one week by one method: at most ``most``, ties drawn with ``seed``."""

    seed: int
    most: int
    households: list[Ids] = field(default_factory=list)
    weights: list[Floats] = field(default_factory=list)
    held: int = 0

    def offer(self, households: Ids, weight: Floats, line: float) -> None:
        """Let those households in that weigh more than ``line``."""
        over = weight > line
        self.households.append(households[over])
        self.weights.append(weight[over])
        self.held += int(np.count_nonzero(over))
        if self.held > 4 * self.most:
            self._trim()

    def ranked(self) -> Ids:
        """Their ids, the heaviest first."""
        self._trim()
        return self.households[0]

    def _trim(self) -> None:
        """Put them in order and let go of whoever cannot be reached."""
        households = np.concatenate([np.zeros(0, np.int64), *self.households])
        weights = np.concatenate([np.zeros(0), *self.weights])
        order = rank(households, weights, self.seed)[: self.most]
        self.households, self.weights = [households[order]], [weights[order]]
        self.held = len(order)
