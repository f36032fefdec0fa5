"""Which files are read, in which order, and which never again; a window cut short goes on at its line."""

import io
import zipfile
from datetime import date, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import Engine

from earlyhelp.connecting.credentials import Credentials
from earlyhelp.errors import SetUpWrong
from earlyhelp.feeds import Window
from earlyhelp.promises.drops import DROPPED, FIRST, SECOND, Drops
from earlyhelp.promises.oracle import fetch, mark
from schemas.feed import london_midnight

THIRD = date(2026, 11, 1)


def digest(content: bytes) -> str:
    """By what a file is known."""
    return sha256(content).hexdigest()


class OrderPromises(Drops):
    """Every file is read once, and none is missed."""

    def test_the_files_land(self, store: Engine) -> None:
        """All that they hold; what is not as agreed waits with its reason."""
        assert self.lands(store, self.partner()).landed == 5

    def test_the_same_files_again_change_nothing(self, store: Engine) -> None:
        """They lie there for days: nothing is read twice, and nothing looks newer than it is."""
        partner = self.partner()
        self.lands(store, partner)
        before = mark(store, partner)
        counts = fetch(store, partner)
        after = mark(store, partner)
        assert (counts.fetched, counts.landed) == (0, 0)
        assert (after["watermark"], after["newest_on"]) == (before["watermark"], before["newest_on"])

    def test_files_arrive_in_order_of_their_day(self) -> None:
        """Small ones on one page, with the time of the drop as the agency's clock and a receipt for each."""
        self.of_changes()
        later, first = self.drop(SECOND, self.content(1, bad=1)), self.drop(FIRST, self.content(3, bad=1))
        (page,) = self.fetch()
        line = self.first_line
        assert [bad.place for bad in page.refused] == [f"{one[-60:]} line {line}" for one in (first, later)]
        assert (len(page.rows), page.position, page.clock) == (4, None, DROPPED)
        assert all(isinstance(row, self.declared.schema) for row in page.rows)
        assert [(one.name, one.rows, one.refused) for one in page.files] == [(first, 3, 1), (later, 1, 1)]
        assert not any(one.again or one.superseded for one in page.files)

    def test_of_several_snapshots_the_newest_is_read(self) -> None:
        """The others have receipts that say so; what is whole closes the window and is known next time."""
        if not self.declared.snapshot or "*" not in self.declared.pattern:
            pytest.skip("files say what has changed, or have one name")
        older, newest = self.drop(FIRST, self.content(3)), self.drop(SECOND, content := self.content(2))
        (page,) = self.fetch()
        assert (len(page.rows), page.position) == (2, None)
        assert (page.unchanged, page.validator) == (False, digest(content))
        assert [(one.name, one.rows, one.superseded) for one in page.files] == [
            (older, 0, True),
            (newest, 2, False),
        ]

    def test_a_snapshot_as_it_was_before_is_news(self) -> None:
        """What came between is undone; only the very file that was read last says nothing new."""
        if not self.declared.snapshot:
            pytest.skip("files say what has changed")
        self.drop(SECOND, content := self.content(2))
        known = Window(taken=frozenset({digest(content), "another"}), validator="another")
        (page,) = self.fetch(known)
        assert (len(page.rows), page.unchanged) == (2, False)

    def test_a_full_page_ends_where_the_next_file_begins(self) -> None:
        """Its position is that file, from its first line on."""
        self.of_changes()
        later = self.drop(SECOND, self.content(1))
        self.drop(FIRST, self.content(5))
        first, _ = self.fetch(page_size=5)
        assert first.position == {"file": later, "line": 1}
        assert [len(page.rows) for page in self.fetch(Window(position=first.position))] == [1]

    def test_a_window_has_its_days(self) -> None:
        """It begins and ends with a day; what is named otherwise is not ours."""
        self.of_changes()
        for number, day in enumerate((FIRST, SECOND, THIRD), start=1):
            self.drop(day, self.content(number), DROPPED if self.declared.dated else noon(day))
        self.put("readme.txt", b"hello")
        if self.declared.dated:
            self.drop("notaday", self.content(7))
        assert [len(page.rows) for page in self.fetch(Window(since=noon(SECOND)))] == [5]
        assert [len(page.rows) for page in self.fetch(Window(until=noon(SECOND)))] == [3]

    def test_nothing_dropped_is_nothing_new(self) -> None:
        """And not an empty snapshot, of which everything would be gone."""
        known = Window(validator="the last file's")
        assert [(len(page.rows), page.position, page.unchanged) for page in self.fetch(known)] == [
            (0, None, True)
        ]
        assert [page.validator for page in self.fetch(known)] == ["the last file's"]

    def test_a_file_without_rows_is_taken(self) -> None:
        """Its agency has said that there is nothing."""
        self.drop(SECOND, self.content(0))
        (page,) = self.fetch()
        assert (page.rows, page.position, page.unchanged) == ([], None, False)
        assert [one.rows for one in page.files] == [0]

    def test_yesterdays_file_under_todays_name_says_nothing_new(self) -> None:
        """Nothing of it is read, and its receipt says so; what we know is no newer for it."""
        content = self.content(2)
        known = digest(content)
        name = self.drop(SECOND, content)
        (page,) = self.fetch(Window(taken=frozenset({known}), validator=known))
        assert (page.rows, page.position, page.unchanged) == ([], None, True)
        assert [(one.name, one.sha256, one.rows, one.again) for one in page.files] == [(name, known, 0, True)]

    def test_the_same_file_twice_is_read_once(self) -> None:
        """Under another name, on the same night."""
        self.of_changes()
        for day in (FIRST, SECOND):
            self.drop(day, self.content(2))
        (page,) = self.fetch()
        assert (len(page.rows), page.unchanged) == (2, False)
        assert [one.again for one in page.files] == [False, True]

    def test_a_long_file_is_resumed_inside(self) -> None:
        """From the very line at which the saved page ended; its receipt counts all of it."""
        name = self.drop(SECOND, content := self.content(6, bad=1))
        first, second = self.fetch(page_size=5)
        assert (len(first.rows), len(second.rows), first.files) == (4, 2, ())
        inside = {"line": self.first_line + 5, "sha256": digest(content), "refused": 1}
        assert first.position == {"file": name, **inside}
        (rest,) = self.fetch(Window(position=first.position), page_size=5)
        assert (len(rest.rows), rest.position) == (2, None)
        assert [(one.rows, one.refused) for one in rest.files] == [(6, 1)]

    def test_a_file_that_changed_meanwhile_is_read_from_its_beginning(self) -> None:
        """The saved line is a line of another file."""
        self.drop(SECOND, self.content(7))
        first, _ = self.fetch(page_size=5)
        self.drop(SECOND, self.content(8))
        assert [len(page.rows) for page in self.fetch(Window(position=first.position))] == [8]

    def test_a_saved_file_that_is_gone_starts_the_window_again(self) -> None:
        """What was fetched twice is known already."""
        self.drop(SECOND, self.content(2))
        pages = self.fetch(Window(position={"file": "gone_20261030.csv", "line": 7}))
        assert [len(page.rows) for page in pages] == [2]

    def test_a_zip_holds_files_like_any_other(self) -> None:
        """Each member that matches, and no other; a window goes on at a member's line."""
        name = self.drop(SECOND, content := self.content(7))
        parcel = io.BytesIO()
        with zipfile.ZipFile(parcel, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr(f"out/{name}", content)
            packed.writestr("out/readme.txt", "hello")
        for one in list(self.folder.iterdir()):
            one.unlink()
        self.put("parcel_20261031.zip", parcel.getvalue())
        self.put("parcel_20261031.zip.done", b"")
        first, second = self.fetch(page_size=5, archive="parcel_*.zip")
        assert (len(first.rows), len(second.rows)) == (5, 2)
        assert [one.name for one in second.files] == [f"parcel_20261031.zip/out/{name}"]
        rest = self.fetch(Window(position=first.position), archive="parcel_*.zip")
        assert [len(page.rows) for page in rest] == [2]

    def test_a_missing_setting_is_named(self) -> None:
        """With what to set; so is a folder that is none."""
        variable = Credentials(self.agency.name).variable("DROP")
        with pytest.raises(SetUpWrong, match=f"set {variable}"):
            list(self.agency({}).pages(self.declared, Window()))
        with pytest.raises(SetUpWrong, match=f"{variable} names no folder"):
            list(self.agency({variable: "/no/such/folder"}).pages(self.declared, Window()))


def noon(day: date) -> datetime:
    """Noon in London, or an hour from it."""
    return london_midnight(day) + timedelta(hours=12)
