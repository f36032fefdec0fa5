"""Backtest of the early warning on invented worlds: each week as known on its day, judged by what came.

Each method ranks the same households each week; the first few are raised and then left in peace for half a
year. A raise is right if the household escalated within the next 26 weeks. "As decided" is what the nightly
round would do: with workers who answer a fortnight later whether they found need, or before any has. The seeds had no part in choosing
any weight: those were set on seeds 1 to 8, and boosting learns from seeds of its own.
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from benchmarks.detecting import boosting
from benchmarks.detecting.facts import facts
from benchmarks.detecting.judging import Score, judged
from benchmarks.detecting.methods import BOOSTED, DECIDED, scopes, weighed
from benchmarks.detecting.table import ratios, table
from benchmarks.detecting.worlds import KINDS, Kind, lived

SEEDS = (31, 32, 33)
TAUGHT = (131, 132, 133)
"""Boosting learns from these seeds of the same kind of world."""
BUDGETS = (10, 2)
"""Households raised a week for every 10,000."""
AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Judged:
    """Scores of one world by budget and method, and the facts of each week for boosting to answer."""

    scores: dict[int, dict[str, Score]]
    asked: NDArray[np.float32] | None


def main(households: int = 20_000, *, quick: bool = False, seeds: Sequence[int] = SEEDS) -> None:
    """Print, for each world, a table at 10 and at 2 raised per 10,000 households a week, mean of the seeds.

    ``quick``: the usual city and the calm one, one seed, and no boosting.
    """
    console = Console(soft_wrap=True, width=120)
    kinds, seeds = ((KINDS[0], KINDS[-1]), seeds[:1]) if quick else (KINDS, seeds)
    with ProcessPoolExecutor(AT_ONCE, mp_context=get_context("spawn")) as workers:
        for kind in kinds:
            with console.status(kind.name):
                found = _judge(kind, households, seeds, workers, boost=not quick)
            for per, methods in found.items():
                told = f"{kind.name}: {per} raised per 10,000 households a week, seeds {list(seeds)}"
                console.print(table(told, methods))
                console.print(ratios(methods), "\n")


def _judge(
    kind: Kind, households: int, seeds: Sequence[int], workers: ProcessPoolExecutor, *, boost: bool
) -> dict[int, dict[str, list[Score]]]:
    """Every method's scores on every seed, by budget."""
    jobs = [workers.submit(_one, kind, households, seed, with_facts=boost) for seed in seeds]
    lessons = [workers.submit(_lesson, kind, households, seed) for seed in TAUGHT] if boost else []
    found: dict[int, dict[str, list[Score]]] = {per: {} for per in BUDGETS}
    done = [job.result() for job in jobs]
    for one, per in product(done, BUDGETS):
        for name, score in one.scores[per].items():
            found[per].setdefault(name, []).append(score)
    if boost:
        answers = boosting.boosted(
            [job.result() for job in lessons], [one.asked for one in done if one.asked is not None]
        )
        again = [
            workers.submit(_boosted, kind, households, seed, answer)
            for seed, answer in zip(seeds, answers, strict=True)
        ]
        for job in again:
            for per, score in job.result().items():
                found[per].setdefault(BOOSTED, []).append(score)
    return found


def _one(kind: Kind, households: int, seed: int, *, with_facts: bool) -> Judged:
    """One world, judged by every method that is ours or a rule."""
    world = lived(kind, households, seed)
    weekly = [weighed(world, day) for day in world.days]
    whose = [scopes(week) for week in weekly]
    scores = {
        per: {
            name: judged(
                world, [week[name] for week in weekly], per, seed, whose if name == DECIDED else None
            )
            for name in weekly[0]
        }
        for per in BUDGETS
    }
    return Judged(scores, np.concatenate([facts(world, day) for day in world.days]) if with_facts else None)


def _lesson(kind: Kind, households: int, seed: int) -> boosting.Taught:
    return boosting.lessons(lived(kind, households, seed))


def _boosted(kind: Kind, households: int, seed: int, chance: NDArray[np.float64]) -> dict[int, Score]:
    """How boosting did on one world, of whose weeks these are the chances."""
    world = lived(kind, households, seed)
    weekly = np.split(chance, len(world.days))
    return {per: judged(world, weekly, per, seed) for per in BUDGETS}


if __name__ == "__main__":
    main()
