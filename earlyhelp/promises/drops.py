"""A drop for tests: a folder with files in it, in the layout that the feed under test declares."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import pytest

from earlyhelp.connecting.agency import Agency
from earlyhelp.connecting.credentials import Credentials
from earlyhelp.connecting.dropping import FILE_BEGAN, FILE_DAY, FILE_DROPPED, FileFeed
from earlyhelp.connecting.layouts import FixedWidth
from earlyhelp.connecting.whole import Sentinel
from earlyhelp.feeds import Page, Window
from earlyhelp.promises.filing import Cells, written
from earlyhelp.promises.landed import Landed
from earlyhelp.promises.oracle import BAD_VALUE
from earlyhelp.promises.truth import Truth, path_of
from earlyhelp.promises.writing import look_at, numbered, put, written_like
from schemas.feed import LONDON, FeedRow, london_day, london_midnight

DROPPED = datetime(2026, 11, 2, 0, 5, tzinfo=UTC)
"""When files are dropped here, unless a test says otherwise."""
FIRST, SECOND = date(2026, 10, 30), date(2026, 10, 31)


@dataclass(frozen=True)
class DropPartner:
    """Somebody whose files lie in a folder, and of whom the truth is known."""

    connector: Agency
    feed: FileFeed
    truth: Truth
    clock: datetime


class Drops(Landed):
    """A connector that takes files, with one good row by its file's headings."""

    agency: ClassVar[type[Agency]]
    feed: ClassVar[str]
    sample: ClassVar[dict[str, Any]]
    spoil: ClassVar[str]

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "drop"
        self.folder.mkdir()

    @property
    def declared(self) -> FileFeed:
        """The feed, as the connector declares it."""
        feed = next(one for one in self.agency.feeds if one.name == self.feed)
        assert isinstance(feed, FileFeed)
        return feed

    @property
    def headed(self) -> bool:
        """Whether the headings stand in a line of the file."""
        return self.declared.layout.columns is None and not self.declared.layout.keyed

    @property
    def first_line(self) -> int:
        """The number of the line with the first row."""
        layout = self.declared.layout
        return 2 if self.headed else 1 + (layout.above if isinstance(layout, FixedWidth) else 0)

    @property
    def bad_value(self) -> str:
        """A value that no field takes, as wide as its column allows."""
        layout = self.declared.layout
        return BAD_VALUE[: dict(layout.widths)[self.spoil]] if isinstance(layout, FixedWidth) else BAD_VALUE

    def vary(self, row: dict[str, Any], number: int, moment: datetime) -> dict[str, Any]:
        """The sample as the record of that number; override it where number or stamp are written oddly."""
        own, stamp = (path_of(self.declared.theirs, one, row) for one in ("record_id", "recorded_at"))
        put(row, own, numbered(look_at(row, own), number))
        if (old := look_at(row, stamp)) is not None:
            fresh = moment.astimezone(LONDON).replace(tzinfo=None) if isinstance(old, datetime) else None
            put(row, stamp, fresh or written_like(old, moment))
        return row

    def content(self, good: int, bad: int = 0, trailer: int | None = None, **around: Any) -> bytes:
        """A whole file; the bad rows come first. ``around`` are lines above and below, or other headings."""
        spoilt = [{**self.sample, self.spoil: self.bad_value}] * bad
        return self.written([*spoilt, *[self.sample] * good], trailer, **around)

    def written(
        self, rows: Sequence[dict[str, Any]], trailer: int | None = None, headings: Sequence[str] = (),
        above: Sequence[Cells] = (), below: Sequence[Cells] = (),
    ) -> bytes:  # fmt: skip
        """Rows as a whole file, with a trailer where one was agreed."""
        mark, names = self.declared.whole.mark, list(headings or self.sample)
        last = [[mark, len(rows) if trailer is None else trailer]] if mark else []
        cells = [[row[name] for name in names] for row in rows]
        return written(self.declared.layout, names, cells, above, [*below, *last])

    def drop(self, day: date | str, content: bytes, at: datetime = DROPPED) -> str:
        """Put a file into the folder, with what says that it is whole; returns its name."""
        text = day if isinstance(day, str) else f"{day:%Y%m%d}"
        name = self.declared.pattern.replace("?" * 8, "*").replace("*", text)
        self.put(name, content, at)
        if isinstance(self.declared.whole, Sentinel):
            self.put(f"{name}{self.declared.whole.ending}", b"", at)
        return name

    def put(self, name: str, content: bytes, at: datetime = DROPPED) -> None:
        """Put a file into the folder as it is, changed at that moment."""
        path = self.folder / name
        path.write_bytes(content)
        os.utime(path, (at.timestamp(), at.timestamp()))

    def connector(self, **changed: Any) -> Agency:
        """The agency, its drop being our folder; its feed may be declared otherwise here and there."""
        feeds = [replace(one, **changed) if one.name == self.feed else one for one in self.agency.feeds]
        made = type(self.agency.__name__, (self.agency,), {"feeds": feeds})
        agency: Agency = made(
            {Credentials(self.agency.name).variable("DROP"): str(self.folder)}, sleep=lambda _: None
        )
        return agency

    def fetch(self, window: Window | None = None, **changed: Any) -> list[Page]:
        """All pages of a window."""
        return list(self.connector(**changed).pages(self.declared, window or Window()))

    def of_changes(self) -> None:
        """Skip where every file is all there is, or there is but one name for all of them."""
        if self.declared.snapshot or "*" not in self.declared.pattern.replace("?" * 8, "*"):
            pytest.skip("one file is all there is to read")

    def partner(self) -> DropPartner:
        """Six rows in files of four and two, on pages of two; the fifth is not as agreed."""
        connector = self.connector(page_size=2)
        (feed,) = (one for one in connector.feeds if one.name == self.feed)
        assert isinstance(feed, FileFeed)
        alone = feed.snapshot or "*" not in feed.pattern.replace("?" * 8, "*")
        truth = Truth(
            feed.theirs, self.sample, partial(self._given, SECOND if feed.dated else london_day(DROPPED))
        )
        truth.add(4)
        truth.add(1, **{self.spoil: self.bad_value})
        truth.add(1)
        rows = [{name: one.theirs[name] for name in self.sample} for one in truth]
        if not alone:
            self.drop(FIRST, self.written(rows[:4]))
        self.drop(SECOND, self.written(rows if alone else rows[4:]))
        return DropPartner(connector, feed, truth, DROPPED)

    def _given(self, day: date, row: dict[str, Any], number: int, moment: datetime) -> dict[str, Any]:
        """A row with what it bears of its file, where the sample has no stamp."""
        given = {FILE_DAY: day, FILE_BEGAN: london_midnight(day), FILE_DROPPED: DROPPED}
        asked = {one.validation_alias for one in self.declared.theirs.model_fields.values()}
        return {**self.vary(row, number, moment), **{one: given[one] for one in given if one in asked}}


def settled() -> datetime:
    """A moment at which a file was dropped that nobody writes any more."""
    return datetime.now(UTC) - timedelta(days=1)


def row_of(page: Page) -> FeedRow:
    """The only row of a page."""
    (row,) = page.rows
    return row
