"""Missed appointments: more not kept than would be expected, person by person."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

import numpy as np

from earlyhelp.checking.check import Check, Finding, Reading
from earlyhelp.checking.drawn import DrawnStory
from earlyhelp.checking.measures import added, apart, counted, earliest, forgotten, most
from earlyhelp.checking.wording import many, on_day
from earlyhelp.chronology import Block
from earlyhelp.law.policy import Factor, Sector
from schemas.appointment import Appointment

FORGET_DAYS = 182.0
"""An appointment counts for a third of itself after half a year: recency matters most (domain.md 4.5)."""
USUAL_SHARE = 0.087
"""Share of appointments not kept by an ordinary person (detection.md 4.1; 6.4 % nationally)."""
PRIOR = 5.5
"""How many appointments the prior is worth (detection.md 9 rule 4)."""
MISSED_POINTS = 0.7
"""Points for each unit of log(1 + misses beyond the ordinary), over the household. Of each person's misses
the share that is beyond it is their own share, drawn towards the usual one, over that and the usual one
together: nearly all for somebody who misses most, half where the share is usual; never less for one more
missed, never more for one kept. What is above the usual number, cut off at nothing, told less than a
plain number on invented clinics of other kinds; the invented city does not tell them apart."""
NOT_BROUGHT_POINTS = 1.0
"""The same of those who depend on others. Children who are not brought to hospital have 2.72 times the odds
of a child-protection alert (1.26 to 5.88; domain.md 3.2), whose logarithm this is. The study is small,
and one alone is no finding: patterns matter (RCGP safeguarding toolkit, 2A)."""
KEPT_POINTS = 0.2
"""Points for each unit of the log of a person's share over the usual one, where it is below that."""
KEPT_LEAST = -0.3
"""No household weighs less: appointments that are kept are weak evidence against trouble elsewhere."""
EVIDENCE = 12
"""Most rows that are named as evidence."""
WINDOW_DAYS = 365
"""How far back the sentence looks: three missed in twelve months is the usual local rule (domain.md 4.5)."""

FULFILLED, NOSHOW, NOT_BROUGHT = (
    Appointment.codes["status"].index(word) for word in ("fulfilled", "noshow", "not_brought")
)


