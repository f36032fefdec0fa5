"""Repeat offending: supervision of somebody who lives here is going less well than it did."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

import numpy as np

from earlyhelp.checking.check import Check, Finding, Reading
from earlyhelp.checking.drawn import DrawnStory
from earlyhelp.checking.measures import added, as_seed, earliest, forgotten
from earlyhelp.checking.wording import listed, many, on_day
from earlyhelp.chronology import Block
from earlyhelp.law.policy import Factor, Sector
from schemas.supervision import Supervision

FORGET_DAYS = 120.0
"""An event counts for a third of itself after four months (assumed, as callouts: detection.md 9 rule 3)."""
USUAL_SHARE = 0.12
"""Share of appointments missed when supervision goes well (our assumption; no rate could be read)."""
PRIOR = 3.0
"""How many appointments the prior is worth, set against the missed as for health (detection.md 9 rule 4)."""
EXCESS_POINTS = 0.5
"""Expert points for each expected miss above the usual: fewer than half of those for health."""
BREACH_POINTS, REOFFENCE_POINTS, ORDER_POINTS = 0.4, 0.7, 0.4
"""Expert points for a breach, a new offence and a new order of today, each fading as it is forgotten. An
order is a way out as much as a sign of trouble, so that one alone stays below a finding."""
WINDOW_DAYS = 182
"""What the sentence tells of."""
EVIDENCE = 12
"""Most rows that are named as evidence."""

MADE, KEPT, MISSED, BREACH, ENDED, REOFFENCE = range(len(Supervision.codes["event"]))


class RepeatOffending(Check):
    """Supervision by probation is going less well: appointments missed, breaches, a new offence or order.

    Whoever begins to miss supervision is often losing the home, the job or the treatment that kept them
    from offending again, and help then comes sooner than a court does. One missed of one says little, so
    the share is drawn towards what is usual. Nobody is told what anyone has done, only that it happened.
    """

    name: ClassVar[str] = "repeat_offending"
    version: ClassVar[str] = "1"
    sector: ClassVar[Sector] = Sector.PROBATION
    factor: ClassVar[Factor] = Factor.OFFENDING
    reads: ClassVar[type[Supervision]] = Supervision
    drawn: ClassVar[tuple[DrawnStory, ...]] = (
        DrawnStory(
            "Appointments kept since winter are missed in autumn, and a breach follows",
            date(2026, 11, 2),
            """
            2026-02-02 | order_made
            2026-07-06 | appointment_kept
            2026-07-20 | appointment_kept
            2026-08-31 | appointment_kept
            2026-09-28 | appointment_missed
            2026-10-12 | appointment_missed
            2026-10-16 | breach
            2026-10-26 | appointment_missed
            """,
            fires=True,
        ),
        DrawnStory(
            "An order was made lately, and one appointment of three was missed",
            date(2026, 11, 2),
            """
            2026-10-05 | order_made
            2026-10-12 | appointment_kept
            2026-10-19 | appointment_missed
            2026-10-26 | appointment_kept
            """,
            fires=False,
        ),
    )

    def measure(self, block: Block, as_of: int) -> Reading:
        """Weigh appointments missed beyond the usual, breaches, new offences and new orders, all fading."""
        block = block.up_to(as_of)
        place, event, households = block.row_household, block.columns["event"], len(block)
        age = as_of - block.occurred_on.astype(np.int64)
        faded = forgotten(age, FORGET_DAYS)

        def of(*events: int) -> np.ndarray:
            return added(place, np.where(np.isin(event, events), faded, 0.0), households)

        missed, offered = of(MISSED), of(MISSED, KEPT)
        excess = np.maximum(missed - USUAL_SHARE * offered, 0.0) * missed / (PRIOR + missed)
        points = (
            EXCESS_POINTS * excess
            + BREACH_POINTS * of(BREACH)
            + REOFFENCE_POINTS * of(REOFFENCE)
            + ORDER_POINTS * of(MADE)
        )
        bad = np.isin(event, (MISSED, BREACH, REOFFENCE, MADE)) & (age <= WINDOW_DAYS)
        return Reading(
            weight=as_seed(points),
            since=earliest(place[bad], block.occurred_on[bad], households, without=as_of).astype(np.int32),
            facts={"excess": excess, "offered": offered},
        )

    def explain(self, block: Block, facts: Mapping[str, float], as_of: int) -> Finding:
        """Say how many of how many appointments were missed, and what followed, with dates."""
        block = block.up_to(as_of)
        event, day = block.columns["event"].astype(np.int64), block.occurred_on.astype(np.int64)
        told = np.isin(event, (MISSED, BREACH, REOFFENCE, MADE))
        lately = told & (day >= as_of - WINDOW_DAYS)
        told = lately if lately.any() else told
        since = int(day[told].min()) if told.any() else as_of
        since_then = (event >= 0) & (day >= since)
        happened = _happened(event[since_then], day[since_then])
        return Finding(
            sentence=f"Probation: since {on_day(since)}, {happened}.",
            would_lower="Keeping the next appointments. What is past fades over four months.",
            evidence=tuple(sorted(block.record[told][-EVIDENCE:].tolist())),
        )


def _happened(event: np.ndarray, day: np.ndarray) -> str:
    """2 of 3 appointments were missed and supervision was breached on 9 May 2026."""
    count = np.bincount(event, minlength=REOFFENCE + 1)
    offered = count[MISSED] + count[KEPT]
    parts = []
    if count[MADE]:
        parts.append(f"supervision began on {on_day(day[event == MADE][-1])}")
    if count[MISSED]:
        were = "was" if count[MISSED] == 1 else "were"
        of = f"{count[MISSED]} of {many(offered, 'appointment')}"
        if count[MISSED] == offered:
            of = (
                ("the only appointment", "both appointments")[offered - 1]
                if offered < 3
                else f"all {offered} appointments"
            )
        parts.append(f"{of} {were} missed")
    if count[BREACH]:
        times = "" if count[BREACH] == 1 else f"{count[BREACH]} times, last "
        parts.append(f"supervision was breached {times}on {on_day(day[event == BREACH][-1])}")
    if count[REOFFENCE]:
        offences = "a new offence was" if count[REOFFENCE] == 1 else f"{count[REOFFENCE]} new offences were"
        parts.append(f"{offences} recorded on {on_day(day[event == REOFFENCE][-1])}")
    return listed(parts)
