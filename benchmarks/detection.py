"""Backtest of the early warning on the invented city: each week as known on its day, judged by what came.

Each method ranks the same households each week; the first few are raised and then left in peace for half a
year. A raise is right if the household escalated within the next 26 weeks. Ties are drawn by seeded lots.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from benchmarks.blocks import blocks_of, joined
from checks.missed_appointments import MissedAppointments
from checks.rent_arrears_trend import RentArrearsTrend
from checks.repeat_police_callouts import RepeatPoliceCallouts
from earlyhelp import weighing
from earlyhelp.checking import Check
from earlyhelp.chronology import NEVER, Block, Ids, day_number
from earlyhelp.demo.city.making import neighbourhoods
from earlyhelp.demo.city.records import CityPlan
from earlyhelp.measures import added, counted, middle
from earlyhelp.policy import POLICY
from schemas.appointment import Appointment
from schemas.police_callout import PoliceCallout
from schemas.rent_account import RentTransaction

Floats = NDArray[np.float64]

WARM_UP, JUDGED = 13, 26
"""Weeks that only fill the cool-down, and weeks that count."""
AHEAD = 182
"""Days within which an escalation proves a raise right: half a year."""
CHECKS: tuple[Check, ...] = (RentArrearsTrend(), RepeatPoliceCallouts(), MissedAppointments())
RULES = ("rule: owes 8 weeks", "rule: 3 callouts in 26 weeks", "rule: 2 missed in 26 weeks")
ANY, SUM, BALANCE = "rule: any of the three", "all checks, weighed", "balance owed, ranked"


@dataclass(frozen=True, slots=True)
class Score:
    """How a method did: the share of the budget it filled, of its raises that were right, and of escalations
    caught; and the lead in weeks over all escalations, the missed counting as 0."""

    filled: float
    precision: float
    caught: float
    caught_early: float
    lead: float


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """A city with its history, and when households escalated."""

    households: Ids
    blocks: Mapping[str, Block]
    escalated: Ids
    escalated_on: Ids
    days: Sequence[int]


def main(households: int = 20_000, seeds: Sequence[int] = (1, 2, 3)) -> None:
    """Print the table for 10 and for 2 raised per 10,000 households a week, mean of the seeds."""
    console = Console()
    found: dict[int, dict[str, list[Score]]] = {10: {}, 2: {}}
    for seed in seeds:
        world = _world(households, seed)
        weekly = [_scores(world, day) for day in world.days]
        for per, methods in found.items():
            for name in weekly[0]:
                weights = [week[name] for week in weekly]
                methods.setdefault(name, []).append(_judged(world, weights, per, seed))
    for per, methods in found.items():
        mean = {name: Score(*np.mean([_row(s) for s in scores], axis=0)) for name, scores in methods.items()}
        console.print(
            _table(f"{per} raised per 10,000 households a week, seeds {list(seeds)}", mean, methods)
        )
        console.print(_ratios(mean))


def _world(households: int, seed: int) -> World:
    plan = CityPlan(households=households, history_weeks=104, weeks_after=26, seed=seed)
    parts, escalated, on = [], [], []
    for here in neighbourhoods(plan):
        parts.append(blocks_of(here))
        escalated.append(here.truth.escalated)
        on.append(here.truth.escalated_on)
    blocks = joined(parts)
    last = day_number(plan.first_night) - 1
    return World(
        households=next(iter(blocks.values())).households,
        blocks=blocks,
        escalated=np.concatenate(escalated),
        escalated_on=np.concatenate(on).astype(np.int64),
        days=range(last - 7 * (WARM_UP + JUDGED - 1), last + 1, 7),
    )


def _scores(world: World, day: int) -> dict[str, Floats]:
    """Every method's weight for every household, as known on the day."""
    readings = {check.name: check.ask(world.blocks[check.reads.kind], day) for check in CHECKS}
    owed = _weeks_owed(world.blocks[RentTransaction.kind].as_known_on(day))
    rules = (
        owed >= 8,
        _lately(world.blocks[PoliceCallout.kind].as_known_on(day), day) >= 3,
        _lately(_missed(world.blocks[Appointment.kind].as_known_on(day)), day) >= 2,
    )
    total = weighing.weigh(readings, {check.name: check.sector for check in CHECKS}, POLICY)
    scores = {name: rule.astype(np.float64) for name, rule in zip(RULES, rules, strict=True)}
    scores[ANY] = np.logical_or.reduce(rules).astype(np.float64)
    scores[BALANCE] = np.maximum(owed, 0.0)
    return scores | {name: reading.weight for name, reading in readings.items()} | {SUM: total}


