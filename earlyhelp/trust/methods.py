"""Ways of making the week's list that a backtest sets side by side: rules, single checks, and their sum."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from earlyhelp.casework.weighing import EXPERT, Weights, weigh
from earlyhelp.checking.check import Check, Reading
from earlyhelp.checking.measures import Floats
from earlyhelp.chronology import Block
from earlyhelp.law.policy import Policy
from earlyhelp.trust.naive_rules import naive

RUNNING = "all live checks, weighed"


def sums(named: Collection[str], live: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Which checks each sum takes: those that run today; and with, or without, those asked about."""
    today = tuple(sorted(live))
    made = {RUNNING: today} if today else {}
    new = sorted(set(named) - set(live))
    if new:
        made["the same with " + ", ".join(new)] = tuple(sorted({*live, *new}))
    rest = sorted(set(live) - set(named))
    if not new and rest:
        made["the same without " + ", ".join(sorted(named))] = tuple(rest)
    return made


def weights(
    readings: Mapping[str, Reading],
    checks: Mapping[str, Check],
    named: Collection[str],
    added: Mapping[str, Sequence[str]],
    blocks: Mapping[str, Block],
    day: int,
    policy: Policy,
    households: int,
    by: Weights = EXPERT,
) -> dict[str, Floats]:
    """What each method says of each household on that day; a check that was not asked says nothing."""
    said = naive(blocks, day)
    nothing = np.zeros(households)
    for name in named:
        said[f"check: {name}"] = readings[name].weight if name in readings else nothing
    for title, names in added.items():
        heard = {name: readings[name] for name in names if name in readings}
        sectors = {name: checks[name].sector for name in heard}
        said[title] = weigh(heard, sectors, policy, by) if heard else nothing
    return said
