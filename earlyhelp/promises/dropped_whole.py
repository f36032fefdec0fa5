"""Nothing of a file that is half there, still growing or written otherwise is believed."""

import os
from datetime import UTC, datetime

import pytest

from earlyhelp.connecting.layouts import Csv, FixedWidth, JsonLines
from earlyhelp.connecting.whole import Sentinel, Settled, Trailer
from earlyhelp.errors import AgencyAnsweredOddly
from earlyhelp.feeds import Window
from earlyhelp.promises.drops import FIRST, SECOND, Drops, settled

SINGLE_BYTES = ("cp1252", "windows-1252", "latin-1", "iso-8859-1")


class WholePromises(Drops):
    """A file is taken whole or not at all."""

    def test_a_file_without_its_trailer_is_not_touched(self) -> None:
        """The whole files before it are; the half one is for the next run."""
        self.of_changes()
        if not isinstance(self.declared.whole, Trailer):
            pytest.skip("no trailer was agreed")
        self.drop(FIRST, self.content(1))
        whole = self.content(4)
        for half in (whole[: len(whole) // 2], whole[: len(whole) * 3 // 4], b""):
            self.drop(SECOND, half)
            pages = self.connector().pages(self.declared, Window())
            assert len(next(pages).rows) == 1
            with pytest.raises(AgencyAnsweredOddly, match="only half there") as odd:
                next(pages)
            assert "2026-10-31" in str(odd.value) or not self.declared.dated

    def test_a_trailer_that_counts_otherwise_is_odd(self) -> None:
        """Rows were lost on the way, or added."""
        if not isinstance(self.declared.whole, Trailer):
            pytest.skip("no trailer was agreed")
        for count in (1, 3, "many"):
            self.drop(SECOND, self.content(2, trailer=count))  # type: ignore[arg-type]
            with pytest.raises(AgencyAnsweredOddly, match="trailer that counts other than its 2 rows"):
                self.fetch()

    def test_a_file_without_its_sentinel_is_left(self) -> None:
        """Until the sentinel is there as well."""
        if not isinstance(self.declared.whole, Sentinel):
            pytest.skip("no sentinel was agreed")
        name = self.drop(SECOND, self.content(2))
        beside = self.folder / f"{name}{self.declared.whole.ending}"
        beside.rename(self.folder / "elsewhere")
        (left,) = self.fetch()
        assert (len(left.rows), left.files, left.unchanged) == (0, (), True)
        (self.folder / "elsewhere").rename(beside)
        assert [len(page.rows) for page in self.fetch()] == [2]

    def test_a_file_still_growing_is_left(self) -> None:
        """Until nobody has touched it for a while."""
        if not isinstance(self.declared.whole, Settled):
            pytest.skip("a trailer or sentinel says when a file is whole")
        name = self.drop(SECOND, self.content(2), datetime.now(UTC))
        (left,) = self.fetch()
        assert (len(left.rows), left.files, left.unchanged) == (0, (), True)
        os.utime(self.folder / name, (settled().timestamp(), settled().timestamp()))
        assert [len(page.rows) for page in self.fetch()] == [2]

    def test_bytes_that_are_no_text_are_odd(self) -> None:
        """Guessing at letters would change names."""
        layout = self.declared.layout
        if not isinstance(layout, Csv | FixedWidth | JsonLines):
            pytest.skip("no text")
        single = layout.encoding.lower() in SINGLE_BYTES
        self.drop(SECOND, self.content(2) + "é".encode("utf-8" if single else "latin-1"))
        told = f"written in UTF-8 where {layout.encoding}" if single else f"in {layout.encoding}"
        with pytest.raises(AgencyAnsweredOddly, match=told):
            self.fetch()

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_byte_order_marks_and_line_ends_do_not_matter(self, encoding: str, end: str) -> None:
        """Files come from Windows, and from spreadsheets."""
        layout = self.declared.layout
        if not isinstance(layout, Csv | FixedWidth | JsonLines):
            pytest.skip("no text")
        text = self.content(2).decode(layout.encoding)
        self.drop(SECOND, text.replace("\n", end).encode(encoding))
        assert [len(page.rows) for page in self.fetch()] == [2]

    def test_a_file_that_is_something_else_is_odd(self) -> None:
        """A web page in its place, say; its words are not shown."""
        self.drop(SECOND, b"<html>please sign in</html>\n")
        with pytest.raises(AgencyAnsweredOddly) as odd:
            self.fetch()
        assert "html" not in str(odd.value)
