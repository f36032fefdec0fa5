"""What is decided about, and what can be decided: plain values, each decision with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from earlyhelp.law.policy import Factor, Sector


@dataclass(frozen=True, slots=True)
class Voice:
    """What one check says of a household tonight: a weight in log-odds that is worth a sentence."""

    check: str
    sector: Sector
    factor: Factor
    weight: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A household of which something was heard tonight; candidates come ranked, the heaviest first.

    ``total`` is the weight over all sectors, ``by_sector`` each sector's own clipped sum.
    ``restricted``: a domestic-abuse marker is known. ``weights`` is the version of the weights it is by.
    """

    household: int
    ward: str
    restricted: bool
    total: float
    by_sector: Mapping[Sector, float]
    voices: Sequence[Voice]
    weights: str = "1"


@dataclass(frozen=True, slots=True)
class Standing:
    """An open case: its ``scope`` is ``joint`` or a sector; nobody has looked while ``state`` is ``new``.

    ``unsafe``: a domestic-abuse marker is known, and whoever holds the case is not trained for it.
    """

    case: int
    household: int
    ward: str
    scope: str
    state: str
    checks: frozenset[str]
    sectors: frozenset[Sector]
    unsafe: bool = False
    weight: float = 0.0
    """What it weighed when it was opened, or when it last eased."""


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Raise a new case with this worker; ``voices`` are those the worker may see."""

    household: int
    worker: int
    scope: str
    gateway: str
    weight: float
    voices: Sequence[Voice]
    reason: str
    by_lot: bool = False


@dataclass(frozen=True, slots=True)
class AddToCase:
    """New signals join the open case; with ``worker`` set it becomes a joint case in new hands.

    ``voices`` are all that the case now rests on, or the new ones alone.
    """

    household: int
    case: int
    voices: Sequence[Voice]
    reason: str
    scope: str
    gateway: str | None = None
    worker: int | None = None


@dataclass(frozen=True, slots=True)
class HandOver:
    """The case needs other hands; its history goes with it."""

    household: int
    case: int
    worker: int
    reason: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The cause has cleared before anyone looked."""

    household: int
    case: int
    reason: str


@dataclass(frozen=True, slots=True)
class Ease:
    """Things are clearly better than when the case was opened; it stays open, and says so."""

    household: int
    case: int
    weight: float
    reason: str


@dataclass(frozen=True, slots=True)
class LeaveAlone:
    """Nothing is done, and why."""

    household: int
    reason: str


Decision = OpenCase | AddToCase | HandOver | Withdraw | Ease | LeaveAlone

NOTHING_NEW = "already open, nothing new"
TOO_LITTLE = "too little is known to raise it"
SELDOM_RIGHT = (
    "weighs too little here: by workers' answers, or by how seldom agencies agree, too few need help"
)
COOLING = "looked at before, and no worse since"
NO_ROOM = "no key worker has room"
NO_ROOM_AGENCY = "no worker of that agency has room"
NOBODY_TRAINED = "marked for domestic abuse, and no trained worker has room: a manager must place it"
FULL = (NO_ROOM, NO_ROOM_AGENCY)
"""Left alone for want of room: held back."""
DRAWN_FROM = (TOO_LITTLE, SELDOM_RIGHT, NO_ROOM, NO_ROOM_AGENCY)
"""Why those were left alone among whom a few places are given by lot."""
