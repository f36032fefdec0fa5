"""Amounts of money as agencies write them, in whole pence. Faults never quote the value."""

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from math import isfinite
from typing import Any, Final

from pydantic_core import PydanticCustomError

REMEMBERED = 4096
"""Amounts kept with their pence: rents come back week after week."""
ROUNDING: Final = 1e-4
"""Pence by which a sum of floats may miss a whole penny."""

_MINUSES: Final = str.maketrans("\u2212\u2013", "--")
_AMOUNT: Final = re.compile(
    r"(?P<open>\()?\s*(?P<before>-)?\s*£?\s*(?P<after>-)?\s*(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)"
    r"(?:\.(?P<part>[0-9]{1,2})0*)?\s*(?P<end>-|CR|DR|Cr|Dr|cr|dr)?\s*(?P<close>\))?"
)


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


def ledger_pence(written: Any) -> int:
    """Pounds as ledgers and spreadsheets write them, in whole pence; what is owed is positive.

    £1,234.50 and 1234.5, and less than nothing as -12.00, (12.00), 12.00- or 12.00 CR; DR is more. Two signs
    at once, a comma that parts no thousands, and parts of a penny are refused, not guessed at.
    """
    if isinstance(written, int | float) and not isinstance(written, bool):
        in_pence = written * 100
        if isfinite(in_pence) and abs(in_pence - round(in_pence)) < ROUNDING:
            return round(in_pence)
    elif isinstance(written, str) and (amount := _ledger_pence(written)) is not None:
        return amount
    raise PydanticCustomError("ledger", "is not an amount in pounds and pence")


@lru_cache(REMEMBERED)
def _ledger_pence(written: str) -> int | None:
    found = _AMOUNT.fullmatch(written.translate(_MINUSES).strip())
    if found is None or (found["open"] is None) != (found["close"] is None):
        return None
    less = [found["before"], found["after"], found["open"], found["end"] in ("-", "CR", "cr", "Cr") or None]
    signs = sum(sign is not None for sign in less)
    if signs > 1 or (signs and found["end"] in ("DR", "dr", "Dr")):
        return None
    whole, part = found["whole"].replace(",", ""), (found["part"] or "").ljust(2, "0")
    amount = int(whole) * 100 + int(part[:2])
    return -amount if signs else amount
