"""A small share of the places is given by lot, so that it can still be known whether the list is right.

Once cases are worked, help that works prevents what it was given for, and the list looks wrong the better it
is. Those drawn stand below the others and are helped no less; what came of them beside what came of the
others says what the order is worth (detection.md 8). Lots are drawn from a seed, and so can be drawn again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeVar

Drawn = TypeVar("Drawn")


@dataclass(frozen=True, slots=True)
class Lots:
    """The lots of one night: what they are drawn from, and what earlier runs of the same night have given.

    A night is run again when an agency was down. Its share of places by lot is that of the whole night, so
    what was ``opened`` before counts among the places, and what was opened ``by_lot`` has been given already.
    """

    seed: int
    opened: int = 0
    by_lot: int = 0

    def left(self, free: int, share: float) -> int:
        """How many of the ``free`` places are still to go by lot tonight."""
        return min(free, max(0, places_by_lot(self.whole(free), share, self.seed) - self.by_lot))

    def whole(self, free: int) -> int:
        """The places of the whole night, of which so many are free still."""
        return free + self.opened


def places_by_lot(places: int, share: float, seed: int) -> int:
    """How many of these places go by lot tonight: the share, and what is left over of it by lot as well."""
    whole, left_over = divmod(places * share, 1.0)
    return int(whole) + (_number(f"places {seed}") < left_over)


def in_drawn_order(households: Sequence[tuple[int, Drawn]], seed: int) -> list[Drawn]:
    """What goes with each household, in the order of their lots: each may as well come first."""
    return [thing for _, thing in sorted(households, key=lambda one: _number(f"household {one[0]} {seed}"))]


def _number(words: str) -> float:
    """A number from 0 up to 1, always the same for the same words."""
    return int.from_bytes(blake2b(words.encode(), digest_size=7).digest()) / 2**56
