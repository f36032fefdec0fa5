"""The calendar the invented city lives by: working days, rent weeks, batches and school weeks.

Every date is a day number (days since 1970-01-01) and every clock time a minute since then, in UTC all
year round: the hour that summer time adds is left to the agencies that would print it.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from govuk_bank_holidays.bank_holidays import BankHolidays
from numpy.typing import NDArray

from earlyhelp.demo.city.records import EPOCH, Bools, CityPlan, Days, Ints

DAY = 1_440
"""Minutes in a day."""
OFFICE_OPENS = 9 * 60
OFFICE_MINUTES = 8 * 60
"""Office clerks write between nine and five."""
SAME_DAY_SHARE = 0.8
"""Share of office records made on the day itself, the rest on the next working day (our assumption)."""

_REACH = 1_500
"""Days the tables reach to either side of the plan: what was booked before it, or falls due after."""
_THURSDAY = 3
"""Weekday of 1970-01-01, Monday being 0."""


def day_number(day: date) -> int:
    """Whole days since 1970-01-01."""
    return (day - EPOCH).days


def weekday(days: Days) -> Days:
    """Day of the week, Monday being 0."""
    return np.asarray((days + _THURSDAY) % 7, dtype=np.int32)


def is_rent_free(day: date) -> bool:
    """Whether the landlord charges no rent on this Monday: four weeks a year (detection.md 4.1).

    The two fortnights below hold exactly two Mondays each, at Christmas and at the financial year's end.
    """
    return (day.month, day.day) >= (12, 19) or (day.month, day.day) <= (1, 1) or _year_end(day)


def _year_end(day: date) -> bool:
    return (3, 23) <= (day.month, day.day) <= (4, 5)


def is_school_week(monday: date) -> bool:
    """Whether schools are open in this week; 38 or 39 weeks a year, 190 days (domain.md 3.7).

    The holidays are the usual ones of an English council: six weeks of summer, a fortnight at Christmas
    and at Easter, and three half-term weeks.
    """
    wednesday = monday + timedelta(days=2)
    stamp = (wednesday.month, wednesday.day)
    closed = (
        ((7, 22), (9, 1)),
        ((10, 24), (10, 30)),
        ((12, 20), (12, 31)),
        ((1, 1), (1, 2)),
        ((2, 14), (2, 20)),
        ((4, 1), (4, 14)),
        ((5, 26), (6, 1)),
    )
    return not any(first <= stamp <= last for first, last in closed)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of one plan, looked up by arrays of day numbers instead of one by one."""

    start: int
    end: int
    weeks: int
    _base: int
    _working: Bools
    _next_working: Days
    _charges: Days  # Mondays charged up to and including each day

    def working(self, days: Days) -> Bools:
        """Whether these are neither weekend nor bank holiday."""
        return self._working[self._at(days)]

    def next_working(self, days: Days) -> Days:
        """The day itself if offices and banks are open, else the next on which they are."""
        return self._next_working[self._at(days)]

    def charges_by(self, days: Days) -> Days:
        """Mondays on which rent was charged up to and including these days, from a fixed beginning."""
        return self._charges[self._at(days)]

    def charged_mondays(self) -> Days:
        """The Mondays of the plan on which the landlord charges a week's rent."""
        days = np.arange(self.start, self.end, dtype=np.int32)
        return days[self.charges_by(days) > self.charges_by(days - 1)]

    def week(self, days: Days) -> Ints:
        """The week of the plan these days fall in, held inside the plan at both ends."""
        return np.clip((days.astype(np.int64) - self.start) // 7, 0, self.weeks - 1)

    def month_starts(self) -> Days:
        """The first of every month that touches the plan, one month early included."""
        first = np.datetime64(self.start, "D").astype("datetime64[M]") - 1
        last = np.datetime64(self.end, "D").astype("datetime64[M]") + 1
        return np.arange(first, last).astype("datetime64[D]").astype(np.int32)

    def school_mondays(self) -> Days:
        """Mondays of the plan's school weeks."""
        first = self.start + int(-weekday(np.array([self.start], dtype=np.int32))[0] % 7)
        mondays = range(first, self.end - 6, 7)
        return np.array([d for d in mondays if is_school_week(EPOCH + timedelta(days=d))], dtype=np.int32)

    def written_in_office(self, days: Days, rng: np.random.Generator) -> Ints:
        """Minutes at which an office writes down what happened on these days."""
        delay = (rng.random(days.shape) >= SAME_DAY_SHARE).astype(np.int32)
        minute = rng.integers(0, OFFICE_MINUTES, days.shape)
        return self.next_working(days + delay).astype(np.int64) * DAY + OFFICE_OPENS + minute

    def _at(self, days: Days) -> NDArray[np.intp]:
        return np.clip(days - self._base, 0, len(self._working) - 1).astype(np.intp)


@lru_cache(maxsize=8)
def calendar(plan: CityPlan) -> Calendar:
    """The plan's calendar, with England's bank holidays as the package carries them (never fetched)."""
    start, end = day_number(plan.start), day_number(plan.end)
    days = np.arange(start - _REACH, end + _REACH, dtype=np.int32)
    listed = BankHolidays(use_cached_holidays=True).get_holidays(division="england-and-wales")
    holidays = np.array([day_number(holiday["date"]) for holiday in listed], dtype=np.int32)
    working = (weekday(days) < 5) & ~np.isin(days, holidays)
    following = np.where(working, days, np.int32(days[-1] + 7))
    charged = [
        not is_rent_free(EPOCH + timedelta(days=int(day))) if number == 0 else False
        for day, number in zip(days, weekday(days), strict=True)
    ]
    return Calendar(
        start=start,
        end=end,
        weeks=plan.history_weeks + plan.weeks_after,
        _base=int(days[0]),
        _working=working,
        _next_working=np.minimum.accumulate(following[::-1])[::-1].astype(np.int32),
        _charges=np.cumsum(charged).astype(np.int32),
    )
