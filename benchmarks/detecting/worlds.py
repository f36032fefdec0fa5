"""The invented worlds in which the early warning is tried: the usual city, and five in which less is to be seen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.blocks import blocks_of, joined
from earlyhelp.chronology import Block, Ids, day_number
from earlyhelp.demo.city.making import neighbourhoods
from earlyhelp.demo.city.records import CityPlan, Neighbourhood
from schemas.police_callout import PoliceCallout
from schemas.rent_account import RentTransaction

NEED = 0.2
"""Hidden stress above which a household is in real need (detection.md 4.2)."""
WARM_UP, JUDGED = 13, 26
"""Weeks that only fill the cool-down, and weeks that count."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of world: how its plan differs from the usual one, and which feeds it does not have."""

    name: str
    hardship: float = 1.0
    signs: float = 1.0
    universal_credit: float = 0.0
    without: tuple[str, ...] = ()

    @property
    def city(self) -> tuple[float, float, float]:
        """What makes it another city than the usual, whichever feeds are heard of it."""
        return self.hardship, self.signs, self.universal_credit


KINDS = (
    Kind("the usual city"),
    Kind("signs 0.6 times as strong", signs=0.6),
    Kind("six in ten other accounts on Universal Credit", universal_credit=0.6),
    Kind("no arrears feed", without=(RentTransaction.kind,)),
    Kind("no police feed", without=(PoliceCallout.kind,)),
    Kind("nobody under hidden stress", hardship=0.0),
)


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """A city with its history, and when households escalated; ``days`` are those on which it is judged.

    ``in_need`` (days, H): whose hidden stress is above `NEED` then, which nobody sees but who visits.
    """

    households: Ids
    blocks: Mapping[str, Block]
    escalated: Ids
    escalated_on: Ids
    days: Sequence[int]
    in_need: NDArray[np.bool_]


def lived(
    kind: Kind, households: int, seed: int, feeds: Callable[[Neighbourhood], dict[str, Block]] = blocks_of
) -> World:
    """Make one world: two years of history and the half-year after it, in which raises prove right or wrong.

    All its feeds are there: `heard` leaves out those that a kind does not have.
    """
    plan = CityPlan(
        households=households,
        history_weeks=104,
        weeks_after=26,
        seed=seed,
        hardship=kind.hardship,
        signs=kind.signs,
        universal_credit=kind.universal_credit,
    )
    last = day_number(plan.first_night) - 1
    days = range(last - 7 * (WARM_UP + JUDGED - 1), last + 1, 7)
    weeks = [(day - day_number(plan.start)) // 7 for day in days]
    parts, escalated, on, whose, need = [], [], [], [], []
    for here in neighbourhoods(plan):
        parts.append(feeds(here))
        escalated.append(here.truth.escalated)
        on.append(here.truth.escalated_on)
        whose.append(here.truth.household)
        need.append(here.truth.stress[:, weeks].T > NEED)
    blocks = joined(parts)
    return World(
        households=next(iter(blocks.values())).households,
        blocks=blocks,
        escalated=np.concatenate(escalated),
        escalated_on=np.concatenate(on).astype(np.int64),
        days=days,
        in_need=np.concatenate(need, axis=1)[:, np.argsort(np.concatenate(whose))],
    )


def heard(world: World, kind: Kind) -> World:
    """The same world, of which some agencies have sent nothing."""
    blocks = {
        name: block.where(np.zeros(len(block.record), np.bool_)) if name in kind.without else block
        for name, block in world.blocks.items()
    }
    return replace(world, blocks=blocks)
