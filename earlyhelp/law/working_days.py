"""Working days in each division of the United Kingdom, from the published list of bank holidays."""

from datetime import date, timedelta
from functools import cache

ENGLAND_AND_WALES = "england-and-wales"
DIVISIONS = (ENGLAND_AND_WALES, "scotland", "northern-ireland")
"""As the published list calls them."""


@cache
def _bank_holidays(division: str = ENGLAND_AND_WALES) -> frozenset[date]:
    """Bank holidays as the package ships them; it never asks the network."""
    from govuk_bank_holidays.bank_holidays import BankHolidays  # it brings a whole HTTP client along

    calendar = BankHolidays(use_cached_holidays=True)
    return frozenset(h["date"] for h in calendar.get_holidays(division=division))


def is_working_day(day: date, division: str = ENGLAND_AND_WALES) -> bool:
    """Whether an office is open: no Saturday, Sunday or bank holiday of that division."""
    return day.weekday() < 5 and day not in _bank_holidays(division)


def working_days_after(day: date, count: int, division: str = ENGLAND_AND_WALES) -> date:
    """The day that is so many working days after ``day``."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day, division)
    return day


def last_known_holiday() -> date:
    """The last bank holiday on the list: beyond it, no day is known to be one."""
    return max(_bank_holidays())
