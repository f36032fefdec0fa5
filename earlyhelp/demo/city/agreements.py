"""What landlord and tenant agreed about old arrears, and Breathing Space; and the instalments that came.

Agreements are made with those who have long owed, and with some who have fallen behind under strain. While
life is calm the instalment comes with the rent; under strain it does not, and after a while the landlord ends
the agreement. Breathing Space is had by few, through a debt adviser, when things are bad.
"""

from dataclasses import dataclass, replace

import numpy as np

from earlyhelp.demo.city.days import DAY
from earlyhelp.demo.city.records import ENTRIES, NEVER, PAYMENT_CODES, Days, Ints, RentEntries
from earlyhelp.demo.city.rent import Payments
from earlyhelp.demo.city.silences import held_back
from earlyhelp.demo.city.tenancies import CYCLE_OF, Accounts
from earlyhelp.demo.city.world import World

OWED_WEEKS, AGREED_SHARE = 3.0, 0.35
"""Accounts that have long owed so many weeks, and the share of them with an agreement (our assumption)."""
STRAINED, STRAINED_SHARE = 0.3, 0.10
"""Stress from which a tenant falls behind for all to see, and the share of those who then come to an
agreement, or to Breathing Space (our assumption)."""
INSTALMENT = (400, 1_200)
"""Pence a week that are agreed, about what is taken from a benefit at most (our assumption)."""
CALM = 0.16
"""Stress below which the instalment comes with the rent."""
ENDED_AFTER = 56
"""Days without an instalment after which the landlord ends the agreement (our assumption)."""
SPACE_DAYS, OPEN_SHARE, OPEN_DAYS, CANCELLED_SHARE = 60, 0.15, (60, 200), 0.1
"""Sixty days by law; an open one lasts longer; a few are ended at the review half-way (shares assumed)."""
_WEEKS_OF = np.array([1.0, 2.0, 4.0, 52 / 12])


@dataclass(frozen=True, slots=True)
class Agreements:
    """Agreements, by row of the accounts, and Breathing Space; `NEVER` where nobody has ended them."""

    account: Ints
    agreed_on: Days
    ended_on: Days
    instalment: Ints
    cycle: Ints
    in_space: Ints
    space_on: Days
    space_ended_on: Days
    open: Ints


