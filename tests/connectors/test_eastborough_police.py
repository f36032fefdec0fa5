from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from connectors.eastborough_police import GROUPS, HARM_IN_DAYS, EastboroughPolice, _Incident
from earlyhelp.demo.agencies.police import HARM_OF_GRADE, TYPES
from earlyhelp.promises.asking import ConnectorPromises

INCIDENT = {
    "log_no": "L000000000001",
    "incident_no": "EB000000000001",
    "opened": "2026-07-31T23:30:00+01:00",
    "updated": "2026-08-01T00:10:00+01:00",
    "type": "ASB-NUIS",
    "severity": "S03",
    "qualifiers": [],
    "source": "PUBLIC",
    "uprn": "999000000001",
    "location": "",
}


class TestEastboroughPolice(ConnectorPromises):
    agency, feed, spoil, sample = EastboroughPolice, "incidents", "severity", INCIDENT


def read(**changes):
    return _Incident.model_validate({**INCIDENT, **changes})


def test_the_day_is_the_one_on_the_wall_in_london():
    incident = read()
    assert incident.occurred_on == date(2026, 7, 31)
    assert incident.occurred_at == datetime(2026, 7, 31, 22, 30, tzinfo=UTC)
    assert read(opened="2026-07-31T23:30:00+00:00").occurred_on == date(2026, 8, 1)


def test_a_time_without_its_offset_is_refused():
    with pytest.raises(ValidationError, match="not a moment with its time zone"):
        read(opened="2026-07-31T23:30:00")


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_the_property_may_not_have_been_taken_down(nothing):
    assert read(uprn=nothing).uprn is None


def test_da_among_the_qualifiers_is_domestic_abuse():
    assert read(qualifiers=["WPN", "DA"]).domestic_abuse
    assert not read(qualifiers=["DAM"]).domestic_abuse


def test_a_row_that_does_not_say_whether_it_is_domestic_abuse_is_refused():
    silent = {name: value for name, value in INCIDENT.items() if name != "qualifiers"}
    with pytest.raises(ValidationError, match="qualifiers"):
        _Incident.model_validate(silent)


def test_an_officer_as_source_is_police_initiated():
    assert read(source="OFFICER").police_initiated
    assert not read(source="PARTNER").police_initiated


def test_every_grade_and_code_the_agency_uses_is_known():
    assert tuple(HARM_IN_DAYS.values()) == HARM_OF_GRADE
    assert {read(type=code).category for codes in TYPES.values() for code in codes} == set(GROUPS.values())


@pytest.mark.parametrize("qualifiers", ["DA", "DA,WPN", {"DA": False}, [1], None])
def test_what_is_no_list_of_codes_is_refused_and_never_read_as_no(qualifiers):
    with pytest.raises(ValidationError, match="list of codes"):
        _Incident.model_validate({**INCIDENT, "qualifiers": qualifiers})


@pytest.mark.parametrize(
    ("concerns", "told"), [([], (None, None)), (["N1"], ("N1", None)), (["N1", "N2"], ("N1", "N2"))]
)
def test_whom_a_call_concerns_may_be_told_by_number(concerns, told):
    assert (read(concerns=concerns).person, read(concerns=concerns).other_person) == told


def test_a_force_that_tells_nobody_is_read_all_the_same():
    assert (read().person, read().other_person) == (None, None)


def test_of_some_calls_only_the_address_is_known():
    by_hand = read(uprn=None, location="12 Bobbin St, ZZ1 0AA")
    assert (by_hand.uprn, by_hand.address) == (None, "12 Bobbin St, ZZ1 0AA")
    assert read(location="").address is None
