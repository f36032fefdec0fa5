"""Fits by how much each check's log-odds are to be multiplied: ridge logistic regression, never below zero.

A check speaks for trouble or says nothing: a negative multiple would turn its sentence into its opposite, so
none is allowed. The ridge pulls towards one, the experts' own weights, and not towards nothing: with few
outcomes little changes. Solved by projected Newton steps; the same rows give the same bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from earlyhelp.checking.measures import Floats

MOST_TERMS = 16
"""More could not be read out to anybody (detection.md 9, rule 7)."""
RIDGE = 10.0
"""How strongly the experts are believed: as much as about so many outcomes."""
STEPS, HALVINGS = 60, 30
SMALL = 1e-10
PLACES = 6
"""Decimals that are kept: beyond them only machines differ."""


Cost = Callable[[Floats], float]


@dataclass(frozen=True, slots=True)
class Fit:
    """The multiples (T), the log-odds where every check says nothing, and the mean log loss over the rows."""

    times: Floats
    ordinary: float
    loss: float


def fit(terms: Floats, came: Floats, counts: Floats, ridge: float = RIDGE) -> Fit:
    """Fit to rows of ``terms`` (N, T), after which an escalation ``came`` or not (N), each ``counts`` times.

    Raises `ValueError` where there are too many terms, or nothing to tell outcomes apart by.
    """
    if terms.shape[1] > MOST_TERMS:
        raise ValueError(f"at most {MOST_TERMS} terms can be read out, not {terms.shape[1]}")
    share = float((came * counts).sum() / counts.sum())
    if not 0 < share < 1:
        raise ValueError("there is nothing to tell outcomes apart by")
    rows = np.column_stack((terms, np.ones(len(terms))))
    at = np.append(np.ones(terms.shape[1]), np.log(share / (1 - share)))
    pull = np.append(np.full(terms.shape[1], ridge), 0.0)
    target = np.append(np.ones(terms.shape[1]), 0.0)

    def cost(where: Floats) -> float:
        fitted = rows @ where
        surprise = counts * (np.logaddexp(0.0, fitted) - came * fitted)
        return float(surprise.sum() + 0.5 * (pull * (where - target) ** 2).sum())

    for _ in range(STEPS):
        odds = 1.0 / (1.0 + np.exp(-(rows @ at)))
        slope = rows.T @ (counts * (odds - came)) + pull * (at - target)
        held = np.append((at[:-1] <= 0.0) & (slope[:-1] > 0.0), False)
        free = ~held
        bend = (rows[:, free].T * (counts * odds * (1.0 - odds))) @ rows[:, free] + np.diag(
            pull[free] + SMALL
        )
        step = np.zeros_like(at)
        step[free] = np.linalg.solve(bend, slope[free])
        moved = _shortened(cost, at, step)
        if np.abs(moved - at).max() < SMALL:
            break
        at = moved
    times = np.round(at[:-1], PLACES) + 0.0
    return Fit(times, round(float(at[-1]), PLACES), _loss(rows, np.append(times, at[-1]), came, counts))


def loss_of(total: Floats, came: Floats, counts: Floats) -> float:
    """The mean log loss of totals as they stand, with what is ordinary set as well as can be."""
    best = fit_ordinary(total, came, counts)
    return _loss(np.column_stack((total, np.ones(len(total)))), np.array([1.0, best]), came, counts)


def fit_ordinary(total: Floats, came: Floats, counts: Floats) -> float:
    """The log-odds to add to every total so that as many are expected as came."""
    low, high = -40.0, 40.0
    for _ in range(80):
        half = (low + high) / 2
        expected = float((counts / (1.0 + np.exp(-(total + half)))).sum())
        low, high = (low, half) if expected > float((came * counts).sum()) else (half, high)
    return (low + high) / 2


def _shortened(cost: Cost, at: Floats, step: Floats) -> Floats:
    """The step, halved until it helps, and never beyond zero."""
    before = cost(at)
    for halving in range(HALVINGS):
        moved = at - step / 2.0**halving
        moved[:-1] = np.maximum(moved[:-1], 0.0)
        if cost(moved) < before:
            return np.asarray(moved, np.float64)
    return at


def _loss(rows: Floats, at: Floats, came: Floats, counts: Floats) -> float:
    fitted = rows @ at
    return float((counts * (np.logaddexp(0.0, fitted) - came * fitted)).sum() / counts.sum())
