"""What the law or the council sets, each with its source: factors, thresholds, room, and time limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Factor(StrEnum):
    """The thirteen kinds of need of which two or more open joint help to a household.

    Source: SI 2018/912, schedule, paragraph 2, under section 35 of the Digital Economy Act 2017
    (http://www.legislation.gov.uk/uksi/2018/912/schedule/paragraph/2/made).
    """

    ANTISOCIAL_BEHAVIOUR = "anti-social behaviour"
    CARE_LEAVER = "care leaver"
    CHILD_IN_NEED = "child in need"
    OFFENDING = "offending"
    DOMESTIC_ABUSE = "domestic abuse"
    FINANCIAL_EXCLUSION = "financial exclusion"
    DISABILITY = "disability"
    HOMELESSNESS = "homelessness"
    ILL_HEALTH = "ill-health"
    SCHOOL_ATTENDANCE = "irregular school attendance"
    NOT_IN_EDUCATION = "not in education or training"
    SUBSTANCE_MISUSE = "substance misuse"
    UNEMPLOYMENT = "unemployment"


class Sector(StrEnum):
    """Whose data it is: one clip of weight, one own worker, one line of what is not known."""

    HOUSING = "housing"
    POLICE = "police"
    HEALTH = "health"
    FIRE = "fire and rescue"
    COUNCIL = "council"
    EDUCATION = "education"
    PROBATION = "probation"
    VOLUNTARY = "voluntary sector"


DIGITAL_ECONOMY_ACT = "Digital Economy Act 2017 s.35"
CRIME_AND_DISORDER_ACT = "Crime and Disorder Act 1998 s.115"
"""Lets anybody tell probation, a council or the police what preventing crime needs (domain.md 6)."""
HEALTH_AGREEMENT = "the health partner's sharing agreement, with its own route for confidential data"
"""Health bodies stand outside section 35, and confidential data need a common-law route besides
(domain.md 6): a council records here the agreement that gives one, or leaves health out."""


def _gateways() -> dict[Sector, str]:
    """The power under which each sector's data may be brought together with others'.

    The voluntary sector has none: its directory of services is public, and about nobody.
    """
    return {
        Sector.HOUSING: DIGITAL_ECONOMY_ACT,
        Sector.POLICE: DIGITAL_ECONOMY_ACT,
        Sector.FIRE: DIGITAL_ECONOMY_ACT,
        Sector.COUNCIL: DIGITAL_ECONOMY_ACT,
        Sector.EDUCATION: DIGITAL_ECONOMY_ACT,  # the council's own, of the schools it answers for
        Sector.HEALTH: HEALTH_AGREEMENT,
        Sector.PROBATION: CRIME_AND_DISORDER_ACT,
    }


@dataclass(frozen=True, slots=True)
class Policy:
    """The council's settings for weighing and raising; the defaults are measured ones.

    ``floor`` and ``ceiling`` clip each sector's log-odds (detection.md 9, rule 5). ``notable`` is the
    log-odds from which a check counts as a finding and its factor as present. ``worth_raising`` is the
    least total for a case until answers raise it (`casework.lines`), so that at least ``worth_a_visit`` of
    raises prove right: one in ten, our assumption. ``cool_down_weeks`` keep a closed household from coming
    back at once unless its total has risen by ``step_up`` (rule 6). ``new_cases_a_week`` and ``caseload`` are
    one key worker's room: about fifteen families is the published tier for light support (domain.md 4.8).
    ``first_look_days`` are working days within which a new case is to be looked at (ui.md 3.4).
    ``keep_cases_months`` is how long a closed case keeps its words; councils' schedules vary widely
    (domain.md 6). A sector without an entry in ``gateways`` never enters a joint case: on each day they are
    those of the agreements in force (`earlyhelp.in_force.lawful`), those here what there could be in law.
    A fall by ``step_down`` is written down as easing. ``lot_share`` of the places are given by lot among
    those that weigh at least ``lot_line`` (detection.md 8).
    """

    version: str = "2026-11"
    floor: float = -1.0
    ceiling: float = 4.0
    notable: float = 0.7
    worth_raising: float = 1.5
    worth_a_visit: float = 0.1
    factors_for_a_joint_case: int = 2
    cool_down_weeks: int = 26
    step_up: float = 1.5
    new_cases_a_week: int = 5
    caseload: int = 15
    first_look_days: int = 2
    step_down: float = 1.5
    withdraw_below: float = 0.5
    keep_cases_months: int = 72
    lot_share: float = 0.05
    lot_line: float = 0.7
    gateways: Mapping[Sector, str] = field(default_factory=_gateways)


POLICY = Policy()
