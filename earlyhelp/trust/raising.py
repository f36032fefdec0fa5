"""Raises the first few of each week's list, lets them rest, and compares what was raised with what came."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from earlyhelp.checking.measures import Bools, Whole
from earlyhelp.chronology import Ids
from earlyhelp.trust.escalations import Escalations

AHEAD = 182
"""Days within which an escalation proves a raise right, and for which the raised rest (detection.md 4.1)."""
EARLY_WEEKS = 8
"""Caught so many weeks ahead, there is time to help (detection.md 8)."""
SPAN = 1 << 17
"""More days than any history has, so that household and day are one number."""
LAST = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, eq=False)
class Raised:
    """Whom a method raised (R ids) and on which day (R), in order of days."""

    household: Ids
    day: Whole


@dataclass(frozen=True, slots=True)
class Score:
    """How one method did in the judged weeks.

    ``settled`` are raises whose half year has passed within what is known, ``right`` those of them after
    which the household escalated. ``leads`` has, for every escalation in the judged weeks, the whole weeks
    from its first raise in the half year before; 0 where it was missed.
    """

    raised: int
    filled: float
    settled: int
    right: int
    leads: tuple[int, ...]

    @property
    def escalated(self) -> int:
        """Escalations that could have been caught."""
        return len(self.leads)

    def caught(self, weeks: int = 1) -> int:
        """Escalations raised at least so many weeks ahead; with 1, at any time before."""
        return sum(lead >= weeks for lead in self.leads)

    @property
    def mean_lead(self) -> float:
        """Weeks, over all escalations, the missed counting as 0."""
        return sum(self.leads) / len(self.leads) if self.leads else 0.0


def raise_weekly(lists: Sequence[Ids], days: Sequence[int], budget: int) -> Raised:
    """The first ``budget`` of each list who do not rest: whoever is raised rests for half a year."""
    household: list[Ids] = []
    day: list[Whole] = []
    for today, order in zip(days, lists, strict=True):
        resting = [who for who, on in zip(household, day, strict=True) if len(on) and on[0] > today - AHEAD]
        free = order[~np.isin(order, np.concatenate(resting))] if resting else order
        household.append(free[:budget])
        day.append(np.full(len(household[-1]), today, np.int64))
    return Raised(np.concatenate(household), np.concatenate(day))


def judge(raised: Raised, escalations: Escalations, days: Sequence[int], warm_up: int, budget: int) -> Score:
    """Compare with what came; the first ``warm_up`` weeks only fill the rest."""
    judged = raised.day >= days[warm_up]
    who, on = raised.household[judged], raised.day[judged]
    settled = on + AHEAD <= escalations.told_until
    came = followed(raised, escalations)[judged]
    first, last = days[warm_up], days[-1] + 7
    due = (escalations.day > first) & (escalations.day <= last)
    leads = _leads(raised, escalations.household[due], escalations.day[due])
    return Score(
        raised=len(who),
        filled=len(who) / (budget * (len(days) - warm_up)),
        settled=int(np.count_nonzero(settled)),
        right=int(np.count_nonzero(came & settled)),
        leads=tuple(sorted((leads).tolist())),
    )


def followed(raised: Raised, escalations: Escalations) -> Bools:
    """True for each raise after which that household escalated within half a year."""
    asked, told = _keys(raised, escalations.household, escalations.day)
    following = np.append(np.sort(told), LAST)[np.searchsorted(np.sort(told), asked, side="right")]
    came: Bools = (following // SPAN == asked // SPAN) & (following - asked <= AHEAD)
    return came


def overlap(lists: Sequence[Ids], budget: int) -> float | None:
    """The mean share of a week's first ``budget`` who were on the list of the week before as well."""
    shares = [
        float(np.isin(now[:budget], before[:budget]).mean()) for before, now in pairwise(lists) if len(now)
    ]
    return float(np.mean(shares)) if shares else None


def _leads(raised: Raised, household: Ids, day: Whole) -> Whole:
    """Whole weeks, rounded up, from the first raise in the half year before each escalation; 0: missed."""
    made, told = _keys(raised, household, day)
    first = np.append(np.sort(made), LAST)[np.searchsorted(np.sort(made), told - AHEAD)]
    ahead = told - first
    return np.where((first // SPAN == told // SPAN) & (ahead > 0), -(-ahead // 7), 0)


def _keys(raised: Raised, household: Ids, day: Whole) -> tuple[Whole, Whole]:
    """Household and day of raises and of escalations as one number each, ids numbered from 0."""
    _, number = np.unique(np.concatenate((raised.household, household)), return_inverse=True)
    keys = number * SPAN + np.concatenate((raised.day, day))
    return keys[: len(raised.day)], keys[len(raised.day) :]
