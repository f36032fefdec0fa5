"""The landlord's rent ledger: what was charged and paid, as clerks entered it, late and wrong at times."""

import numpy as np

from earlyhelp.demo.city.days import DAY, Calendar
from earlyhelp.demo.city.records import ENTRIES, PAYMENT_CODES, Bools, Days, Ints, RentEntries
from earlyhelp.demo.city.rent import Payments, charges, opening_balances
from earlyhelp.demo.city.silences import held_back
from earlyhelp.demo.city.tenancies import CODE_OF, Accounts
from earlyhelp.demo.city.world import World

LATE_SHARE, LATE_DAYS = 0.02, (14, 56)
"""2 % of payments are posted two to eight weeks late (detection.md 4.1)."""
WRONG_SHARE, WRONG_DAYS = 0.003, (3, 40)
"""Payments entered with a wrong amount and put right after so many days (our assumption)."""
TWICE_SHARE, TWICE_DAYS = 0.0015, (3, 30)
"""Payments entered twice; the second entry is made void after so many days (our assumption)."""
CHARGING_MINUTE = 2 * 60 + 15
"""Rent is charged by a run in the small hours of Monday."""

_CHARGE, _PAYMENT, _ADJUSTMENT = (ENTRIES.index(word) for word in ("charge", "payment", "adjustment"))
_RNT, _ADJ = PAYMENT_CODES.index("RNT"), PAYMENT_CODES.index("ADJ")


def ledger(
    here: World, held: Accounts, paid: Payments, first_record: int, rng: np.random.Generator
) -> RentEntries:
    """Every row of the rent ledger, in the order in which it became known."""
    days = here.days
    posted = _posted(here, held, paid, rng)
    row, version, known, amount, void, record = _corrections(posted, days, rng)
    known = held_back(here.plan, "housing", known, version)
    order = np.lexsort((version, record, known))
    order = order[known[order] < days.end * DAY]
    account, occurred, entry, code, _, _ = posted
    row = row[order]
    return RentEntries(
        record=first_record + record[order],
        account=held.number[account[row]],
        occurred_on=occurred[row],
        recorded_at=known[order],
        entry=entry[row],
        code=code[row],
        amount=amount[order],
        cycle=np.full(len(order), -1),
        void=void[order],
    )


def _posted(
    here: World, held: Accounts, paid: Payments, rng: np.random.Generator
) -> tuple[Ints, Days, Ints, Ints, Ints, Ints]:
    """(account, day, entry, code, pence, minute of posting) of every true posting, each posted once."""
    days = here.days
    charged, mondays = charges(held, days)
    opening = opening_balances(held, here.hard, days, paid)
    opened = np.flatnonzero(held.started_on < days.start)
    counts = [len(charged), len(paid.account), len(opened)]
    late = np.where(rng.random(counts[1]) < LATE_SHARE, rng.integers(*LATE_DAYS, counts[1]), 0)
    return (
        np.concatenate([charged, paid.account, opened]),
        np.concatenate([mondays, paid.day, np.full(counts[2], days.start, dtype=np.int32)]),
        np.repeat([_CHARGE, _PAYMENT, _ADJUSTMENT], counts),
        np.concatenate([np.full(counts[0], _RNT), CODE_OF[paid.rhythm], np.full(counts[2], _ADJ)]),
        np.concatenate([held.weekly_rent[charged], -paid.amount, opening[opened]]),
        np.concatenate(
            [
                mondays.astype(np.int64) * DAY + CHARGING_MINUTE,
                days.written_in_office((paid.day + late).astype(np.int32), rng),
                np.full(counts[2], days.start * DAY + CHARGING_MINUTE),
            ]
        ),
    )


def _corrections(
    posted: tuple[Ints, Days, Ints, Ints, Ints, Ints], days: Calendar, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints, Ints, Bools, Ints]:
    """(posting, version, minute, pence, void, record) of every row: the postings, and what was put right."""
    _, _, entry, _, pence, known = posted
    count = len(entry)
    draw = np.where(entry == _PAYMENT, rng.random(count), 1.0)
    wrong = np.flatnonzero(draw < WRONG_SHARE)
    twice = np.flatnonzero((draw >= WRONG_SHARE) & (draw < WRONG_SHARE + TWICE_SHARE))
    first = pence.copy()
    first[wrong] = np.where(rng.random(len(wrong)) < 0.5, pence[wrong] * 10, pence[wrong] // 2)
    righted = _later(known[wrong], rng.integers(*WRONG_DAYS, len(wrong)), days, rng)
    undone = _later(known[twice], rng.integers(*TWICE_DAYS, len(twice)), days, rng)
    again = count + np.arange(len(twice))
    sizes = [count, len(wrong), len(twice), len(twice)]
    return (
        np.concatenate([np.arange(count), wrong, twice, twice]),
        np.repeat([0, 1, 0, 1], sizes),
        np.concatenate([known, righted, known[twice] + 1, undone]),
        np.concatenate([first, pence[wrong], pence[twice], pence[twice]]),
        np.repeat(np.array([False, False, False, True]), sizes),
        np.concatenate([np.arange(count), wrong, again, again]),
    )


def _later(known: Ints, delay: Ints, days: Calendar, rng: np.random.Generator) -> Ints:
    return days.written_in_office((known // DAY + delay).astype(np.int32), rng)
