"""How hidden stress ends for some: a dated notice, a third callout or an admission through A&E."""

import numpy as np

from earlyhelp.demo.city.callouts import Calls, third_callouts
from earlyhelp.demo.city.days import DAY
from earlyhelp.demo.city.records import ESCALATIONS, Days, Ints, Truth
from earlyhelp.demo.city.rent import Payments, charges, opening_balances
from earlyhelp.demo.city.stress import Floats
from earlyhelp.demo.city.tenancies import Accounts
from earlyhelp.demo.city.world import World

NOTICE_WEEKS = 4.0
"""Weeks of rent owed from which a notice may be served (domain.md 4.1, Hackney's open ladder)."""
CALLS_BEFORE_THIRD, CALL_DAYS = 2, 365
"""Earlier callouts within twelve months that make the next a third one (domain.md 4.4)."""
WEIGHTS = (0.50, 0.40, 0.10)
"""How often each escalation comes where more than one could (our assumption)."""

NOTICE, THIRD_CALLOUT, EMERGENCY = range(len(ESCALATIONS))


def escalate(
    here: World, held: Accounts, paid: Payments, events: Calls, rng: np.random.Generator
) -> tuple[Truth, Calls]:
    """What is true and told to nobody, and the third callouts in which some escalations consist."""
    household, day = _struck(here, rng)
    kind = _kinds(household, day, owed_weeks(here, household, day, held, paid), events, rng)
    third = kind == THIRD_CALLOUT
    order = np.argsort(day, kind="stable")
    truth = Truth(
        household=here.household,
        stress=here.hard.stress,
        escalated=here.household[household[order]],
        escalated_on=day[order],
        escalation=kind[order],
    )
    return truth, third_callouts(here, household[third], day[third], rng)


def _struck(here: World, rng: np.random.Generator) -> tuple[Ints, Days]:
    """(household, day) of every escalation within the plan and the household's own time."""
    household = np.flatnonzero(here.hard.escalation_week >= 0)
    week = here.hard.escalation_week[household]
    day = (here.days.start + week * 7 + rng.integers(0, 7, len(household))).astype(np.int32)
    there = here.living(household, day)
    return household[there], day[there]


def _kinds(household: Ints, day: Days, owed_weeks: Floats, events: Calls, rng: np.random.Generator) -> Ints:
    """Which escalation it is, of those that what happened before makes possible."""
    when = np.full(
        1 + int(max(household.max(initial=0), events.household.max(initial=0))), -1, dtype=np.int64
    )
    when[household] = day
    called = events.household >= 0
    who, at = events.household[called], events.occurred_at[called] // DAY
    recent = (at < when[who]) & (at >= when[who] - CALL_DAYS)
    earlier = np.bincount(who[recent], minlength=len(when))[household]
    possible = np.ones((len(household), len(ESCALATIONS)))
    possible[:, NOTICE] = owed_weeks >= NOTICE_WEEKS
    possible[:, THIRD_CALLOUT] = earlier >= CALLS_BEFORE_THIRD
    weight = np.cumsum(possible * WEIGHTS, axis=1)
    draw = rng.random((len(household), 1)) * weight[:, -1:]
    return np.asarray((draw >= weight).sum(axis=1), dtype=np.int64)


def owed_weeks(here: World, household: Ints, day: Days, held: Accounts, paid: Payments) -> Floats:
    """Weeks of rent each household truly owes on its day; 0 for those who rent from others."""
    until = np.full(len(here.hard.stress), -1, dtype=np.int64)
    until[household] = day
    by_account = until[held.household]
    charged, monday = charges(held, here.days)
    weeks: Floats = np.bincount(charged[monday <= by_account[charged]], minlength=len(by_account)).astype(
        np.float64
    )
    came = paid.day <= by_account[paid.account]
    pence = np.bincount(paid.account[came], weights=paid.amount[came], minlength=len(by_account))
    weeks += (opening_balances(held, here.hard, here.days, paid) - pence) / held.weekly_rent
    now = (held.started_on <= by_account) & (held.ended_on > by_account)
    owed = np.bincount(held.household[now], weights=weeks[now], minlength=len(until))
    return np.asarray(owed[household], dtype=np.float64)
