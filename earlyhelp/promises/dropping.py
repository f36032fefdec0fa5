"""What every connector that takes dropped files promises, as tests. Subclass in three lines:

    class TestMoorlandFire(DropPromises):
        agency, feed, spoil = MoorlandFire, "visits", "Outcome"
        sample = {"VisitRef": "HV1", …}

``sample`` is one good row by the file's own headings; ``spoil`` the column whose value the tests make wrong.
"""

import csv
import io
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest

from earlyhelp.connecting.agency import Agency
from earlyhelp.connecting.credentials import Credentials
from earlyhelp.connecting.dropping import FileFeed
from earlyhelp.errors import AgencyAnsweredOddly, FeedStopped, SetUpWrong
from earlyhelp.feeds import Page, Position, Window

BAD_VALUE = "a-value-nobody-may-read"
DROPPED = datetime(2026, 11, 1, 0, 5, tzinfo=UTC)


class DropPromises:
    """The promises of a connector that takes dropped CSV files."""

    agency: ClassVar[type[Agency]]
    feed: ClassVar[str]
    sample: ClassVar[dict[str, str]]
    spoil: ClassVar[str]

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    @property
    def declared(self) -> FileFeed:
        """The feed, as the connector declares it."""
        feed = next(one for one in self.agency.feeds if one.name == self.feed)
        assert isinstance(feed, FileFeed)
        return feed

    def text(self, good: int, bad: int = 0, trailer: int | None = None) -> str:
        """A whole file; the bad rows come first."""
        lines = io.StringIO()
        writer = csv.DictWriter(lines, self.sample, lineterminator="\n")
        writer.writeheader()
        writer.writerows([{**self.sample, self.spoil: BAD_VALUE}] * bad + [self.sample] * good)
        return f"{lines.getvalue()}{self.declared.trailer},{good + bad if trailer is None else trailer}\n"

    def drop(self, day: str, text: str, encoding: str = "utf-8") -> str:
        """Put a file into the folder, and say what it is called."""
        path = self.folder / self.declared.pattern.replace("*", day)
        path.write_bytes(text.encode(encoding))
        os.utime(path, (DROPPED.timestamp(), DROPPED.timestamp()))
        return path.name

    def fetch(self, since: datetime | None = None, position: Position | None = None) -> list[Page]:
        """All pages of a window."""
        connector = self.agency({Credentials(self.agency.name).variable("DROP"): str(self.folder)})
        return list(connector.pages(self.declared, Window(since, position=position)))

    def test_files_arrive_in_order_of_their_day(self) -> None:
        """Small ones on one page, with the time they were dropped as the agency's clock."""
        later, first = self.drop("20261101", self.text(1, bad=1)), self.drop("20261031", self.text(3, bad=1))
        (page,) = self.fetch()
        assert [bad.place for bad in page.refused] == [f"{first} line 2", f"{later} line 2"]
        assert (len(page.rows), page.position, page.clock) == (4, None, DROPPED)
        assert all(isinstance(row, self.declared.schema) for row in page.rows)

    def test_a_full_page_ends_where_the_next_file_begins(self) -> None:
        """Its position is that file, from its first line on."""
        later = self.drop("20261101", self.text(1))
        self.drop("20261031", self.text(self.declared.page_size))
        first, _ = self.fetch()
        assert first.position == {"file": later, "line": 1}
        assert [len(page.rows) for page in self.fetch(position=first.position)] == [1]

    def test_older_files_and_others_are_left(self) -> None:
        """The window starts at a day; what is named otherwise is not ours."""
        self.drop("20261029", self.text(3))
        self.drop("20261030", self.text(2))
        self.drop("notadate", self.text(1))
        (self.folder / "readme.txt").write_text("hello")
        assert [len(page.rows) for page in self.fetch(datetime(2026, 10, 30, 9, tzinfo=UTC))] == [2]

    def test_nothing_dropped_is_one_empty_page(self) -> None:
        """And so is a file that holds no row."""
        assert [(len(page.rows), page.position) for page in self.fetch()] == [(0, None)]
        self.drop("20261031", self.text(0))
        assert [(len(page.rows), page.position) for page in self.fetch()] == [(0, None)]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_byte_order_marks_and_line_ends_do_not_matter(self, encoding: str, end: str) -> None:
        """Files come from Windows, and from spreadsheets."""
        self.drop("20261031", self.text(2).replace("\n", end), encoding)
        assert [len(page.rows) for page in self.fetch()] == [2]

    def test_half_a_file_is_not_touched(self) -> None:
        """The whole files before it are; the half one is for the next run."""
        self.drop("20261030", self.text(1))
        whole = self.text(4)
        for half in (whole[: len(whole) // 2], whole[: whole.rindex(self.declared.trailer)], "", "a,b\n"):
            self.drop("20261031", half)
            pages = iter(self.agency(self._settings()).pages(self.declared, Window()))
            assert len(next(pages).rows) == 1
            with pytest.raises(AgencyAnsweredOddly, match="only half there"):
                next(pages)

    def test_a_trailer_that_counts_otherwise_is_odd(self) -> None:
        """Rows were lost on the way, or added."""
        for count in (1, 3):
            self.drop("20261031", self.text(2, trailer=count))
            with pytest.raises(AgencyAnsweredOddly, match="trailer counts other than its 2 rows"):
                self.fetch()

    def test_bytes_that_are_no_text_are_odd(self) -> None:
        """Guessing at letters would change names."""
        self.drop("20261031", self.text(2) + "é", "latin-1")
        with pytest.raises(AgencyAnsweredOddly, match="no CSV in utf-8"):
            self.fetch()

    def test_a_bad_row_is_refused_with_its_line(self) -> None:
        """The reason names the column and never the value."""
        name = self.drop("20261031", self.text(2, bad=1))
        (page,) = self.fetch()
        assert len(page.rows) == 2
        (bad,) = page.refused
        assert bad.place == f"{name} line 2"
        assert self.spoil in bad.reason
        assert BAD_VALUE not in bad.reason
        assert BAD_VALUE in bad.row

    def test_a_line_out_of_step_with_the_header_is_refused(self) -> None:
        """A comma too many moves every value into its neighbour's place."""
        lines = self.text(2).splitlines(keepends=True)
        self.drop("20261031", "".join([lines[0], "x," + lines[1], *lines[2:]]))
        (page,) = self.fetch()
        assert len(page.rows) == 1
        assert [bad.reason for bad in page.refused] == ["row: is not laid out as agreed"]

    def test_a_mostly_bad_page_stops_the_feed(self) -> None:
        """More than a fifth of at least twenty rows."""
        self.drop("20261031", self.text(16, bad=5))
        with pytest.raises(FeedStopped) as stopped:
            self.fetch()
        assert BAD_VALUE not in str(stopped.value)

    def test_a_long_file_is_resumed_inside(self) -> None:
        """From the very line at which the saved page ended."""
        size = self.declared.page_size
        name = self.drop("20261031", self.text(size + 5))
        first, second = self.fetch()
        assert (len(first.rows), len(second.rows)) == (size, 5)
        assert first.position == {"file": name, "line": size + 2}
        assert [len(page.rows) for page in self.fetch(position=first.position)] == [5]

    def test_a_saved_file_that_is_gone_starts_the_window_again(self) -> None:
        """What was fetched twice is known already."""
        self.drop("20261031", self.text(2))
        pages = self.fetch(position={"file": "gone_20261030.csv", "line": 7})
        assert [len(page.rows) for page in pages] == [2]

    def test_a_column_nobody_agreed_on_does_not_land(self) -> None:
        """They may send more than was agreed; only what was agreed goes further."""
        lines = self.text(1).splitlines()
        self.drop("20261031", "\n".join([f"{lines[0]},New", f"{lines[1]},{BAD_VALUE}", lines[2]]))
        ((row,),) = (page.rows for page in self.fetch())
        assert set(row.model_dump()) == set(self.declared.schema.model_fields)

    def test_a_missing_setting_is_named(self) -> None:
        """With what to set; so is a folder that is none."""
        variable = Credentials(self.agency.name).variable("DROP")
        with pytest.raises(SetUpWrong, match=f"set {variable}"):
            list(self.agency({}).pages(self.declared, Window()))
        with pytest.raises(SetUpWrong, match=f"{variable} names no folder"):
            list(self.agency({variable: "/no/such/folder"}).pages(self.declared, Window()))

    def _settings(self) -> dict[str, str]:
        return {Credentials(self.agency.name).variable("DROP"): str(self.folder)}
