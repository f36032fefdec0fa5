"""What the room of key workers held back, and when it will be worked: a forecast that anybody can redo."""

from dataclasses import dataclass
from math import ceil

NIGHTS = 7
"""Nights over which newcomers are counted: a week has every kind of day in it."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """``held`` households are heavy enough for a case and wait for room.

    ``a_week`` is how many new cases the workers can take in a week, ``new_a_week`` how many households
    became heavy enough in the last.
    """

    held: int
    a_week: int
    new_a_week: float

    @property
    def nights(self) -> int | None:
        """Nights until all of them are worked if weeks go on like the last; None: never, at this room."""
        if not self.held:
            return 0
        gained = self.a_week - self.new_a_week
        return ceil(self.held / gained * NIGHTS) if gained > 0 else None

    @property
    def words(self) -> str:
        """The forecast in a sentence."""
        if not self.held:
            return "Nobody who is heavy enough for a case waits for room."
        room = f"room for {self.a_week:,} a week, {self.new_a_week:.0f} new ones a week"
        wait = (
            "never worked at this room" if self.nights is None else f"worked in about {self.nights:,} nights"
        )
        return f"{self.held:,} heavy enough for a case wait for room: {wait} ({room})."
