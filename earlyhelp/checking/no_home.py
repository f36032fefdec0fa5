"""Addresses that are no household's: stations, hospitals and whole blocks top every list of calls."""

import numpy as np

from earlyhelp.checking.measures import Bools, Ids, Whole, added, latest

NO_HOME_A_DAY, NO_HOME_DAYS = 1 / 2, 56
"""Call-days a day, over eight weeks and more, at which an address is a station, a hospital or a whole block
and no household: they top every list (detection.md 3.3), and nothing is said about them."""
BUSY_CALLS, BUSY_DAYS, BUSY_WITHIN = 56, 10, 28
"""Calls, on so many days and within so many, that show the same before eight weeks are known (our choice)."""
WINDOW_DAYS = 182
"""How far back is looked: half a year."""


def no_home(place: Ids, age: Whole, days: Bools, households: int) -> Bools:
    """Whether there were calls on more days than any household would have, or many more calls than days."""
    number = added(place, days & (age <= WINDOW_DAYS), households)
    reach = np.clip(latest(place, age, households, without=0), NO_HOME_DAYS, WINDOW_DAYS)
    lately = age < BUSY_WITHIN
    busy = (added(place, lately, households) > BUSY_CALLS) & (
        added(place, lately & days, households) >= BUSY_DAYS
    )
    return np.asarray((number > NO_HOME_A_DAY * reach) | busy, np.bool_)
