"""Adding up what the checks say: one capped sum for each sector, and an order that nobody can game.

Log-odds of different agencies are added because that beat every other way of joining them, and because a
sum can be read out line by line (detection.md 4.2). Each sector is held between two bounds once, so that two
checks of one agency cannot outvote the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from earlyhelp.checking.check import Reading
from earlyhelp.chronology import Ids
from earlyhelp.law.policy import Policy, Sector

Floats = NDArray[np.float64]


BEND = 0.5
"""Log-odds below the ceiling from which a sector's weight bends towards it and never gets there, so that no
two of its heaviest households tie: on files of another kind one in twenty did, and a short list was drawn by
lot."""


@dataclass(frozen=True, slots=True)
class Weights:
    """By how much each check's own log-odds are multiplied before they are added, and since which version."""

    version: str = "1"
    times: Mapping[str, float] = field(default_factory=dict)


EXPERT = Weights()
"""What stands until outcomes support more: every check as its author set it (detection.md 9, rule 7)."""


def by_sector(
    readings: Mapping[str, Reading],
    sector_of: Mapping[str, Sector],
    policy: Policy,
    weights: Weights | None = None,
) -> dict[Sector, Floats]:
    """Each sector's weight for each household, above the policy's floor or on it, and below its ceiling.

    ``weights`` say by how much each check's own is multiplied: by one, where they say nothing. Checks are
    taken in the order of their names, so that the same readings give the same bytes.
    """
    sums: dict[Sector, Floats] = {}
    for name in sorted(readings):
        sector = sector_of[name]
        weight = readings[name].weight * (1.0 if weights is None else weights.times.get(name, 1.0))
        sums[sector] = sums[sector] + weight if sector in sums else weight
    return {
        sector: bounded(sums[sector], policy.floor, policy.ceiling).astype(np.float64)
        for sector in sorted(sums)
    }


def bounded(weight: Floats, floor: float, ceiling: float) -> Floats:
    """The same order, no less than ``floor`` and always less than ``ceiling``, before which it bends."""
    over = np.maximum(weight - (ceiling - BEND), 0.0)
    return np.maximum(np.where(over > 0, ceiling - BEND * BEND / (BEND + over), weight), floor)


def weigh(
    readings: Mapping[str, Reading],
    sector_of: Mapping[str, Sector],
    policy: Policy,
    weights: Weights | None = None,
) -> Floats:
    """The total log-odds for each household; a sector that says nothing adds nothing."""
    sectors = by_sector(readings, sector_of, policy, weights)
    if not sectors:
        raise ValueError("nothing to weigh: no check has given a reading")
    return np.asarray(np.sum(list(sectors.values()), axis=0), np.float64)


def rank(households: Ids, total: Floats, seed: int) -> NDArray[np.int64]:
    """Places of the households from the heaviest total to the lightest.

    Equal totals are ordered by a seeded hash of the id: by drawing lots that can be drawn again, and
    never by who was numbered first.
    """
    if not np.isfinite(total).all():
        raise ValueError("a total that is no number cannot be ranked")
    return np.lexsort((lots(households, seed), -total)).astype(np.int64)


def lots(households: Ids, seed: int) -> NDArray[np.uint64]:
    """A number drawn for each id, the same for the same seed (splitmix64, Steele and others 2014)."""
    with np.errstate(over="ignore"):
        mixed = households.astype(np.int64).view(np.uint64) ^ np.uint64(seed % 2**64)
        mixed = mixed + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(mixed ^ (mixed >> np.uint64(31)), np.uint64)


def hashed(names: Sequence[str]) -> Ids:
    """A number for each id that is text, the same on every machine and in every file order."""
    digests = b"".join(blake2b(name.encode(), digest_size=8).digest() for name in names)
    return np.frombuffer(digests, "<i8").astype(np.int64)
