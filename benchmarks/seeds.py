"""What each newer check says in the invented city: of how many households, and of how many in real need.

For each seed of the city three nights are asked, a quarter apart. A household is in need while its hidden
stress is above 0.2, and due where it escalates within half a year. Odds are those of the households that the
check speaks of over those of all others, as a logarithm; the weight ought to be no more than that. Then what the
list gains: the first three checks alone, with each newer one, and with all of them.
"""

from collections.abc import Sequence
from time import process_time

import numpy as np

from benchmarks.blocks import blocks_of, joined
from benchmarks.detecting.judging import judged
from benchmarks.detecting.methods import CHECKS
from benchmarks.detecting.worlds import KINDS, lived
from benchmarks.newer_blocks import newer_blocks_of
from earlyhelp import plugins
from earlyhelp.casework import weighing
from earlyhelp.chronology import day_number
from earlyhelp.demo.city.making import neighbourhoods
from earlyhelp.demo.city.records import CityPlan
from earlyhelp.demo.city.stress import NEED
from earlyhelp.law.policy import POLICY

AHEAD = 182
NIGHTS = (0, 13, 26)
BUDGETS = (2, 10)


def main(households: int = 10_000, seeds: Sequence[int] = (11, 12, 13)) -> None:
    """Print a line for each check, the seeds and nights together."""
    heard: dict[str, list[tuple[np.ndarray, ...]]] = {}
    seconds: dict[str, float] = {}
    for seed in seeds:
        for name, weight, need, due, took in asked(households, seed):
            heard.setdefault(name, []).append((weight, need, due))
            seconds[name] = seconds.get(name, 0.0) + took
    print(f"{households:,} households, seeds {list(seeds)}, {len(NIGHTS)} nights each")
    print(
        f"{'check':24}{'speaks of':>10}{'in need':>9}{'of all':>8}{'log odds of need':>18}{'of escalating':>15}{'mean weight':>13}{'CPU s':>8}"
    )
    for name, parts in heard.items():
        weight, need, due = (np.concatenate(column) for column in zip(*parts, strict=True))
        loud = weight >= POLICY.notable
        print(
            f"{name:24}{loud.mean():10.2%}{need[loud].mean():9.0%}{need.mean():8.1%}"
            f"{_log_odds(loud, need):18.1f}{_log_odds(loud, due):15.1f}{weight[loud].mean():13.2f}{seconds[name]:8.2f}"
        )
    gained(households, seeds)


def gained(households: int, seeds: Sequence[int]) -> None:
    """Print what the weighed list is worth with and without the newer checks, mean of the seeds."""
    checks = plugins.checks()
    first = [check.name for check in CHECKS]
    lists = {"the first three": first}
    lists |= {f"and {name}": [*first, name] for name in checks if name not in first}
    lists["and all of these"] = list(checks)
    sectors = {name: check.sector for name, check in checks.items()}
    found: dict[tuple[str, int], list[tuple[float, float, float]]] = {}
    for seed in seeds:
        world = lived(KINDS[0], households, seed, lambda here: blocks_of(here) | newer_blocks_of(here))
        weekly: dict[str, list[np.ndarray]] = {title: [] for title in lists}
        for day in world.days:
            said = {name: check.ask(world.blocks[check.reads.kind], day) for name, check in checks.items()}
            for title, names in lists.items():
                weekly[title].append(weighing.weigh({name: said[name] for name in names}, sectors, POLICY))
        for title, weights in weekly.items():
            for per in BUDGETS:
                score = judged(world, weights, per, seed)
                found.setdefault((title, per), []).append((score.precision, score.caught, score.lead))
    for per in BUDGETS:
        print(f"\n{per} raised per 10,000 households a week{'precision':>14}{'caught':>8}{'lead, weeks':>13}")
        for title in lists:
            precision, caught, lead = np.mean(found[title, per], axis=0)
            print(f"{title:38}{precision:14.3f}{caught:8.3f}{lead:13.2f}")


def asked(households: int, seed: int, **world: float):
    """(check, weights, who is in need, who is due, CPU seconds) of each newer check and night."""
    plan = CityPlan(households=households, seed=seed, history_weeks=104, weeks_after=26, **world)
    parts, stress, numbers, escalated, on = [], [], [], [], []
    for here in neighbourhoods(plan):
        parts.append(newer_blocks_of(here))
        stress.append(here.truth.stress)
        numbers.append(here.truth.household)
        escalated.append(here.truth.escalated)
        on.append(here.truth.escalated_on)
    blocks = joined(parts)
    number = np.concatenate(numbers)
    order = np.argsort(number)
    hidden, number = np.concatenate(stress)[order], number[order]
    whose, when = np.searchsorted(number, np.concatenate(escalated)), np.concatenate(on)
    for check in plugins.checks().values():
        if check.reads.kind not in blocks:
            continue
        for back in NIGHTS:
            night = day_number(plan.first_night) - 7 * back
            began = process_time()
            weight = check.ask(blocks[check.reads.kind], night).weight
            took = process_time() - began
            due = np.zeros(len(number), np.bool_)
            due[whose[(when > night) & (when <= night + AHEAD)]] = True
            yield check.name, weight, hidden[:, 104 - back - 1] > NEED, due, took


def _log_odds(loud: np.ndarray, which: np.ndarray) -> float:
    """How much more often the loud are such, as the logarithm of the ratio of odds; half a case is added."""
    table = [
        [np.count_nonzero((loud == a) & (which == b)) + 0.5 for b in (True, False)] for a in (True, False)
    ]
    return float(np.log(table[0][0] * table[1][1] / (table[0][1] * table[1][0])))


if __name__ == "__main__":
    main()
