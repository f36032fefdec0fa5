"""How far agencies agree beyond chance: what feeds alone say of how common need is, before anyone answers.

Two checks of two agencies that know nothing of each other point at the same household now and then by chance:
as often as the share of households that one points at times that of the other. Where people are under strain
they do so more often, for the same strain is seen by both. So what is seen beyond chance measures need, in a
city nobody has visited yet (capture and recapture, as Chandra Sekar and Deming 1949 used it for two lists).

Where hardship of long standing makes two agencies speak of the same streets, agreement looks like need: the
policy's line then stands, as it would without this. Where the households of two feeds cannot be the same, or
the links of one are broken, they agree seldom, and the line rises for no reason: a night writes down the
three counts, and an explanation tells them.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import combinations

import numpy as np

from earlyhelp.checking.measures import Floats
from earlyhelp.chronology import Ids
from earlyhelp.law.policy import Policy, Sector

ALSO_SEEN = 0.6
"""Of households in need that one of two checks points at, the share that the other does too, and with them
those whose need began or ended nearby. Our assumption: 30 to 45 in 100 do not react at all to an agency
(detection.md 4.1), and two tuning worlds of the usual city showed 0.55 to 0.75."""
FIRM = 1.0
"""How firmly the policy's own assumption is held: as firmly as one agreement beyond chance. Our choice: 2 and
4 leave fewer places empty in a calm city, and gain nothing in one under strain."""
RATES: Floats = np.linspace(0.005, 10.0, 2000)
"""Need as a multiple of what the policy assumes: what is weighed against what was seen."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Pairs of checks of two sectors pointing at one household: how many were ``seen``, how many
    ``by_chance`` alone there would be, and how many ``of_need`` besides if it were as common as assumed."""

    seen: int = 0
    by_chance: int = 0
    of_need: int = 0

    def counts(self) -> dict[str, int]:
        """As a night writes them down."""
        return {f"agree_{name}": count for name, count in asdict(self).items()}

    @classmethod
    def told(cls, counts: Mapping[str, object]) -> "Agreement":
        """As a night wrote them down; nothing is said by one that wrote none."""
        return cls(*(int(str(counts.get(f"agree_{name}", 0))) for name in cls.__slots__))


@dataclass(frozen=True, slots=True, eq=False)
class Pointed:
    """The households that a check points at, in ascending order, and how much it says of each."""

    sector: Sector
    household: Ids
    weight: Floats


def agreement(pointed: Mapping[str, Pointed], households: int, policy: Policy) -> Agreement:
    """Add up, over all pairs of checks of two sectors, what was seen and what chance would make.

    ``pointed`` holds what is at least `Policy.notable`, of ``households`` that were asked about. A check that
    raises nobody by itself tonight, as a seed never does, is too faint for a pair to be expected of it.
    """
    loud = {
        name: one for name, one in sorted(pointed.items())
        if len(one.weight) and one.weight.max() >= policy.worth_raising
    }  # fmt: skip
    seen = chance = need = 0.0
    for one, other in combinations(loud.values(), 2):
        if one.sector != other.sector:
            seen += len(np.intersect1d(one.household, other.household, assume_unique=True))
            chance += len(one.household) * len(other.household) / households
            need += ALSO_SEEN * min(_in_need(one, policy), _in_need(other, policy))
    return Agreement(round(seen), round(chance), round(need))


def rarer(told: Agreement) -> float:
    """By how much rarer need is than the policy assumes, as log-odds: 0 where it is as common, or more so.

    The mean of what is likely: pairs seen are Poisson about chance and need, the assumption is a gamma.
    """
    if not told.of_need:
        return 0.0
    expected = told.by_chance + RATES * told.of_need
    log_chance = told.seen * np.log(np.maximum(expected, 1e-9)) - expected
    log_chance += (FIRM - 1.0) * np.log(RATES) - FIRM * RATES
    chance = np.exp(log_chance - log_chance.max())
    return min(float(np.log((RATES * chance).sum() / chance.sum())), 0.0)


def _in_need(one: Pointed, policy: Policy) -> float:
    """How many of these households are in need, if as many are as the policy assumes."""
    odds = np.log(policy.worth_a_visit / (1.0 - policy.worth_a_visit)) - policy.worth_raising
    return float((1.0 / (1.0 + np.exp(-(one.weight + odds)))).sum())