def agreements(here: World, held: Accounts, rng: np.random.Generator) -> Agreements:
    """Who agreed to what and when, and who was given Breathing Space."""
    days, stress = here.days, here.hard.stress[held.household]
    count = len(held.number)
    when = rng.integers(days.start, days.end, count).astype(np.int32)
    strained, first = stress.max(axis=1) > STRAINED, (stress > STRAINED).argmax(axis=1)
    when_strained = (days.start + 7 * first + rng.integers(14, 84, count)).astype(np.int32)
    lot = rng.random(count)
    long_owed = (held.usual_weeks >= OWED_WEEKS) & (lot < AGREED_SHARE)
    agreed_on = np.where(long_owed, when, when_strained)
    agrees = long_owed | (strained & (lot > 1 - STRAINED_SHARE))
    row = np.flatnonzero(agrees & (agreed_on > held.started_on) & (agreed_on < held.ended_on))
    cycle = CYCLE_OF[held.rhythm[row]]
    weekly = rng.integers(*INSTALMENT, count)[row]
    space = strained & (lot <= STRAINED_SHARE)
    space &= (when_strained > held.started_on) & (when_strained < held.ended_on)
    spaced = np.flatnonzero(space)
    is_open = (rng.random(count) < OPEN_SHARE)[spaced]
    lasts = np.where(is_open, rng.integers(*OPEN_DAYS, count)[spaced], NEVER)
    lasts = np.where(~is_open & (rng.random(count) < CANCELLED_SHARE)[spaced], SPACE_DAYS // 2, lasts)
    return Agreements(
        account=row,
        agreed_on=agreed_on[row],
        ended_on=_given_up(here, held, row, agreed_on[row]),
        instalment=np.round(weekly * _WEEKS_OF[cycle] / 10).astype(np.int64) * 10,
        cycle=cycle,
        in_space=spaced,
        space_on=when_strained[spaced],
        space_ended_on=np.minimum(when_strained[spaced] + lasts.astype(np.int64), NEVER).astype(np.int32),
        open=is_open.astype(np.int64),
    )


def _given_up(here: World, held: Accounts, row: Ints, agreed_on: Days) -> Days:
    """The day on which the landlord ends each: so long after strain stopped the instalments."""
    week = np.arange(here.days.weeks)[None, :]
    began = here.days.week(agreed_on)[:, None]
    strained = (here.hard.stress[held.household[row]] >= CALM) & (week >= began)
    first = np.where(strained.any(axis=1), strained.argmax(axis=1), here.days.weeks + 999)
    ended = here.days.start + 7 * first + ENDED_AFTER
    return np.where(ended < np.minimum(here.days.end, held.ended_on[row]), ended, NEVER).astype(np.int32)


def with_instalments(here: World, held: Accounts, made: Agreements, paid: Payments) -> Payments:
    """The payments, with the instalment on top of each while an agreement runs and life is calm."""
    agreed = np.full(len(held.number), -1, np.int64)
    agreed[made.account] = np.arange(len(made.account))
    which = agreed[paid.account]
    theirs = np.maximum(which, 0) if len(made.account) else np.zeros(0, np.int64)
    if not len(theirs):
        return paid
    calm = here.hard.stress[held.household[paid.account], here.days.week(paid.day)] < CALM
    comes = (which >= 0) & (paid.day > made.agreed_on[theirs]) & (paid.day < made.ended_on[theirs]) & calm
    return replace(paid, amount=paid.amount + np.where(comes, made.instalment[theirs], 0))


def told(
    here: World,
    held: Accounts,
    made: Agreements,
    postings: RentEntries,
    first_record: int,
    rng: np.random.Generator,
) -> RentEntries:
    """The ledger's postings with what was agreed among them, in the order in which it became known."""
    ended, over = np.flatnonzero(made.ended_on < NEVER), np.flatnonzero(made.space_ended_on < NEVER)
    row = np.concatenate([made.account, made.account[ended], made.in_space, made.in_space[over]])
    sizes = [len(made.account), len(ended), len(made.in_space), len(over)]
    day = np.concatenate(
        [made.agreed_on, made.ended_on[ended], made.space_on, made.space_ended_on[over]]
    ).astype(np.int32)
    kind = np.repeat([ENTRIES.index(w) for w in ("agreement", "agreement_ended")], sizes[:2])
    space = ENTRIES.index("moratorium") + made.open
    kind = np.concatenate([kind, space, np.full(sizes[3], ENTRIES.index("moratorium_ended"))])
    amount, cycle = np.zeros(len(row), np.int64), np.full(len(row), -1)
    amount[: sizes[0]], cycle[: sizes[0]] = made.instalment, made.cycle
    known = held_back(here.plan, "housing", here.days.written_in_office(np.minimum(day, here.days.end), rng))
    there = (day < here.days.end) & (known < here.days.end * DAY)
    codes = np.array([PAYMENT_CODES.index(c) for c in ("AGM", "AGX", "BSM", "BSO", "BSX")])
    more = RentEntries(
        record=first_record + np.arange(len(row)),
        account=held.number[row],
        occurred_on=day,
        recorded_at=known,
        entry=kind,
        code=codes[kind - ENTRIES.index("agreement")],
        amount=amount,
        cycle=cycle,
        void=np.zeros(len(row), np.bool_),
    )
    order = np.argsort(np.concatenate([postings.recorded_at, known[there]]), kind="stable")
    return RentEntries(
        **{
            name: np.concatenate([getattr(postings, name), getattr(more, name)[there]])[order]
            for name in RentEntries.__dataclass_fields__
        }
    )
