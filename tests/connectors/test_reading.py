from datetime import UTC, datetime

import orjson
import pytest
from pydantic import AliasPath

from earlyhelp.connecting.dialects import british_time, coded, named, padded_uprn, spelt
from earlyhelp.connecting.paging import LinkHeader
from earlyhelp.connecting.shaping import LONGEST_NAME, LOOKED_INTO, MOST_FIELDS, shape_of
from earlyhelp.connecting.tombstones import Tombstone
from earlyhelp.errors import FeedStopped
from earlyhelp.feeds import Gone
from schemas.fire_visit import FireVisit
from tests.connectors.wire import feed, visit, visits

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


class Theirs(
    FireVisit, extra="ignore",
    alias_generator=named(record_id="ref", recorded_at=AliasPath("meta", "changed"), occurred_on="day"),
):  # fmt: skip
    """Nested, British, and with codes: what a tombstone bears is spelt as in any other row."""

    _recorded_at = spelt("recorded_at", british_time)
    _record_id = spelt("record_id", padded_uprn)
    _outcome = spelt("outcome", coded({"visited": "visited"}))


def theirs(number, **changes):
    meta = {"changed": "31/10/2026 09:00", **changes.pop("meta", {})}
    return {"ref": number, "meta": meta, "day": "2026-10-30", "outcome": "visited", **changes}


def read(rows, **declared):
    declared = {"theirs": Theirs, "tombstone": Tombstone("meta.deleted")} | declared
    one = feed(LinkHeader(), **declared)
    return one.page("test-agency", rows, "page 1, row {}".format, NOW)


def test_a_tombstone_is_no_row_and_tells_only_which_and_when():
    stone = {"ref": 2, "meta": {"changed": "31/10/2026 10:00", "deleted": True}}
    page = read([theirs(1), stone, theirs(3, meta={"deleted": False})])
    assert [row.record_id for row in page.rows] == [f"{1:012d}", f"{3:012d}"]
    assert page.gone == [Gone(f"{2:012d}", datetime(2026, 10, 31, 10, 0, tzinfo=UTC))]
    assert not page.refused


def test_what_else_stands_on_a_tombstone_cannot_make_it_illegible():
    stone = theirs(2, outcome="no such code", day=None, meta={"deleted": True})
    assert len(read([stone]).gone) == 1


@pytest.mark.parametrize(
    ("stone", "field"),
    [
        ({"meta": {"deleted": True, "changed": "31/10/2026 10:00"}}, "ref"),
        ({"ref": 2, "meta": {"deleted": True}}, "meta.changed"),
        ({"ref": 2, "meta": {"deleted": True, "changed": "whenever"}}, "meta.changed"),
        ({"ref": [], "meta": {"deleted": True, "changed": "31/10/2026 10:00"}}, "ref"),
    ],
)
def test_a_tombstone_nobody_can_read_is_refused(stone, field):
    page = read([theirs(1), stone])
    assert (len(page.rows), page.gone) == (1, [])
    (refused,) = page.refused
    assert refused.place == "page 1, row 1"
    assert refused.reason.startswith(f"{field}: ")
    assert "whenever" not in refused.reason
    assert orjson.loads(refused.row) == stone


def test_a_bad_row_among_tombstones_keeps_its_place():
    stone = {"ref": 2, "meta": {"changed": "31/10/2026 10:00", "deleted": True}}
    page = read([stone, theirs(1), stone, theirs(3, outcome="?"), theirs(4)])
    assert (len(page.rows), len(page.gone)) == (2, 2)
    assert [one.place for one in page.refused] == ["page 1, row 3"]


@pytest.mark.parametrize(("says", "stands"), [("D", True), ("d", False), (None, False)])
def test_a_tombstone_may_be_a_code(says, stands):
    assert Tombstone("action", "D").stands_on({"action": says}) is stands
    assert not Tombstone("action", "D").stands_on([says])


def test_illegible_tombstones_count_among_the_bad_rows():
    stone = {"meta": {"deleted": True}}
    good = [theirs(number) for number in range(1, 17)]
    assert len(read([*good, *[stone] * 4]).refused) == 4
    with pytest.raises(FeedStopped, match="5 of 21"):
        read([*good, *[stone] * 5])


def test_without_the_declaration_nothing_is_a_tombstone():
    page = read([theirs(1, meta={"deleted": True})], tombstone=None)
    assert (len(page.rows), page.gone) == (1, [])


def test_a_row_put_aside_keeps_its_number_and_its_reason_only():
    page = read([visit(1, outcome="drank tea"), "no row", None, visit(2)], theirs=FireVisit, tombstone=None)
    assert [one.record_id for one in page.refused] == ["V1", None, None]
    assert all("tea" not in one.reason for one in page.refused)
    assert [row.record_id for row in page.rows] == ["V2"]


def test_the_shape_names_fields_and_kinds_and_no_value():
    rows = [{"a": 1, "b": "x", "c": None, "d": [1]}, {"a": 2.5, "b": None, "e": {"x": 1}, "f": True}]
    found = {"a": "number", "c": "null", "d": "list", "e": "object", "f": "boolean"}
    assert shape_of(rows) == {name: {kind} for name, kind in found.items()} | {"b": {"text", "null"}}
    assert shape_of([]) == {}
    assert shape_of([None, "x", 3, {"a": 1}]) == {"a": {"number"}}


def test_a_field_that_one_row_in_a_thousand_bears_is_seen():
    rows = [*visits(700), visit(1, unheard_of=1), *visits(299)]
    shape = shape_of(rows)
    assert "unheard_of" in shape
    assert shape["record_id"] == {"text"}


@pytest.mark.parametrize("count", [1, LOOKED_INTO - 1, LOOKED_INTO, 1000, 1001])
def test_kinds_are_looked_at_from_the_first_row_to_the_last_part(count):
    shape = shape_of([{"n": number} for number in range(count - 1)] + [{"n": None}])
    assert "number" in shape["n"] or count == 1
    halves = shape_of([{"n": 1}] * count + [{"n": "late"}] * count)
    assert halves == {"n": {"number", "text"}}


def test_a_list_whose_fields_are_called_by_record_numbers_does_not_flood_us():
    shape = shape_of([{f"person-{number}": 1} for number in range(5000)] + [{"n" * 500: 1}])
    assert len(shape) == MOST_FIELDS
    assert max(map(len, shape)) <= LONGEST_NAME


def test_every_page_says_its_shape():
    page = read([theirs(1), theirs(2, extra=None)])
    assert page.shape["extra"] == {"null"}
    assert page.shape["meta"] == {"object"}
