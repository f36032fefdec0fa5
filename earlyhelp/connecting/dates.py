"""Dates and times as agencies write them; those without a zone are by the clock on a London wall.

Layouts are declared and never guessed at. Faults never quote the value.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final

from pydantic_core import PydanticCustomError

from schemas.feed import LONDON, london_day

LAST_SERIAL: Final = 2_958_466
"""Excel counts no day after 31 December 9999."""
SERIAL_NOUGHT: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - by the clock on the wall

REMEMBERED: Final = 4096
"""Dates kept as they were written: a file has far fewer days than rows."""

_CLOCK: Final = r"(?:[ T]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?)?"
_BRITISH: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})" + _CLOCK)
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})" + _CLOCK)


def day_in_london(written: Any) -> date:
    """The day in London of a moment with its time zone."""
    try:
        if (moment := datetime.fromisoformat(written)).tzinfo is not None:
            return london_day(moment)
    except (ValueError, TypeError):
        pass
    raise PydanticCustomError("moment", "is not a moment with its time zone")


def british_time(written: Any) -> datetime:
    """A moment written 31/10/2026 09:12, by the clock on a London wall; without a time, midnight.

    A spreadsheet's own date is taken as it is. 03/04/2026 is the third of April and 10/31/2026 is refused:
    where an agency begins to write the month first, three days in five are, and its page with them.
    """
    return _in_utc(_british(written))


def british_day(written: Any) -> date:
    """A day written 31/10/2026, perhaps with a time after it."""
    return _on_the_wall(_british(written))


def either_time(written: Any) -> datetime:
    """A moment written 31/10/2026 09:12 or 2026-10-31 09:12, by the clock on a London wall."""
    return _in_utc(_either(written))


def either_day(written: Any) -> date:
    """A day written 31/10/2026 or 2026-10-31, perhaps with a time after it."""
    return _on_the_wall(_either(written))


def excel_time(written: Any) -> datetime:
    """A moment that a spreadsheet counts in days ("46326.375"), by the clock on a London wall.

    Day 1 is the first of January 1900, and day 60 never was: Excel believes in a 29 February 1900.
    """
    if moment := _wall(written):
        return _in_utc(moment)
    try:
        days = float(written) if not isinstance(written, bool) else 0.0
    except (TypeError, ValueError):
        days = 0.0
    if not 1 <= days < LAST_SERIAL or 60 <= days < 61:
        raise PydanticCustomError("serial", "is not a date as a spreadsheet counts them")
    whole = int(days)
    seconds = round((days - whole) * 86_400)
    return _in_utc(SERIAL_NOUGHT + timedelta(days=whole + (whole < 60), seconds=seconds))


def excel_day(written: Any) -> date:
    """A day that a spreadsheet counts ("46326")."""
    return london_day(excel_time(written))


def _british(written: Any) -> datetime:
    if moment := _wall(written) or (isinstance(written, str) and _from_british(written)):
        return moment
    raise PydanticCustomError("british", "is not a date such as 31/10/2026 or 31/10/2026 09:12")


def _either(written: Any) -> datetime:
    if moment := _wall(written) or (
        isinstance(written, str) and (_from_british(written) or _from_iso(written))
    ):
        return moment
    raise PydanticCustomError("either", "is not a date such as 31/10/2026 or 2026-10-31")


def _wall(written: Any) -> datetime | None:
    """A date that is one already, as a spreadsheet hands it over."""
    if isinstance(written, datetime):
        return written
    return datetime.combine(written, time()) if isinstance(written, date) else None


@lru_cache(REMEMBERED)
def _from_british(written: str) -> datetime | None:
    if found := _BRITISH.fullmatch(written.strip()):
        day, month, year, *clock = found.groups("0")
        return _made(year, month, day, *clock)
    return None


@lru_cache(REMEMBERED)
def _from_iso(written: str) -> datetime | None:
    if found := _ISO.fullmatch(written.strip()):
        return _made(*found.groups("0"))
    return None


def _made(*parts: str) -> datetime | None:
    """Year, month, day, hour, minute and second as a moment, where there is such a one."""
    year, month, day, hour, minute, second = map(int, parts)
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - by the clock on the wall
    except ValueError:
        return None


def _on_the_wall(moment: datetime) -> date:
    """The day that a calendar in London shows."""
    return london_day(moment) if moment.tzinfo else moment.date()


def _in_utc(moment: datetime) -> datetime:
    """By the clock on a London wall, unless the moment bears a zone of its own."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=LONDON)).astimezone(UTC)
