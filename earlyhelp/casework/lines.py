"""From which weight a case is worth raising, learnt from what key workers answered and how agencies agree.

A weight is log-odds against an ordinary household, so it says how likely help is needed only once it is known
how likely it is anywhere. In a city where few come under strain the same weight is right less often, and a
list that is filled because there is room sends workers for nothing. The council says which share of raises
must prove right (`Policy.worth_a_visit`), and workers' own answers say which weight reaches it: the odds that
go with no weight at all are fitted to them, for all cases and then for each scope. Before anybody has
answered, how seldom agencies agree on a household beyond chance says how rare need is (`casework.agreeing`).

Both only ever raise the line above the policy's own, and never beyond a sector's ceiling. Those older than
half a year are forgotten, and places by lot go on below the line, so that it comes down again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from earlyhelp.casework.agreeing import Agreement, rarer
from earlyhelp.checking.measures import Floats
from earlyhelp.law.policy import Policy

REMEMBERED = timedelta(weeks=26)
"""Answers count for half a year: as far ahead as a raise looks (detection.md 4.1)."""
SURE, SURE_OF_SCOPE = 1.0, 0.5
"""Standard deviations in log-odds: of the ordinary odds from the policy's, and of a scope's from those of all
cases (our choice; 1.5 and 1 did alike in the invented city)."""
STEPS, SMALL = 100, 1e-10
NOTHING_SEEN = Agreement()


@dataclass(frozen=True, slots=True)
class Answered:
    """What a worker answered to one case: its scope, what it weighed, and whether it was rightly raised."""

    scope: str
    weight: float
    right: bool


def lines(answered: Iterable[Answered], policy: Policy, agreed: Agreement = NOTHING_SEEN) -> dict[str, float]:
    """The least weight for a case, for each scope of which there are answers; and ``""`` for any other."""
    told = list(answered)
    worth = float(np.log(policy.worth_a_visit / (1.0 - policy.worth_a_visit)))
    assumed = worth - policy.worth_raising + rarer(agreed)
    overall = _ordinary(told, assumed, SURE)
    ordinary = {"": overall}
    for scope in sorted({one.scope for one in told}):
        ordinary[scope] = _ordinary([one for one in told if one.scope == scope], overall, SURE_OF_SCOPE)
    most = max(policy.ceiling, policy.worth_raising)
    return {scope: min(max(worth - odds, policy.worth_raising), most) for scope, odds in ordinary.items()}


def line_of(scope: str, drawn: Mapping[str, float] | None, policy: Policy) -> float:
    """The least weight for a case of this scope; the policy's where nothing was answered yet."""
    return policy.worth_raising if not drawn else drawn.get(scope, drawn.get("", policy.worth_raising))


def _ordinary(told: list[Answered], assumed: float, sure: float) -> float:
    """The log-odds that go with no weight: the likeliest, if they lie about ``sure`` from those ``assumed``.

    Newton's steps, none longer than one; the function is concave, so there is one answer.
    """
    weight: Floats = np.array([one.weight for one in told], np.float64)
    right: Floats = np.array([one.right for one in told], np.float64)
    odds = assumed
    for _ in range(STEPS):
        chance = 1.0 / (1.0 + np.exp(-(weight + odds)))
        slope = float((right - chance).sum()) - (odds - assumed) / sure**2
        bend = float((chance * (1.0 - chance)).sum()) + 1.0 / sure**2
        step = min(max(slope / bend, -1.0), 1.0)
        odds += step
        if abs(step) < SMALL:
            break
    return odds
