"""How the payments to rent accounts came, beside each account's own usual one: missed, short, paying back.

Arrears show late. Before they do, a household misses a payment or pays less than usual, and no longer makes
good what it once missed. All is told from its own payments alone, once a day's are added; an account that has
no usual payment, such as a card's, has none that is short.
"""

from dataclasses import dataclass

import numpy as np

from earlyhelp.checking.measures import Bools, Floats, added, counted, earliest, forgotten, gaps, middle
from earlyhelp.checking.rent_evenness import between, meant_to_meet
from earlyhelp.checking.rent_ledger import WEEKS, Ledger

FORGET_DAYS = 182.0
"""A payment counts for a third of itself after half a year, as far as a raise looks ahead."""
QUARTER_DAYS = 91
"""What a sentence tells of: the 13 weeks of detection.md 9, rule 2."""
SHORT_SHARE, REPAID_SHARE = 0.87, 1.08
"""Below so much of the usual payment one is short, and above so much it pays something back: rents rise by
less in a year, and rounding takes less away (our assumption)."""
MOST_SKIPPED = 8
"""One gap counts for so many missed payments at most: a longer one is a pause (our assumption)."""
USUAL_WITHIN = 0.15
"""Payments this near to the middle one are as usual."""
REGULAR = (0.05, 0.30)
"""Share of usual payments up to which an account has no usual one, and from which it surely has."""
USUAL_AFTER = (3.0, 9.0)
"""Payments up to which nothing is usual yet, and from which it surely is: three months tell no habit."""
MONTHLY_SIZE = 2.5
"""A payment of so many usual ones is a month's, where less than so many weeks of rent were paid before."""
EARLIER_DAYS = 200
"""What was usual before a claim is asked of payments older than this, too."""
FIRST_CLAIM_DAYS = 45
"""One month's payment proves a claim so long; after that it takes a second."""
THIRTEEN_FOR_TWELVE = (1.04, 1.13)
"""Usual payment over four weeks' rent where twelve months come in thirteen slots (domain.md 4.2)."""
CLAIM_YEAR_DAYS = 364
"""The arrears of the five-week wait ease within the year (domain.md 4.2)."""


@dataclass(frozen=True, slots=True, eq=False)
class Payments:
    """For each account (H) faded numbers of payments, and whether Universal Credit began within the year.

    ``skipped`` never came, ``short`` came with less than usual, and ``back`` paid something back.
    ``short_lately`` is the plain number of the last quarter; ``even``, between 0 and 1, is how much the
    account runs like rent, so that its balance tells something (``rent_evenness``).
    """

    skipped: Floats
    short: Floats
    back: Floats
    short_lately: Floats
    claimed: Bools
    even: Floats


def compared(ledger: Ledger, missed: Floats, as_of: int) -> Payments:
    """Compare each payment with the account's usual one, and with what was charged since the one before.

    ``missed`` (H) are the payments missed since the last one.
    """
    place, households = ledger.paid_place, len(ledger.rent)
    usual, due = ledger.usual_payment[place], _due(ledger)
    level = ledger.cycle[place] == 3  # a month's payment is the same whether four Mondays fall in it or five
    first = np.isinf(due)
    short = (ledger.paid_weeks < SHORT_SHARE * np.minimum(usual, due)) & ~first
    most = np.where(level, usual, np.maximum(usual, due))
    back = (ledger.paid_weeks > REPAID_SHARE * most) & ~first
    age = as_of - ledger.paid_on
    faded, trust = forgotten(age, FORGET_DAYS), _regular(ledger)
    return Payments(
        skipped=added(place, _skipped(ledger, due) * faded, households) + missed,
        short=added(place, short * faded, households) * trust,
        back=added(place, back * faded, households) * trust,
        short_lately=added(place, short & (age <= QUARTER_DAYS), households) * (trust > 0),
        claimed=_claimed(ledger, as_of),
        even=np.minimum(ledger.same, meant_to_meet(place, ledger.paid_weeks, due, households)),
    )


def managed_allowance(ledger: Ledger) -> Floats:
    """1 where twelve months' rent comes in thirteen four-weekly slots and the year's empty slot is open."""
    low, high = THIRTEEN_FOR_TWELVE
    share = ledger.usual_payment / 4.0
    managed = (ledger.cycle == 2) & (share >= low) & (share <= high)
    paid_by_week = np.cumsum(ledger.paid[:, -52:-8] > 0, axis=1)
    empty_before = (paid_by_week[:, 7:] == paid_by_week[:, :-7]).any(axis=1)
    return np.asarray(managed & ~empty_before, np.float64)


def _due(ledger: Ledger) -> Floats:
    """Weeks of rent charged since the payment before; without end at an account's first."""
    place = ledger.paid_place
    column = np.clip(WEEKS - 1 - (ledger.end[place] - ledger.paid_on) // 7, 0, WEEKS - 1)
    charged = np.cumsum(ledger.charged, axis=1)[place, column]
    due = np.full(len(place), np.inf)
    same = place[1:] == place[:-1]
    due[1:][same] = (charged[1:] - charged[:-1])[same]
    return due


def _skipped(ledger: Ledger, due: Floats) -> Floats:
    """How many payments were missed before each that came: none in weeks for which no rent was charged."""
    place = ledger.paid_place
    apart = np.zeros(len(place))
    same = np.append(False, place[1:] == place[:-1])[: len(place)]
    apart[same] = gaps(place, ledger.paid_on)[1]
    number = np.round(np.minimum(apart, 7.0 * due) / ledger.rhythm[place]) - 1.0
    return np.clip(number, 0.0, MOST_SKIPPED)


def _regular(ledger: Ledger) -> Floats:
    """Between 0 and 1: whether the account has such a thing as a usual payment."""
    place, households = ledger.paid_place, len(ledger.rent)
    near = np.abs(ledger.paid_weeks / np.maximum(ledger.usual_payment[place], 1e-9) - 1.0) < USUAL_WITHIN
    number = counted(place, households)
    share = added(place, near, households) / np.maximum(number, 1)
    return between(share, REGULAR) * between(number.astype(np.float64), USUAL_AFTER)


def _claimed(ledger: Ledger, as_of: int) -> Bools:
    """Whether payments the size of a month's have lately taken the place of weekly or fortnightly ones."""
    place, households = ledger.paid_place, len(ledger.rent)
    old = ledger.paid_on < as_of - EARLIER_DAYS
    before = middle(place[old], ledger.paid_weeks[old], households, without=np.inf)
    usual = np.minimum(ledger.usual_payment, before)[place]
    large = (ledger.paid_weeks > MONTHLY_SIZE * usual) & (usual < MONTHLY_SIZE)
    since = as_of - earliest(place[large], ledger.paid_on[large], households, without=as_of + 1)
    proved = (counted(place[large], households) > 1) | (since <= FIRST_CLAIM_DAYS)
    return np.asarray((since >= 0) & (since < CLAIM_YEAR_DAYS) & proved, np.bool_)
