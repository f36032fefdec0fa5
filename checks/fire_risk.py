"""Fire risk: small fires, and safety visits that were refused or found nobody in."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

import numpy as np

from earlyhelp.checking.check import Check, Finding, Reading
from earlyhelp.checking.drawn import DrawnStory
from earlyhelp.checking.measures import Bools, Whole, added, as_seed, earliest, forgotten, latest
from earlyhelp.checking.wording import listed, many, on_day
from earlyhelp.chronology import Block
from earlyhelp.law.policy import Factor, Sector
from schemas.fire_visit import FireVisit

FORGET_DAYS = 182.0
"""An event counts for a third of itself after half a year (assumed: they are few, and far between)."""
FIRE_POINTS = 0.9
"""Expert points for a small fire of today."""
REFUSED_POINTS, SHUT_POINTS = 0.6, 0.3
"""Expert points for a visit refused, and for one that found nobody in: most who are out are only out."""
MADE_PART = 0.5
"""What is left of all this once a later visit was let in, for then somebody has been and looked (assumed)."""
EVIDENCE = 12
"""Most rows that are named as evidence."""

MADE, REFUSED, SHUT, FIRE = range(len(FireVisit.codes["outcome"]))


class FireRisk(Check):
    """There was a small fire here, or home safety visits were refused or found nobody in.

    A small fire is often the sign of something else: a meter without credit, a home too full to cross,
    somebody no longer well enough to cook. A door that stays shut to an offer of help can hide the same. A
    visit that is let in halves what came before it.
    """

    name: ClassVar[str] = "fire_risk"
    version: ClassVar[str] = "1"
    sector: ClassVar[Sector] = Sector.FIRE
    factor: ClassVar[Factor] = Factor.ILL_HEALTH
    reads: ClassVar[type[FireVisit]] = FireVisit
    drawn: ClassVar[tuple[DrawnStory, ...]] = (
        DrawnStory(
            "A small fire in October, after a visit that was refused",
            date(2026, 11, 2),
            """
            2026-08-18 | refused
            2026-10-09 | small_fire
            """,
            fires=True,
        ),
        DrawnStory(
            "Nobody was in twice, and then the visit was made",
            date(2026, 11, 2),
            """
            2026-08-18 | no_answer
            2026-09-14 | no_answer
            2026-10-20 | visited
            """,
            fires=False,
        ),
        DrawnStory(
            "One visit was refused last month",
            date(2026, 11, 2),
            """
            2026-10-14 | refused
            """,
            fires=False,
        ),
    )

    def measure(self, block: Block, as_of: int) -> Reading:
        """Weigh fires, refusals and shut doors, each fading and halved by a later visit."""
        block = block.up_to(as_of)
        place, households, outcome = block.row_household, len(block), block.columns["outcome"]
        trouble, let_in = _trouble(block), _let_in(block)
        age = as_of - block.occurred_on.astype(np.int64)
        points = np.select(
            [outcome == FIRE, outcome == REFUSED, outcome == SHUT],
            [FIRE_POINTS, REFUSED_POINTS, SHUT_POINTS],
            0.0,
        )
        points *= forgotten(age, FORGET_DAYS) * np.where(let_in, MADE_PART, 1.0)
        return Reading(
            weight=as_seed(added(place, points, households)),
            since=earliest(place[trouble], block.occurred_on[trouble], households, without=as_of).astype(
                np.int32
            ),
            facts={
                "fires": added(place, outcome == FIRE, households),
                "refused": added(place, outcome == REFUSED, households),
                "shut": added(place, outcome == SHUT, households),
            },
        )

    def explain(self, block: Block, facts: Mapping[str, float], as_of: int) -> Finding:
        """Say what happened how often, and when last."""
        block = block.up_to(as_of)
        trouble = _trouble(block)
        day, outcome = block.occurred_on[trouble], block.columns["outcome"][trouble]
        parts = [
            f"{what} ({'last on ' if count > 1 else ''}{on_day(int(day[outcome == code][-1]))})"
            for code, count, what in (
                (FIRE, facts["fires"], many(facts["fires"], "small fire")),
                (REFUSED, facts["refused"], many(facts["refused"], "safety visit") + " refused"),
                (SHUT, facts["shut"], many(facts["shut"], "visit") + " that found nobody in"),
            )
            if count
        ]
        made = block.occurred_on[block.columns["outcome"] == MADE]
        after = (
            f"; a visit was made on {on_day(int(made[-1]))}" if len(made) else "; no visit has been made yet"
        )
        return Finding(
            sentence=f"Fire: {listed(parts)}{after}.",
            would_lower="Letting the fire service in for a home safety visit. That halves this.",
            evidence=tuple(sorted(block.record[trouble][-EVIDENCE:].tolist())),
        )


def _trouble(block: Block) -> Bools:
    """Everything but a visit that was made."""
    return np.asarray(np.isin(block.columns["outcome"], (REFUSED, SHUT, FIRE)))


def _let_in(block: Block) -> Bools:
    """Whether a visit was made on a later day, or the same."""
    place, made = block.row_household, block.columns["outcome"] == MADE
    last: Whole = latest(place[made], block.occurred_on[made], len(block), without=-1)
    return np.asarray(block.occurred_on <= last[place])
