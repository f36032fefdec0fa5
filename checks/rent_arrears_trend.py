"""Rent arrears trend: rent owed is rising, or payments stopped, by the household's own measure."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

import numpy as np

from earlyhelp.checking import rent_card, rent_ledger, rent_payments
from earlyhelp.checking.check import Check, Finding, Reading
from earlyhelp.checking.drawn import DrawnStory
from earlyhelp.checking.measures import Bools, Floats
from earlyhelp.checking.rent_ledger import CHARGE, PAYMENT, Ledger
from earlyhelp.checking.rent_payments import Payments
from earlyhelp.checking.wording import many, on_day
from earlyhelp.chronology import Block
from earlyhelp.law.policy import Factor, Sector
from schemas.rent_account import RentTransaction

SLACK = 0.05
"""Weeks of rent a week by which lows may rise without counting: the slack of the CUSUM (detection.md 9)."""
NEW_WEEKS = 13.0
"""A new account counts in full only after this: the five-week wait, the first claim (domain.md 4.2)."""
STALE_WEEKS = 13.0
"""What an account says fades over this once it has gone silent, charges and all."""
SILENT_DAYS = 14
"""Days without a charge or a payment after which the sentence says that nothing was heard (our choice)."""
THIRTEEN_FOR_TWELVE = (1.04, 1.13)
"""Usual payment over four weeks' rent where twelve months come in thirteen slots (domain.md 4.2)."""
MONTH_IN_WEEKS = 30.44 / 7
"""Weeks of rent in a month."""

WAIT_WEEKS = 37 / 7
"""Weeks of rent that build up before Universal Credit first pays: a month and a week (domain.md 3.6)."""

STAYED_BY, STAYED_MOST = 0.5, 26
"""Weeks of rent above the usual from which a low has risen, and the weeks in a row that are counted."""
A_YEAR = 52
"""Weeks ago of the low with which today's is compared."""
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
    weeks: ClassVar[int] = rent_ledger.WEEKS
    drawn: ClassVar[tuple[DrawnStory, ...]] = (
        DrawnStory(
            "Rent by the week, and nothing but half a week's since January",
            date(2025, 4, 10),
            """
            2025-01-06 | charge  | 100
            2025-01-08 | payment | -100
            2025-01-13 | charge  | 100
            2025-01-15 | payment | -100
            2025-01-20 | charge  | 100
            2025-01-27 | charge  | 100
            2025-02-03 | charge  | 100
            2025-02-05 | payment | -50
            2025-02-10 | charge  | 100
            2025-02-17 | charge  | 100
            2025-02-24 | charge  | 100
            2025-03-03 | charge  | 100
            2025-03-10 | charge  | 100
            2025-03-17 | charge  | 100
            2025-03-24 | charge  | 100
            2025-03-31 | charge  | 100
            2025-04-07 | charge  | 100
            """,
            fires=True,
        ),
        DrawnStory(
            "Nine weeks' rent is owed, and stays owed: every month's rent is paid",
            date(2025, 7, 28),
            """
            2025-01-01 | adjustment | 900
            2025-01-01 | charge     | 435
            2025-01-15 | payment    | -435 | monthly
            2025-02-01 | charge     | 435
            2025-02-14 | payment    | -435
            2025-03-01 | charge     | 435
            2025-03-14 | payment    | -435
            2025-04-01 | charge     | 435
            2025-04-15 | payment    | -435
            2025-05-01 | charge     | 435
            2025-05-15 | payment    | -435
            2025-06-01 | charge     | 435
            2025-06-13 | payment    | -435
            2025-07-01 | charge     | 435
            2025-07-15 | payment    | -435
            """,
            fires=False,
        ),
    )

    def measure(self, block: Block, as_of: int) -> Reading:
        """Read rise, missed and short payments, and what was paid back, off the card of the own rhythm."""
        ledger = rent_ledger.read(block.up_to(as_of), as_of)
        rise, began = rent_ledger.risen(ledger, SLACK)
        missed = rent_ledger.missed_payments(ledger)
        usual = np.median(ledger.low[:, LAST_YEAR], axis=1)
        payments = rent_payments.compared(ledger, missed, as_of)
        managed = _managed_allowance(ledger, missed)
        excused = MONTH_IN_WEEKS * managed + WAIT_WEEKS * payments.claimed
        facts = _facts(ledger, payments, rise, usual, excused)
        points = np.zeros(len(block))
        for each in rent_card.scored(facts, ledger.cycle).values():
            points = points + each

        known, missed = ledger.rent > 0, np.maximum(missed - managed, 0.0)
        since = _since(ledger, facts["risen"], missed, began, known, as_of)
        at = np.arange(len(block))
        return Reading(
            weight=np.where(known, points * _trust(ledger, as_of), 0.0),
            since=since.astype(np.int32),
            facts={
                "owed_then": ledger.low[at, began],
                "owed_now": ledger.balance[:, -1],
                "rise": facts["risen"],
                "missed": missed,
                "short": payments.short_lately,
                "back": payments.back,
                "known_weeks": np.floor((ledger.end - ledger.first) / 7.0),
                "until": ledger.end.astype(np.float64),
                "last_paid": ledger.last_paid.astype(np.float64),
                "since": since.astype(np.float64),
            },
        )

    def explain(self, block: Block, facts: Mapping[str, float], as_of: int) -> Finding:
        """Say what was owed then and is owed now, what did not come in full, and what is not known."""
        block = block.up_to(as_of)
        paid, since = int(facts["last_paid"]), int(facts["since"])
        told = [f"{_owed(facts['owed_then'])} on {on_day(since)}", f"{_owed(facts['owed_now'])} now"]
        sentence = "; ".join([", ".join(told), *_payments(facts, paid, as_of)])
        return Finding(
            sentence=" ".join([f"Rent: {sentence}.", *_unknown(facts, as_of)]),
            would_lower="A payment of at least one week's rent, and the next ones on their usual day.",
            evidence=_evidence(block, since, paid),
        )


