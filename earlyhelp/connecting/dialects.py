"""An agency's way of writing: how its model names our fields, and spellings that many agencies share.

    class _Posting(RentTransaction, extra="ignore", alias_generator=named(record_id="transNo", ...)):
        _amount = spelt("amount", pence)

Faults say what is wrong and never quote the value.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import AliasGenerator, AliasPath, field_validator
from pydantic_core import PydanticCustomError

from earlyhelp.connecting.amounts import ledger_pence, pence
from earlyhelp.connecting.dates import (
    british_day,
    british_time,
    day_in_london,
    either_day,
    either_time,
    excel_day,
    excel_time,
)

__all__ = [
    "british_day",
    "british_time",
    "coded",
    "day_in_london",
    "either_day",
    "either_time",
    "excel_day",
    "excel_time",
    "ledger_pence",
    "named",
    "or_no_date",
    "or_none",
    "padded_uprn",
    "pence",
    "reference",
    "spelt",
    "unless_blank",
]

MOST_EXACT: Final = 2**53
"""Whole numbers above are no longer each their own float."""
_SHORTENED: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?[Ee]\+?[0-9]+")
_WAS_A_NUMBER: Final = re.compile(r"[0-9]+\.0+")


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


def padded_uprn(written: Any) -> Any:
    """A UPRN that lost its leading zeros, perhaps by having been a number; blanks and nought are None."""
    digits = reference(written)
    if not isinstance(digits, str):
        return digits
    return digits.zfill(12) if digits.strip("0") else None


def reference(written: Any) -> Any:
    """An identifier as text, also where a spreadsheet has made a number of it ("10012345678.0").

    One that it has shortened ("1.00123E+10") has lost its last digits, and is refused.
    """
    if isinstance(written, float) and written.is_integer() and abs(written) < MOST_EXACT:
        return str(int(written))
    if isinstance(written, int) and not isinstance(written, bool):
        return str(written)
    if not isinstance(written, str):
        return written
    text = written.strip()
    if _SHORTENED.fullmatch(text):
        raise PydanticCustomError("shortened", "has lost its last digits in a spreadsheet")
    return (text.partition(".")[0] if _WAS_A_NUMBER.fullmatch(text) else text) or None


def or_none(written: Any) -> Any:
    """Text in which blanks mean that there is nothing."""
    return (written.strip() or None) if isinstance(written, str) else written


def or_no_date(written: Any) -> Any:
    """A date in which blanks or the first of January 1900 mean that there is none."""
    if isinstance(written, str):
        written = written.strip()[:10]
    return None if written in ("", "1900-01-01") else written


def unless_blank(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The same conversion, with None for a blank."""

    def converted(written: Any) -> Any:
        blank = written is None or (isinstance(written, str) and not written.strip())
        return None if blank else convert(written)

    return converted
