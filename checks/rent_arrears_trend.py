"""Rent arrears trend: rent owed is rising, or payments stopped, by the household's own measure."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

import numpy as np

from earlyhelp import rent_ledger, rent_payments
from earlyhelp.checking import Check, Finding, Reading
from earlyhelp.chronology import Block, day_of
from earlyhelp.drawn import DrawnStory
from earlyhelp.measures import Bools, Floats
from earlyhelp.policy import Factor, Sector
from earlyhelp.rent_ledger import CHARGE, PAYMENT, Ledger
from earlyhelp.rent_payments import Payments
from schemas.rent_account import RentTransaction

SLACK = 0.05
"""Weeks of rent a week by which lows may rise without counting: the slack of the CUSUM (detection.md 9)."""
NEW_WEEKS = 13.0
"""A new account counts in full only after this: the five-week wait, the first claim (domain.md 4.2)."""
STALE_WEEKS = 13.0
"""What an account says fades over this once it has gone silent, charges and all."""
THIRTEEN_FOR_TWELVE = (1.04, 1.13)
"""Usual payment over four weeks' rent where twelve months come in thirteen slots (domain.md 4.2)."""
MONTH_IN_WEEKS = 30.44 / 7
"""Weeks of rent in a month."""

WAIT_WEEKS = 37 / 7
"""Weeks of rent that build up before Universal Credit first pays: a month and a week (domain.md 3.6)."""

RISE_POINTS = (0.45, 0.60, 0.60, 0.35)
"""Points for each unit of log(1 + weeks) of the CUSUM of lows; by cycle, weekly to monthly: a card for each
rhythm (detection.md 4.4). These and those below were fitted once, as a logistic with a sign for each term, on
seeds 1 to 8 of the invented city, moved by what was raised rightly there under the weekly budget, and
rounded; no later seed had a part in them."""
USUAL_POINTS = (0.55, 0.35, 0.40, 0.40)
"""Points for each unit of log(1 + weeks) by which the low stands above its own median of last year."""
STAYED_POINTS = (0.25, 0.20, 0.10, 0.05)
"""Points for each unit of log(1 + weeks in a row, half a year at most) that the low stood above it."""
LEVEL_POINTS = (0.20, 0.35, 0.35, 0.35)
"""Points for each unit of log(1 + weeks owed): level is hardly a signal alone (detection.md 3.1)."""
SHORT_POINTS = (1.40, 1.10, 0.20, 1.00)
"""Points for each unit of log(1 + payments) short of the usual one, which come before arrears show. Benefit
that is paid every four weeks follows what was charged, and is short for reasons of its own."""
REPAID_POINTS = (-0.60, -0.75, -0.15, -0.75)
"""Points for each unit of log(1 + payments) that paid something back: an agreement kept speaks for itself."""
MISSED_POINTS = (0.0, 0.0, 0.1, 0.1)
"""Points for each of the first, second and third payment missed in the household's own rhythm. They are few,
as the rise counts the same money; and whoever pays by the week and stops most often waits for a claim."""
STEADY = (-1.1, -1.15, -0.85, -0.85)
"""Where an account stands whose rent is paid as always, by cycle, against the odds of any household."""
STAYED_BY, STAYED_MOST = 0.5, 26
"""Weeks of rent above the usual from which a low has risen, and the weeks in a row that are counted."""
LAST_YEAR = slice(-53, -13)
"""The weeks with which the low is compared: from a year ago up to a quarter ago."""
EVIDENCE = 12
"""Most rows that are named as evidence."""


