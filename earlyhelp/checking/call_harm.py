"""The harm of calls to the police, day by day: it orders the few, and never replaces their number."""

import numpy as np

from earlyhelp.checking.measures import Bools, Floats, Ids, added, forgotten

HARM_SCALE = 10.0
"""Days of harm that count as the first step of a call's harm, which grows by the logarithm after it."""
HARM_FORGET_DAYS = 182.0
"""Harm is remembered longer than number: half a year did best on seeds 1 to 8 of the invented city."""
HARM_MOST = 730.0
"""One call's harm counts up to this: harm orders, it never replaces the count (domain.md 4.4)."""


def by_day(place: Ids, days: Bools, harm: np.ndarray) -> Floats:
    """The greatest harm of each call-day: a second report of one event is not a second harm.

    ``days`` (N) marks the first call of each; ``place`` (N) is whose it is.
    """
    starts = np.flatnonzero(days)
    if not len(starts):
        return np.zeros(0)
    known = np.clip(np.nan_to_num(harm.astype(np.float64)), 0.0, HARM_MOST)
    return np.maximum.reduceat(known, starts)


def faded(place: Ids, harm: Floats, age: np.ndarray, households: int) -> Floats:
    """The harm of each household's call-days added up, by the logarithm and fading.

    ``place``, ``harm`` and ``age`` stand by call-day, not by call.
    """
    each = np.log1p(harm / HARM_SCALE) * forgotten(age, HARM_FORGET_DAYS)
    return added(place, each, households)


def spread(by_day: Floats, days: Bools) -> Floats:
    """The day's value at its first row, and nothing at the others."""
    rows = np.zeros(len(days))
    rows[days] = by_day
    return rows
