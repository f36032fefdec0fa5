"""Which files of a drop a window reads, and in which order: by their day, then by their name.

A zip takes the place of its day, and its members follow each other there.
"""

import logging
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from fnmatch import fnmatchcase
from functools import partial

from earlyhelp.connecting.files.found import MOST_BYTES, Copy, Drop, Found, copied
from earlyhelp.connecting.files.zips import Zip
from earlyhelp.connecting.layouts import Unreadable
from earlyhelp.connecting.whole import Trailer, Whole
from earlyhelp.errors import AgencyAnsweredOddly
from earlyhelp.feeds import Position, Window
from schemas.feed import london_day

log = logging.getLogger(__name__)

_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_]?)(\d\d)\2(\d\d)(?:\d{4}|\d{6})?(?!\d)")


@dataclass(frozen=True)
class Search:
    """Which files are ours: their names match ``pattern`` or, for zips with such files in them, ``archive``.

    ``dated`` files bear their day in the name; of others it is the day on which they were dropped.
    """

    pattern: str
    archive: str | None
    dated: bool
    whole: Whole

    def ours(self, found: Found) -> bool:
        """Whether a file is ours and has a day."""
        return self._packed(found) or (
            fnmatchcase(found.name, self.pattern) and not (self.dated and day_in(found.name) is None)
        )

    def entries(self, drop: Drop, window: Window, doze: Callable[[float], None]) -> list["Entry"]:
        """The whole files of a window's days, its last one included, oldest first."""
        first = london_day(window.since) if window.since else date.min
        last = london_day(window.until) if window.until else date.max
        found = self.whole.ready(drop.look, self.ours, doze)
        entries = [Entry(self._day(one), one, self._packed(one)) for one in found]
        return sorted(
            (one for one in entries if first <= one.day <= last), key=lambda one: (one.day, one.found.name)
        )

    def _day(self, found: Found) -> date:
        return (day_in(found.name) if self.dated else None) or london_day(found.changed)

    def _packed(self, found: Found) -> bool:
        return self.archive is not None and fnmatchcase(found.name, self.archive)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or a zip of the drop, with its day."""

    day: date
    found: Found
    packed: bool


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file to be read: what it is called, its day, when it was dropped, and our copy of it."""

    name: str
    day: date
    at: datetime
    copy: Copy


@dataclass(frozen=True, slots=True)
class Step:
    """The next file of a walk and what follows it; None: it was left, since it is still being written."""

    dropped: Dropped | None
    following: str | None


def resumed(
    label: str, entries: list[Entry], position: Position | None
) -> tuple[list[Entry], Position | None]:
    """The files from a saved position on; all of them, without a position, where its file is gone."""
    if position is None:
        return entries, None
    name = position["file"]
    for index, one in enumerate(entries):
        if name == one.found.name or (one.packed and name.startswith(f"{one.found.name}/")):
            return entries[index:], position
    log.info("%s: the saved file is gone, the window starts again", label)
    return entries, None


def walk(
    label: str, search: Search, drop: Drop, entries: Sequence[Entry], first: str | None
) -> Generator[Step, None, None]:
    """One file after another, each copied when its turn comes; in the first zip from ``first`` on."""
    for entry, after in zip(entries, [*entries[1:], None], strict=False):
        following = after.found.name if after else None
        found = entry.found
        if found.size > MOST_BYTES:
            raise AgencyAnsweredOddly(
                f"{label}: the file of {entry.day} is larger than any file should be; ask them"
            )
        with copied(partial(drop.take, found.name)) as copy:
            if copy.size != found.size and not isinstance(search.whole, Trailer):
                yield Step(None, following)
            elif entry.packed:
                yield from _members(label, search, entry, copy, following, first)
            else:
                yield Step(Dropped(found.name, entry.day, found.changed, copy), following)
        first = None


def _members(
    label: str, search: Search, entry: Entry, copy: Copy, following: str | None, first: str | None
) -> Generator[Step, None, None]:
    """The members of a zip that match."""
    at = entry.found
    with plainly(label, entry.day):
        packed = Zip(copy.file, search.pattern)
    names = [f"{at.name}/{name}" for name in packed.names]
    if first in names:
        names = names[names.index(first) :]
    for name, after in zip(names, [*names[1:], following], strict=False):
        day = (day_in(name.rpartition("/")[2]) if search.dated else None) or entry.day
        with plainly(label, day), copied(partial(packed.take, name[len(at.name) + 1 :])) as inner:
            yield Step(Dropped(name, day, at.changed, inner), after)
    if not names:
        yield Step(None, following)


@contextmanager
def plainly(label: str, day: date) -> Iterator[None]:
    """What is wrong with a file, as an error that says which and what to do."""
    try:
        yield
    except Unreadable as odd:
        raise AgencyAnsweredOddly(
            f"{label}: the file of {day} {odd}; nothing of it was taken: {odd.advice}"
        ) from None


def day_in(name: str) -> date | None:
    """The day in a file's name (20261031, 2026-10-31, with or without a time after it), None without one."""
    for found in _DAY.finditer(name):
        try:
            return date(int(found[1]), int(found[3]), int(found[4]))
        except ValueError:
            continue
    return None
