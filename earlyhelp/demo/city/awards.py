"""How an award runs: stopped for a while or for good, changed with circumstances and each April."""

from dataclasses import dataclass

import numpy as np

from earlyhelp.demo.city.days import weekday
from earlyhelp.demo.city.people import YEAR
from earlyhelp.demo.city.records import NEVER, Bools, Days, Ints
from earlyhelp.demo.city.world import World

LASTS_YEARS, CHANGES_YEARS = 9.0, 6.0
"""Mean years until an award ends, and until its amount changes, with no stress at all (our assumption)."""
STOPPED = 0.06
"""Weekly chance that stress 1 adds of an award being stopped: a missed review, a sanction, a move."""
NOT_STOPPED_SHARE = 0.4
"""Share of households whose stress never shows in their awards, as with other feeds (detection.md 4.1)."""
RESTORED_SHARE, RESTORED_AFTER = 0.5, (28, 71)
"""Share of stopped awards that are put right under the same claim, and after how many days (assumed)."""
UPRATED = 1.03
"""Each first Monday in April (our assumption)."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Awards as they were meant, by row of the stays."""

    stay: Ints
    household: Ints
    benefit: Ints
    start: Days
    end: Days
    stoppable: Bools
    amount: Ints


def stopped(
    here: World, claims: Claims, listed: Days, rng: np.random.Generator
) -> tuple[Days, tuple[Days, Days]]:
    """The day each award ends for good, and from when until when it was stopped in between; NEVER."""
    days, household, count = here.days, claims.household, len(claims.stay)
    reacting = rng.random(here.lives.households) >= NOT_STOPPED_SHARE
    week = days.start + 7 * np.arange(days.weeks)
    there = (week >= listed[:, None]) & (week < claims.end[:, None])
    hazard = STOPPED * here.hard.stress[household] * reacting[household][:, None] * there
    hit = np.cumsum(hazard, axis=1) > rng.exponential(1.0, (count, 1))
    stops = hit.any(axis=1) & claims.stoppable
    day = np.where(stops, week[hit.argmax(axis=1)] + rng.integers(0, 7, count), NEVER)
    restored = stops & (rng.random(count) < RESTORED_SHARE)
    lasts = np.maximum(listed, days.start) + rng.exponential(LASTS_YEARS * YEAR, count)
    end = np.where(claims.stoppable, np.minimum(claims.end, lasts), claims.end)
    end = np.where(stops & ~restored, np.minimum(end, day), end).astype(np.int32)
    again = day + rng.integers(*RESTORED_AFTER, count)
    paused, resumed = (np.where(restored, one, NEVER).astype(np.int32) for one in (day, again))
    return end, (paused, resumed)


def stretches(
    here: World, claims: Claims, listed: Days, end: Days, gap: tuple[Days, Days], rng: np.random.Generator
) -> tuple[Ints, Days, Days, Ints]:
    """(claim, from, until, pence a week) of every stretch that touches the plan."""
    days, count = here.days, len(claims.stay)
    changed = np.maximum(listed, days.start) + rng.exponential(CHANGES_YEARS * YEAR, count)
    factor = rng.uniform(0.6, 1.25, count)
    aprils = _aprils(here)
    cuts = np.column_stack([listed, changed, *gap, *(np.full(count, day) for day in aprils), end])
    cuts = np.sort(np.clip(cuts, listed[:, None], np.maximum(end, listed)[:, None]), axis=1)
    since, until = cuts[:, :-1].astype(np.int32), cuts[:, 1:].astype(np.int32)
    kept = (since < until) & (until > days.start) & (since < days.end)
    kept &= (since < gap[0][:, None]) | (since >= gap[1][:, None])
    row, part = np.nonzero(kept)
    since, until = since[row, part], until[row, part]
    pounds = claims.amount[row] * np.where(since >= changed[row], factor[row], 1.0)
    pounds *= UPRATED ** (since[:, None] >= aprils).sum(axis=1)
    return row.astype(np.int64), since, until, np.round(pounds).astype(np.int64)


def _aprils(here: World) -> Days:
    """The first Mondays in April within the plan."""
    firsts = here.days.month_starts()
    april = firsts[firsts.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 == 3]
    mondays = np.asarray(april + (-weekday(april)) % 7, dtype=np.int32)
    return mondays[mondays >= here.days.start]
