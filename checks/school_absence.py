"""School absence: children here miss more of their own sessions than they used to."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, NamedTuple

import numpy as np

from earlyhelp.checking.check import Check, Finding, Reading
from earlyhelp.checking.drawn import DrawnStory
from earlyhelp.checking.measures import Bools, Floats, Whole, added, apart, as_seed, earliest, latest, most
from earlyhelp.checking.wording import many, on_day
from earlyhelp.chronology import Block, day_of
from earlyhelp.law.policy import Factor, Sector
from earlyhelp.law.thresholds import law
from schemas.school_attendance import SchoolAttendance

LATELY_DAYS = 56
"""Days before a child's own last week that are compared with all before: some seven school weeks, about half
a term, so that a holiday within them costs weeks and never counts as absence."""
SILENT_DAYS = 70
"""A child without a week in all this time has left, or nobody tells us: a summer has seven weeks."""
USUAL_SHARE = 0.07
"""Share of sessions that children miss, about that of England's schools since 2021 (from memory)."""
PRIOR_SESSIONS = 40.0
"""Four weeks: how much the usual share is worth against a child's own weeks. A short enrolment shows a
misleadingly high rate (domain.md 3.7), so what is said of a child is worth less, too, the fewer the weeks."""
AUTHORISED_PART = 0.5
"""An absence that the school allowed, most often illness, counts half of one that it did not (assumed).
That is for the change alone: the tenth and the half are of all that is missed."""
USUAL_COUNTED = 0.046
"""The usual share when counted so, where one absence in three is without leave (assumed)."""
CHANGE_POINTS = 0.45
"""Expert points for each unit of the log of the share lately over the child's own share before. They count
from the usual share on, and wholly from twice that: a child who never missed school and is ill for two days
misses less than others do."""
PERSISTENT_POINTS, SEVERE_POINTS = 0.15, 0.5
"""Expert points for absence that the law of the day calls persistent, and severe: today from a tenth and from
a half of possible sessions (`earlyhelp/law/school.toml`). They are few: one child in five misses a tenth."""
OTHERS_PART = 0.5
"""What the other children of a household add of their own points: the same trouble shows in all (assumed)."""
EVIDENCE = 12
"""Most rows that are named as evidence."""


class SchoolAbsence(Check):
    """A child of this household misses more of school than before.

    School is where trouble at home is often seen first, and few other agencies hear of it (domain.md 3.7).
    A child is compared with their own earlier weeks, in half-day sessions they could have attended, and
    absence that the school has allowed counts half. Whoever misses no more than is usual says nothing, and a
    few weeks at a new school say little. What counts is that somebody asks how the family is.
    """

    name: ClassVar[str] = "school_absence"
    version: ClassVar[str] = "2"
    sector: ClassVar[Sector] = Sector.EDUCATION
    factor: ClassVar[Factor] = Factor.SCHOOL_ATTENDANCE
    reads: ClassVar[type[SchoolAttendance]] = SchoolAttendance
    drawn: ClassVar[tuple[DrawnStory, ...]] = (
        DrawnStory(
            "A child who hardly missed school misses two days a week since September",
            date(2026, 11, 2),
            """
            2026-05-04 | 8  | 0 | 0
            2026-05-11 | 10 | 1 | 0
            2026-05-18 | 10 | 0 | 0
            2026-06-01 | 10 | 0 | 0
            2026-06-08 | 10 | 1 | 0
            2026-06-15 | 10 | 0 | 0
            2026-09-07 | 10 | 2 | 0
            2026-09-14 | 10 | 4 | 4
            2026-09-21 | 10 | 5 | 4
            2026-09-28 | 10 | 4 | 4
            2026-10-05 | 10 | 6 | 6
            2026-10-12 | 10 | 4 | 2
            """,
            fires=True,
        ),
        DrawnStory(
            "A week of illness that the school knew of",
            date(2026, 11, 2),
            """
            2026-06-08 | 10 | 0  | 0
            2026-06-15 | 10 | 1  | 0
            2026-09-07 | 10 | 0  | 0
            2026-09-14 | 10 | 10 | 0
            2026-09-21 | 10 | 2  | 0
            2026-09-28 | 10 | 0  | 0
            2026-10-05 | 10 | 0  | 0
            """,
            fires=False,
        ),
        DrawnStory(
            "Two children who hardly ever missed school were at home for two days",
            date(2026, 11, 2),
            """
            2026-05-04 | 40 | 0 | 0 | 1
            2026-05-04 | 40 | 0 | 0 | 2
            2026-06-08 | 60 | 0 | 0 | 1
            2026-06-08 | 60 | 0 | 0 | 2
            2026-09-07 | 30 | 0 | 0 | 1
            2026-09-07 | 30 | 0 | 0 | 2
            2026-10-12 | 10 | 4 | 1 | 1
            2026-10-12 | 10 | 4 | 1 | 2
            """,
            fires=False,
        ),
        DrawnStory(
            "A child has been at a new school for one week, and missed half of it",
            date(2026, 11, 2),
            """
            2026-10-12 | 10 | 5 | 5
            """,
            fires=False,
        ),
    )

    def measure(self, block: Block, as_of: int) -> Reading:
        """Weigh each child's change and share; the household has its worst, and part of the others'."""
        school = _read(block.up_to(as_of), as_of)
        points = CHANGE_POINTS * np.log(np.maximum(school.change, 1.0))
        for name, more in (("persistent-absence", PERSISTENT_POINTS), ("severe-absence", SEVERE_POINTS)):
            points += more * (school.share >= law().value(name, day_of(as_of), without=np.inf))
        points = np.where(school.speaks & (school.change > 1.0), points * school.trust * school.above, 0.0)

        households = len(block)
        worst = most(school.home, points, households)
        whole = added(school.home, points, households)
        heard = points > 0
        return Reading(
            weight=as_seed(worst + OTHERS_PART * (whole - worst)),
            since=earliest(school.home[heard], school.since[heard], households, without=as_of).astype(
                np.int32
            ),
            facts={"children": added(school.home, heard, households), "worst": worst},
        )

    def explain(self, block: Block, facts: Mapping[str, float], as_of: int) -> Finding:
        """Say of the child who misses most lately how much of how much that is, and how it was before."""
        block = block.up_to(as_of)
        school = _read(block, as_of)
        told = int(np.argmax(np.where(school.speaks, school.change * school.trust * school.above, 0.0)))
        missed, possible, leave = (
            int(part[told]) for part in (school.missed, school.possible, school.unallowed)
        )
        sentence = (
            f"School: a child missed {missed} of {many(possible, 'half-day session')} since"
            f" {on_day(int(school.since[told]))}{_without_leave(leave, missed)}"
        )
        if school.possible_before[told]:
            before = f"{school.missed_before[told]:.0f}" if school.missed_before[told] else "none"
            sentence += f"; {before} of {school.possible_before[told]:.0f} before that"
        others = round(facts["children"]) - 1
        if others > 0:
            sentence += f". {many(others, 'other child', 'other children')} here missed more than before, too"
        rows = block.record[school.lately & (block.columns["missed_sessions"].astype(np.int64) > 0)]
        return Finding(
            sentence=sentence + ".",
            would_lower="Some weeks at school, or telling the school when a child is ill.",
            evidence=tuple(sorted((rows if len(rows) else block.record)[-EVIDENCE:].tolist())),
        )