def _weeks_owed(rent: Block) -> Floats:
    place, amount = rent.row_household, rent.columns["amount"]
    charges = rent.columns["entry"] == 0
    usual = middle(place[charges], amount[charges], len(rent), without=0.0)
    return np.divide(added(place, amount, len(rent)), usual, out=np.zeros(len(rent)), where=usual > 0)


def _lately(block: Block, day: int) -> NDArray[np.int64]:
    recent = (block.occurred_on > day - AHEAD) & (block.occurred_on <= day)
    return counted(block.row_household[recent], len(block))


def _missed(block: Block) -> Block:
    return block.where(block.columns["status"] == Appointment.codes["status"].index("noshow"))


def _judged(world: World, weekly: Sequence[Floats], per: int, seed: int) -> Score:
    """Raise the first few each week, cool down, and compare with what came."""
    room = max(1, round(per * len(world.households) / 10_000))
    resting = np.zeros(len(world.households), np.int64)
    first_raised = np.full(len(world.households), NEVER, np.int64)
    raised = right = 0
    for number, (day, weight) in enumerate(zip(world.days, weekly, strict=True)):
        due = _next_escalation(world, day)
        order = weighing.rank(world.households, weight, seed + day)
        open_to = (resting[order] <= day) & (weight[order] > 0) & ~_already(world, day)[order]
        chosen = order[open_to][:room]
        resting[chosen] = day + AHEAD
        first_raised[chosen] = np.minimum(first_raised[chosen], day)
        if number >= WARM_UP:
            raised += len(chosen)
            right += int(np.count_nonzero(due[chosen] <= day + AHEAD))
    lead = _leads(world, first_raised)
    filled = raised / (room * JUDGED)
    return Score(
        filled,
        right / max(raised, 1),
        float((lead > 0).mean()),
        float((lead >= 8).mean()),
        float(lead.mean()),
    )


def _next_escalation(world: World, day: int) -> NDArray[np.int64]:
    due = np.full(len(world.households), NEVER, np.int64)
    ahead = world.escalated_on > day
    np.minimum.at(due, np.searchsorted(world.households, world.escalated[ahead]), world.escalated_on[ahead])
    return due


def _already(world: World, day: int) -> NDArray[np.bool_]:
    gone = np.zeros(len(world.households), np.bool_)
    gone[np.searchsorted(world.households, world.escalated[world.escalated_on <= day])] = True
    return gone


def _leads(world: World, first_raised: NDArray[np.int64]) -> Floats:
    """Weeks between raise and first escalation for each in the judged weeks, at most 26; 0 where missed."""
    first = _next_escalation(world, 0)
    judged = np.flatnonzero((first > world.days[WARM_UP]) & (first <= world.days[-1] + 7))
    weeks = (first[judged] - first_raised[judged]) / 7.0
    return np.clip(weeks, 0.0, 26.0)


def _row(score: Score) -> tuple[float, ...]:
    return (score.filled, score.precision, score.caught, score.caught_early, score.lead)


def _table(title: str, mean: Mapping[str, Score], each: Mapping[str, Sequence[Score]]) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE, padding=(0, 1, 0, 0))
    table.add_column("method", no_wrap=True)
    for heading in ("precision", "caught", "8+ weeks", "lead", "filled"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, score in sorted(mean.items(), key=lambda item: item[1].precision):
        spread = max(one.precision for one in each[name]) - min(one.precision for one in each[name])
        precision = f"{score.precision:.3f} ±{spread / 2:.3f}"
        shares = (f"{score.caught:.3f}", f"{score.caught_early:.3f}", f"{score.lead:.2f}")
        table.add_row(name, precision, *shares, f"{score.filled:.2f}")
    return table


def _ratios(mean: Mapping[str, Score]) -> str:
    """What the brief promises: so many times the rules, the balance, and the best check alone."""
    weighed = mean[SUM].precision
    against = {
        ANY: mean[ANY].precision,
        "best rule": max(mean[rule].precision for rule in RULES),
        BALANCE: mean[BALANCE].precision,
        "best check": max(mean[check.name].precision for check in CHECKS),
    }
    return "; ".join(f"{weighed / max(other, 1e-9):.2f} times {name}" for name, other in against.items())


if __name__ == "__main__":
    main()
