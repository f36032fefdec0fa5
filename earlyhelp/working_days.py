"""Working days in England and Wales, from the published list of bank holidays."""

from datetime import date, timedelta
from functools import cache

from govuk_bank_holidays.bank_holidays import BankHolidays


@cache
def _bank_holidays() -> frozenset[date]:
    """Bank holidays as the package ships them; it never asks the network."""
    calendar = BankHolidays(use_cached_holidays=True)
    return frozenset(h["date"] for h in calendar.get_holidays(division=BankHolidays.ENGLAND_AND_WALES))


def is_working_day(day: date) -> bool:
    """Whether an office is open: no Saturday, Sunday or bank holiday."""
    return day.weekday() < 5 and day not in _bank_holidays()


def working_days_after(day: date, count: int) -> date:
    """The day that is so many working days after ``day``."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def last_known_holiday() -> date:
    """The last bank holiday on the list: beyond it, no day is known to be one."""
    return max(_bank_holidays())
