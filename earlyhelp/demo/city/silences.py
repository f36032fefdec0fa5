"""When each agency's feed goes silent, and what that does to the minute a record becomes known.

"Each feed missing for several weeks with a lump afterwards" (detection.md 4.1).
"""

from datetime import timedelta
from functools import lru_cache

import numpy as np

from earlyhelp.demo.city.days import DAY, calendar, day_number
from earlyhelp.demo.city.records import EPOCH, CityPlan, Ints, Silence, Silences

AGENCIES = ("housing", "police", "health", "fire")
GAP_DAYS = 100.0
"""Mean days between two silences of one agency: some four weeks lost in two years (detection.md 4.1)."""
SILENT_DAYS = (2, 9)
"""Shortest and longest silence, in days."""
POLICE_AFTER_FIRST_NIGHT = (3, 10)
"""The police fall silent this many days after the first night, so that the second week shows a stale feed."""
POLICE_SILENT_DAYS = 9
CLEAR_DAYS = (8, 35)
"""Days before and after the first night in which no other silence falls: the first night has every feed."""

_STREAM = 9_001  # spawn key of the silences, far above any neighbourhood's use of its own


@lru_cache(maxsize=8)
def silences(plan: CityPlan) -> Silences:
    """Every silence of the plan, by agency and day; the same plan always gives the same ones.

    The tables of the city already have it in ``recorded_at``: no server needs to ask.
    """
    rng = np.random.default_rng(np.random.SeedSequence(plan.seed, spawn_key=(0, _STREAM)))
    found = [silence for agency in AGENCIES for silence in _ordinary(plan, agency, rng)]
    offset = timedelta(days=int(rng.integers(POLICE_AFTER_FIRST_NIGHT[0], POLICE_AFTER_FIRST_NIGHT[1] + 1)))
    begins = plan.first_night + offset
    found.append(Silence("police", begins, begins + timedelta(days=POLICE_SILENT_DAYS)))
    return tuple(sorted(found, key=lambda one: (one.agency, one.from_on)))


def _ordinary(plan: CityPlan, agency: str, rng: np.random.Generator) -> list[Silence]:
    days = calendar(plan)
    night = day_number(plan.first_night)
    kept: list[Silence] = []
    day = days.start
    while True:
        day += 14 + int(rng.exponential(GAP_DAYS - 14))
        length = int(rng.integers(SILENT_DAYS[0], SILENT_DAYS[1] + 1))
        if day + length >= days.end:
            return kept
        if day + length <= night - CLEAR_DAYS[0] or day >= night + CLEAR_DAYS[1]:
            begins = EPOCH + timedelta(days=day)
            kept.append(Silence(agency, begins, begins + timedelta(days=length)))
        day += length


def held_back(plan: CityPlan, agency: str, recorded_at: Ints, version: Ints | int = 0) -> Ints:
    """The same minutes, except that what was recorded in a silence comes at its end, in one lump.

    A later version of a record is held a minute longer than an earlier one, so that their order survives.
    """
    later = recorded_at.copy()
    for silence in silences(plan):
        if silence.agency == agency:
            begins, ends = day_number(silence.from_on) * DAY, day_number(silence.to_on) * DAY
            later = np.where((later >= begins) & (later < ends), ends + version, later)
    return later
