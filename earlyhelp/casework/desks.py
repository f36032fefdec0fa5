"""Who has room for a new case tonight, and who may have which."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from earlyhelp.law.policy import Sector

JOINT = "joint"
"""The scope of a case that brings several sectors' data together; any other scope is a sector."""


@dataclass(frozen=True, slots=True)
class Room:
    """How many new cases one worker can take, and which: their ward, their sector, their training."""

    worker: int
    sector: Sector | None
    ward: str | None
    places: int
    trained: bool


class Desk:
    """Who still has room tonight; each case taken leaves one place fewer."""

    def __init__(self, rooms: Iterable[Room]) -> None:
        self.rooms = sorted(rooms, key=lambda room: room.worker)
        self.taken: Counter[int] = Counter()
        self.kept_back = 0

    @property
    def left(self) -> int:
        """How many places there are still tonight, with everybody together."""
        return sum(room.places for room in self.rooms) - self.taken.total()

    def take(self, scope: str, ward: str, *, restricted: bool) -> int | None:
        """The worker with most room who may have this case; of the ward first; None if there is none.

        A household with a domestic-abuse marker goes only to somebody trained for it.
        """
        sector = None if scope == JOINT else scope
        fit = [
            room
            for room in self.rooms
            if room.sector == sector
            and room.ward in (None, ward)
            and (room.trained or not restricted)
            and room.places > self.taken[room.worker]
        ]
        if not fit:
            return None
        best = max(fit, key=lambda r: (r.ward is not None, r.places - self.taken[r.worker], -r.worker))
        self.taken[best.worker] += 1
        return best.worker
