"""How rows of files are usually read, field by field."""

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from earlyhelp.connecting.dialects import coded, named, spelt
from earlyhelp.connecting.usual import FromSheet, FromText
from schemas.fire_visit import FireVisit
from schemas.person import Person

WORDS = named(record_id="Ref", recorded_at="Updated", occurred_on="Day", uprn="UPRN", outcome="Outcome")


class Visit(FromText, FireVisit, extra="ignore", alias_generator=WORDS):
    _outcome = spelt("outcome", coded({"DONE": "visited"}))


class SheetVisit(FromSheet, FireVisit, extra="ignore", alias_generator=WORDS):
    _outcome = spelt("outcome", coded({"DONE": "visited"}))


ROW = {"Ref": "V1", "Updated": "31/10/2026 09:12", "Day": "30/10/2026", "UPRN": "12345", "Outcome": " DONE "}


def test_a_row_of_text_is_read_by_the_types_of_its_fields():
    row = Visit.model_validate(ROW | {"address": "  ", "incident": "", "occurred_at": " "})
    assert (row.occurred_on, row.uprn, row.outcome) == (date(2026, 10, 30), "000000012345", "visited")
    assert row.recorded_at == datetime(2026, 10, 31, 9, 12, tzinfo=UTC)
    assert (row.address, row.incident, row.occurred_at) == (None, None, None)


def test_moments_are_those_of_a_london_wall_in_summer_too():
    assert Visit.model_validate(ROW | {"Updated": "2026-07-01 09:12"}).recorded_at.hour == 8


def test_a_row_of_a_spreadsheet_has_days_from_1900_and_numbers_for_names():
    row = SheetVisit.model_validate(ROW | {"Ref": 17.0, "Updated": 46326.5, "Day": "46325", "UPRN": 12345.0})
    assert (row.record_id, row.occurred_on, row.uprn) == ("17", date(2026, 10, 30), "000000012345")


@pytest.mark.parametrize(("field", "written"), [("Day", "30/13/2026"), ("Updated", ""), ("Outcome", "GONE")])
def test_what_cannot_be_read_is_refused(field, written):
    with pytest.raises(ValidationError) as refused:
        Visit.model_validate(ROW | {field: written})
    assert len(refused.value.errors()) == 1


def test_what_is_spelt_of_its_own_is_read_first():
    class Owned(FromText, Person, extra="ignore"):
        _born = spelt("date_of_birth", lambda text: date(int(text[4:]), int(text[2:4]), int(text[:2])))

    told = {"record_id": "1", "recorded_at": "2026-10-31 09:12", "forename": "Ada", "surname": "Sample"}
    assert Owned.model_validate(told | {"date_of_birth": "01021980"}).date_of_birth == date(1980, 2, 1)
