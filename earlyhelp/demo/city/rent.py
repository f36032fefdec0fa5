"""What is charged to and paid into rent accounts, with every awkwardness a rent ledger has.

Rent falls due on Mondays and is paid in six rhythms, so that a healthy account's balance rises and falls
like a saw (domain.md 4.2). Hidden stress makes payments go missing or come short; calm households make
good what they owe. What the landlord wrote down, and when, is put on top: late postings, corrections,
payments entered twice.
"""

from dataclasses import dataclass

import numpy as np

from earlyhelp.demo.city.days import Calendar
from earlyhelp.demo.city.records import Bools, Days, Ints
from earlyhelp.demo.city.stress import Floats, Hardship
from earlyhelp.demo.city.tenancies import (
    DIRECT_DEBIT,
    FORTNIGHTLY,
    HOUSING_BENEFIT,
    MANAGED,
    UNIVERSAL_CREDIT,
    WEEKLY,
    Accounts,
)

MISSED = {
    UNIVERSAL_CREDIT: 0.05,
    MANAGED: 0.008,
    HOUSING_BENEFIT: 0.008,
    WEEKLY: 0.06,
    FORTNIGHTLY: 0.05,
    DIRECT_DEBIT: 0.03,
}
"""Chance that a payment fails though nothing is wrong, by rhythm (our assumption)."""
STRESS_MISSED = 0.25
"""Chance of a missed payment that stress 1 adds at ordinary strength.

Calibrated to section 4.2 of detection.md: the best arrears check is right 9 times in 100.
"""
STRESS_SHORT = 0.25
"""Chance that a payment under stress 1 is short, a third to four fifths of what is due."""
CHRISTMAS_MISSED = 0.06
"""Chance that a tenant's own payment slips between 15 December and 2 January (detection.md 4.1)."""
CLAIM_WAIT_DAYS = 37
"""A first Universal Credit payment comes a month and seven days after the claim (domain.md 3.6)."""
BEFORE_CLAIM_DAYS, BEFORE_CLAIM_MISSED = 84, 0.14
"""Paying in full falls in the twelve weeks before a claim (domain.md 4.2); size fitted to its table."""
IN_WAIT_DAYS, IN_WAIT_MISSED = 30, 0.5
"""While they wait for the first payment, claimants go on paying about half of the weeks (fitted likewise)."""
CLAIMANT_REPAYS = 1.05
"""Claimants then pay a little above their rent, so that arrears ease within the year (fitted likewise)."""
BATCHES_A_YEAR = 13
"""Managed payments come in thirteen batches, each tenant in twelve of them (domain.md 3.6)."""
WEEKS_A_MONTH = 48 / 12
"""Weeks of rent in a month's payment: 48 chargeable weeks over twelve months."""
CALM = 0.08
"""Stress below which a household pays off what it owes."""

_FOUR_WEEKS = 28
_BATCH_ANCHOR = 4  # 1970-01-05, a Monday: managed batches and housing benefit are counted from it


@dataclass(frozen=True, slots=True)
class Payments:
    """Money that arrived, by account: what truly happened, before anyone wrote it down."""

    account: Ints
    rhythm: Ints
    day: Days
    amount: Ints  # pence, positive


@dataclass(frozen=True, slots=True)
class _Due:
    """Payments falling due to the accounts of one rhythm: (accounts, occasions)."""

    account: Ints
    day: Days
    weeks: Floats  # weeks of rent due; 0 where none is


def payments(held: Accounts, hard: Hardship, days: Calendar, rng: np.random.Generator) -> Payments:
    """Every payment of the plan, rhythm by rhythm."""
    parts = []
    for rhythm in (UNIVERSAL_CREDIT, MANAGED, HOUSING_BENEFIT, WEEKLY, FORTNIGHTLY, DIRECT_DEBIT):
        due = _dues(held, rhythm, days, rng)
        paid = _paid(due, held, rhythm, hard, days, rng)
        row, occasion = np.nonzero((due.weeks > 0) & (paid > 0.02))
        account = due.account[row]
        pence = paid[row, occasion] * held.weekly_rent[account]
        if rhythm == WEEKLY:
            pence = np.round(pence / 50) * 50  # cash is handed over in round sums
        day = days.next_working(due.day[row, occasion] + _slip(rhythm, len(row), rng))
        kept = (day < days.end) & (pence >= 50)
        kind = np.full(len(row), rhythm, dtype=np.int64)
        parts.append((account[kept], kind[kept], day[kept], np.round(pence[kept]).astype(np.int64)))
    account, kind, day, amount = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Payments(account, kind, day, amount)


