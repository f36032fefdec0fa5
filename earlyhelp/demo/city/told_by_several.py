"""One event that several agencies write down, and whom the police say a call was between.

Some calls about anti-social behaviour are passed on to the council's team, which keeps the police's number
of them; to some small fires a patrol car comes as well. What agencies tell apart is one evening all the same.
"""

from dataclasses import replace

import numpy as np

from earlyhelp.demo.city.days import DAY
from earlyhelp.demo.city.records import (
    CALL_CATEGORIES,
    FIRE_OUTCOMES,
    NUISANCES,
    REPORT_ROLES,
    AntisocialReports,
    Callouts,
    FireVisits,
    Ints,
)
from earlyhelp.demo.city.silences import held_back
from earlyhelp.demo.city.world import World

PASSED_ON_SHARE = 0.2
"""Calls about anti-social behaviour at a home that the police pass on to the council (our assumption)."""
PATROL_SHARE = 0.4
"""Small fires to which the police come as well (our assumption)."""
SAME_OTHER_SHARE = 0.8
"""Domestic calls and violence about somebody that are between them and the same other person (assumed)."""

_BETWEEN = [CALL_CATEGORIES.index(word) for word in ("domestic", "violence")]


def between(here: World, calls: Callouts, rng: np.random.Generator) -> Callouts:
    """The calls with the other person, where one is said to be concerned: mostly the same again and again."""
    row = np.searchsorted(here.person, np.maximum(calls.person, 0))
    usual = here.person[(row + 1) % len(here.person)]
    anybody = here.person[rng.integers(0, len(here.person), len(row))]
    other = np.where(rng.random(len(row)) < SAME_OTHER_SHARE, usual, anybody)
    # One incident has one other person, however often it was rung in.
    first = np.unique(calls.incident, return_index=True)[1][np.unique(calls.incident, return_inverse=True)[1]]
    told = (calls.person >= 0) & np.isin(calls.category, _BETWEEN)
    return replace(calls, other_person=np.where(told, other[first], -1))


def with_patrols(
    here: World, calls: Callouts, fires: FireVisits, first_record: int, rng: np.random.Generator
) -> tuple[Callouts, FireVisits]:
    """The calls and the small fires, with the patrols that came to some of them."""
    burnt = np.flatnonzero(fires.outcome == FIRE_OUTCOMES.index("small_fire"))
    when = fires.occurred_at.copy()
    when[burnt] = fires.occurred_on[burnt].astype(np.int64) * DAY + rng.integers(10 * 60, 22 * 60, len(burnt))
    there = burnt[rng.random(len(burnt)) < PATROL_SHARE]
    record = first_record + np.arange(len(there))
    minute = when[there] + rng.integers(0, 40, len(there))
    known = held_back(here.plan, "police", minute + 30)
    nobody, nothing = np.full(len(there), -1), np.zeros(len(there), np.bool_)
    came = Callouts(
        record=record,
        incident=record,
        uprn=fires.uprn[there],
        person=nobody,
        other_person=nobody,
        occurred_at=minute,
        recorded_at=known,
        category=np.full(len(there), CALL_CATEGORIES.index("other")),
        harm=np.ones(len(there)),
        police_initiated=nothing,
        domestic_abuse=nothing,
    )
    told = known < here.days.end * DAY
    order = np.argsort(np.concatenate([calls.recorded_at, known[told]]), kind="stable")
    names = Callouts.__dataclass_fields__
    joined = {n: np.concatenate([getattr(calls, n), getattr(came, n)[told]])[order] for n in names}
    number = fires.police_incident.copy()
    number[there] = record
    return Callouts(**joined), replace(fires, police_incident=number, occurred_at=when)


def passed_on(
    here: World, calls: Callouts, reports: AntisocialReports, first_record: int, rng: np.random.Generator
) -> AntisocialReports:
    """The council's reports, with the police's calls that were passed on to it by their number."""
    about = CALL_CATEGORIES.index("antisocial_behaviour")
    fit = (calls.category == about) & ~calls.police_initiated & np.isin(calls.uprn, here.uprn)
    fit &= calls.record == calls.incident
    chosen = np.flatnonzero(fit & (rng.random(len(calls.record)) < PASSED_ON_SHARE))
    day = (calls.occurred_at[chosen] // DAY).astype(np.int32)
    known = here.days.written_in_office((calls.recorded_at[chosen] // DAY + 1).astype(np.int32), rng)
    more = AntisocialReports(
        record=first_record + np.arange(len(chosen)),
        incident=first_record + np.arange(len(chosen)),
        police_incident=calls.incident[chosen],
        occurred_at=calls.occurred_at[chosen],
        uprn=calls.uprn[chosen],
        occurred_on=day,
        recorded_at=known,
        role=np.full(len(chosen), REPORT_ROLES.index("cause")),
        nuisance=_nuisances(len(chosen), rng),
    )
    told = known < here.days.end * DAY
    order = np.argsort(np.concatenate([reports.recorded_at, known[told]]), kind="stable")
    names = AntisocialReports.__dataclass_fields__
    return AntisocialReports(
        **{n: np.concatenate([getattr(reports, n), getattr(more, n)[told]])[order] for n in names}
    )


def _nuisances(count: int, rng: np.random.Generator) -> Ints:
    """What it was about: noise and rowdy behaviour, as far as the police are called."""
    likely = [NUISANCES.index("noise"), NUISANCES.index("rowdy_behaviour")]
    return np.asarray(rng.choice(likely, count), np.int64)