def _facts(
    ledger: Ledger, payments: Payments, rise: Floats, usual: Floats, excused: Floats
) -> dict[str, Floats]:
    """What the card asks of each account; ``excused`` weeks of rent are owed for a reason that is known."""
    low = ledger.low[:, -1]
    stayed = rent_ledger.weeks_above(ledger, usual + excused, STAYED_BY, STAYED_MOST)
    return {
        "risen": np.maximum(rise - excused, 0.0),
        "year": low - ledger.low[:, -1 - A_YEAR] - excused,
        "stayed": stayed.astype(np.float64),
        "fallen": ledger.low[:, -1 - STAYED_MOST :].max(axis=1) - low,
        "skipped": payments.skipped,
        "short": payments.short,
        "back": payments.back,
    }


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


def _payments(facts: Mapping[str, float], paid: int, as_of: int) -> list[str]:
    """Which payments did not come, and which came short."""
    if paid < 0:
        return ["no payment since the account began"]
    told = []
    if facts["missed"] >= 1:
        told.append(f"no payment for {_weeks((as_of - paid) // 7)}")
    if facts["short"] >= 1:
        told.append(f"{many(facts['short'], 'payment')} of less than usual in 13 weeks")
    return told


def _unknown(facts: Mapping[str, float], as_of: int) -> list[str]:
    """What the account does not say: it is new, or nothing has come of it lately."""
    told = []
    if facts["known_weeks"] < NEW_WEEKS:
        told.append(f"Known for only {_weeks(facts['known_weeks'])}.")
    if facts["until"] < as_of - SILENT_DAYS:
        told.append(f"Nothing heard of this account since {on_day(int(facts['until']))}.")
    return told


def _weeks(number: float) -> str:
    """1 week, 5.8 weeks."""
    told = f"{number:.1f}".removesuffix(".0")
    return f"{told} week" + ("" if told == "1" else "s")
