"""Whether a feed brought an ordinary number of rows for a day: an XmR chart of the same weekday.

A feed that answers but brings a tenth of the usual is broken more often than the world is well. The limits
are those of an XmR chart, mean ± 2.66 × mean moving range; under twelve points they are trial limits
(NHS Making Data Count, domain.md 4.6). Bank holidays are left out: offices are shut, and nothing is meant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import fmean
from typing import Literal

from earlyhelp.law.working_days import is_working_day

WEEKS = 12
"""Points of the baseline: the twelve that Making Data Count locks."""
FEWEST = 4
"""With fewer points nothing is said."""
MOVING_RANGE = 2.66
"""Limits of an XmR chart in mean moving ranges."""
LEAST_USUAL = 10.0
"""Rows a day under which a feed is too small to be called low or high: its freshness tells more."""


@dataclass(frozen=True, slots=True)
class Volume:
    """How many rows a feed brought for a day, and between which numbers that is ordinary."""

    day: date
    rows: int
    usual: float
    low: float
    high: float
    trial: bool

    @property
    def state(self) -> Literal["usual", "low", "high"]:
        """Where the day stands."""
        if self.usual < LEAST_USUAL:
            return "usual"
        return "low" if self.rows < self.low else "high" if self.rows > self.high else "usual"


def judge(rows_by_day: Mapping[date, int], today: date) -> Volume | None:
    """How the day before ``today`` compares with the same weekday before it; None with too few to compare.

    A day without an entry brought nothing; days before the first entry are not known. A bank holiday is
    neither judged nor compared with.
    """
    day = today - timedelta(days=1)
    if not rows_by_day or _shut(day):
        return None
    first = min(rows_by_day)
    before = [day - timedelta(weeks=week) for week in range(WEEKS, 0, -1)]
    points = [rows_by_day.get(one, 0) for one in before if one >= first and not _shut(one)]
    if len(points) < FEWEST:
        return None
    usual = fmean(points)
    reach = MOVING_RANGE * fmean(abs(after - ahead) for ahead, after in pairwise(points))
    low, high = max(usual - reach, 0.0), usual + reach
    return Volume(day, rows_by_day.get(day, 0), usual, low, high, trial=len(points) < WEEKS)


def _shut(day: date) -> bool:
    """Whether a weekday is a bank holiday."""
    return day.weekday() < 5 and not is_working_day(day)
