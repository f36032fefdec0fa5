"""Reports of anti-social behaviour: which home it is said to come from, and which one suffers it.

Strain shows on both sides, a louder home and an easier target, in some households and in others never. A few
addresses are reported year in, year out, whatever happens there; and most events nobody reports.
"""

from dataclasses import dataclass

import numpy as np

from earlyhelp.demo.city.days import DAY
from earlyhelp.demo.city.people import YEAR
from earlyhelp.demo.city.records import NUISANCES, REPORT_ROLES, AntisocialReports, Days, Ints
from earlyhelp.demo.city.stress import Floats
from earlyhelp.demo.city.world import World

REPORTED_A_YEAR, SUFFERED_A_YEAR = 0.05, 0.03
"""Reports a year that name an ordinary home, and that come from one about nobody known (our assumption)."""
FRAILTY_SHAPE = 0.5
"""Shape of the gamma spread between homes: most are never reported (our assumption, as calls)."""
STANDING_SHARE, STANDING_A_YEAR = 0.008, 4.0
"""Homes that are reported all the time, and how often a year (our assumption)."""
STRESS_REPORTED, STRESS_SUFFERED = 50.0, 40.0
"""Times the ordinary rate that stress 1 adds, at ordinary strength (our assumption)."""
NOT_REACTING_SHARE = 0.45
"""Share of households whose stress is never reported, as with other feeds (detection.md 4.1)."""
NEIGHBOURS = 6
"""Whoever reports lives within so many households (our assumption)."""
NO_ADDRESS_SHARE = {"victim": 0.25, "cause": 0.15}
"""Share of reports by somebody who gives no address, and about no address that is known (our assumption)."""
REPORTED_AGAIN_SHARE = 0.15
"""Share of events that are reported twice: one incident, two reports (domain.md 4.4; share assumed)."""
NUISANCE_SHARES = (0.38, 0.22, 0.10, 0.12, 0.08, 0.05, 0.05)
"""Reports by kind of nuisance (our assumption)."""

_VICTIM, _CAUSE = range(len(REPORT_ROLES))


@dataclass(frozen=True, slots=True)
class _Events:
    """What happened: whom it came from and who suffered it (-1: nobody known), and when."""

    cause: Ints
    victim: Ints
    day: Days


def antisocial_reports(here: World, first_record: int, rng: np.random.Generator) -> AntisocialReports:
    """Every home's part in every report, entered within a working day or two."""
    events = _events(here, rng)
    count = len(events.day)
    report = np.concatenate([np.arange(count), np.flatnonzero(rng.random(count) < REPORTED_AGAIN_SHARE)])
    entered = here.days.written_in_office(events.day[report], rng)
    nuisance = rng.choice(len(NUISANCES), count, p=NUISANCE_SHARES)
    parts = [
        np.flatnonzero((who[report] >= 0) & (rng.random(len(report)) >= NO_ADDRESS_SHARE[role]))
        for role, who in (("victim", events.victim), ("cause", events.cause))
    ]
    row = np.concatenate(parts)
    role = np.repeat([_VICTIM, _CAUSE], [len(part) for part in parts])
    event = report[row]
    household = np.where(role == _VICTIM, events.victim[event], events.cause[event])
    day, known = events.day[event], entered[row]
    order = np.lexsort((role, row, known))
    order = order[((known < here.days.end * DAY) & here.living(household, day))[order]]
    return AntisocialReports(
        record=first_record + row[order],
        incident=first_record + event[order],
        police_incident=np.zeros(len(order), np.int64),
        occurred_at=np.zeros(len(order), np.int64),
        uprn=here.uprn[here.lives.dwelling(household, day)][order],
        occurred_on=day[order],
        recorded_at=known[order],
        role=role[order].astype(np.int64),
        nuisance=nuisance[event][order].astype(np.int64),
    )


def _events(here: World, rng: np.random.Generator) -> _Events:
    """Events from homes of the neighbourhood, told by a neighbour, and from nobody known."""
    days, homes = here.days, here.lives.households
    reacting = rng.random(homes) >= NOT_REACTING_SHARE
    strength = np.where(reacting, rng.gamma(4.0, 0.25, homes), 0.0)
    strain: Floats = here.hard.stress.astype(np.float64) * strength[:, None]
    usual = rng.gamma(FRAILTY_SHAPE, REPORTED_A_YEAR / FRAILTY_SHAPE, homes)
    usual += np.where(rng.random(homes) < STANDING_SHARE, STANDING_A_YEAR, 0.0)
    made = usual[:, None] + REPORTED_A_YEAR * STRESS_REPORTED * strain
    suffered = SUFFERED_A_YEAR * (1 + STRESS_SUFFERED * strain)
    (cause, week), (target, weeks) = (_drawn(rate * 7 / YEAR, rng) for rate in (made, suffered))
    neighbour = cause + rng.integers(1, NEIGHBOURS + 1, len(cause)) * rng.choice((-1, 1), len(cause))
    nobody = np.full(len(target), -1, dtype=np.int64)
    week = np.concatenate([week, weeks])
    return _Events(
        cause=np.concatenate([cause, nobody]),
        victim=np.concatenate([neighbour % homes, target]),
        day=(days.start + week * 7 + rng.integers(0, 7, len(week))).astype(np.int32),
    )


def _drawn(rate: Floats, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """(household, week) of every event, drawn by its weekly rate."""
    count = rng.poisson(rate)
    household, week = np.repeat(np.argwhere(count), count[np.nonzero(count)], axis=0).T
    return household, week
