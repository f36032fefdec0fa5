"""Repeat police callouts: days with calls to one address, lately and by their harm."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

import numpy as np

from earlyhelp.checking import call_harm, whom
from earlyhelp.checking.check import Check, Finding, Reading
from earlyhelp.checking.drawn import DrawnStory
from earlyhelp.checking.measures import (
    Bools,
    Floats,
    Whole,
    added,
    counted,
    days_with,
    earliest,
    forgotten,
    once_a_day,
)
from earlyhelp.checking.no_home import no_home
from earlyhelp.checking.wording import many, on_day
from earlyhelp.chronology import Block, day_of
from earlyhelp.law.policy import Factor, Sector
from earlyhelp.law.thresholds import law
from schemas.police_callout import PoliceCallout

FORGET_DAYS = 112.0
"""A call counts for a third of itself after sixteen weeks: twelve to eighteen did alike on two invented
worlds (detection.md 3.3 and 9 rule 3 say about twelve)."""
SHAPE = 0.35
"""Shape of the gamma prior: most addresses never call, a few call often (detection.md 9 rule 3)."""
CALLS_A_YEAR = 0.42
"""Days with calls at an ordinary address in a year (detection.md 4.1)."""
USUAL_A_DAY = CALLS_A_YEAR / 365.25
HIGH_HARM = 100.0
"""Days on the Cambridge index from which one call is named as one of high harm (domain.md 4.4)."""
RATE_POINTS = 1.0
"""Points for each unit of the log rate. This and the next two were fitted once, as a logistic, on seeds 1 to
8 of the invented city, and rounded; no later seed had a part in them."""
PEOPLE_POINTS = 0.65
"""Points for each unit of log(1 + days with calls about people): they foretell more than thefts do."""
HARM_POINTS = 0.55
"""Points for each unit of log(1 + all calls' harm): its own term, as it orders the few (detection.md 3.3)."""
QUIET = 0.3
"""Points below which less and less is taken off: an old call is no better news than none, and yet says
more than a still older one."""
ALONE_MOST, EXTREME_HARM = 0.69, 365.0
"""What calls of one day come near to and never weigh alone, less than it takes to be a finding (policy.py),
unless their harm is a year's or more: repeats are asked for."""
YEAR_DAYS = 365
"""Calls stand alone if there was no other in so long, and a third within it is told: the programme's own
trigger of a third callout in twelve months (domain.md 4.4)."""
THIRD = 3
"""Call-days within a year from which the sentence says how many they are."""
PAIR_POINTS = 0.3
"""Points for each unit of log(1 + further call-days within a year between the same two people): anything
more between them in so long (`law`, marac-repeat-within) is a repeat, whatever its risk level (SafeLives on
MARACs, domain.md 4.4). Expert points, half as a seed (detection.md 9, rule 12)."""
PEOPLE = [PoliceCallout.codes["category"].index(word) for word in whom.ABOUT_PEOPLE]
EVIDENCE = 12
"""Most rows that are named as evidence."""
WINDOW_DAYS = 182
"""How far back the sentence looks: the six months of an anti-social behaviour case review (domain.md 4.4)."""


class RepeatPoliceCallouts(Check):
    """Police have been called to this address on more days than usual, or to more serious harm.

    Earlier calls are the best single predictor of later ones, and most addresses are called to once or
    never. So days with calls are counted, fading over some months, against what is ordinary; calls about
    people, how serious they were, and repeats between the same two count besides. Calls that the police
    started themselves are left out, and so is an address with more calls than any household would make:
    patrols and stations are not need. Whom calls are about is counted, and told to nobody.
    """

    name: ClassVar[str] = "repeat_police_callouts"
    version: ClassVar[str] = "3"
    sector: ClassVar[Sector] = Sector.POLICE
    factor: ClassVar[Factor] = Factor.ANTISOCIAL_BEHAVIOUR
    reads: ClassVar[type[PoliceCallout]] = PoliceCallout
    drawn: ClassVar[tuple[DrawnStory, ...]] = (
        DrawnStory(
            "Calls on three days of the winter, one of them to violence",
            date(2025, 3, 10),
            """
            2025-01-20 | antisocial_behaviour | 2
            2025-02-14 | violence             | 150
            2025-03-03 | domestic             | 20
            """,
            fires=True,
        ),
        DrawnStory(
            "Three calls in one night are one event",
            date(2025, 3, 10),
            """
            2025-03-03 | theft | 5
            2025-03-03 | theft | 5
            2025-03-03 | theft | 5
            """,
            fires=False,
        ),
        DrawnStory(
            "Two calls in a year, both about the same two people",
            date(2025, 3, 10),
            """
            2024-07-29 | other | 1 | 61 | | 7 | 8
            2024-12-03 | other | 1 | 62 | | 8 | 7
            """,
            fires=True,
        ),
        DrawnStory(
            "Two calls in a year, about people who have nothing to do with each other",
            date(2025, 3, 10),
            """
            2024-07-29 | other | 1 | 61 | | 7 | 8
            2024-12-03 | other | 1 | 62 | | 9 | 5
            """,
            fires=False,
        ),
        DrawnStory(
            "The police came by five times of themselves",
            date(2025, 3, 10),
            """
            2025-03-01 | other | 1 | police-initiated
            2025-03-02 | other | 1 | police-initiated
            2025-03-03 | other | 1 | police-initiated
            2025-03-04 | other | 1 | police-initiated
            2025-03-05 | other | 1 | police-initiated
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
        harm = call_harm.by_day(place, days, calls.columns["harm"])
        months = law().value("marac-repeat-within", day_of(as_of), without=12.0)
        person, pair = (
            counted_by(calls, (age <= within).astype(np.float64))
            for counted_by, within in ((whom.by_person, YEAR_DAYS), (whom.by_pair, months * YEAR_DAYS / 12))
        )
        points = _lifted(_points(calls, age, days, harm))
        points += PAIR_POINTS * np.log1p(np.maximum(pair - 1.0, 0.0))
        single = added(place, days & (age <= YEAR_DAYS), households) <= 1
        worst = added(place[days], (harm >= EXTREME_HARM) & (age[days] <= YEAR_DAYS), households)
        points = np.where(single & (worst == 0), _alone(points), points)
        home = (counted(place, households) > 0) & ~no_home(place, age, days, households)

        lately = days & (age <= WINDOW_DAYS)
        year = added(place, days & (age <= YEAR_DAYS), households)
        return Reading(
            weight=np.where(home, points, 0.0),
            since=earliest(place[lately], calls.occurred_on[lately], households, without=as_of).astype(
                np.int32
            ),
            facts={
                "call_days": added(place, lately, households),
                "high_harm": added(place, lately & (call_harm.spread(harm, days) >= HIGH_HARM), households),
                "older_days": added(place, days & (age > WINDOW_DAYS), households),
                "year_days": year,
                "person_days": person,
                "pair_days": pair,
                "about": whom.reason(year, person, pair).astype(np.float64),
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
        by_weight = told[
            np.lexsort((age[told], -np.minimum(calls.columns["harm"][told], call_harm.HARM_MOST)))
        ]
        return Finding(
            sentence=f"Police: {_calls_since(facts, on_day(as_of - first))}; {_before(facts)}.",
            would_lower="Sixteen weeks without a call. That lowers this by about two thirds.",
            evidence=tuple(sorted(calls.record[by_weight[:EVIDENCE]].tolist())),
        )


def _calls(block: Block, as_of: int) -> Block:
    """Calls by the public up to the day: what the police started themselves says where they patrol."""
    block = block.up_to(as_of)
    started = block.columns.get("police_initiated")
    return block if started is None else block.where(started.astype(np.int64) != 1)


def _points(calls: Block, age: Whole, days: Bools, harm: Floats) -> Floats:
    """The three terms added up: rate, calls about people, and harm."""
    place, households = calls.row_household, len(calls)
    rate = np.log(_posterior(added(place, days * forgotten(age, FORGET_DAYS), households)) / USUAL_A_DAY)
    people = np.isin(calls.columns["category"], PEOPLE)
    about = added(place, days_with(place, age, people) * forgotten(age, FORGET_DAYS), households)
    harmed = call_harm.faded(place[days], harm, age[days], households)
    points = RATE_POINTS * rate + PEOPLE_POINTS * np.log1p(about) + HARM_POINTS * np.log1p(harmed)
    return np.asarray(points, np.float64)


def _lifted(points: Floats) -> Floats:
    """The same order, and above nothing: it bends where points fall below ``QUIET``."""
    return np.where(points < QUIET, QUIET * np.exp((points - QUIET) / QUIET), points)


def _alone(points: Floats) -> Floats:
    """The same order, but less of it: nothing reaches ``ALONE_MOST``, and no two that differ tie."""
    return -ALONE_MOST * np.expm1(-points / ALONE_MOST)


def _posterior(days: Floats) -> Floats:
    """Expected call-days a day: decayed count and exposure, shrunk to the ordinary rate by a gamma prior."""
    prior_days = SHAPE / USUAL_A_DAY
    rate: Floats = (SHAPE + days) / (prior_days + FORGET_DAYS)
    return rate


def _calls_since(facts: Mapping[str, float], first: str) -> str:
    """On how many days, since when, and how many of them were serious."""
    serious = round(facts["high_harm"])
    if round(facts["call_days"]) == 1:
        return f"called on {first}" + (", to something serious" if serious else "")
    return f"called on {many(facts['call_days'], 'day')} since {first}" + (
        f", {serious} of them to something serious" if serious else ""
    )


def _before(facts: Mapping[str, float]) -> str:
    """What is known of the time before; nobody can say more than the police have told us."""
    older, year = round(facts["older_days"]), round(facts["year_days"])
    told = f"{many(older, 'day')} with calls before that" if older else "no calls known before that"
    return told + (f", and {year} days in all over twelve months" if older and year >= THIRD else "")
