"""Unemployment: an award that has ended or begun lately, as happens when work is lost, changes or returns."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, NamedTuple

import numpy as np

from earlyhelp.checking.check import Check, Finding, Reading
from earlyhelp.checking.drawn import DrawnStory
from earlyhelp.checking.measures import Bools, Whole, added, apart, as_seed, earliest, forgotten, latest, most
from earlyhelp.checking.wording import listed, on_day, pounds
from earlyhelp.chronology import Block
from earlyhelp.law.policy import Factor, Sector
from schemas.benefit_award import BenefitAward

FORGET_DAYS = 91.0
"""A change counts for a third of itself after a quarter: arrears after a claim for Universal Credit are
highest 8 to 12 weeks on (domain.md 4.2)."""
LATELY_DAYS = 182
"""Changes older than this are no news."""
ENDED_POINTS, BEGUN_POINTS = 1.0, 1.0
"""Expert points for an award that has ended and not begun again, and for a first award of its kind: half of
what three seeds of the invented city showed. Work found ends an award as well: it is soon forgotten."""
MOVED_POINTS = 0.3
"""Expert points where one ended as another began: a move to Universal Credit most often, which is expected
and has a time of its own in the rent (domain.md 4.2)."""
EVIDENCE = 12
"""Most rows that are named as evidence."""

BENEFITS = ("housing benefit", "council tax reduction")


class Unemployment(Check):
    """Help with rent or council tax has ended, or was first given, in the last half year.

    Such a change follows a change of work: a job lost, hours cut, a review that nobody
    answered. It may be good news as well; what it says is that now is the time to ask. A benefit that ends
    as another begins is most often a move to Universal Credit and weighs little, as does what is some
    months old. New amounts, which all awards have each April, are no change.
    """

    name: ClassVar[str] = "unemployment"
    version: ClassVar[str] = "1"
    sector: ClassVar[Sector] = Sector.COUNCIL
    factor: ClassVar[Factor] = Factor.UNEMPLOYMENT
    reads: ClassVar[type[BenefitAward]] = BenefitAward
    weeks: ClassVar[int] = 52 * 40
    """An award that ends today may have begun decades ago, and is dated by the day it began."""
    drawn: ClassVar[tuple[DrawnStory, ...]] = (
        DrawnStory(
            "A reduction of many years' standing is no longer on the list",
            date(2026, 11, 2),
            """
            2019-06-10 | housing_benefit       | 85.00
            2020-04-06 | council_tax_reduction | 14.20 | void | 2026-10-19
            """,
            fires=True,
        ),
        DrawnStory(
            "A reduction was first given in June, beside housing benefit as ever",
            date(2026, 11, 2),
            """
            2019-06-10 | housing_benefit       | 85.00
            2026-06-29 | council_tax_reduction | 14.20 | 2026-07-20
            """,
            fires=False,
        ),
        DrawnStory(
            "Housing benefit ended as a reduction began: a move to Universal Credit",
            date(2026, 11, 2),
            """
            2019-06-10 | housing_benefit       | 85.00 | void | 2026-10-19
            2026-10-12 | council_tax_reduction | 14.20 | 2026-10-26
            """,
            fires=False,
        ),
        DrawnStory(
            "An award has ended and was given anew under another claim",
            date(2026, 11, 2),
            """
            2020-04-06 | council_tax_reduction | 14.20 | void | 2026-08-17
            2026-08-10 | council_tax_reduction | 15.00 | 2026-09-21
            """,
            fires=False,
        ),
    )

    def measure(self, block: Block, as_of: int) -> Reading:
        """Weigh awards that have ended and first awards, each fading from its day."""
        block = block.up_to(as_of)
        place, households = block.row_household, len(block)
        change = _changes(block, as_of)
        fresh = forgotten(as_of - change.day, FORGET_DAYS)
        ended, begun = (most(place, fresh * which, households) for which in (change.ended, change.begun))
        moved = MOVED_POINTS * np.minimum(ended, begun)
        points = np.where(moved > 0, moved, np.maximum(ENDED_POINTS * ended, BEGUN_POINTS * begun))
        either = change.ended | change.begun
        return Reading(
            weight=as_seed(points),
            since=earliest(place[either], change.day[either], households, without=as_of).astype(np.int32),
            facts={
                "ended": added(place, change.ended, households),
                "begun": added(place, change.begun, households),
            },
        )

    def explain(self, block: Block, facts: Mapping[str, float], as_of: int) -> Finding:
        """Say which award of how much a week ended or began, and when."""
        block = block.up_to(as_of)
        change = _changes(block, as_of)
        rows = np.flatnonzero(change.ended | change.begun)
        which, amount = (block.columns[name].astype(np.int64) for name in ("benefit", "weekly_amount"))
        parts = [
            f"{BENEFITS[which[row]]} of {pounds(amount[row])} a week"
            f" {'had ended by' if change.ended[row] else 'was first given from'}"
            f" {on_day(change.day[row])}"
            for row in rows
        ]
        return Finding(
            sentence=f"Benefits: {listed(parts)}.",
            would_lower="A new claim that is paid, or work. Otherwise this fades over some months.",
            evidence=tuple(sorted(block.record[rows][-EVIDENCE:].tolist())),
        )


class _Changes(NamedTuple):
    """For each award whether it has ended or begun lately, and the day."""

    ended: Bools
    begun: Bools
    day: Whole


def _changes(block: Block, as_of: int) -> _Changes:
    """Awards that have ended with none of that benefit left, and the first award of a benefit.

    An award ends on the day the council's list was without it. One that follows another of the same benefit
    within half a year is the old one going on under another number.
    """
    void = block.columns["void"] == 1
    kind, kinds, _ = apart(block.row_household, block.columns["benefit"])
    began, known = block.occurred_on.astype(np.int64), block.known_on.astype(np.int64)
    stands = np.bincount(kind[~void], minlength=kinds) > 0
    last_end = latest(kind[void], known[void], kinds, without=-1)
    oldest = earliest(kind, began, kinds, without=as_of)
    lately = as_of - LATELY_DAYS
    ended = void & (known > lately) & (known == last_end[kind]) & ~stands[kind]
    begun = ~void & (began > lately) & (began == oldest[kind])
    return _Changes(ended, begun, np.where(void, known, began))
