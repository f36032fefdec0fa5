"""Council tax: ten instalments a year, and a monthly statement of whoever is behind."""

import numpy as np

from earlyhelp.demo.city.days import DAY
from earlyhelp.demo.city.records import TAX_ARRANGEMENTS, TAX_STAGES, Bools, CouncilTax, Days, Ints
from earlyhelp.demo.city.stress import Floats
from earlyhelp.demo.city.tenancies import stays, tenants
from earlyhelp.demo.city.world import World

YEARLY_BILL = (90_000, 210_000)
"""Pence a year between which bills lie after reductions (our assumption)."""
INSTALMENTS = 10
"""April to January; nothing is asked in February and March."""
MISSED_SHARE = 0.03
STRESS_MISSED = 0.6
"""Chance that stress 1 makes an instalment be missed in a household of ordinary strength (our assumption)."""
BEHIND_SHARE = 0.10
"""Accounts behind at the start; like rent, one in ten is so for good (detection.md 4.1, by analogy)."""
CATCH_UP_SHARE = 0.35
"""Chance a month that a household paying again also clears one missed instalment."""
STAGE_FROM = (0.01, 1.5, 2.5, 4.0)
"""Instalments behind from which a reminder, a final notice, a summons and an order follow (assumed)."""
OVERPAID_SHARE, OVERPAID = 0.15, (100, 5_000)
"""Share of accounts that pay a little too much when they clear what they owe, and pence (our assumption)."""
ARRANGED_FROM = 2.0
"""Instalments behind from which somebody may come to an arrangement (our assumption)."""
PLAN_SHARE, PLAN_PAYS, SPACE_SHARE = 0.25, 0.4, 0.02
"""Share of those who do, what a plan pays off each month in instalments, and the share with Breathing Space
(our assumption)."""
REST = 0.05
"""Instalments that are no rest to be owed for itself (our assumption)."""

_PLAN, _SPACE = TAX_ARRANGEMENTS.index("payment_plan"), TAX_ARRANGEMENTS.index("breathing_space")


def council_tax(
    here: World, first_account: int, rng: np.random.Generator, agreeing: np.random.Generator
) -> CouncilTax:
    """A row a month for each account that owes, and one of zero when it no longer does.

    ``agreeing`` is the chance by which somebody comes to an arrangement.
    """
    days = here.days
    household, dwelling, began, until = stays(here.lives)
    months = days.month_starts()
    months = months[(months >= days.start) & (months < days.end)]
    live = (months >= began[:, None]) & (months < until[:, None])
    instalment = rng.integers(YEARLY_BILL[0], YEARLY_BILL[1], len(household)) // INSTALMENTS
    behind = _behind(here, household, months, live, rng)
    arrangement = _arranged(behind, agreeing)
    behind = _paid_off(behind, arrangement)
    arrears = np.round(behind * instalment[:, None]).astype(np.int64)
    earlier = np.concatenate([np.zeros((len(household), 1), dtype=np.int64), arrears[:, :-1]], axis=1)
    month, account = np.nonzero((live & ((arrears > 0) | (earlier > 0))).T)
    known = days.next_working(months[month] + 4).astype(np.int64) * DAY + 6 * 60
    kept = known < days.end * DAY
    month, account = month[kept], account[kept]
    owed = arrears[account, month]
    over = (owed == 0) & (rng.random(len(owed)) < OVERPAID_SHARE)
    return CouncilTax(
        account=first_account + account,
        uprn=here.uprn[dwelling[account]],
        occurred_on=months[month],
        recorded_at=known[kept],
        arrears=np.where(over, -rng.integers(*OVERPAID, len(owed)), owed),
        stage=_stages(behind)[account, month],
        arrangement=arrangement[account, month],
        liable=here.person[tenants(here.people, here.lives)[0][household[account]]],
        alone=_adults(here, months)[household[account], month] == 1,
    )


def _adults(here: World, months: Days) -> Ints:
    """How many adults belong to each household at the start of each month."""
    adult = np.flatnonzero(here.people.adult)
    homes = here.lives.households
    return np.column_stack(
        [np.bincount(here.household_of(adult, day), minlength=homes)[:homes] for day in months]
    )


def _behind(here: World, household: Ints, months: Days, live: Bools, rng: np.random.Generator) -> Floats:
    """Instalments behind at the start of each month, account by month."""
    stress = here.hard.stress[household[:, None], here.days.week(months)[None, :]]
    strain = stress * here.hard.strength["council_tax"][household][:, None]
    missed = rng.random(live.shape) < MISSED_SHARE + STRESS_MISSED * strain
    clears = rng.random(live.shape) < CATCH_UP_SHARE
    calendar_month = months.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    asked = (calendar_month != 1) & (calendar_month != 2)  # counted from 0: February and March
    usual = np.where(rng.random(len(household)) < BEHIND_SHARE, rng.uniform(1, 6, len(household)), 0.0)
    extra = np.zeros(len(household))
    behind = np.zeros(live.shape)
    for month in range(len(months)):
        extra += missed[:, month] & asked[month] & live[:, month]
        extra -= np.minimum(extra, 1) * (clears[:, month] & ~missed[:, month])
        behind[:, month] = extra + usual
    return behind


def _stages(behind: Floats) -> Ints:
    """How far recovery has gone each month: it never goes back until nothing is owed any more."""
    stage = np.searchsorted(STAGE_FROM, behind, side="right")
    for month in range(1, behind.shape[1]):
        still = behind[:, month] > 0
        stage[:, month] = np.where(still, np.maximum(stage[:, month], stage[:, month - 1]), 0)
    return np.asarray(np.minimum(stage, len(TAX_STAGES) - 1), dtype=np.int64)


def _arranged(behind: Floats, rng: np.random.Generator) -> Ints:
    """What is arranged each month: a plan until all is paid or two more instalments are missed, or Breathing
    Space for the two statements that fall into its sixty days."""
    accounts, months = behind.shape
    month = np.arange(months)[None, :]
    far = behind >= ARRANGED_FROM
    first = np.where(far.any(axis=1), far.argmax(axis=1) + rng.integers(1, 4, accounts), months)[:, None]
    lot = rng.random((accounts, 1))
    at = np.minimum(first, months - 1)
    broken = behind > np.take_along_axis(behind, at, axis=1) + 1
    plan = (lot < PLAN_SHARE) & (month >= first) & (np.cumsum(broken & (month >= first), axis=1) == 0)
    space = (lot > 1 - SPACE_SHARE) & (month >= first) & (month < first + 2)
    return np.where(space, _SPACE, np.where(plan, _PLAN, 0)).astype(np.int64)


def _paid_off(behind: Floats, arrangement: Ints) -> Floats:
    """What each is behind once the plans' payments are taken off; a rest of a few pounds goes with them."""
    left = behind - PLAN_PAYS * np.cumsum(arrangement == _PLAN, axis=1)
    return np.where(left < REST, 0.0, left)
