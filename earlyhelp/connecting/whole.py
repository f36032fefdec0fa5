"""When a dropped file is whole: nothing of one that is still being written is believed.

A feed declares one of three, the first that its agency keeps: a trailer with the count of rows, a sentinel
beside each file, or a while in which nobody has touched it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Final, Protocol

from earlyhelp.connecting.files.found import Found

BETWEEN_LOOKS: Final = 2.0
"""Seconds between two looks at a file whose age cannot be told by the clock."""


class Whole(Protocol):
    """Which files of a drop may be read."""

    @property
    def mark(self) -> str:
        """What the trailer begins with; empty where there is none."""

    def ready(
        self, look: Callable[[], list[Found]], ours: Callable[[Found], bool], doze: Callable[[float], None]
    ) -> Sequence[Found]:
        """The files of ours that nobody is writing any more; the others are left for the next run."""


@dataclass(frozen=True)
class Trailer:
    """The last line says how many rows there are: the only sign that cannot err.

    It is looked at when the file is read; a file without it is an error, not left in silence.
    """

    mark: str = "TRAILER"

    def ready(
        self, look: Callable[[], list[Found]], ours: Callable[[Found], bool], doze: Callable[[float], None]
    ) -> Sequence[Found]:
        """All of them."""
        return [one for one in look() if ours(one)]


@dataclass(frozen=True)
class Sentinel:
    """A file beside it, dropped last: ``visits_20261031.csv.done``, or ``visits_20261031.done``."""

    ending: str = ".done"
    mark: ClassVar[str] = ""

    def ready(
        self, look: Callable[[], list[Found]], ours: Callable[[Found], bool], doze: Callable[[float], None]
    ) -> Sequence[Found]:
        """Those with their sentinel beside them."""
        found = look()
        names = {one.name for one in found}
        return [one for one in found if ours(one) and not names.isdisjoint(self._sentinels(one.name))]

    def _sentinels(self, name: str) -> tuple[str, str]:
        return f"{name}{self.ending}", f"{name.rpartition('.')[0] or name}{self.ending}"


@dataclass(frozen=True)
class Settled:
    """Nobody has touched it for a while, and it does not grow between two looks at its size.

    The second look is the copy we take. SFTP tells nobody the time at the other end: a file's age is taken
    by our clock, and one stamped so far ahead that the clocks cannot agree is looked at once more after
    `BETWEEN_LOOKS`, its age being unknown.
    """

    after: timedelta = timedelta(minutes=10)
    mark: ClassVar[str] = ""

    def ready(
        self, look: Callable[[], list[Found]], ours: Callable[[Found], bool], doze: Callable[[float], None]
    ) -> Sequence[Found]:
        """Those that have settled."""
        now = datetime.now(UTC)
        quiet = [one for one in look() if ours(one) and abs(now - one.changed) >= self.after]
        if any(one.changed > now for one in quiet):
            doze(BETWEEN_LOOKS)
            again = set(look())
            quiet = [one for one in quiet if one in again]
        return quiet
