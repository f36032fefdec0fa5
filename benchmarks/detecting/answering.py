"""Workers who visit whom is raised and answer whether they found need; and the line that their answers draw."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.detecting.worlds import World
from earlyhelp.casework.agreeing import Agreement
from earlyhelp.casework.lines import REMEMBERED, Answered, line_of, lines
from earlyhelp.law.policy import POLICY

AFTER = 2
"""Weeks from a raise to its answer: two working days to look, and a visit (our assumption)."""
SCOPES = ("housing", "police", "health", "joint")
"""In the order of the benchmark's checks; the joint cases last."""


class Workers:
    """They find need where there is any: hidden stress on the day of the raise, or of the visit."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.told: list[list[Answered]] = []

    def visit(
        self, week: int, chosen: NDArray[np.int64], weight: NDArray[np.float64], scope: NDArray[np.int64]
    ) -> None:
        """Visit whom was raised in a week."""
        need = self.world.in_need
        found = need[week] | need[min(week + AFTER, len(need) - 1)]
        seen = zip(chosen.tolist(), weight.tolist(), scope.tolist(), strict=True)
        self.told.append([Answered(SCOPES[whose], much, bool(found[who])) for who, much, whose in seen])

    def least(self, week: int, agreed: Agreement) -> NDArray[np.float64]:
        """The least weight for a case of each scope, by how agencies agree, and by answers before that week."""
        last = max(week - AFTER + 1, 0)
        first = max(week - REMEMBERED.days // 7, 0)
        heard: Sequence[Answered] = [one for each in self.told[first:last] for one in each]
        drawn = lines(heard, POLICY, agreed)
        return np.array([line_of(scope, drawn, POLICY) for scope in SCOPES])
