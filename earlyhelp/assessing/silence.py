"""How long a file has been silent: what an agency has stopped sending is no news, good or bad.

A household that stops paying is a sign; every household stopping on one day is a feed that failed. Then the
file is asked as of the last day it spoke of, so that its weights stay as they were, and a warning says so.
"""

import numpy as np

from earlyhelp.chronology import Block
from schemas.rent_account import RentTransaction

ENOUGH = 20
"""Households of which a file must have told before its silence is the agency's, not theirs (our choice)."""
SILENT_DAYS, SILENT_GAPS = 14, 2.0
"""A file is silent after so many days and so many of its usual gaps: a monthly file is silent for weeks."""
PARTS = ("charge", "payment")
"""A rent file is heard in two parts: charges may come by themselves while no payment is posted."""


def heard_until(block: Block, day: int) -> int:
    """The last day of which the file speaks, where it has fallen silent by ``day``; else ``day`` itself."""
    known = block.as_known_on(day).up_to(day)
    if block.kind != RentTransaction.kind:
        return _last(known, day)
    entry = known.columns["entry"]
    codes = (RentTransaction.codes["entry"].index(part) for part in PARTS)
    return min(_last(known.where(entry == code), day) for code in codes)


def _last(known: Block, day: int) -> int:
    days = np.unique(known.occurred_on)
    if np.count_nonzero(np.diff(known.starts)) < ENOUGH or len(days) < 2:
        return day
    limit = SILENT_DAYS + SILENT_GAPS * float(np.median(np.diff(days)))
    return int(days[-1]) if day - int(days[-1]) > limit else day
