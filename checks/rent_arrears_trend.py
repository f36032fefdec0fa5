"""Rent arrears trend: rent owed is rising, or payments stopped, by the household's own measure."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

import numpy as np

from earlyhelp.checking import rent_agreements, rent_card, rent_ledger, rent_payments, rent_words
from earlyhelp.checking.check import Check, Finding, Reading
from earlyhelp.checking.drawn import DrawnStory
from earlyhelp.checking.measures import Bools, Floats
from earlyhelp.checking.rent_agreements import AGREEMENT
from earlyhelp.checking.rent_ledger import CHARGE, PAYMENT, Ledger
from earlyhelp.checking.rent_payments import Payments
from earlyhelp.chronology import Block
from earlyhelp.law.policy import Factor, Sector
from schemas.rent_account import RentTransaction

SLACK = 0.05
"""Weeks of rent a week by which lows may rise without counting: the slack of the CUSUM (detection.md 9)."""
NEW_WEEKS = 13.0
"""A new account counts in full only after this: the five-week wait, the first claim (domain.md 4.2)."""
STALE_WEEKS = 13.0
"""What an account says fades over this once it has gone silent, charges and all."""
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

AGREED = """
2025-01-01 | charge    | 435
2025-01-15 | payment   | -435 | monthly
2025-02-01 | charge    | 435
2025-03-01 | charge    | 435
2025-04-01 | charge    | 435
2025-04-03 | agreement | 40   | monthly
2025-04-15 | payment   | -475
2025-05-01 | charge    | 435
"""


class RentArrearsTrend(Check):
    """The rent owed is rising by this household's own measure, or its usual payments have stopped.

    How much is owed says little: one household in ten lives with steady arrears, and a monthly payment
    makes every balance climb for four weeks. What comes before a crisis is a change. So the low of each
    payment cycle is compared in weeks of the household's own rent, and payments that are missed or less than
    usual are counted in its own rhythm; whoever pays something back weighs less. A new account's first weeks,
    the wait for Universal Credit and a managed payment missing once a year are expected. While an agreement
    is kept, by the payments that come, nothing is said of old arrears; in Breathing Space nothing is said.
    """

    name: ClassVar[str] = "rent_arrears_trend"
    version: ClassVar[str] = "5"
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
            "Two months were missed; since April the rent comes, with the instalment that was agreed",
            date(2025, 6, 20),
            AGREED
            + """
            2025-05-15 | payment   | -475
            2025-06-01 | charge    | 435
            2025-06-16 | payment   | -475
            """,
            fires=False,
        ),
        DrawnStory(
            "The same agreement, after which one payment came and no more",
            date(2025, 6, 20),
            AGREED + "2025-06-01 | charge | 435",
            fires=True,
        ),
        DrawnStory(
            "Nothing comes any more, and there is Breathing Space since the end of May",
            date(2025, 6, 20),
            AGREED
            + """
            2025-05-29 | moratorium | 0
            2025-06-01 | charge    | 435
            """,
            fires=False,
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
        block = block.up_to(as_of)
        ledger = rent_ledger.read(block, as_of)
        rise, began = rent_ledger.risen(ledger, SLACK)
        missed = rent_ledger.missed_payments(ledger)
        usual = np.median(ledger.low[:, LAST_YEAR], axis=1)
        payments = rent_payments.compared(ledger, missed, as_of)
        managed = rent_payments.managed_allowance(ledger)
        excused = MONTH_IN_WEEKS * managed + WAIT_WEEKS * payments.claimed
        facts = _facts(ledger, payments, rise, usual, excused)
        points = np.zeros(len(block))
        for each in rent_card.scored(facts, ledger.cycle).values():
            points = points + each

        known, missed = ledger.rent > 0, np.maximum(missed - managed, 0.0)
        agreed = rent_agreements.read(block, ledger, missed, as_of)
        weight = (points + rent_agreements.broken_points(agreed)) * _trust(ledger, as_of)
        weight = np.where(agreed.kept, np.minimum(weight, 0.0), weight)
        since = _since(ledger, facts["risen"], missed, began, known, as_of)
        return Reading(
            weight=np.where(known & (agreed.space_since < 0), weight, 0.0),
            since=since.astype(np.int32),
            facts={
                "owed_then": rent_ledger.owed_on(block, ledger, since),
                "owed_now": ledger.balance[:, -1],
                "rise": facts["risen"],
                "missed": missed,
                "short": payments.short_lately,
                "back": payments.back,
                "known_weeks": np.floor((ledger.end - ledger.first) / 7.0),
                "until": ledger.end.astype(np.float64),
                "last_paid": ledger.last_paid.astype(np.float64),
                "since": since.astype(np.float64),
                "agreed_on": agreed.since.astype(np.float64),
                "kept": agreed.kept.astype(np.float64),
                "lacking": agreed.lacking,
                "space_since": agreed.space_since.astype(np.float64),
            },
        )

    def explain(self, block: Block, facts: Mapping[str, float], as_of: int) -> Finding:
        """Say what was owed then and is owed now, what did not come or was agreed, and what is not known."""
        block = block.up_to(as_of)
        paid, since = int(facts["last_paid"]), int(facts["since"])
        if facts["space_since"] >= 0:
            return Finding(
                sentence=rent_words.breathing(facts),
                would_lower="Waiting until Breathing Space ends. A debt adviser can help meanwhile.",
                evidence=tuple(rent_agreements.space_rows(block)[-EVIDENCE:].tolist()),
            )
        told = [
            rent_words.then_and_now(facts, as_of),
            *rent_words.payments(facts, paid, as_of),
            *rent_words.agreed(facts),
        ]
        return Finding(
            sentence=" ".join([f"Rent: {'; '.join(told)}.", *rent_words.unknown(facts, as_of, NEW_WEEKS)]),
            would_lower="A payment of at least one week’s rent, then the next ones on their usual day.",
            evidence=_evidence(block, since, paid),
        )


def _facts(
    ledger: Ledger, payments: Payments, rise: Floats, usual: Floats, excused: Floats
) -> dict[str, Floats]:
    """What the card asks of each account; ``excused`` weeks of rent are owed for a reason that is known."""
    low, even = ledger.low[:, -1], payments.even
    stayed = rent_ledger.weeks_above(ledger, usual + excused, STAYED_BY, STAYED_MOST)
    return {
        "risen": even * np.maximum(rise - excused, 0.0),
        "year": even * (low - ledger.low[:, -1 - A_YEAR] - excused),
        "stayed": even * stayed,
        "fallen": even * (ledger.low[:, -1 - STAYED_MOST :].max(axis=1) - low),
        "skipped": payments.skipped,
        "unpaid": (1.0 - even) * payments.skipped,
        "short": payments.short,
        "back": payments.back,
    }


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
    """The last payments, the latest charges that no payment met, and the agreement that was made."""
    entry, day = block.columns["entry"], block.occurred_on
    made = block.record[entry == AGREEMENT][-1:]
    payments = block.record[(entry == PAYMENT) & (day >= min(since, paid))][-EVIDENCE // 3 :]
    room = EVIDENCE - len(payments) - len(made)
    charges = block.record[(entry == CHARGE) & (day >= since)][-room:]
    rows = np.concatenate((payments, charges, made))
    return tuple(sorted((rows if len(rows) else block.record[-EVIDENCE:]).tolist()))
