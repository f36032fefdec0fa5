"""An agency's way of writing: how its model names our fields, and spellings that many agencies share.

    class _Posting(RentTransaction, extra="ignore", alias_generator=named(record_id="transNo", ...)):
        _amount = spelt("amount", pence)

Faults say what is wrong and never quote the value.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from pydantic import AliasGenerator, AliasPath, field_validator
from pydantic_core import PydanticCustomError

from schemas.feed import LONDON, london_day

REMEMBERED = 4096
"""Amounts kept with their pence: rents come back week after week."""


def named(**theirs: str | AliasPath) -> AliasGenerator:
    """What the agency calls our fields; a field not named here is called the same by both."""
    return AliasGenerator(validation_alias=lambda ours: theirs.get(ours, ours))


def spelt(field: str, convert: Callable[[Any], Any]) -> Any:
    """Convert what the agency wrote in ``field`` before our schema looks at it."""
    return field_validator(field, mode="before")(convert)


def coded(words: Mapping[str, Any], letters: int | None = None) -> Callable[[Any], Any]:
    """An agency's codes in our words; padding does not matter, an unknown code is refused.

    Where codes go by their beginning ("ASB-NUIS" by "ASB"), ``letters`` says how much of it counts.
    """

    def translate(code: Any) -> Any:
        try:
            return words[code.strip()[:letters]]
        except (KeyError, AttributeError, TypeError):
            raise PydanticCustomError("unknown_code", "is not a code that was agreed") from None

    return translate


def pence(pounds: Any) -> int:
    """Pounds as text ("-85.40") in whole pence."""
    try:
        return _whole_pence(pounds if isinstance(pounds, str) else str(pounds))
    except (InvalidOperation, ValueError, OverflowError):
        raise PydanticCustomError("pounds", "is not an amount in pounds and pence") from None


@lru_cache(REMEMBERED)
def _whole_pence(pounds: str) -> int:
    amount = Decimal(pounds.strip()) * 100
    if amount != (whole := int(amount)):
        raise ValueError
    return whole


def padded_uprn(written: Any) -> Any:
    """A UPRN that lost its leading zeros, perhaps by having been a number; blanks are None."""
    if isinstance(written, int):
        return f"{written:012d}"
    return (written.strip().zfill(12) if written.strip() else None) if isinstance(written, str) else written


def or_none(written: Any) -> Any:
    """Text in which blanks mean that there is nothing."""
    return (written.strip() or None) if isinstance(written, str) else written


def or_no_date(written: Any) -> Any:
    """A date in which blanks or the first of January 1900 mean that there is none."""
    if isinstance(written, str):
        written = written.strip()[:10]
    return None if written in ("", "1900-01-01") else written


def day_in_london(written: Any) -> date:
    """The day in London of a moment with its time zone."""
    try:
        if (moment := datetime.fromisoformat(written)).tzinfo is not None:
            return london_day(moment)
    except (ValueError, TypeError):
        pass
    raise PydanticCustomError("moment", "is not a moment with its time zone")


def british_time(written: Any) -> datetime:
    """A moment written 31/10/2026 09:12, by the clock on a London wall; without a time, midnight."""
    for layout in ("%d/%m/%Y %H:%M", "%d/%m/%Y"):
        try:
            return datetime.strptime(str(written).strip(), layout).replace(tzinfo=LONDON).astimezone(UTC)
        except ValueError:
            continue
    raise PydanticCustomError("british", "is not a date such as 31/10/2026 or 31/10/2026 09:12")


def british_day(written: Any) -> date:
    """A day written 31/10/2026, perhaps with a time after it."""
    return london_day(british_time(written))
