"""Appointments with the health service: booked weeks ahead, then kept, cancelled in time or missed."""

import numpy as np

from earlyhelp.demo.city.days import DAY, Calendar
from earlyhelp.demo.city.people import YEAR
from earlyhelp.demo.city.records import STATUSES, Appointments, Days, Ints
from earlyhelp.demo.city.silences import held_back
from earlyhelp.demo.city.stress import Floats
from earlyhelp.demo.city.world import World

APPOINTMENTS_A_YEAR = 3.6
"""Appointments that come due a household-year (detection.md 4.1)."""
MISSED_SHARE = 0.087
"""Share missed of those kept or missed (detection.md 4.1)."""
CANCELLED_SHARE = 0.08
HIDDEN_SHARE = 0.02
"""Appointments at clinics health does not tell others about (domain.md 3.2; share assumed)."""
MISS_SPREAD = 1.25
"""Spread between people of the log-odds to miss: a beta prior of five to six (detection.md 9, rule 4)."""
USUAL_MISS_LOG_ODDS = -3.0
"""Calibrated with the spread above and the stress below to ``MISSED_SHARE``."""
STRESS_MISSES = 3.0
"""Log-odds to miss that stress 1 adds at ordinary strength.

Calibrated to section 4.2 of detection.md: misses alone foretell little, some 3 times in 100.
"""
LONG_LEAD_MISSES = 0.25
"""Log-odds added when booked more than six weeks ahead (detection.md 9, rule 4; size assumed)."""
LEAD_DAYS = (18.0, 0.9)
"""Median and log-spread of days booked ahead (our assumption)."""
LONGEST_LEAD = 140
AGES = (5, 18, 40, 65)
USE_BY_AGE = (1.5, 0.6, 1.1, 1.6, 2.8)
"""Relative use of health care by age, only its shape mattering (our assumption)."""
GROWN_UP = 18
"""Years below which somebody did not miss an appointment but was not brought (domain.md 3.2)."""
AMENDED_SHARE = 0.005
"""Appointments first put down as missed and later found to have been kept, and so many days after."""
AMENDED_DAYS = (3, 12)

_BOOKED, _FULFILLED, _CANCELLED, _NOSHOW, _NOT_BROUGHT = range(len(STATUSES))


def appointments(here: World, first_record: int, rng: np.random.Generator) -> Appointments:
    """Every version of every appointment: the booking, and what became of it once that is known."""
    days = here.days
    person, starts_at = _due(here, rng)
    day = (starts_at // DAY).astype(np.int32)
    lead = np.exp(rng.normal(np.log(LEAD_DAYS[0]), LEAD_DAYS[1], len(person)))
    booked_on = (day - np.clip(lead, 1, LONGEST_LEAD)).astype(np.int32)
    outcome = _outcomes(here, person, day, day - booked_on, rng)
    row, version, status, known = _versions(booked_on, starts_at, outcome, days, rng)
    known = held_back(here.plan, "health", known, version)
    order = np.lexsort((version, row, known))
    order = order[known[order] < days.end * DAY]
    row, status, known = row[order], status[order], known[order]
    child = here.people.born_on[person[row]] > starts_at[row] // DAY - GROWN_UP * YEAR
    status = np.where((status == _NOSHOW) & child, _NOT_BROUGHT, status)
    hidden = rng.random(len(person)) < HIDDEN_SHARE
    return Appointments(
        record=first_record + row,
        person=here.person[person[row]],
        booked_on=booked_on[row],
        starts_at=starts_at[row],
        recorded_at=known,
        status=status,
        hidden=hidden[row],
    )


def _due(here: World, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """(person, minute) of everything that comes due in the plan or was booked in it for after its end."""
    days = here.days
    age = (days.start - here.people.born_on) / YEAR
    use = np.array(USE_BY_AGE)[np.digitize(age, AGES)] * rng.gamma(1.5, 1 / 1.5, len(age))
    years = (days.end - days.start + LONGEST_LEAD) / YEAR
    expected = use / use.sum() * here.lives.households * APPOINTMENTS_A_YEAR * years
    person = np.repeat(np.arange(len(age)), rng.poisson(expected))
    day = rng.integers(days.start, days.end + LONGEST_LEAD, len(person)).astype(np.int32)
    slot = 8 * 60 + 10 * rng.integers(0, 58, len(person))
    return person, days.next_working(day).astype(np.int64) * DAY + slot


def _outcomes(here: World, person: Ints, day: Days, lead: Days, rng: np.random.Generator) -> Ints:
    own: Floats = rng.normal(USUAL_MISS_LOG_ODDS, MISS_SPREAD, len(here.person))
    household = here.household_of(person, day)
    strain = here.hard.stress[household, here.days.week(day)] * here.hard.strength["appointments"][household]
    odds = own[person] + STRESS_MISSES * strain + LONG_LEAD_MISSES * (lead > 42)
    missed = rng.random(len(person)) < 1 / (1 + np.exp(-odds))
    cancelled = rng.random(len(person)) < CANCELLED_SHARE
    return np.select([cancelled, missed], [_CANCELLED, _NOSHOW], _FULFILLED).astype(np.int64)


def _versions(
    booked_on: Days, starts_at: Ints, outcome: Ints, days: Calendar, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints, Ints]:
    """(appointment, version, status, minute) of every row; a few missed ones turn out to have been kept."""
    count = len(outcome)
    every = np.arange(count)
    booked = np.minimum(days.written_in_office(booked_on, rng), starts_at - 1)
    gone = booked + ((starts_at - booked) * rng.uniform(0.2, 1.0, count)).astype(np.int64)
    after = days.written_in_office((starts_at // DAY).astype(np.int32), rng)
    told = np.where(outcome == _CANCELLED, gone, np.maximum(after, starts_at + 20))
    amended = np.flatnonzero((outcome == _FULFILLED) & (rng.random(count) < AMENDED_SHARE))
    status = outcome.copy()
    status[amended] = _NOSHOW
    put_right = told[amended] // DAY + rng.integers(*AMENDED_DAYS, len(amended))
    return (
        np.concatenate([every, every, amended]),
        np.repeat([0, 1, 2], [count, count, len(amended)]),
        np.concatenate([np.full(count, _BOOKED), status, np.full(len(amended), _FULFILLED)]),
        np.concatenate([booked, told, days.written_in_office(put_right.astype(np.int32), rng)]),
    )
