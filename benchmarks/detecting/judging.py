"""Raising under a budget, week by week, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.detecting.answering import Workers
from benchmarks.detecting.worlds import JUDGED, WARM_UP, World
from earlyhelp.casework import weighing
from earlyhelp.casework.agreeing import Agreement
from earlyhelp.chronology import NEVER

Floats = NDArray[np.float64]

AHEAD = 182
"""Days within which an escalation proves a raise right: half a year; and in which nobody is raised again."""
EARLY, FARTHEST = 8, 26
"""Weeks ahead from which an escalation counts as caught early, and the most that count as lead."""


@dataclass(frozen=True, slots=True)
class Score:
    """How a method did: the share of the budget it filled, of its raises that were right, and of escalations
    caught and caught early; and the lead in weeks over all escalations, the missed counting as 0."""

    filled: float
    precision: float
    caught: float
    caught_early: float
    lead: float


def judged(
    world: World,
    weekly: Sequence[Floats],
    per: float,
    seed: int,
    scopes: Sequence[NDArray[np.int64]] | None = None,
    agreed: Sequence[Agreement] = (),
) -> Score:
    """Raise the first few each week, leave them in peace for half a year, and compare with what came.

    A weight of 0 or less is not raised, however much room there is. Ties are drawn by seeded lots. With
    ``scopes`` workers answer to each raise, and nothing below the line is raised that their answers draw, and
    how agencies ``agreed`` each week.
    """
    workers = Workers(world)
    room = max(1, round(per * len(world.households) / 10_000))
    resting = np.zeros(len(world.households), np.int64)
    first_raised = np.full(len(world.households), NEVER, np.int64)
    raised = right = 0
    for number, (day, weight) in enumerate(zip(world.days, weekly, strict=True)):
        if scopes is not None:
            weight = np.where(weight >= workers.least(number, agreed[number])[scopes[number]], weight, 0.0)
        order = weighing.rank(world.households, weight, seed + day)
        open_to = (resting[order] <= day) & (weight[order] > 0) & ~already(world, day)[order]
        chosen = order[open_to][:room]
        resting[chosen] = day + AHEAD
        first_raised[chosen] = np.minimum(first_raised[chosen], day)
        if scopes is not None:
            workers.visit(number, chosen, weight[chosen], scopes[number][chosen])
        if number >= WARM_UP:
            raised += len(chosen)
            right += int(np.count_nonzero(next_escalation(world, day)[chosen] <= day + AHEAD))
    lead = _leads(world, first_raised)
    lead = lead if len(lead) else np.zeros(1)  # nobody escalates in a calm city
    return Score(
        raised / (room * JUDGED),
        right / max(raised, 1),
        float((lead > 0).mean()),
        float((lead >= EARLY).mean()),
        float(lead.mean()),
    )


def next_escalation(world: World, day: int) -> NDArray[np.int64]:
    """The day of each household's next escalation after ``day``; NEVER where there is none."""
    due = np.full(len(world.households), NEVER, np.int64)
    ahead = world.escalated_on > day
    np.minimum.at(due, np.searchsorted(world.households, world.escalated[ahead]), world.escalated_on[ahead])
    return due


def already(world: World, day: int) -> NDArray[np.bool_]:
    """Which households have escalated by then: they are past early warning."""
    gone = np.zeros(len(world.households), np.bool_)
    gone[np.searchsorted(world.households, world.escalated[world.escalated_on <= day])] = True
    return gone


def _leads(world: World, first_raised: NDArray[np.int64]) -> Floats:
    """Weeks between raise and first escalation for each in the judged weeks; 0 where missed."""
    first = next_escalation(world, 0)
    counted = np.flatnonzero((first > world.days[WARM_UP]) & (first <= world.days[-1] + 7))
    return np.clip((first[counted] - first_raised[counted]) / 7.0, 0.0, FARTHEST)