def _slip(rhythm: int, count: int, rng: np.random.Generator) -> Days:
    """Days a tenant is late in handing the money over; benefit and direct debit are never late."""
    if rhythm in (UNIVERSAL_CREDIT, WEEKLY, FORTNIGHTLY):
        return rng.choice(4, count, p=(0.6, 0.2, 0.12, 0.08)).astype(np.int32)
    return np.zeros(count, dtype=np.int32)


def _dues(held: Accounts, rhythm: int, days: Calendar, rng: np.random.Generator) -> _Due:
    claiming = held.claimed_on > held.started_on
    if rhythm == WEEKLY:  # whoever has yet to claim pays weekly until then
        chosen = np.flatnonzero((held.rhythm == rhythm) | claiming)
        until = np.where(claiming, held.claimed_on + IN_WAIT_DAYS, held.ended_on)
        until = np.minimum(until, held.ended_on)[chosen]
    else:
        chosen = np.flatnonzero(held.rhythm == rhythm)
        until = held.ended_on[chosen]
    since = held.started_on[chosen]
    if rhythm in (UNIVERSAL_CREDIT, MANAGED):
        since = np.maximum(
            since, np.where(claiming[chosen], held.claimed_on[chosen] + CLAIM_WAIT_DAYS - 27, since)
        )
    monthly = rhythm in (UNIVERSAL_CREDIT, MANAGED, DIRECT_DEBIT)
    if rhythm == MANAGED:
        day, weeks = _batches(len(chosen), days, rng)
    elif monthly:
        day = days.month_starts()[None, :] + rng.integers(0, 28, (len(chosen), 1), dtype=np.int32)
        weeks = np.full(day.shape, WEEKS_A_MONTH)
    else:
        day, weeks = _periods(rhythm, since, days, rng)
    # A first monthly payment comes no sooner than a month in: rent is paid in arrears.
    first = since + (27 if monthly else 0)
    live = (day >= days.start) & (day < days.end) & (day >= first[:, None]) & (day < until[:, None])
    return _Due(chosen, day, np.where(live, weeks, 0.0))


def _periods(rhythm: int, since: Days, days: Calendar, rng: np.random.Generator) -> tuple[Days, Floats]:
    """Days and weeks due every one, two or four weeks: the rent charged since the time before."""
    length = {WEEKLY: 7, FORTNIGHTLY: 14, HOUSING_BENEFIT: _FOUR_WEEKS}[rhythm]
    if rhythm == HOUSING_BENEFIT:  # one batch for the whole landlord
        phase = np.full((len(since), 1), -(days.start - _BATCH_ANCHOR) % _FOUR_WEEKS, dtype=np.int32)
    else:
        phase = rng.integers(0, length, (len(since), 1), dtype=np.int32)
    day = days.start + phase + np.arange(0, days.end - days.start, length, dtype=np.int32)[None, :]
    earlier = np.maximum(day - length, since[:, None] - 1)
    weeks = days.charges_by(day - 1) - days.charges_by(np.minimum(earlier, day) - 1)
    return day, np.maximum(weeks, 0).astype(np.float64)