class RentArrearsTrend(Check):
    """The rent owed is rising by this household's own measure, or its usual payments have stopped.

    How much is owed says little: one household in ten lives with steady arrears, and a monthly payment
    makes every balance climb for four weeks. What comes before a crisis is a change. So the low of each
    payment cycle is compared in weeks of the household's own rent, and payments that are missed or less than
    usual are counted in its own rhythm; whoever pays something back weighs less. A new account's first weeks,
    the wait for Universal Credit and a managed payment missing once a year are expected.
    """

    name: ClassVar[str] = "rent_arrears_trend"
    version: ClassVar[str] = "2"
    sector: ClassVar[Sector] = Sector.HOUSING
    factor: ClassVar[Factor] = Factor.FINANCIAL_EXCLUSION
    reads: ClassVar[type[RentTransaction]] = RentTransaction
    drawn: ClassVar[tuple[DrawnStory, ...]] = (
        DrawnStory(
            "Rent was paid each week until August, then half of it once, and since then nothing",
            date(2026, 11, 2),
            """
            2026-08-03 | charge  | 100.00
            2026-08-05 | payment | 100.00
            2026-08-10 | charge  | 100.00
            2026-08-12 | payment | 100.00
            2026-08-17 | charge  | 100.00
            2026-08-24 | charge  | 100.00
            2026-08-31 | charge  | 100.00
            2026-09-02 | payment |  50.00
            2026-09-07 | charge  | 100.00
            2026-09-14 | charge  | 100.00
            2026-09-21 | charge  | 100.00
            2026-09-28 | charge  | 100.00
            2026-10-05 | charge  | 100.00
            2026-10-12 | charge  | 100.00
            2026-10-19 | charge  | 100.00
            2026-10-26 | charge  | 100.00
            2026-11-02 | charge  | 100.00
            """,
            fires=True,
        ),
        DrawnStory(
            "A new tenant waits for the first payment of Universal Credit",
            date(2026, 11, 2),
            """
            2026-10-05 | charge | 100.00
            2026-10-12 | charge | 100.00
            2026-10-19 | charge | 100.00
            2026-10-26 | charge | 100.00
            2026-11-02 | charge | 100.00
            """,
            fires=False,
        ),
    )
    weeks: ClassVar[int] = rent_ledger.WEEKS

    def measure(self, block: Block, as_of: int) -> Reading:
        """Weigh rise, level, and payments missed, short and above the usual, by the account's own rhythm."""
        ledger = rent_ledger.read(block.up_to(as_of), as_of)
        payments = rent_payments.compared(ledger, as_of)
        rise, began = rent_ledger.risen(ledger, SLACK)
        missed = rent_ledger.missed_payments(ledger)
        managed = _managed_allowance(ledger, missed)
        excused = MONTH_IN_WEEKS * managed + _wait(ledger, missed, payments.claimed)
        rise, missed = np.maximum(rise - excused, 0.0), np.maximum(missed - managed, 0.0)

        known = ledger.rent > 0
        points = _points(ledger, payments, rise, missed, excused)
        since = _since(ledger, rise, missed, began, known, as_of)
        at = np.arange(len(block))
        return Reading(
            weight=np.where(known, points * _trust(ledger, as_of), 0.0),
            since=since.astype(np.int32),
            facts={
                "owed_then": ledger.low[at, began],
                "owed_now": ledger.balance[:, -1],
                "rise": rise,
                "missed": missed,
                "short": payments.short_lately,
                "last_paid": ledger.last_paid.astype(np.float64),
                "since": since.astype(np.float64),
            },
        )

    def explain(self, block: Block, facts: Mapping[str, float], as_of: int) -> Finding:
        """Say what was owed then and is owed now, and for how long nothing was paid."""
        block = block.up_to(as_of)
        paid, since = int(facts["last_paid"]), int(facts["since"])
        sentence = f"Rent: {_owed(facts['owed_then'])} on {_date(since)}, {_owed(facts['owed_now'])} now"
        if facts["missed"] >= 1 and paid >= 0:
            sentence += f"; no payment for {_weeks((as_of - paid) // 7)}"
        elif paid < 0:
            sentence += "; no payment since the account began"
        elif facts["short"] >= 1:
            sentence += f"; {_payments(facts['short'])} of less than usual in 13 weeks"
        return Finding(
            sentence=sentence + ".",
            would_lower="A payment of at least one week's rent, and the next ones on their usual day.",
            evidence=_evidence(block, since, paid),
        )


