"""Rent accounts read as weeks of the household's own rent, in the household's own rhythm of payment.

Pounds cannot be compared between homes, nor weeks between those who pay weekly and those for whom a
benefit pays every month. So each account is first put on its own scale, week by week, and only then asked
whether it rises. Everything is worked out from the account's own rows and from no other household's.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earlyhelp.checking.measures import (
    Bools,
    Floats,
    Whole,
    added,
    counted,
    earliest,
    gaps,
    in_week,
    latest,
    middle,
    once_a_day,
    weekly,
)
from earlyhelp.checking.rent_evenness import carried_forward, same_charge
from earlyhelp.chronology import Block, Ids
from schemas.rent_account import POSTINGS, RentTransaction

WEEKS = 104
"""How far back an account is compared with itself."""
TROUGH_WEEKS = (3, 4, 5, 5)
"""Weeks over which the low is taken, by cycle: a monthly payer's balance falls once in five weeks (4.2)."""
CYCLE_DAYS = (7.0, 14.0, 28.0, 30.44)
"""Days between payments, by cycle."""
PAID_FOR = 1.2
"""Days between payments over days of rent that one pays for, at most: there are years of 48 weeks."""
OPENING_DAYS = 7
"""An adjustment this near to the account's first row brings a balance forward; it is no rise."""
LATE_DAYS = 6.0
"""A payment due is wholly missed when it is this late: posting takes days (detection.md 4.1)."""

CHARGE, PAYMENT, ADJUSTMENT = (
    RentTransaction.codes["entry"].index(w) for w in ("charge", "payment", "adjustment")
)


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """The accounts of many households (H); weeks (H, WEEKS) run from the oldest to the newest.

    ``rent`` is own rent a week in pence, 0 where it cannot be told. ``end`` is the day up to which the
    account speaks: one that has gone silent, charges and all, is not one on which nothing is paid.
    ``cycle`` is the nearest payment cycle and ``rhythm`` the days between this household's payments.
    ``low`` is the least owed over one cycle, in weeks of rent. ``paid_place``, ``paid_on`` and ``paid_weeks``
    are the payments (N) themselves, a day's added, oldest first by account, in weeks of rent; ``same`` is how
    much the charges are one and the same, between 0 and 1.
    """

    rent: Floats
    first: Whole
    end: Whole
    cycle: Whole
    rhythm: Floats
    last_paid: Whole
    usual_payment: Floats
    balance: Floats
    low: Floats
    paid: Floats
    charged: Floats
    paid_place: Ids
    paid_on: Whole
    paid_weeks: Floats
    same: Floats


