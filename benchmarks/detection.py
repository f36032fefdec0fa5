"""Backtest of the early warning on invented worlds: each week as known on its day, judged by what came.

Each method ranks the same households each week; the first few are raised and then left in peace for half a
year. A raise is right if the household escalated within the next 26 weeks. "As decided" is what the nightly
round would do: with workers who answer a fortnight later whether they found need, or before any has. The seeds had no part in choosing
any weight: those were set on seeds 1 to 8, and boosting learns from seeds of its own.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import product
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from benchmarks.detecting import boosting
from benchmarks.detecting.facts import facts, without
from benchmarks.detecting.judging import Score, judged
from benchmarks.detecting.methods import (
    AS_FEW,
    BOOSTED,
    CALLOUTS_RULE,
    CHECKS,
    DECIDED,
    SUM,
    Readings,
    agreed,
    asked,
    scopes,
    weighed,
)
from benchmarks.detecting.table import ratios, table
from benchmarks.detecting.worlds import KINDS, Kind, World, heard, lived

SEEDS = (31, 32, 33)
TAUGHT = (131, 132, 133)
"""Boosting learns from these seeds of the same kind of world."""
BUDGETS = (10, 2)
"""Households raised a week for every 10,000."""
AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Judged:
    """One world: scores by kind, budget and method; the world without its feeds; its facts for boosting."""

    scores: Mapping[str, Mapping[int, Mapping[str, Score]]]
    bare: World
    asked: NDArray[np.float32] | None


def main(
    households: int = 20_000,
    *,
    quick: bool = False,
    seeds: Sequence[int] = SEEDS,
    named: Sequence[str] = (),
) -> None:
    """Print, for each world, a table at 10 and at 2 raised per 10,000 households a week, mean of the seeds.

    ``quick``: the usual city and the calm one, one seed, and no boosting. ``named``: only worlds whose names
    have one of these words. Worlds that differ in what is heard of them alone are made once.
    """
    console = Console(soft_wrap=True, width=120)
    seeds = seeds[:1] if quick else seeds
    kinds = [
        kind
        for kind in ((KINDS[0], KINDS[-1]) if quick else KINDS)
        if not named or any(word in kind.name for word in named)
    ]
    with ProcessPoolExecutor(AT_ONCE, mp_context=get_context("spawn")) as workers:
        for city in dict.fromkeys(kind.city for kind in kinds):
            alike = [kind for kind in kinds if kind.city == city]
            with console.status(alike[0].name):
                found = _judge(alike, households, seeds, workers, boost=not quick and alike[0].hardship > 0)
            for kind, per in product(alike, BUDGETS):
                told = f"{kind.name}: {per} raised per 10,000 households a week, seeds {list(seeds)}"
                console.print(table(told, found[kind.name][per]))
                console.print(ratios(found[kind.name][per]), "\n")


def _judge(
    alike: Sequence[Kind], households: int, seeds: Sequence[int], workers: ProcessPoolExecutor, *, boost: bool
) -> dict[str, dict[int, dict[str, list[Score]]]]:
    """Every method's scores on every seed, by kind and budget."""
    jobs = [workers.submit(_one, alike, households, seed, with_facts=boost) for seed in seeds]
    lessons = [workers.submit(_lesson, alike[0], households, seed) for seed in TAUGHT] if boost else []
    found: dict[str, dict[int, dict[str, list[Score]]]] = {
        k.name: {per: {} for per in BUDGETS} for k in alike
    }
    done = [job.result() for job in jobs]
    for one, kind, per in product(done, alike, BUDGETS):
        for name, score in one.scores[kind.name][per].items():
            found[kind.name][per].setdefault(name, []).append(score)
    for kind in alike if boost else ():
        taught = [(without(rows, kind.without), came) for rows, came in (job.result() for job in lessons)]
        asked = [without(one.asked, kind.without) for one in done if one.asked is not None]
        for one, seed, chance in zip(done, seeds, boosting.boosted(taught, asked), strict=True):
            weekly = np.split(chance, len(one.bare.days))
            for per in BUDGETS:
                scores = found[kind.name][per].setdefault(BOOSTED, [])
                scores.append(judged(one.bare, weekly, per, seed))
    return found


def _one(alike: Sequence[Kind], households: int, seed: int, *, with_facts: bool) -> Judged:
    """One world, judged by every method that is ours or a rule, for each kind that differs in its feeds alone."""
    world = lived(alike[0], households, seed)
    everything = [asked(world, day) for day in world.days]
    scores = {kind.name: _scores(world, kind, everything, seed) for kind in alike}
    told = np.concatenate([facts(world, day) for day in world.days]) if with_facts else None
    return Judged(scores, replace(world, blocks={}), told)


def _scores(
    world: World, kind: Kind, everything: Sequence[Readings], seed: int
) -> dict[int, dict[str, Score]]:
    """The scores of one kind, by budget and method; ``everything`` is what checks say where all feeds are heard."""
    world = heard(world, kind)
    deaf = [check for check in CHECKS if check.reads.kind in kind.without]
    weekly, whose, agreements = [], [], []
    for day, readings in zip(world.days, everything, strict=True):
        readings = {
            **readings,
            **{check.name: check.ask(world.blocks[check.reads.kind], day) for check in deaf},
        }
        weekly.append(weighed(world, day, readings))
        whose.append(scopes(weekly[-1]))
        agreements.append(agreed(readings))
    found: dict[int, dict[str, Score]] = {}
    for per in BUDGETS:
        by_name = {name: [week[name] for week in weekly] for name in weekly[0]}
        found[per] = {
            name: judged(world, each, per, seed, whose if name == DECIDED else None, agreements)
            for name, each in by_name.items()
        }
        few = per * found[per][CALLOUTS_RULE].filled
        found[per][AS_FEW] = judged(world, by_name[SUM], few, seed)
    return found


def _lesson(kind: Kind, households: int, seed: int) -> boosting.Taught:
    return boosting.lessons(lived(kind, households, seed))


if __name__ == "__main__":
    main()
