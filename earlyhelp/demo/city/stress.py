"""The hidden stress of households: who comes under strain, how it runs, and where it ends.

This is the world of detection.md section 4.1. Nobody in the city is ever told; the agencies only see what
stress does to rent, calls and appointments, and every household shows it in its own way or not at all.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from earlyhelp.demo.city.records import Ints

Floats = NDArray[np.float64]

STRESSED_SHARE = 0.09
"""Households that meet a stressor in 156 weeks (detection.md 4.1)."""
STRESSED_WEEKS = 156
SHAPES = ("acute", "gradual", "relapsing")
SHAPE_SHARES = (0.35, 0.40, 0.25)
"""Our split: the research names the three shapes without their shares."""
RECOVERING_SHARE = 0.45
"""Bound to recover; as some meet the worst first, 40 % do recover unaided (detection.md 4.1)."""
RECOVERY_WEEKS = 15.0
"""Mean weeks from onset until a recovering household begins to mend (our assumption)."""
SETTLING_SHARE = 0.18
"""Those who neither recover nor break, but live on under a strain a quarter as great (our assumption)."""
SETTLED_LEVEL = 0.25
HAZARD = 0.0062
"""Weekly chance of escalating, times stress squared, times the stress-weeks saved up.

Chosen so that half of those who escalate do so within 33 weeks of onset, and some 0.75 % of households
in any 26 weeks (detection.md 4.1).
"""
UNSEEN_ESCALATION = 0.05 * 0.0075 / 26
"""Weekly chance of escalating with no stress at all: "a few escalate without any sign" (detection.md 4.1)."""
NOT_REACTING = {
    "rent": 0.30,
    "callouts": 0.40,
    "appointments": 0.45,
    "fire": 0.45,
    "school": 0.40,
    "council_tax": 0.35,
}
"""Share of households whose stress one feed never shows: 30 to 45 % (detection.md 4.1)."""
MENDING_WEEKS = 8.0
"""Stress falls to a third in this time once help has come after an escalation (our assumption)."""
NEED = 0.2
"""Stress above which a household is in real need (detection.md 4.2)."""

_BURN_IN = 130  # weeks lived before the plan, so that it starts with households already under strain


@dataclass(frozen=True, slots=True)
class Hardship:
    """What a neighbourhood's households go through, and how strongly each feed shows it."""

    stress: NDArray[np.float32]  # (households, weeks)
    before: Floats  # stress-weeks of the half-year before the plan
    escalation_week: Ints  # -1: none within the plan
    onset_week: Ints  # may be negative; one before all weeks for the unstressed
    strength: dict[str, Floats]  # per feed, 0 where the household does not react, else about 1


def hardship(
    households: int, weeks: int, rng: np.random.Generator, *, often: float = 1.0, shown: float = 1.0
) -> Hardship:
    """Draw the stress of so many households over so many weeks.

    Only the few that meet a stressor are worked out week by week; the rest stay at zero. ``often`` and
    ``shown`` multiply how many those are, and how strongly every feed shows it.
    """
    span = _BURN_IN + weeks
    share = min(1.0, often * STRESSED_SHARE * span / STRESSED_WEEKS)
    struck = np.flatnonzero(rng.random(households) < share)
    onset = rng.integers(0, span, len(struck))
    level, escalated = _courses(onset, span, rng)
    stress = np.zeros((households, weeks), dtype=np.float32)
    stress[struck] = level[:, _BURN_IN:]
    before = np.zeros(households)
    before[struck] = level[:, _BURN_IN - 26 : _BURN_IN].sum(axis=1)
    began = np.full(households, -_BURN_IN - 1, dtype=np.int64)
    began[struck] = onset - _BURN_IN
    week = np.where(
        rng.random(households) < UNSEEN_ESCALATION * weeks, rng.integers(0, weeks, households), -1
    )
    week[struck] = np.where(escalated >= _BURN_IN, escalated - _BURN_IN, -1)
    return Hardship(stress, before, week, began, _strengths(households, shown, rng))


def _courses(onset: Ints, span: int, rng: np.random.Generator) -> tuple[Floats, Ints]:
    """Stress of each stressed household in every week, and the week it escalates (-1: it does not)."""
    count = len(onset)
    age: Floats = np.arange(span, dtype=np.float64)[None, :] - onset[:, None]
    level = _rise(age, count, rng)
    fate = rng.random(count)[:, None]
    floor = np.where(fate < RECOVERING_SHARE, 0.0, SETTLED_LEVEL)
    turn = 4 + rng.gamma(2.0, (RECOVERY_WEEKS - 4) / 2, (count, 1))
    turn = np.where(fate < RECOVERING_SHARE + SETTLING_SHARE, turn, np.inf)
    level *= floor + (1 - floor) * np.exp(-np.maximum(age - turn, 0) / 6)
    hazard = HAZARD * np.cumsum(level, axis=1) * level**2
    hit = np.cumsum(hazard, axis=1) > rng.exponential(1.0, (count, 1))
    week = np.where(hit.any(axis=1), hit.argmax(axis=1), -1)
    since = np.arange(span)[None, :] - np.where(week < 0, span, week)[:, None]
    level *= np.exp(-np.maximum(since, 0) / MENDING_WEEKS)
    return level, week


def _rise(age: Floats, count: int, rng: np.random.Generator) -> Floats:
    """Stress before anyone recovers: sudden, creeping or coming and going, each to its own height."""
    shape = rng.choice(len(SHAPES), count, p=SHAPE_SHARES)[:, None]
    peak = 0.35 + 0.65 * rng.beta(2.0, 2.0, (count, 1))
    passed = np.maximum(age + 1, 0)
    acute = 1 - np.exp(-passed / 2)
    gradual = np.minimum(passed / rng.uniform(15, 40, (count, 1)), 1)
    swing = 0.55 - 0.45 * np.cos(2 * np.pi * passed / rng.uniform(12, 26, (count, 1)))
    relapsing = swing * (passed > 0)
    return np.asarray(peak * np.choose(shape, (acute, gradual, relapsing)), dtype=np.float64)


def _strengths(households: int, shown: float, rng: np.random.Generator) -> dict[str, Floats]:
    reacting = {}
    for feed, share in NOT_REACTING.items():
        strength = shown * rng.gamma(4.0, 0.25, households)
        reacting[feed] = np.where(rng.random(households) < share, 0.0, strength)
    return reacting
