"""What is said of a page: names, kinds and counts, whatever an agency puts where names should be."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from connectors.eastborough_police import EastboroughPolice, _Incident
from earlyhelp.commands.common import printable
from earlyhelp.connecting.fhir.uk_core import UkCoreAppointment
from earlyhelp.feeds import Page, Refused
from earlyhelp.trying.fields import fields_seen, shown
from earlyhelp.trying.first_page import looked_at
from earlyhelp.trying.oddities import odd_paging, odd_rows
from schemas.police_callout import PoliceCallout

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
(FEED,) = EastboroughPolice.feeds
TEXT = frozenset({"text"})


def call(number, **changes):
    said = {"record_id": f"L{number}", "recorded_at": NOW - timedelta(hours=number), "uprn": "999000000001"}
    said |= {"occurred_on": date(2026, 11, 1), "occurred_at": NOW, "incident": "I", "category": "other"}
    return PoliceCallout.model_validate(said | changes)


def page(rows=(), refused=(), **other):
    return Page(rows, refused, None, NOW, **other)


def test_a_file_without_headings_shows_nobody():
    shape = {"Ada O'Neill": TEXT, "12 Canal Street": TEXT, "07700 900123": TEXT}
    assert not [one for one in fields_seen(_Incident, shape) if not one.ours]
    by_number = {f"A{number}": TEXT for number in range(400)}
    assert not [one for one in fields_seen(_Incident, by_number) if not one.ours]


def test_once_one_of_ours_came_headings_with_spaces_are_names_too():
    seen = fields_seen(_Incident, {"log_no": TEXT, "Beat code": TEXT})
    assert [one.theirs for one in seen if not one.ours] == ["Beat code"]


def test_a_name_cannot_steer_a_terminal():
    assert shown("name\x1b[2J" + "x" * 100) == "name??2J" + "x" * 52


def test_where_several_paths_lead_to_a_field_the_one_that_came_is_told():
    seen = {one.ours: one for one in fields_seen(UkCoreAppointment, {"status": TEXT, "meta": {"object"}})}
    assert (seen["occurred_on"].theirs, seen["occurred_on"].came) == ("status", True)
    assert seen["recorded_at"].theirs == "meta.lastUpdated"


def test_rows_stamped_ahead_of_the_agencys_clock_are_odd():
    rows = [
        call(1),
        call(2, recorded_at=NOW + timedelta(minutes=4)),
        call(3, recorded_at=NOW + timedelta(days=1)),
    ]
    (odd,) = (odd for odd in odd_rows(FEED, page(rows), None) if "clock" in odd)
    assert odd.startswith("1 rows are stamped later")


def test_a_stamp_or_number_that_tells_nothing_apart_is_odd():
    same = [call(n, recorded_at=NOW) for n in range(4)]
    assert any("same in every row" in odd for odd in odd_rows(FEED, page(same), None))
    shared = [call(n, record_id="X") for n in range(4)]
    assert any("shared by most rows" in odd for odd in odd_rows(FEED, page(shared), None))
    assert not [odd for odd in odd_rows(FEED, page([call(n) for n in range(4)]), None) if "rows" in odd]


def test_optional_fields_that_no_row_fills_are_told():
    (odd,) = odd_rows(FEED, page([call(1)]), None)
    assert odd == ("never filled: address, harm, police_initiated, domestic_abuse, person, other_person")


def test_a_full_page_with_none_after_it_is_odd():
    two = replace(FEED, page_size=2)
    assert list(odd_paging(two, page([call(1), call(2)]))) == [
        "the page is full and no next one is named: is there none?"
    ]
    (odd,) = odd_paging(two, page([call(1), call(2)], [Refused("page 1, row 2", "x: y", "{}")]))
    assert odd == "3 rows came where 2 were asked for: the page size is not heeded"
    assert not list(odd_paging(two, page([call(1)])))


def test_more_bad_rows_than_agreed_are_not_well():
    bad = [
        Refused(f"page 1, row {n}", "type: is not a code that was agreed; updated: Field required", "{}")
        for n in (3, 5)
    ]
    shape = dict.fromkeys(("log_no", "updated", "opened", "incident_no", "type", "qualifiers"), TEXT)
    told = looked_at(
        "a/b", FEED, page([call(n) for n in range(8)], bad, shape=shape), None, NOW, most_bad=0.2
    )
    assert (told.well, told.rows, told.refused) == (True, 8, 2)
    assert [(one.fault, one.rows, one.first) for one in told.refusals] == [
        ("type: is not a code that was agreed", 2, "page 1, row 3"),
        ("updated: Field required", 2, "page 1, row 3"),
    ]
    assert not looked_at("a/b", FEED, page([call(1)] * 7, bad, shape=shape), None, NOW, most_bad=0.2).well
    del shape["type"]
    assert not looked_at("a/b", FEED, page([call(1)], shape=shape), None, NOW, most_bad=0.2).well


def test_what_an_agency_wrote_cannot_steer_a_terminal():
    assert printable("visits\x1b[2J_20261031.csv\n") == "visits?[2J_20261031.csv?"