class _School(NamedTuple):
    """Each child's sessions lately and before, and which rows are of late; shares are drawn to the usual."""

    home: Whole
    speaks: Bools
    share: Floats
    change: Floats
    """The share lately over that before, absence with leave counting half."""
    above: Floats
    """Between 0 and 1: whether the share lately is more than usual, wholly from twice as much."""
    trust: Floats
    """Between 0 and 1: how much of a child's sessions we know, against what the prior is worth."""
    missed: Floats
    unallowed: Floats
    possible: Floats
    missed_before: Floats
    possible_before: Floats
    since: Whole
    lately: Bools


def _read(block: Block, as_of: int) -> _School:
    """Add up each child's weeks, those of late by the child's own last week: a holiday moves nothing."""
    child, children, home = apart(block.row_household, block.columns["pupil"])
    day = block.occurred_on.astype(np.int64)
    last = latest(child, day, children, without=0)
    lately = day > last[child] - LATELY_DAYS
    missed, unallowed, possible = (
        np.maximum(block.columns[f"{name}_sessions"].astype(np.float64), 0.0)
        for name in ("missed", "unauthorised", "possible")
    )
    counts = unallowed + AUTHORISED_PART * (missed - unallowed)

    def of(values: Floats, when: Bools) -> Floats:
        return added(child[when], values[when], children)

    now = _share(of(counts, lately), of(possible, lately), USUAL_COUNTED)
    return _School(
        home=home,
        speaks=(as_of - last <= SILENT_DAYS) & (of(possible, lately) > 0),
        share=_share(of(missed, lately), of(possible, lately), USUAL_SHARE),
        change=now / _share(of(counts, ~lately), of(possible, ~lately), USUAL_COUNTED),
        above=np.clip(np.log2(now / USUAL_COUNTED), 0.0, 1.0),
        trust=_trust(added(child, possible, children)),
        missed=of(missed, lately),
        unallowed=of(unallowed, lately),
        possible=of(possible, lately),
        missed_before=of(missed, ~lately),
        possible_before=of(possible, ~lately),
        since=earliest(child[lately], day[lately], children, without=as_of),
        lately=lately,
    )


def _share(missed: Floats, possible: Floats, usual: float) -> Floats:
    """The share missed, drawn towards the usual one by what the prior is worth."""
    return (missed + usual * PRIOR_SESSIONS) / (possible + PRIOR_SESSIONS)


def _trust(possible: Floats) -> Floats:
    """How much is believed of a child with so many sessions in all."""
    return possible / (possible + PRIOR_SESSIONS)


def _without_leave(leave: int, missed: int) -> str:
    """, all without leave; , 4 of them without leave; nothing."""
    if not leave:
        return ""
    return ", all of them without leave" if leave == missed else f", {leave} of them without leave"
