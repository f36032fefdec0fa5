"""Anti-social behaviour: reported by somebody here as a victim, or said to come from here; never added up."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

import numpy as np

from earlyhelp.checking.check import Check, Finding, Reading
from earlyhelp.checking.drawn import DrawnStory
from earlyhelp.checking.measures import Floats, added, apart, as_seed, earliest, forgotten
from earlyhelp.checking.wording import many, on_day
from earlyhelp.chronology import Block, day_of
from earlyhelp.law.policy import Factor, Sector
from earlyhelp.law.thresholds import law
from schemas.antisocial_report import AntisocialReport

FORGET_DAYS = 112.0
"""An event counts for a third of itself after sixteen weeks, as calls to the police do (detection.md 3.3)."""
EVENT_POINTS = 0.8
"""Expert points for each unit of log(1 + events) beyond the home's own habit, alike on either side."""
HABIT_DAYS = 182
"""Events older than this make the home's own habit: who has been reported for years is known already."""
OWN_HABIT = 1.25
"""How much of that habit is taken off: all, and a quarter for chance (as for calls to the police)."""
DAYS_A_MONTH = 30.4
EVIDENCE = 12
"""Most rows that are named as evidence."""

NUISANCES = ("noise", "rowdy behaviour", "intimidation", "rubbish", "vehicles", "animals", "other trouble")
VICTIM, CAUSE = range(len(AntisocialReport.codes["role"]))


class AntisocialBehaviour(Check):
    """Somebody here reports anti-social behaviour, or reports say that it comes from here, more than before.

    Being the target of it, and being named for it, are both early signs of a household under strain, and
    ask for different help. So the two are counted apart, the greater is weighed, and they are never added
    up. One event counts once, however often it was reported. A report proves nothing about who is right.
    """

    name: ClassVar[str] = "antisocial_behaviour"
    version: ClassVar[str] = "1"
    sector: ClassVar[Sector] = Sector.COUNCIL
    factor: ClassVar[Factor] = Factor.ANTISOCIAL_BEHAVIOUR
    reads: ClassVar[type[AntisocialReport]] = AntisocialReport
    drawn: ClassVar[tuple[DrawnStory, ...]] = (
        DrawnStory(
            "Somebody reports three events within five weeks, the first ever",
            date(2026, 11, 2),
            """
            2026-09-21 | victim | noise           | 41
            2026-10-09 | victim | intimidation    | 42
            2026-10-24 | victim | noise           | 43
            """,
            fires=True,
        ),
        DrawnStory(
            "Three reports in October name this home",
            date(2026, 11, 2),
            """
            2026-10-03 | cause | noise           | 51
            2026-10-17 | cause | noise           | 52
            2026-10-24 | cause | rowdy_behaviour | 53
            """,
            fires=True,
        ),
        DrawnStory(
            "One event that three people reported",
            date(2026, 11, 2),
            """
            2026-10-24 | cause | noise | 61
            2026-10-24 | cause | noise | 61
            2026-10-24 | cause | noise | 61
            """,
            fires=False,
        ),
        DrawnStory(
            "A home that has been named every other month for two years",
            date(2026, 11, 2),
            """
            2025-01-11 | cause | noise | 71
            2025-03-15 | cause | noise | 72
            2025-05-17 | cause | noise | 73
            2025-07-12 | cause | noise | 74
            2025-09-20 | cause | noise | 75
            2025-11-15 | cause | noise | 76
            2026-01-17 | cause | noise | 77
            2026-03-14 | cause | noise | 78
            2026-06-06 | cause | noise | 79
            2026-08-15 | cause | noise | 80
            2026-10-17 | cause | noise | 81
            """,
            fires=False,
        ),
    )

    def measure(self, block: Block, as_of: int) -> Reading:
        """Weigh the events of late beyond the home's own habit, on either side, and take the greater."""
        block = _once(block.up_to(as_of))
        place, households, role = block.row_household, len(block), block.columns["role"]
        age = as_of - block.occurred_on.astype(np.int64)
        sides = [
            _beyond_habit(place[role == side], age[role == side], households) for side in (VICTIM, CAUSE)
        ]
        lately = age <= HABIT_DAYS
        counts = [added(place, lately & (role == side), households) for side in (VICTIM, CAUSE)]
        return Reading(
            weight=as_seed(EVENT_POINTS * np.log1p(np.maximum(*sides))),
            since=earliest(place[lately], block.occurred_on[lately], households, without=as_of).astype(
                np.int32
            ),
            facts={
                "suffered": sides[VICTIM],
                "named": sides[CAUSE],
                "as_victim": counts[VICTIM],
                "as_cause": counts[CAUSE],
            },
        )

    def explain(self, block: Block, facts: Mapping[str, float], as_of: int) -> Finding:
        """Say how many events were reported since when; the side that weighs more comes first."""
        block = _once(block.up_to(as_of))
        lately = block.where(block.occurred_on.astype(np.int64) >= as_of - HABIT_DAYS)
        role = lately.columns["role"]
        parts = {
            side: _told(side, lately.where(role == side), as_of)
            for side in (VICTIM, CAUSE)
            if (role == side).any()
        }
        order = sorted(parts, key=lambda side: -facts["suffered" if side == VICTIM else "named"])
        first, *then = (parts[side] for side in order)
        return Finding(
            sentence="Anti-social behaviour: "
            + " ".join([first, *(one[0].upper() + one[1:] for one in then)]),
            would_lower="Sixteen weeks without another report. That lowers this by about two thirds.",
            evidence=tuple(sorted(lately.record[-EVIDENCE:].tolist())),
        )


def _once(block: Block) -> Block:
    """Each event once for each side of a home; one without a number is an event of its own."""
    incident = block.columns["incident"].astype(np.int64)
    side = block.row_household * 2 + (block.columns["role"] == CAUSE)
    event, _, _ = apart(side, np.where(incident < 0, -2 - block.record, incident))
    first = np.zeros(len(event), np.bool_)
    first[np.unique(event, return_index=True)[1]] = True
    return block.where(first & (block.columns["role"].astype(np.int64) >= 0))


def _beyond_habit(place: np.ndarray, age: np.ndarray, households: int) -> Floats:
    """Events of the last half year, fading, less what this home's older ones let expect."""
    old = age > HABIT_DAYS
    usual = added(place[old], np.ones(np.count_nonzero(old)), households) * FORGET_DAYS / (728 - HABIT_DAYS)
    now = added(place[~old], forgotten(age[~old], FORGET_DAYS), households)
    return np.maximum(now - OWN_HABIT * usual, 0.0)


def _told(side: int, block: Block, as_of: int) -> str:
    """What was reported on one side: how often, since when, of what; and what follows from it."""
    events, since = len(block.record), on_day(int(block.occurred_on[0]))
    most = NUISANCES[int(np.bincount(np.maximum(block.columns["nuisance"], 0)).argmax())]
    mostly = f", mostly {most}" if events > 1 else f": {most}"
    if side == CAUSE:
        are = "is" if events == 1 else "are"
        reported = f"{many(events, 'incident')} reported since {since}"
        return f"{reported} {are} said to come from here{mostly}; a report is not proof."
    words = f"somebody here has reported {many(events, 'incident')} since {since}{mostly}."
    enough = law().value("case-review-reports", day_of(as_of), without=np.inf)
    months = law().value("case-review-within", day_of(as_of), without=0.0)
    if np.count_nonzero(block.occurred_on.astype(np.int64) > as_of - DAYS_A_MONTH * months) >= enough:
        words += f" With {enough:.0f} in {months:.0f} months they may ask for a case review."
    return words
