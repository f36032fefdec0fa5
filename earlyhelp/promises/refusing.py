"""At the door: what does not keep the agreement waits in quarantine with its reason, and the rest lands."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, select

from earlyhelp.errors import FeedStopped
from earlyhelp.feeds import Terms
from earlyhelp.promises.asked import Asked
from earlyhelp.promises.oracle import BAD_VALUE, in_force, key, mark, refusals
from earlyhelp.promises.pretending import NOW, PretendAgency
from earlyhelp.promises.truth import path_of
from earlyhelp.promises.writing import look_at, put, written_like
from earlyhelp.store.tables import drift
from schemas.feed import EventRow

ODD_VALUES: dict[str, Any] = {
    "null": None,
    "nothing": "",
    "blanks": "   ",
    "a list": [BAD_VALUE],
    "an object": {BAD_VALUE: BAD_VALUE},
    "yes": True,
    "a number": 7,
    "a huge number": 2**63 - 1,
    "a number beyond all numbers": 1e308,
    "less than nothing": -1,
    "ten thousand letters": "x" * 10_000,
    "a hundred thousand letters": "x" * 100_000,
    "another alphabet": "Ἰησοῦς 漢字 🜲",
    "a text that ends too soon": "a\0b",
    "half a character": "\ufffe",
    "words for a database": "'; DROP TABLE quarantine; --",
}
EDGE = 20
"""Of fewer rows than these a bad share says nothing."""
ENOUGH = 20
"""Of fewer rows than these a field may be missing by chance."""


def add_a_field(row: Any, _: str) -> None:
    """Nobody agreed on it."""
    row["unheardOf"] = BAD_VALUE


def lose_a_field(row: Any, field: str) -> None:
    """Renamed, perhaps."""
    del row[field]


def retype_a_field(row: Any, field: str) -> None:
    """An object where a value was."""
    row[field] = {BAD_VALUE: 1}


LAYOUTS: dict[str, tuple[str | None, Any]] = {
    "new": ("unheardOf", add_a_field),
    "missing": (None, lose_a_field),
    "retyped": (None, retype_a_field),
}
"""Ways in which an agency changes its rows, by what is reported; None: of the field that is spoilt."""


class RefusingPromises(Asked):
    """A row that is not as agreed is set aside; it stops neither its neighbours nor, alone, the feed."""

    def test_a_bad_row_is_refused_and_the_others_land(self, store: Engine) -> None:
        """The reason names the field and never the value; the row itself is kept for whoever mends it."""
        self.lands(store, pretend := self.pretend(bad=1))
        (bad,) = refusals(store, pretend)
        assert self.spoil in bad["reason"]
        assert BAD_VALUE in bad["row"]
        assert bad["place"] == "page 1, row 0"

    def test_a_bad_row_that_comes_again_waits_once(self, store: Engine) -> None:
        """Night after night, until the agency mends it; mended, it lands."""
        self.lands(store, pretend := self.pretend(bad=1))
        self.lands(store, pretend)
        assert len(refusals(store, pretend)) == 1
        pretend.truth.write(1)
        self.next_night(pretend)
        self.lands(store, pretend)

    def test_a_mostly_bad_page_stops_the_feed(self, store: Engine) -> None:
        """More than the agreed share of at least twenty rows: not mistakes, but another format."""
        most = int(self.declared.terms.most_bad * EDGE)
        self.lands(store, self.pretend(EDGE, bad=most, per_page=EDGE))

    def test_a_feed_that_stopped_has_taken_nothing(self, store: Engine) -> None:
        """Neither rows nor bookmark; put right, it all comes."""
        most = int(self.declared.terms.most_bad * EDGE)
        pretend = self.pretend(EDGE, bad=most + 1, per_page=EDGE)
        self.stops(store, pretend, FeedStopped)
        assert not in_force(store, pretend)
        assert mark(store, pretend)["watermark"] is None
        for number in range(1, most + 2):
            pretend.truth.forget(number)
            pretend.truth.write(number)
        self.lands(store, pretend)

    @pytest.mark.parametrize("odd", ODD_VALUES)
    def test_an_odd_value_in_any_field(self, store: Engine, odd: str) -> None:
        """Of every field in turn: it lands as our schema reads it, or waits with its reason."""
        self.lands(store, self.each_field(lambda row, name: row.update({name: ODD_VALUES[odd]})))

    def test_a_field_that_is_missing(self, store: Engine) -> None:
        """Every field in turn: what we need is missed, what we do not need is not."""
        self.lands(store, self.each_field(lambda row, name: row.pop(name)))

    def each_field(self, change: Any) -> PretendAgency:
        """An agency with a good row or two, and one row for each field that is changed in that field."""
        pretend = self.pretend(2)
        for number, name in enumerate(self.sample, start=3):
            stamp = pretend.truth.held[-1].recorded_at + timedelta(minutes=1)
            row = orjson.loads(orjson.dumps(self.vary(self.copy(), number, stamp)))
            change(row, name)
            pretend.truth.hold(number, row, stamp)
        return pretend

    def copy(self) -> dict[str, Any]:
        """The sample, to be changed."""
        copied: dict[str, Any] = orjson.loads(orjson.dumps(self.sample))
        return copied

    def test_rows_that_are_no_rows(self, store: Engine) -> None:
        """Nothing, a number, a text, a list: each is set aside, and nobody falls over it."""
        pretend = self.pretend(2)
        no_rows: list[Any] = [None, 7, BAD_VALUE, [], [[]], {}]
        for number, row in enumerate(no_rows, start=3):
            pretend.truth.hold(number, row, NOW - timedelta(hours=1))
        self.lands(store, pretend)
        assert len(refusals(store, pretend)) == len(no_rows)

    @pytest.mark.parametrize("when", [NOW + timedelta(days=1), datetime(2999, 12, 31, tzinfo=UTC)])
    def test_a_row_from_the_future_does_not_blind_the_feed(self, store: Engine, when: datetime) -> None:
        """It is not believed, and what is recorded after it was sent is found all the same."""
        pretend = self.pretend(4, look_back=timedelta(hours=1))
        pretend.truth.write(40, when, refused="recorded_at")
        self.lands(store, pretend)
        assert mark(store, pretend)["watermark"] <= NOW
        self.next_night(pretend, 2)
        pretend.truth.write(41, NOW + timedelta(hours=1))
        self.lands(store, pretend)

    def test_a_day_to_come_waits_until_it_has_come(self, store: Engine) -> None:
        """Where a row may not tell of it: it lands on its day, though nobody sends it again."""
        self.lands(store, pretend := self.pretend(2))
        theirs, stamp, day = self.declared.theirs, NOW - timedelta(hours=2), NOW + timedelta(days=10)
        if not issubclass(theirs, EventRow):
            pytest.skip("its rows tell of no day")
        row = self.vary(self.copy(), 40, stamp)
        path = path_of(theirs, "occurred_on", row)
        if path == path_of(theirs, "recorded_at", row):
            pytest.skip("the day is that of the stamp")
        put(row, path, written_like(look_at(row, path), day))
        pretend.truth.hold(40, row, stamp, refused="" if theirs.ahead else "occurred_on")
        self.lands(store, pretend)
        self.next_night(pretend, 11)
        pretend.cut = lambda rows: [[]]
        self.lands(store, pretend)

    def test_a_field_nobody_agreed_on_does_not_land(self, store: Engine) -> None:
        """They may send more than was agreed; only what was agreed goes further."""
        pretend = self.pretend(0)
        pretend.truth.add(2, unheardOf=BAD_VALUE)
        self.lands(store, pretend)
        assert BAD_VALUE not in repr(in_force(store, pretend))

    @pytest.mark.parametrize("what", LAYOUTS)
    def test_a_change_of_layout_is_reported_once(self, store: Engine, what: str) -> None:
        """A field more, a field less or one of another kind: named, with its kinds, and never its value."""
        pretend = self.pretend(ENOUGH, per_page=ENOUGH, terms=Terms(most_bad=1.0))
        self.lands(store, pretend)
        assert not drifts(store, pretend)
        field, changed = LAYOUTS[what]
        for number in range(1, ENOUGH + 1):
            row = self.vary(self.copy(), number, at := NOW + timedelta(hours=number))
            changed(row, self.spoil)
            pretend.truth.hold(number, row, at)
        self.next_night(pretend)
        for _ in range(2):
            self.lands(store, pretend)
            found = drifts(store, pretend)
            assert [(name, told) for name, told, _ in found] == [(field or self.spoil, what)]
            assert BAD_VALUE not in found[0][2]


def drifts(store: Engine, pretend: PretendAgency) -> list[tuple[str, str, str]]:
    """The changes of layout that were reported: field, what became of it, and its kinds."""
    wanted = select(drift.c.field, drift.c.what, drift.c.detail).where(drift.c.feed == key(pretend))
    with store.connect() as conn:
        return [(name, what, detail) for name, what, detail in conn.execute(wanted)]
