"""A feed of dropped CSV files: each checked to be whole before its first row is believed.

A file's day stands in its name, its count of rows in its last line. Where a file is half there, nothing of
it is taken.
"""

import csv
import io
import logging
import re
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import KW_ONLY, dataclass
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase
from itertools import islice
from typing import IO

from earlyhelp.connecting.drops import copy_of, opened
from earlyhelp.connecting.reading import AgencyFeed, Line
from earlyhelp.errors import AgencyAnsweredOddly, EarlyHelpError
from earlyhelp.feeds import Page, Refused, Window
from schemas.feed import FeedRow, london_day

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FileFeed(AgencyFeed):
    """A feed that comes as files: ``pattern`` is their name, with the day in it as 20261031.

    The default ``look_back`` is a week, since a file may be dropped days late.
    """

    _: KW_ONLY
    pattern: str
    trailer: str = "TRAILER"
    encoding: str = "utf-8-sig"
    page_size: int = 1000
    look_back: timedelta = timedelta(days=7)

    def fetch(self, line: Line, window: Window) -> Iterator[Page]:
        """The files of a window by their day; small ones share a page."""
        with closing(self._file_by_file(line, window)) as pages:
            yield from _gathered(pages, self.page_size)

    def _file_by_file(self, line: Line, window: Window) -> Generator[Page, None, None]:
        """At least a page for each file."""
        position = window.position
        label = f"{line.agency}/{self.name}"
        with opened(line, self.name) as drop:
            names = self._since(drop.names(), window.since)
            start = 1
            if position is not None and position["file"] not in names:
                log.info("%s: the saved file is gone, the window starts again", label)
            elif position is not None:
                names, start = names[names.index(position["file"]) :], int(position["line"])
            for name, following in zip(names, [*names, None][1:], strict=True):
                copy, dropped = copy_of(drop, name)
                with copy:
                    yield from self._pages(label, copy, name, start, following, dropped)
                start = 1
            if not names:
                yield Page([], [], None, datetime.now(UTC))

    def _since(self, names: list[str], since: datetime | None) -> list[str]:
        """The files of that day and later, oldest first."""
        first = london_day(since) if since else date.min
        days = {name: day_in(name) for name in names if fnmatchcase(name, self.pattern)}
        wanted = [(day, name) for name, day in days.items() if day is not None and day >= first]
        return [name for _, name in sorted(wanted)]

    def _pages(
        self, label: str, file: IO[bytes], name: str, start: int, following: str | None, dropped: datetime
    ) -> Iterator[Page]:
        """A whole file's rows from a line on; the last page's position is the next file."""
        count = self._count(label, file)
        after = None if following is None else {"file": following, "line": 1}
        with closing(self._lines(file)) as lines:
            _, header = next(lines)
            rows = (line for line in islice(lines, count) if line[0] >= start)
            part, more = list(islice(rows, self.page_size)), True
            while more:
                rest = list(islice(rows, self.page_size))
                more = bool(rest)
                position = {"file": name, "line": rest[0][0]} if more else after
                good, refused = self._read_lines(label, header, part, name)
                yield Page(good, refused, position, dropped)
                part = rest

    def _read_lines(
        self, label: str, header: list[str], part: list[tuple[int, list[str]]], name: str
    ) -> tuple[list[FeedRow], list[Refused]]:
        """Rows of one page; a line with more or fewer columns than the header is refused as it is."""
        rows = [dict(zip(header, row, strict=True)) if len(row) == len(header) else row for _, row in part]
        return self.read(label.split("/")[0], rows, lambda index: f"{name[:60]} line {part[index][0]}")

    def _count(self, label: str, file: IO[bytes]) -> int:
        """How many rows the file holds, if its trailer says the same. Raises `AgencyAnsweredOddly`."""
        last: list[str] = []
        found = -2  # neither header nor trailer is a row
        try:
            for _, row in self._lines(file):
                found, last = found + 1, row
        except (UnicodeDecodeError, csv.Error):
            raise AgencyAnsweredOddly(f"{label}: a file is no CSV in {self.encoding}; ask them") from None
        if found < 0 or last[0] != self.trailer or len(last) < 2:
            raise AgencyAnsweredOddly(
                f"{label}: a file has no trailer, so it is only half there; nothing of it was taken: "
                "run again when it is whole, or ask the agency"
            )
        if not last[1].strip().isdecimal() or int(last[1]) != found:
            raise AgencyAnsweredOddly(
                f"{label}: a file's trailer counts other than its {found} rows; nothing of it was taken: "
                "ask the agency"
            )
        return found

    def _lines(self, file: IO[bytes]) -> Generator[tuple[int, list[str]], None, None]:
        """Lines with their numbers, blank ones left out."""
        file.seek(0)
        text = io.TextIOWrapper(file, self.encoding, newline="")
        try:
            reader = csv.reader(text)
            for row in reader:
                if row:
                    yield reader.line_num, row
        finally:
            text.detach()


def _gathered(pages: Iterator[Page], size: int) -> Iterator[Page]:
    """The same pages, as many in one as make up so many rows; what came before an error is not lost."""
    held: Page | None = None
    try:
        for page in pages:
            if held is not None and len(held.rows) + len(page.rows) > size:
                yield held
                held = None
            before = held or Page([], [], None, page.clock)
            rows, refused = [*before.rows, *page.rows], [*before.refused, *page.refused]
            held = Page(rows, refused, page.position, page.clock)
    except EarlyHelpError:
        if held is not None:
            yield held
        raise
    if held is not None:
        yield held


def day_in(name: str) -> date | None:
    """The day in a file's name, None where there is none."""
    found = re.search(r"(?<!\d)(\d{8})(?!\d)", name)
    try:
        return date.fromisoformat(found.group(1)) if found else None
    except ValueError:
        return None
