"""Repeat police callouts: days with calls to one address, lately and by their harm."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

import numpy as np

from earlyhelp.checking import Check, Finding, Reading
from earlyhelp.chronology import Block, day_of
from earlyhelp.drawn import DrawnStory
from earlyhelp.measures import (
    Bools,
    Floats,
    Ids,
    Whole,
    added,
    counted,
    days_with,
    earliest,
    forgotten,
    latest,
    once_a_day,
)
from earlyhelp.policy import Factor, Sector
from schemas.police_callout import PoliceCallout

FORGET_DAYS = 112.0
"""A call counts for a third of itself after sixteen weeks: twelve to eighteen did alike on two invented
worlds (detection.md 3.3 and 9 rule 3 say about twelve)."""
SHAPE = 0.35
"""Shape of the gamma prior: most addresses never call, a few call often (detection.md 9 rule 3)."""
CALLS_A_YEAR = 0.42
"""Days with calls at an ordinary address in a year (detection.md 4.1)."""
HIGH_HARM = 100.0
"""Days on the Cambridge index from which one call is named as one of high harm (domain.md 4.4)."""
HARM_SCALE = 10.0
"""Days of harm that count as the first step of a call's harm, which grows by the logarithm after it."""
HARM_FORGET_DAYS = 182.0
"""Harm is remembered longer than number: half a year did best on the seeds named below."""
HARM_MOST = 730.0
"""One call's harm counts up to this: harm orders, it never replaces the count (domain.md 4.4)."""
OWN_HABIT = 0.5
"""How much of an address's own older rate is taken off. Long-standing callers are known already and fill any
list that is ordered by number alone; taking off all of it did a little better on the invented city, whose
nuisance addresses never change (detection.md 4.1), and would be wrong wherever they do."""
HABIT_DAYS = 182
"""Calls older than this make the address's own older rate: half a year, as far as a raise looks ahead."""
RATE_POINTS = 0.85
"""Points for each unit of the log rate. This and the next two were fitted once, as a logistic, on seeds 1 to
8 of the invented city, and rounded; no later seed had a part in them."""
PEOPLE_POINTS = 0.65
"""Points for each unit of log(1 + days with calls about people): they foretell more than thefts do."""
HARM_POINTS = 0.55
"""Points for each unit of log(1 + all calls' harm): its own term, as it orders the few (detection.md 3.3)."""
QUIET = -0.3
"""The least an address weighs that was called to at some time: an old call is no better news than none."""
ALONE_MOST, EXTREME_HARM = 1.2, 365.0
"""The most that calls of one day weigh alone, less than it takes to raise a case (policy.py), unless their
harm is a year's or more: repeats are asked for."""
ALONE_DAYS = 365
"""Days without another call that make one stand alone: a third callout in twelve months (domain.md 4.4)."""
NO_HOME_A_DAY, NO_HOME_DAYS = 1 / 3, 56
"""Call-days a day, over eight weeks and more, at which an address is a station, a hospital or a whole block
and no household: they top every list (detection.md 3.3), and nothing is said about them."""
PEOPLE = ("domestic", "violence", "concern")
"""Categories of calls that are about people, not things."""
EVIDENCE = 12
"""Most rows that are named as evidence."""
WINDOW_DAYS = 182
"""How far back the sentence looks: the six months of an anti-social behaviour case review (domain.md 4.4)."""


class RepeatPoliceCallouts(Check):
    """Police have been called to this address on more days than usual, or to more serious harm.

    Earlier calls are the best single predictor of later ones, and most addresses are called to once or
    never. So days with calls are counted, fading over some months, against what is ordinary and against
    what this address did before; calls about people, and how serious they were, count besides. Calls that
    the police started themselves are left out: patrols are not need.
    """

    name: ClassVar[str] = "repeat_police_callouts"
    version: ClassVar[str] = "2"
    sector: ClassVar[Sector] = Sector.POLICE
    factor: ClassVar[Factor] = Factor.ANTISOCIAL_BEHAVIOUR
    reads: ClassVar[type[PoliceCallout]] = PoliceCallout
    drawn: ClassVar[tuple[DrawnStory, ...]] = (
        DrawnStory(
            "Calls on three days in two months, one of them serious",
            date(2026, 11, 2),
            """
            2026-09-14 | antisocial_behaviour | 2
            2026-10-09 | violence             | 150
            2026-10-26 | domestic             | 20
            """,
            fires=True,
        ),
        DrawnStory(
            "Three calls in one night",
            date(2026, 11, 2),
            """
            2026-08-28 | theft | 5
            2026-08-28 | theft | 5
            2026-08-28 | theft | 5
            """,
            fires=False,
        ),
    )

    def measure(self, block: Block, as_of: int) -> Reading:
        """Weigh faded call-days above the ordinary, those about people, and their harm."""
        calls = _calls(block, as_of)
        place, households = calls.row_household, len(block)
        age = as_of - calls.occurred_on.astype(np.int64)
        days = once_a_day(place, calls.occurred_on)
        harm = _harm_by_day(place, days, calls.columns["harm"])
        points = np.maximum(_points(calls, age, days, harm, self.weeks * 7), QUIET)
        single = added(place, days & (age <= ALONE_DAYS), households) <= 1
        worst = added(place[days], (harm >= EXTREME_HARM) & (age[days] <= ALONE_DAYS), households)
        points = np.where(single & (worst == 0), np.minimum(points, ALONE_MOST), points)
        home = (counted(place, households) > 0) & ~_no_home(place, age, days, households)

        lately = days & (age <= WINDOW_DAYS)
        return Reading(
            weight=np.where(home, points, 0.0),
            since=earliest(place[lately], calls.occurred_on[lately], households, without=as_of).astype(
                np.int32
            ),
            facts={
                "call_days": added(place, lately, households),
                "high_harm": added(place, lately & (_spread(harm, days) >= HIGH_HARM), households),
                "older_days": added(place, days & (age > WINDOW_DAYS), households),
            },
        )

    def explain(self, block: Block, facts: Mapping[str, float], as_of: int) -> Finding:
        """Say on how many days there were calls, over how long, and how that compares with before."""
        calls = _calls(block, as_of)
        age = as_of - calls.occurred_on.astype(np.int64)
        told = np.flatnonzero(age <= WINDOW_DAYS)
        if not len(told):
            told = np.arange(len(age))[-1:]
        first = int(age[told].max(initial=0))
        by_weight = told[np.lexsort((age[told], -np.minimum(calls.columns["harm"][told], HARM_MOST)))]
        return Finding(
            sentence=f"Police: {_calls_since(facts, _date(as_of - first))}; {_before(facts['older_days'])}.",
            would_lower="Sixteen weeks without a call lower this by about two thirds.",
            evidence=tuple(sorted(calls.record[by_weight[:EVIDENCE]].tolist())),
        )


