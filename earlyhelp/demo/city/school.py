"""School absence, week by week, of every child of school age."""

import numpy as np

from earlyhelp.demo.city.days import DAY, Calendar
from earlyhelp.demo.city.people import YEAR
from earlyhelp.demo.city.records import Days, Ints, SchoolAbsences
from earlyhelp.demo.city.world import World

SCHOOL_AGES = (5, 16)
"""From this age and below that one, in years at the plan's start."""
ABSENT_SHARE = 0.055
"""Share of sessions an ordinary child misses; with stress the whole comes to about 6 % (our assumption)."""
CHILD_SHAPE = 1.5
"""Shape of the beta spread between children: about one in five misses a tenth or more (domain.md 3.7)."""
STRESS_ABSENT = 0.30
"""Share of sessions that stress 1 adds in a household of ordinary strength (our assumption)."""
SESSIONS_A_DAY = 2
"""Morning and afternoon (domain.md 3.7)."""
UNAUTHORISED, STRESS_UNAUTHORISED = 0.25, 0.4
"""Share of missed sessions that nobody allowed, and what stress 1 adds to it (our assumption)."""
CHANGES_A_YEAR = 0.06
"""Share of children a year who change school within the plan (our assumption)."""


def school_absences(here: World, rng: np.random.Generator) -> SchoolAbsences:
    """One row a child and school week, written down on the Monday after."""
    days = here.days
    age = (days.start - here.people.born_on) / YEAR
    child = np.flatnonzero((age >= SCHOOL_AGES[0]) & (age < SCHOOL_AGES[1]))
    monday = days.school_mondays()
    school_days = days.working(monday[:, None] + np.arange(5, dtype=np.int32)[None, :])
    possible = SESSIONS_A_DAY * school_days.sum(axis=1).astype(np.int64)
    household = here.household_of(child[:, None], monday[None, :])
    strain = here.hard.stress[household, days.week(monday)[None, :]] * here.hard.strength["school"][household]
    usual = rng.beta(CHILD_SHAPE, CHILD_SHAPE / ABSENT_SHARE - CHILD_SHAPE, (len(child), 1))
    chance = np.minimum(usual + STRESS_ABSENT * strain, 0.95)
    missed = rng.binomial(np.broadcast_to(possible, chance.shape), chance)
    known = _known(monday, days)
    week = np.flatnonzero((possible > 0) & (known < days.end * DAY))
    enrolment, enrolled = _enrolments(here, child, monday, rng)
    unauthorised = rng.binomial(missed, np.minimum(UNAUTHORISED + STRESS_UNAUTHORISED * strain, 1))
    home = here.uprn[here.lives.dwelling(household, monday[None, :])]
    return SchoolAbsences(
        person=np.tile(here.person[child], len(week)),
        week_of=np.repeat(monday[week], len(child)),
        possible_sessions=np.repeat(possible[week], len(child)),
        missed_sessions=missed[:, week].T.reshape(-1).astype(np.int64),
        recorded_at=np.repeat(known[week], len(child)),
        uprn=home[:, week].T.reshape(-1),
        enrolment=enrolment[:, week].T.reshape(-1),
        enrolled_on=enrolled[:, week].T.reshape(-1),
        unauthorised_sessions=unauthorised[:, week].T.reshape(-1).astype(np.int64),
    )


def _enrolments(here: World, child: Ints, monday: Days, rng: np.random.Generator) -> tuple[Ints, Days]:
    """(enrolment, the day it began) of each child in each week; a few begin at another school meanwhile."""
    days = here.days
    first = days.start - rng.integers(60, int(5 * YEAR), (len(child), 1))
    changes = rng.random((len(child), 1)) < CHANGES_A_YEAR * (days.end - days.start) / YEAR
    changed = days.start + 7 * rng.integers(0, days.weeks, (len(child), 1))
    second = changes & (monday[None, :] >= changed)
    number = 2 * here.person[child][:, None] + second
    return number, np.where(second, changed, first).astype(np.int32)


def _known(monday: Days, days: Calendar) -> Ints:
    return days.next_working(monday + 7).astype(np.int64) * DAY + 10 * 60
