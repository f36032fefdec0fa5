"""Expectation and maximisation over the patterns in which pairs agree: what likeness means in these records.

Every pair that shares a key is here, so that nearly all true links are, and what is learnt of them (m) does
not hang on which key found them; what pairs by chance look like (u) was sampled. Few records teach little:
the model's own figures count as so many pairs more, and prevail until there is more to see (maximum a
posteriori, Dirichlet priors; Dempster, Laird and Rubin 1977, section 4).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from earlyhelp.linking.model import Comparison

ROUNDS: Final = 200
STILL: Final = 1e-5
LEAST: Final = 1e-9
Patterns = NDArray[np.int16]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Settled:
    """What was learnt, and how many of the pairs looked at are expected to be links."""

    comparisons: tuple[Comparison, ...]
    links: float


def settle(
    comparisons: Sequence[Comparison],
    patterns: Patterns,
    counts: Floats,
    guess: float,
    of: float,
    weight: float,
) -> Settled:
    """Learn how often two records of one person agree in each way.

    ``patterns`` has a row for each pattern and a column for each comparison: the place of the level, or -1
    where it could not be compared; ``counts`` says how many pairs each stands for. ``guess`` is how many of
    them may be links, to begin with, ``of`` all the pairs among which they were looked for: those that share
    no key are no links, and chance is measured over all of them.
    """
    learnt = [np.array([level.m for level in one.levels]) for one in comparisons]
    chance = [np.array([level.u for level in one.levels]) for one in comparisons]
    before = [one.copy() for one in learnt]
    links = min(guess, 0.5 * counts.sum(), 0.5 * of)
    for _ in range(ROUNDS):
        likely = counts * _links(patterns, learnt, chance, links / (of - links))
        links = float(np.clip(likely.sum(), 0.1, min(0.9 * counts.sum(), 0.5 * of)))
        still = True
        for place, comparison in enumerate(comparisons):
            if not comparison.fixed:
                column = patterns[:, place]
                told = np.bincount(column[column >= 0], likely[column >= 0], len(learnt[place])).astype(
                    np.float64
                )
                now = _posterior(told, before[place], weight)
                still = still and float(np.abs(now - learnt[place]).max()) < STILL
                learnt[place] = now
        if still:
            break
    return Settled(
        tuple(
            one if one.fixed else one.with_levels(m.tolist(), [level.u for level in one.levels])
            for one, m in zip(comparisons, learnt, strict=True)
        ),
        links,
    )


def without_links(comparisons: Sequence[Comparison], links: float, pairs: float) -> tuple[Comparison, ...]:
    """Take the links out of pairs drawn by chance, or in few records likeness would look like chance.

    At least a tenth of each level is left: what was expected of the links is itself uncertain.
    """
    told = []
    for one in comparisons:
        m, u = (np.array([getattr(level, which) for level in one.levels]) for which in ("m", "u"))
        left = np.maximum(u * pairs - m * links, 0.1 * u * pairs)
        told.append(one if one.fixed else one.with_levels(m.tolist(), (left / left.sum()).tolist()))
    return tuple(told)


def _links(patterns: Patterns, m: list[Floats], u: list[Floats], odds: float) -> Floats:
    """How likely each pattern is to be a link."""
    total = np.full(len(patterns), np.log(odds))
    for place, (a, b) in enumerate(zip(m, u, strict=True)):
        weight = np.append(np.log(np.maximum(a, LEAST) / np.maximum(b, LEAST)), 0.0)  # the last stands for -1
        total += weight[patterns[:, place]]
    return np.asarray(1 / (1 + np.exp(-np.clip(total, -500, 500))), np.float64)


def _posterior(told: Floats, prior: Floats, weight: float) -> Floats:
    """What was seen and what stood before, as so many pairs."""
    summed = told + prior / prior.sum() * weight
    return np.asarray(np.maximum(summed / summed.sum(), LEAST))
