"""Arithmetic that several checks share: forgetting, medians and weekly sums over the rows of a block.

Everything here is a pure function of arrays, one entry for each row (N) or household (H), and gives the
same answer for a household whatever other households stand beside it.
"""

import numpy as np
from numpy.typing import NDArray

WIDEST = 2**62
"""What two numbers made one may come to."""
SEED_MOST = 1.4
"""A check nobody has outcomes for yet weighs half of what it should (detection.md 9, rule 12), and never so
much that it alone would raise a case (`Policy.worth_raising`): it adds to what others say."""

Ids = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Whole = NDArray[np.int64]


def forgotten(age: NDArray[np.generic], constant: float) -> Floats:
    """How much an event of that age in days still counts: 1 today, 0.37 after ``constant`` days."""
    return np.exp(-np.maximum(age.astype(np.float64), 0.0) / constant)


def as_seed(points: Floats) -> Floats:
    """The weight of a check that is only a seed: between nothing and `SEED_MOST`."""
    return np.clip(points, 0.0, SEED_MOST)


def added(place: Ids, values: NDArray[np.generic], households: int) -> Floats:
    """The sum of ``values`` for each household."""
    weights = values.astype(np.float64, copy=False)
    return np.asarray(np.bincount(place, weights=weights, minlength=households), np.float64)


def counted(place: Ids, households: int) -> Whole:
    """How many rows each household has."""
    return np.bincount(place, minlength=households).astype(np.int64, copy=False)


def latest(place: Ids, days: NDArray[np.generic], households: int, *, without: int) -> Whole:
    """The greatest of ``days`` for each household, and ``without`` for those that have no rows."""
    found = np.full(households, np.iinfo(np.int64).min, np.int64)
    np.maximum.at(found, place, days.astype(np.int64))
    return np.where(found == np.iinfo(np.int64).min, without, found)


def earliest(place: Ids, days: NDArray[np.generic], households: int, *, without: int) -> Whole:
    """The least of ``days`` for each household, and ``without`` for those that have no rows."""
    return -latest(place, -days.astype(np.int64), households, without=-without)


def most(place: Ids, values: Floats, households: int) -> Floats:
    """The greatest of ``values`` for each household, and 0 for those that have no rows."""
    found = np.full(households, -np.inf)
    np.maximum.at(found, place, values)
    return np.where(np.isneginf(found), 0.0, found)


def middle(place: Ids, values: NDArray[np.generic], households: int, *, without: float) -> Floats:
    """The lower median of ``values`` for each household, and ``without`` for those that have no rows."""
    counts = counted(place, households)
    ends = np.cumsum(counts)
    found = np.full(households, without, np.float64)
    some = counts > 0
    found[some] = _sorted_at((ends - counts + (counts - 1) // 2)[some], place, values, households)
    return found


def _sorted_at(at: Ids, place: Ids, values: NDArray[np.generic], households: int) -> NDArray[np.generic]:
    """What stands ``at`` these places once values are sorted by household, and within each by size.

    Whole numbers are sorted as one number with their household's place. Of rows that are sorted by household
    a stable sort has little to do: on rent it took a tenth of the time of sorting by two keys.
    """
    if len(values):
        with np.errstate(invalid="ignore"):  # what is no number is not equal to its whole part either
            whole = values.astype(np.int64, copy=False)
        low = int(whole.min())
        span = int(whole.max()) - low + 1
        if span * households < WIDEST and (whole is values or (whole == values).all()):
            return np.sort(place * span + (whole - low), kind="stable")[at] % span + low
    return values[np.lexsort((values, place))[at]]


def once_a_day(place: Ids, days: NDArray[np.generic]) -> Bools:
    """True for the first row of each household and day; rows are sorted by household, then day."""
    first = np.ones(len(place), np.bool_)
    first[1:] = (place[1:] != place[:-1]) | (days[1:] != days[:-1])
    return first


def apart(place: Ids, key: NDArray[np.generic]) -> tuple[Whole, int, Whole]:
    """Number the children, claims or accounts household by household.

    Gives each row's number, how many there are, and for each of them its household's place.
    """
    order = np.lexsort((key, place))
    fresh = np.ones(len(order), np.bool_)
    fresh[1:] = (place[order][1:] != place[order][:-1]) | (key[order][1:] != key[order][:-1])
    number = np.empty(len(order), np.int64)
    number[order] = np.cumsum(fresh) - 1
    return number, int(np.count_nonzero(fresh)), place[order][fresh].astype(np.int64)


def days_with(place: Ids, days: NDArray[np.generic], has: Bools) -> Bools:
    """True for the first row of each household and day that ``has`` it; rows sorted as for `once_a_day`."""
    found = np.zeros(len(place), np.bool_)
    rows = np.flatnonzero(has)
    found[rows[once_a_day(place[rows], days[rows])]] = True
    return found


def gaps(place: Ids, days: NDArray[np.generic]) -> tuple[Ids, Whole]:
    """Days between each row and the one before in the same household: whose, and how many."""
    same = place[1:] == place[:-1]
    return place[1:][same], np.diff(days.astype(np.int64))[same]


def in_week(place: Ids, weeks_ago: NDArray[np.generic], weeks: int) -> Whole:
    """For each row its household and week as one number; the newest week last, what is older in the first."""
    return np.asarray(place * weeks + (weeks - 1 - np.clip(weeks_ago, 0, weeks - 1)), np.int64)


def weekly(week: Whole, values: NDArray[np.generic], households: int, weeks: int) -> Floats:
    """Sums by household and week (H, weeks), the oldest week first; ``week`` is as `in_week` numbers them."""
    return added(week, values, households * weeks).reshape(households, weeks)