def _points(ledger: Ledger, payments: Payments, rise: Floats, missed: Floats, excused: Floats) -> Floats:
    """The card of each account's rhythm, added up."""
    usual = np.median(ledger.low[:, LAST_YEAR], axis=1) + excused
    stayed = rent_ledger.weeks_above(ledger, usual, STAYED_BY, STAYED_MOST)
    terms = (
        (RISE_POINTS, rise),
        (USUAL_POINTS, ledger.low[:, -1] - usual),
        (STAYED_POINTS, stayed),
        (LEVEL_POINTS, ledger.low[:, -1]),
        (SHORT_POINTS, payments.short),
        (REPAID_POINTS, payments.repaid),
    )
    points = np.asarray(STEADY)[ledger.cycle]
    for card, amount in terms:
        points = points + np.asarray(card)[ledger.cycle] * np.log1p(np.maximum(amount, 0.0))
    points = points + np.asarray(MISSED_POINTS)[ledger.cycle] * np.minimum(missed, 3.0)
    return np.asarray(points, np.float64)


def _wait(ledger: Ledger, missed: Floats, claimed: Bools) -> Floats:
    """Weeks of rent that a claim for Universal Credit explains, or would if one were made just now."""
    weeks = np.asarray((1.0, 2.0, 0.0, 0.0))[ledger.cycle] * missed
    return np.where(claimed, WAIT_WEEKS, np.minimum(weeks, WAIT_WEEKS))


def _managed_allowance(ledger: Ledger, missed: Floats) -> Floats:
    """1 where twelve months' rent comes in thirteen four-weekly slots and the year's empty slot is open."""
    low, high = THIRTEEN_FOR_TWELVE
    share = ledger.usual_payment / 4.0
    managed = (ledger.cycle == 2) & (share >= low) & (share <= high)
    paid_by_week = np.cumsum(ledger.paid[:, -52:-8] > 0, axis=1)
    empty_before = (paid_by_week[:, 7:] == paid_by_week[:, :-7]).any(axis=1)
    return np.asarray(managed & ~empty_before, np.float64)


def _trust(ledger: Ledger, as_of: int) -> Floats:
    """Between 0 and 1: less for a new account, and less the longer an account has been silent."""
    grown = np.clip((ledger.end - ledger.first) / 7.0 / NEW_WEEKS, 0.0, 1.0)
    return np.asarray(grown * np.exp(-(as_of - ledger.end) / 7.0 / STALE_WEEKS), np.float64)


def _since(
    ledger: Ledger, rise: Floats, missed: Floats, began: np.ndarray, known: Bools, as_of: int
) -> np.ndarray:
    """When the rise began; else the last payment before those missed; else today."""
    low_week = rent_ledger.week_of_low(ledger, began)
    began_on = np.maximum(ledger.end - 7 * (rent_ledger.WEEKS - 1 - low_week), ledger.first)
    paid = (missed > 0) & (ledger.last_paid >= 0)
    return np.where(~known, as_of, np.where(rise > 0, began_on, np.where(paid, ledger.last_paid, as_of)))


def _evidence(block: Block, since: int, paid: int) -> tuple[int, ...]:
    """The last payments, and the latest charges that no payment met."""
    entry, day = block.columns["entry"], block.occurred_on
    payments = block.record[(entry == PAYMENT) & (day >= min(since, paid))][-EVIDENCE // 3 :]
    charges = block.record[(entry == CHARGE) & (day >= since)][-(EVIDENCE - len(payments)) :]
    rows = np.concatenate((payments, charges))
    return tuple(sorted((rows if len(rows) else block.record[-EVIDENCE:]).tolist()))


def _owed(weeks: float) -> str:
    """Owed 1.2 weeks; nothing owed; or paid ahead by so much."""
    if weeks <= -0.05:
        return f"{_weeks(-weeks)} paid ahead"
    return f"owed {_weeks(weeks)}" if weeks >= 0.05 else "nothing owed"


def _weeks(number: float) -> str:
    """1 week, 5.8 weeks."""
    told = f"{number:.1f}".removesuffix(".0")
    return f"{told} week" + ("" if told == "1" else "s")


def _payments(number: float) -> str:
    """1 payment, 3 payments."""
    return f"{number:.0f} payment" + ("" if round(number) == 1 else "s")


def _date(day: int) -> str:
    """4 March 2026."""
    told = day_of(day)
    return f"{told.day} {told:%B %Y}"
