"""A feed of dropped files: each checked to be whole before its first row is believed.

Where a file is half there nothing of it is taken, and where its bytes have been taken before it is not read
again, whatever it is called now. Of every file that was looked at whole a receipt is on a page.
"""

import logging
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import timedelta
from functools import cached_property, partial
from typing import Any, Final

from earlyhelp.connecting.files.drops import opened
from earlyhelp.connecting.files.envelope import Agreed, needed_headings
from earlyhelp.connecting.files.gathering import gathered
from earlyhelp.connecting.files.ledger import Ledger, receipt
from earlyhelp.connecting.files.parting import surveyed
from earlyhelp.connecting.files.walking import Dropped, Search, plainly, resumed, walk
from earlyhelp.connecting.layouts import Csv, Layout
from earlyhelp.connecting.reading import AgencyFeed, Line
from earlyhelp.connecting.whole import Trailer, Whole
from earlyhelp.errors import TryAgainLater
from earlyhelp.feeds import Page, Position, Window
from schemas.feed import london_midnight

log = logging.getLogger(__name__)

FILE_DAY: Final = "(day of the file)"
FILE_BEGAN: Final = "(midnight of the file)"
FILE_DROPPED: Final = "(drop of the file)"
"""Headings that every row bears of itself, for rows without a stamp: the day of their file, the moment at
which that day began in London, and the moment of the drop. They are for snapshots: of two files of changes
with the same bytes the second is not read, and so its stamp is not seen."""


@dataclass(frozen=True)
class FileFeed(AgencyFeed):
    """A feed that comes as files whose names match ``pattern``, with the day in them as 20261031.

    ``layout`` is how a file is written, ``whole`` by which sign it is whole. ``headings`` are other names
    that the agency has given a column, ``may_lack`` the columns that need not be there; their order does
    not matter. Titles above the headings are passed over, and a line that begins with one of ``totals``
    ends the rows. Zips that match ``archive`` hold such files. Files that are not ``dated`` in their name
    belong to the day on which they were dropped. Of a ``snapshot`` only the newest file is read.

    The default ``look_back`` is a week, since a file may be dropped days late.
    """

    _: KW_ONLY
    pattern: str
    layout: Layout = field(default_factory=Csv)
    whole: Whole = field(default_factory=Trailer)
    headings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    may_lack: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    archive: str | None = None
    dated: bool = True
    page_size: int = 1000
    look_back: timedelta = timedelta(days=7)

    def fetch(self, line: Line, window: Window) -> Iterator[Page]:
        """The files of a window by their day; small ones share a page."""
        with closing(self._file_by_file(line, window)) as pages:
            yield from gathered(pages, self.page_size)

    @cached_property
    def agreed(self) -> Agreed:
        """What was agreed of a file's rows and of what stands round them."""
        needed = needed_headings(self.theirs, self.may_lack, (FILE_DAY, FILE_BEGAN, FILE_DROPPED))
        renamed = {other: heading for heading, others in self.headings.items() for other in others}
        layout = self.layout
        return Agreed(layout.columns, layout.keyed, needed, renamed, self.totals, self.whole.mark)

    def _file_by_file(self, line: Line, window: Window) -> Generator[Page, None, None]:
        """At least a page for each file; an empty one where there is none."""
        label = f"{line.agency}/{self.name}"
        in_time, ledger = _stopwatch(label, line), Ledger(self.snapshot, window)
        search = Search(self.pattern, self.archive, self.dated, self.whole)
        with opened(line, self.name) as drop:
            entries = search.entries(drop, window, line.sleep or line.doze)
            entries, at = resumed(label, entries, window.position)
            if not entries:
                yield ledger.nothing(None)
            with closing(walk(label, search, drop, entries, at["file"] if at else None)) as steps:
                for step in steps:
                    in_time()
                    inside = _inside(step.dropped, at)
                    following = None if inside and self.snapshot else step.following
                    for page in self._of(label, step.dropped, inside, following, ledger):
                        yield page
                        if page.position is None:
                            return
                        in_time()

    def _of(
        self, label: str, one: Dropped | None, inside: Position | None, following: str | None, ledger: Ledger
    ) -> Iterator[Page]:
        """The pages of one file; one without rows where there is nothing to read."""
        after = None if following is None else {"file": following, "line": 1}
        if one is None:
            log.info("%s: a file is left for the next run, or holds none of ours", label)
            yield ledger.nothing(after)
        elif inside is None and (known := ledger.unread(one, newest=following is None)):
            yield ledger.nothing(after, one, (known,))
        else:
            for page in self._pages(label, one, inside or {"line": 1}, after):
                yield page
                ledger.took(page.files)

    def _pages(self, label: str, one: Dropped, start: Position, after: Position | None) -> Iterator[Page]:
        """A whole file's rows from a line on; the last page's position is the next file."""
        with plainly(label, one.day):
            whole = surveyed(self.layout, self.agreed, one.copy.file)
        agency, refused, sha256 = label.partition("/")[0], start.get("refused", 0), one.copy.sha256
        for part in whole.parts(start["line"], self.page_size, self._given(one)):
            page = self.page(agency, part.rows, partial(_place, one.name, part.numbers), one.at)
            refused += len(page.refused)
            within = {"file": one.name, "line": part.following, "sha256": sha256, "refused": refused}
            yield replace(
                page,
                position=within if part.following else after,
                shape=part.shape,
                files=() if part.following else (receipt(one, whole.table.rows - refused, refused),),
                validator=sha256 if self.snapshot else None,
            )

    def _given(self, one: Dropped) -> dict[str, Any]:
        """What a row bears of itself, as far as it is asked for."""
        given = {FILE_DAY: one.day, FILE_BEGAN: london_midnight(one.day), FILE_DROPPED: one.at}
        return {heading: given[heading] for heading in given if heading in self._asked}

    @cached_property
    def _asked(self) -> set[str]:
        return {str(one.validation_alias) for one in self.theirs.model_fields.values()}


def _place(name: str, numbers: Sequence[int], at: int) -> str:
    """Where a row stands; of a long name its end, which says more."""
    return f"{name[-60:]} line {numbers[at]}"


def _inside(one: Dropped | None, at: Position | None) -> Position | None:
    """The saved position, if it lies within this file and the file is still the same."""
    if one is None or at is None or at["file"] != one.name or at["line"] == 1:
        return None
    return at if at.get("sha256") in (None, one.copy.sha256) else None


def _stopwatch(label: str, line: Line) -> Callable[[], None]:
    """Raises `TryAgainLater` once the window's time is over, or nobody wants the rest."""
    until = time.monotonic() + line.budget.total_seconds()

    def in_time() -> None:
        if line.hung_up.is_set() or time.monotonic() > until:
            raise TryAgainLater(f"{label}: out of time; run again later to go on from the last page")

    return in_time