def _calls(block: Block, as_of: int) -> Block:
    """Calls by the public up to the day: what the police started themselves says where they patrol."""
    block = block.up_to(as_of)
    started = block.columns.get("police_initiated")
    return block if started is None else block.where(started.astype(np.int64) != 1)


def _points(calls: Block, age: Whole, days: Bools, harm: Floats, reach: int) -> Floats:
    """The three terms added up: rate, calls about people, and harm, each without the address's own habit."""
    place, households = calls.row_household, len(calls)
    recent = added(place, days * forgotten(age, FORGET_DAYS), households)
    habit = OWN_HABIT * _habit(place, age, days, households, reach)
    fresh = np.divide(recent, recent + habit, out=np.zeros(households), where=recent > 0)
    rate = np.log(_posterior(np.maximum(recent - habit, 0.0)) / (CALLS_A_YEAR / 365.25))

    whom = calls.columns["category"]
    people = np.isin(whom, [PoliceCallout.codes["category"].index(word) for word in PEOPLE])
    told = days_with(place, age, people)
    about = added(place, told * forgotten(age, FORGET_DAYS), households) * fresh
    harmed = np.log1p(harm / HARM_SCALE) * forgotten(age[days], HARM_FORGET_DAYS)
    return np.asarray(
        RATE_POINTS * rate
        + PEOPLE_POINTS * np.log1p(about)
        + HARM_POINTS * np.log1p(added(place[days], harmed, households) * fresh),
        np.float64,
    )


def _no_home(place: Ids, age: Whole, days: Bools, households: int) -> Bools:
    """Whether there were calls on more days than any household would have, over eight weeks and more."""
    number = added(place, days & (age <= HABIT_DAYS), households)
    reach = np.clip(latest(place, age, households, without=0), NO_HOME_DAYS, HABIT_DAYS)
    return np.asarray(number > NO_HOME_A_DAY * reach, np.bool_)


def _posterior(days: Floats) -> Floats:
    """Expected call-days a day: decayed count and exposure, shrunk to the ordinary rate by a gamma prior."""
    prior_days = SHAPE / CALLS_A_YEAR * 365.25
    rate: Floats = (SHAPE + days) / (prior_days + FORGET_DAYS)
    return rate


def _habit(place: np.ndarray, age: np.ndarray, days: Bools, households: int, reach: int) -> Floats:
    """The decayed call-days to be expected if the address went on as it did half a year ago and before."""
    older = added(place, days & (age > HABIT_DAYS) & (age <= reach), households)
    told = np.clip(latest(place, age, households, without=0), 2 * HABIT_DAYS, reach)
    return older / (told - HABIT_DAYS) * FORGET_DAYS


def _harm_by_day(place: np.ndarray, days: Bools, harm: np.ndarray) -> Floats:
    """The greatest harm of each call-day: a second report of one event is not a second harm."""
    starts = np.flatnonzero(days)
    if not len(starts):
        return np.zeros(0)
    known = np.clip(np.nan_to_num(harm.astype(np.float64)), 0.0, HARM_MOST)
    return np.maximum.reduceat(known, starts)


def _spread(by_day: Floats, days: Bools) -> Floats:
    """The day's value at its first row, and nothing at the others."""
    rows = np.zeros(len(days))
    rows[days] = by_day
    return rows


def _days(number: float) -> str:
    """1 day, 3 days."""
    return f"{number:.0f} day" + ("" if round(number) == 1 else "s")


def _date(day: int) -> str:
    """4 March 2026."""
    told = day_of(day)
    return f"{told.day} {told:%B %Y}"


def _calls_since(facts: Mapping[str, float], first: str) -> str:
    """On how many days, since when, and how many of them were serious."""
    serious = round(facts["high_harm"])
    if round(facts["call_days"]) == 1:
        return f"called on {first}" + (", with high harm" if serious else "")
    return f"{_days(facts['call_days'])} with calls since {first}" + (
        f", {serious} of them with high harm" if serious else ""
    )


def _before(older: float) -> str:
    """What is known of the time before; nobody can say more than the police have told us."""
    return f"{_days(older)} known before that" if round(older) else "none known before that"
