"""What is in a file: rows as agreed land, others are refused in plain words, and the layout is watched."""

import pytest

from earlyhelp.connecting.layouts import Csv, FixedWidth
from earlyhelp.errors import AgencyAnsweredOddly, FeedStopped
from earlyhelp.promises.drops import SECOND, Drops, row_of


class RowPromises(Drops):
    """A row is taken as it was agreed, or not at all."""

    def test_a_bad_row_is_refused_with_its_line(self) -> None:
        """The reason names the column and never the value."""
        name = self.drop(SECOND, self.content(2, bad=1))
        (page,) = self.fetch()
        assert len(page.rows) == 2
        (bad,) = page.refused
        assert bad.place == f"{name[-60:]} line {self.first_line}"
        assert self.spoil in bad.reason
        assert self.bad_value not in bad.reason
        assert self.bad_value in bad.row

    def test_a_mostly_bad_page_stops_the_feed(self) -> None:
        """Rather than land rubbish."""
        self.drop(SECOND, self.content(1, bad=25))
        with pytest.raises(FeedStopped) as stopped:
            self.fetch()
        assert self.bad_value not in str(stopped.value)

    def test_a_line_out_of_step_with_the_headings_is_refused(self) -> None:
        """A separator too many moves every value into its neighbour's place."""
        layout = self.declared.layout
        if not isinstance(layout, Csv | FixedWidth):
            pytest.skip("a row cannot be out of step")
        lines = self.content(2).decode(layout.encoding).splitlines(keepends=True)
        at = self.first_line - 1
        lines[at] = f"x{layout.separator}{lines[at]}" if isinstance(layout, Csv) else f"x{lines[at]}"
        self.drop(SECOND, "".join(lines).encode(layout.encoding))
        (page,) = self.fetch()
        assert len(page.rows) == 1
        assert [bad.reason for bad in page.refused] == ["row: is not laid out as agreed"]

    def test_a_column_nobody_agreed_on_does_not_land(self) -> None:
        """They may send more than was agreed: only what was agreed goes further, and the shape tells."""
        if self.declared.layout.columns is not None:
            pytest.skip("its columns are ours to declare")
        rows = [{**self.sample, "New": self.bad_value}]
        self.drop(SECOND, self.written(rows, headings=["New", *self.sample]))
        (page,) = self.fetch()
        assert set(row_of(page).model_dump()) == set(self.declared.schema.model_fields)
        assert page.shape["New"] == {"text"}

    def test_the_shape_names_every_column(self) -> None:
        """With the kinds of value in it; a blank is nothing."""
        blank = next((name for name, value in self.sample.items() if value == ""), None)
        self.drop(SECOND, self.content(2))
        (page,) = self.fetch()
        named = {name for name in page.shape if name in self.sample}
        assert named == set(self.sample)
        if blank:
            assert page.shape[blank] == {"null"} or self.declared.layout.keyed

    def test_the_order_of_columns_does_not_matter(self) -> None:
        """They are known by their headings, also with other capitals and spaces."""
        if not self.headed:
            pytest.skip("no line bears headings")
        backwards = list(reversed(self.sample))
        self.drop(SECOND, self.content(1))
        (page,) = self.fetch()
        loud = {f" {name.upper()} ": self.sample[name] for name in backwards}
        self.drop(SECOND, self.written([loud], headings=list(loud)))
        (turned,) = self.fetch()
        assert row_of(turned) == row_of(page)

    def test_a_heading_that_is_gone_is_named(self) -> None:
        """Without it nobody knows what the column was; nothing of the file is taken."""
        if not self.headed:
            pytest.skip("no line bears headings")
        for needed in self.declared.agreed.needed:
            left = [name for name in self.sample if name != needed]
            self.drop(SECOND, self.written([self.sample], headings=left))
            with pytest.raises(AgencyAnsweredOddly, match=f"missing: {needed}; nothing of it"):
                self.fetch()

    def test_a_heading_may_have_been_renamed(self) -> None:
        """To whatever was agreed as its other name."""
        needed = self.declared.agreed.needed[0]
        if self.declared.layout.columns is not None:
            pytest.skip("its columns are ours to declare")
        row = {("Otherwise called" if name == needed else name): value for name, value in self.sample.items()}
        self.drop(SECOND, self.written([row], headings=list(row)))
        (page,) = self.fetch(headings={needed: ("Once called", "Otherwise called")})
        assert len(page.rows) == 1
        assert "Otherwise called" in page.shape

    def test_titles_above_and_totals_below_are_no_rows(self) -> None:
        """A report is a table with words round it."""
        if not self.headed:
            pytest.skip("no line bears headings")
        above = [["Report of everything"], ["Printed on", "31/10/2026"], [""]]
        mark = self.declared.whole.mark
        below = [] if mark in self.declared.totals else [["Total", "2"], ["* as far as known"]]
        name = self.drop(SECOND, self.content(2, bad=1, above=above, below=below))
        (page,) = self.fetch(totals=("Total",))
        assert (len(page.rows), page.position) == (2, None)
        assert page.refused[0].place.startswith(f"{name[-60:]} line ")

    def test_rows_below_a_total_are_odd(self) -> None:
        """They would be lost without a word."""
        if not self.headed:
            pytest.skip("no line bears headings")
        more = [["Total", "2"], list(self.sample.values())]
        self.drop(SECOND, self.content(2, below=more))
        with pytest.raises(AgencyAnsweredOddly, match="rows below its total"):
            self.fetch(totals=("Total",))