def _batches(count: int, days: Calendar, rng: np.random.Generator) -> tuple[Days, Floats]:
    """Managed payments: a batch every four weeks, and one in thirteen without this tenant (domain.md 3.6)."""
    first = (days.start - _BATCH_ANCHOR) // _FOUR_WEEKS - 1
    batch = np.arange(first, (days.end - _BATCH_ANCHOR) // _FOUR_WEEKS + 1)
    left_out = rng.integers(0, BATCHES_A_YEAR, (count, 1))
    day = np.broadcast_to(_BATCH_ANCHOR + 9 + batch * _FOUR_WEEKS, (count, len(batch))).astype(np.int32)
    return day, np.where(batch[None, :] % BATCHES_A_YEAR == left_out, 0.0, WEEKS_A_MONTH)


def _paid(
    due: _Due, held: Accounts, rhythm: int, hard: Hardship, days: Calendar, rng: np.random.Generator
) -> Floats:
    """Weeks of rent paid on each occasion; what calm households fell short by, they pay later."""
    household = held.household[due.account]
    stress = hard.stress[household[:, None], days.week(due.day)].astype(np.float64)
    strain = stress * hard.strength["rent"][household][:, None]
    missed = MISSED[rhythm] + STRESS_MISSED * strain
    if rhythm not in (MANAGED, HOUSING_BENEFIT):
        missed = missed + CHRISTMAS_MISSED * _christmas(due.day)
    if rhythm == WEEKLY:
        claim = held.claimed_on[due.account][:, None]
        missed = missed + BEFORE_CLAIM_MISSED * ((due.day >= claim - BEFORE_CLAIM_DAYS) & (due.day < claim))
        missed = missed + IN_WAIT_MISSED * ((due.day >= claim) & (due.day < claim + IN_WAIT_DAYS))
    draw = rng.random(due.weeks.shape)
    short = rng.random(due.weeks.shape) < STRESS_SHORT * strain
    part = np.where(short, rng.uniform(1 / 3, 4 / 5, due.weeks.shape), 1.0)
    paid = np.where(draw < missed, 0.0, part * due.weeks)
    if rhythm != WEEKLY:
        paid *= np.where(held.claimed_on[due.account] > held.started_on[due.account], CLAIMANT_REPAYS, 1)[
            :, None
        ]
    pace = rng.choice((0.15, 0.3, 1.0), len(household), p=(0.3, 0.3, 0.4))
    behind = np.zeros(len(household))
    for occasion in range(due.weeks.shape[1]):
        behind += due.weeks[:, occasion] - paid[:, occasion]
        pays_off = (stress[:, occasion] < CALM) & (paid[:, occasion] > 0)
        extra = np.where(pays_off, np.minimum(np.maximum(behind, 0), pace * due.weeks[:, occasion]), 0.0)
        paid[:, occasion] += extra
        behind -= extra
    return paid


def _christmas(day: Days) -> Bools:
    """Whether these days lie between 15 December and 2 January."""
    date = day.astype("datetime64[D]")
    into_year = (date - date.astype("datetime64[Y]").astype("datetime64[D]")).astype(np.int64)
    return np.asarray((into_year >= 348) | (into_year <= 1), dtype=np.bool_)


def opening_balances(held: Accounts, hard: Hardship, days: Calendar, paid: Payments) -> Ints:
    """Pence each account owes on the first day of the plan; nothing where it begins later.

    What the rhythm leaves owing just then, what the household usually owes, and what stress before the
    plan has cost it. The rhythm's part is the rent charged since the payment before the plan's first.
    """
    first = np.full(len(held.household), days.end, dtype=np.int32)
    np.minimum.at(first, paid.account, paid.day)
    length = np.array([30.4, 28 * 13 / 12, 28, 7, 14, 30.4])[held.rhythm]
    claimed_later = held.claimed_on > days.start
    length = np.where(claimed_later, 7, length)
    rhythm = np.clip((length - (first - days.start)) / 7, 0, WEEKS_A_MONTH)
    strain = np.minimum(hard.before * hard.strength["rent"], 25)[held.household] * (
        STRESS_MISSED + STRESS_SHORT / 2
    )
    weeks = rhythm + held.usual_weeks + strain
    before = (held.started_on < days.start).astype(np.int64)
    return np.asarray(before * np.round(weeks * held.weekly_rent), dtype=np.int64)


def charges(held: Accounts, days: Calendar) -> tuple[Ints, Days]:
    """(account, Monday) of every week's rent charged, leaving out the landlord's rent-free weeks."""
    mondays = days.charged_mondays()
    live = (mondays >= held.started_on[:, None]) & (mondays < held.ended_on[:, None])
    account, week = np.nonzero(live)
    return account.astype(np.int64), mondays[week]