def read(block: Block, as_of: int) -> Ledger:
    """Put each household's postings on the scale of its own rent; what was agreed is no posting."""
    block = postings(block)
    place, households = block.row_household, len(block)
    day: NDArray[Any] = block.occurred_on
    entry = block.columns["entry"]
    amount = block.columns["amount"].astype(np.float64)
    first = earliest(place, day, households, without=as_of)
    charged = (entry == CHARGE) & (amount > 0)
    carried = carried_forward(place, charged & (day == first[place]), charged, amount, households)
    charges, payments = (
        np.flatnonzero(which) for which in (charged & ~carried, (entry == PAYMENT) & (amount < 0))
    )

    rent, interval, same = _own_rent(place[charges], day[charges], amount[charges], households)
    last = latest(place, day, households, without=as_of)
    end = np.minimum(as_of, last + np.ceil(interval).astype(np.int64) - 1)

    paid_place, paid_on, paid = _by_day(place[payments], day[payments], -amount[payments])
    scale = np.divide(1.0, rent, out=np.zeros(households), where=rent > 0)
    usual = middle(paid_place, paid, households, without=0.0) * scale
    cycle, rhythm = _own_rhythm(block, place, paid_place, paid_on, interval, usual)
    week, flow = in_week(place, (end.astype(np.int32)[place] - day) // 7, WEEKS), amount * scale[place]
    posted = week.copy()
    opening = np.flatnonzero(carried | (entry == ADJUSTMENT) & (day <= first[place] + OPENING_DAYS))
    posted[opening] = place[opening] * WEEKS
    balance = np.cumsum(weekly(posted, flow, households, WEEKS), axis=1)
    window = np.asarray(TROUGH_WEEKS)[cycle]
    soon = earliest(paid_place, paid_on, households, without=as_of + 1) <= first + 7 * window
    return Ledger(
        rent=rent,
        first=first,
        end=end,
        cycle=cycle,
        rhythm=rhythm,
        last_paid=latest(paid_place, paid_on, households, without=-1),
        usual_payment=usual,
        balance=balance,
        low=_lows(balance, window, (end - first) // 7, soon),
        paid=weekly(week[payments], -flow[payments], households, WEEKS),
        charged=weekly(week[charges], flow[charges], households, WEEKS),
        paid_place=paid_place,
        paid_on=paid_on,
        paid_weeks=paid * scale[paid_place],
        same=same,
    )


def postings(block: Block) -> Block:
    """The entries that are money: only they make up a balance."""
    return block.where(block.columns["entry"].astype(np.int64) < len(POSTINGS))


def owed_on(block: Block, ledger: Ledger, day: Whole) -> Floats:
    """Weeks of rent owed at the end of each household's own ``day``: what its chart shows there.

    The lows are the least of a whole cycle, and one before an account began is only supposed; a sentence
    that names a day tells what was owed on it.
    """
    block = postings(block)
    place = block.row_household
    by_then = block.occurred_on <= day[place]
    pence = added(place[by_then], block.columns["amount"][by_then].astype(np.float64), len(block))
    return np.divide(pence, ledger.rent, out=np.zeros(len(block)), where=ledger.rent > 0)


def missed_payments(ledger: Ledger) -> Floats:
    """Payments missed since the last one, counted in the household's own rhythm and growing day by day."""
    since = ledger.end - np.where(ledger.last_paid >= 0, ledger.last_paid, ledger.first)
    every = np.maximum(ledger.rhythm, _days_covered(ledger))
    due = np.floor(since / every)
    late = np.clip((since - due * every) / LATE_DAYS, 0.0, 1.0)
    return np.where(ledger.rent > 0, np.maximum(due - 1.0 + late, 0.0), 0.0)


def _days_covered(ledger: Ledger) -> Floats:
    """Days of rent that the last payment paid, a month at most: what is paid for is not yet missed again."""
    last = np.append(ledger.paid_place[1:] != ledger.paid_place[:-1], True)[: len(ledger.paid_place)]
    covered = np.zeros(len(ledger.rent))
    covered[ledger.paid_place[last]] = np.minimum(7.0 * ledger.paid_weeks[last], CYCLE_DAYS[-1])
    return covered


def weeks_above(ledger: Ledger, usual: Floats, by: float, most: int) -> Whole:
    """How many weeks in a row, up to ``most``, the low has stood more than ``by`` weeks above ``usual``."""
    above = ledger.low[:, : -most - 1 : -1] > (usual + by)[:, None]
    return np.where(above.all(axis=1), most, np.argmin(above, axis=1)).astype(np.int64)


def risen(ledger: Ledger, slack: float) -> tuple[Floats, Whole]:
    """How far the low has risen beyond ``slack`` weeks a week, and the column from which it did.

    This is the CUSUM of the low's weekly steps: its last value is the greatest rise from any earlier
    week after the slack since that week is taken off.
    """
    weeks = ledger.low.shape[1]
    lift = ledger.low[:, -1:] - ledger.low - slack * np.arange(weeks - 1, -1, -1.0)
    began = weeks - 1 - np.argmax(lift[:, ::-1], axis=1)
    return np.maximum(lift[np.arange(len(lift)), began], 0.0), began


def week_of_low(ledger: Ledger, column: Whole) -> Whole:
    """The latest week, at or before ``column``, in which the balance was what its low then was."""
    at = np.arange(len(column))
    low = ledger.low[at, column]
    for _ in range(max(TROUGH_WEEKS)):
        column = np.where(ledger.balance[at, column] > low + 1e-9, np.maximum(column - 1, 0), column)
    return column


def _by_day(place: Ids, day: Whole, amount: Floats) -> tuple[Ids, Whole, Floats]:
    """One row for each household and day, with the day's amounts added."""
    starts = np.flatnonzero(once_a_day(place, day))
    if len(starts) == len(place):
        return place, day, amount
    sums = np.add.reduceat(amount, starts) if len(starts) else np.zeros(0)
    return place[starts], day[starts], sums


def _own_rent(place: Ids, day: Whole, amount: Floats, households: int) -> tuple[Floats, Floats, Floats]:
    """Rent a week in pence and days between charges: medians, so that rent-free weeks change nothing.

    And how much the charges are the same. Charges 28 days apart that drift come by the month (February).
    """
    place, day, amount = _by_day(place, day, amount)
    whose, apart = gaps(place, day)
    interval = middle(whose, apart, households, without=7.0)
    mean = added(whose, apart, households) / np.maximum(counted(whose, households), 1)
    february = (interval == 28) & (mean > 28) & (mean <= 31)
    monthly = ((interval >= 29) & (interval <= 31)) | february
    weeks = np.where(monthly, CYCLE_DAYS[-1], interval) / 7.0
    apart_by = np.where(february, 31.0, interval)
    rent = middle(place, amount, households, without=0.0) / weeks
    return rent, np.clip(apart_by, 7.0, 92.0), same_charge(place, amount, households)


def _own_rhythm(
    block: Block, place: Ids, paid_place: Ids, paid_on: Whole, interval: Floats, usual: Floats
) -> tuple[Whole, Floats]:
    """The payment cycle as last told, else as the account's own payments show; and the own rhythm in days.

    Whoever is said to pay weekly and in truth pays three weeks' rent every three has the rhythm of three;
    whoever then pays one week's is missing two: the ``usual`` payment, in weeks of rent, bounds the rhythm,
    but nobody is asked for payments oftener than for rent, however little each of them pays.
    Where rent is charged by the month (``interval`` days), payments four weeks apart are a month's.
    """
    households = len(interval)
    whose, apart = gaps(paid_place, paid_on)
    most = np.maximum(7.0 * PAID_FOR * usual, interval)
    own = np.minimum(middle(whose, apart, households, without=0.0), most)
    nearest = np.searchsorted(np.array([10.5, 21.0, 29.5]), own, side="right")
    by_month = (own == 0) | ((nearest == 2) & (interval > CYCLE_DAYS[2]))
    nearest = np.where(by_month, len(CYCLE_DAYS) - 1, nearest)
    told = _last_told(place, block.occurred_on, block.columns["payment_cycle"], households)
    cycle = np.where(told >= 0, told, nearest)
    often = counted(whose, households) >= 3
    bound = np.minimum(np.minimum(own, np.maximum(7.0 * usual, interval)), 91.0)
    rhythm = np.maximum(np.asarray(CYCLE_DAYS)[cycle], np.where(often, bound, 0.0))
    return cycle.astype(np.int64), rhythm


def _last_told(place: Ids, day: NDArray[np.generic], code: NDArray[np.generic], households: int) -> Whole:
    """The last code of each household that says anything, -1 where none does; on one day the longest wins."""
    says: Bools = code.astype(np.int64) >= 0
    both = day[says].astype(np.int64) * len(CYCLE_DAYS) + code[says].astype(np.int64)
    told = latest(place[says], both, households, without=-1)
    return np.where(told >= 0, told % len(CYCLE_DAYS), -1)


def _lows(balance: Floats, window: Whole, weeks_known: Whole, soon: Bools) -> Floats:
    """The least balance over each window; before the account began, what it was at its first low.

    Where no payment came ``soon``, within the first window, it is what was brought forward instead.
    """
    weeks, at = balance.shape[1], np.arange(len(balance))
    begun = np.clip(weeks - 1 - weeks_known, 0, weeks - 1)
    new = np.flatnonzero(begun > 0)
    known = balance.copy()
    known[new] = np.where(np.arange(weeks)[None, :] < begun[new, None], np.inf, balance[new])
    low = _least(known, window)
    first = low[at, np.minimum(begun + window - 1, weeks - 1)]
    first = np.where(soon, first, balance[:, 0])[new, None]
    reaches_back = np.arange(weeks)[None, :] < (begun + window - 1)[new, None]
    low[new] = np.where(reaches_back, np.minimum(low[new], first), low[new])
    return low


def _least(values: Floats, window: Whole) -> Floats:
    """The least of the last so many columns, for each household its own window."""
    least = values.copy()
    for back in range(1, int(window.max(initial=1))):
        some = np.flatnonzero(back < window)
        if len(some) == len(window):
            np.minimum(least[:, back:], values[:, :-back], out=least[:, back:])
        else:
            least[some, back:] = np.minimum(least[some, back:], values[some, :-back])
    return least