class MissedAppointments(Check):
    """More health appointments were not kept than would be expected of the people who live here.

    Missing appointments often comes before a crisis, and people who miss several are at many times the
    risk of those who miss none. One missed out of one says little, so each person's share is drawn towards
    what is usual, and misses beyond the ordinary are added up. Cancelled in time is not missed. A child, or
    an adult who depends on others, does not miss an appointment but is not brought: that is counted apart.
    """

    name: ClassVar[str] = "missed_appointments"
    version: ClassVar[str] = "4"
    sector: ClassVar[Sector] = Sector.HEALTH
    factor: ClassVar[Factor] = Factor.ILL_HEALTH
    reads: ClassVar[type[Appointment]] = Appointment
    drawn: ClassVar[tuple[DrawnStory, ...]] = (
        DrawnStory(
            "Four of one person's five appointments were not kept",
            date(2025, 6, 2),
            """
            2025-04-07 | noshow    | 1
            2025-04-28 | fulfilled | 1
            2025-05-12 | noshow    | 1
            2025-05-26 | noshow    | 1
            2025-05-27 | noshow    | 1
            """,
            fires=True,
        ),
        DrawnStory(
            "A child was brought once in the spring, and not the next two times",
            date(2025, 6, 2),
            """
            2025-03-10 | fulfilled   | 1
            2025-04-28 | not_brought | 1
            2025-05-26 | not_brought | 1
            """,
            fires=True,
        ),
        DrawnStory(
            "A child was not brought once", date(2025, 6, 2), "2025-05-26 | not_brought | 1", fires=False
        ),
        DrawnStory("One missed of one says little", date(2025, 6, 2), "2025-05-26 | noshow | 1", fires=False),
        DrawnStory(
            "Four were cancelled in time",
            date(2025, 6, 2),
            """
            2025-04-07 | cancelled | 1
            2025-04-28 | cancelled | 1
            2025-05-12 | cancelled | 1
            2025-05-26 | cancelled | 1
            """,
            fires=False,
        ),
    )

    def measure(self, block: Block, as_of: int) -> Reading:
        """Weigh the misses of all beyond the ordinary, summed, and a share below the usual one."""
        due = _due(block, as_of)
        place, households = due.row_household, len(block)
        age = as_of - due.occurred_on.astype(np.int64)
        brought, unkept = due.columns["status"] != NOT_BROUGHT, due.columns["status"] != FULFILLED
        faded = forgotten(age, FORGET_DAYS)

        person, persons, home = apart(place, due.columns["nhs_number"])
        offered = added(person, faded, persons)
        gone = added(person, np.where(unkept, faded, 0.0), persons)
        share = (USUAL_SHARE * PRIOR + gone) / (PRIOR + offered)
        rate = most(home, np.log(share / USUAL_SHARE), households)
        beyond = share / (share + USUAL_SHARE)
        missed, left = (
            added(home, added(person, np.where(unkept & whose, faded, 0.0), persons) * beyond, households)
            for whose in (brought, ~brought)
        )

        lately = age <= WINDOW_DAYS
        points = MISSED_POINTS * np.log1p(missed) + NOT_BROUGHT_POINTS * np.log1p(left)
        points += KEPT_POINTS * np.minimum(rate, 0.0)
        points = np.where(points < 0, KEPT_LEAST * -np.expm1(points / -KEPT_LEAST), points)
        weight = np.where(counted(place, households) > 0, points, 0.0)
        return Reading(
            weight=weight,
            since=earliest(
                place[unkept & lately], due.occurred_on[unkept & lately], households, without=as_of
            ).astype(np.int32),
            facts={
                "missed": added(place, unkept & brought & lately, households),
                "not_brought": added(place, ~brought & lately, households),
                "offered": added(place, lately, households),
                "beyond": missed + left,
            },
        )

    def explain(self, block: Block, facts: Mapping[str, float], as_of: int) -> Finding:
        """Say how many of how many were not kept, to how many somebody was not brought, and since when."""
        due = _due(block, as_of)
        unkept = np.flatnonzero(due.columns["status"] != FULFILLED)
        lately = unkept[as_of - due.occurred_on[unkept].astype(np.int64) <= WINDOW_DAYS]
        told = lately if len(lately) else unkept[-1:]
        since = int(due.occurred_on[told].min()) if len(told) else as_of
        return Finding(
            sentence=f"Health: {_told(due.where(due.occurred_on >= since), on_day(since))}.",
            would_lower="Keeping the next appointments, or cancelling them in good time.",
            evidence=tuple(sorted(due.record[told[-EVIDENCE:]].tolist())),
        )


def _told(due: Block, since: str) -> str:
    """What became of these appointments, those of people who depend on others apart."""
    status, person = due.columns["status"], due.columns["nhs_number"]
    depend = np.isin(person, person[status == NOT_BROUGHT]) & (status != NOSHOW)
    left, missed = (int(np.count_nonzero(status == code)) for code in (NOT_BROUGHT, NOSHOW))
    theirs = int(np.count_nonzero(depend))
    brought = f"somebody who depends on others was not brought to {left} of {many(theirs, 'appointment')}"
    if not missed:
        return f"{brought} since {since}"
    told = f"{missed} of {many(len(status) - theirs, 'appointment')} since {since}"
    return f"{told} {'was' if missed == 1 else 'were'} not kept" + (f"; {brought}" if left else "")


def _due(block: Block, as_of: int) -> Block:
    """Appointments whose day has come and whose outcome counts: kept or not kept."""
    block = block.up_to(as_of)
    status = block.columns["status"]
    return block.where(np.isin(status, (FULFILLED, NOSHOW, NOT_BROUGHT)))
