"""Home safety visits of the fire and rescue service, and small fires."""

import numpy as np

from earlyhelp.demo.city.days import DAY
from earlyhelp.demo.city.people import YEAR
from earlyhelp.demo.city.records import FIRE_OUTCOMES, FireVisits
from earlyhelp.demo.city.silences import held_back
from earlyhelp.demo.city.world import World

VISITS_A_YEAR = 0.03
"""Home visits a household-year (our assumption; services publish no household rates, domain.md 3.4)."""
SMALL_FIRES_A_YEAR = 0.0015
STRESS_FIRES = 20.0
"""Times by which stress 1 multiplies small fires in a household of ordinary strength (our assumption)."""
VISIT_SHARES = (0.70, 0.08, 0.22)
"""Visited, refused, nobody answered."""
STRAINED_SHARES = (0.40, 0.25, 0.35)

_SMALL_FIRE = FIRE_OUTCOMES.index("small_fire")


def fire_visits(here: World, first_record: int, rng: np.random.Generator) -> FireVisits:
    """Every visit made or tried and every small fire, written down by the next working day."""
    days = here.days
    strain = here.hard.stress * here.hard.strength["fire"][:, None]
    fires = rng.poisson(SMALL_FIRES_A_YEAR * 7 / YEAR * (1 + STRESS_FIRES * strain))
    visits = rng.poisson(VISITS_A_YEAR * 7 / YEAR, fires.shape)
    visited, burnt = (np.repeat(np.argwhere(n), n[np.nonzero(n)], axis=0) for n in (visits, fires))
    household, week = np.concatenate([visited, burnt]).T
    is_fire = np.arange(len(household)) >= len(visited)
    occurred = (days.start + week * 7 + rng.integers(0, 7, len(week))).astype(np.int32)
    occurred = np.where(is_fire, occurred, np.minimum(days.next_working(occurred), days.end - 1))
    draw = rng.random(len(week))
    calm, strained = (
        np.searchsorted(np.cumsum(s)[:-1], draw, side="right") for s in (VISIT_SHARES, STRAINED_SHARES)
    )
    outcome = np.where(rng.random(len(week)) < strain[household, week], strained, calm)
    known = held_back(here.plan, "fire", days.written_in_office(occurred, rng))
    order = np.argsort(known, kind="stable")
    order = order[((known < days.end * DAY) & here.living(household, occurred))[order]]
    uprn = here.uprn[here.lives.dwelling(household, occurred)]
    return FireVisits(
        record=first_record + order,
        uprn=uprn[order],
        occurred_on=occurred[order],
        recorded_at=known[order],
        police_incident=np.zeros(len(order), np.int64),
        occurred_at=np.zeros(len(order), np.int64),
        outcome=np.where(is_fire, _SMALL_FIRE, outcome).astype(np.int64)[order],
    )
