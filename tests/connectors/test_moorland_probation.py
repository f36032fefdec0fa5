from datetime import date

import pytest
from pydantic import ValidationError

from connectors.moorland_probation import EVENTS, MoorlandProbation, _Contact, _Supervised
from earlyhelp.demo.agencies.probation import CODES
from earlyhelp.promises.asking import ConnectorPromises

CONTACT = {
    "ref": "C000000000001",
    "type": "APP-FTA",
    "contactDate": "2026-10-26",
    "crn": "M000000001",
    "office": "Canal Street",
    "recordedAt": "2026-10-26T16:10:00+00:00",
}

SUPERVISED = {
    "crn": "M000000001",
    "forename": "Odette",
    "surname": "Quill",
    "previousSurname": "Tarn",
    "dateOfBirth": "1991-03-04",
    "sexCode": "2",
    "mainAddress": "Flat 1, 3 Bobbin St, ZZ1 0AA",
    "recordedAt": "2026-10-26T16:10:00+00:00",
}


class TestMoorlandProbation(ConnectorPromises):
    agency, feed, spoil, sample = MoorlandProbation, "supervision", "type", CONTACT


class TestItsPeople(ConnectorPromises):
    agency, feed, spoil, sample = MoorlandProbation, "people", "sexCode", SUPERVISED


def read(**changes):
    return _Contact.model_validate({**CONTACT, **changes})


def test_every_code_the_agency_uses_is_known():
    assert {code: ours for ours, code in CODES.items()} == EVENTS
    assert {read(type=code).event for code in EVENTS} == set(EVENTS.values())


def test_a_code_nobody_agreed_on_is_refused_without_being_quoted():
    with pytest.raises(ValidationError, match="not a code that was agreed") as wrong:
        read(type="RECALL")
    assert "RECALL" not in str(wrong.value)


def test_the_day_is_the_one_it_happened_and_not_the_one_it_was_written_down():
    assert read(recordedAt="2026-10-28T09:00:00+00:00").occurred_on == date(2026, 10, 26)


def known(**changes):
    return _Supervised.model_validate({**SUPERVISED, **changes})


def test_what_happened_names_the_person_and_never_a_place():
    assert read().person == known().record_id == "M000000001"
    assert known().address == "Flat 1, 3 Bobbin St, ZZ1 0AA"
    assert known().uprn is None
    assert (known().surname, known().former_surname) == ("Quill", "Tarn")


@pytest.mark.parametrize("nowhere", [None, "", "NFA", " nfa ", "No fixed abode"])
def test_somebody_of_no_fixed_abode_has_no_address(nowhere):
    assert known(mainAddress=nowhere).address is None


def test_blanks_are_nobodys_name_and_the_first_of_1900_nobodys_birthday():
    said = known(previousSurname="", dateOfBirth="1900-01-01", sexCode="9")
    assert (said.former_surname, said.date_of_birth, said.sex) == (None, None, None)


def test_nobody_is_told_where_it_was_seen_to():
    assert "Canal Street" not in read().model_dump_json()


def test_an_entry_for_the_wrong_person_leaves_no_more_than_its_number():
    feed = next(one for one in MoorlandProbation.feeds if one.name == "supervision")
    deleted = {"ref": "C000000000001", "deleted": True, "recordedAt": "2026-10-30T09:00:00+00:00"}
    page = feed.page("x", [CONTACT, deleted], "row {}".format, read().recorded_at)
    assert [row.record_id for row in page.rows] == ["C000000000001"]
    assert [gone.record_id for gone in page.gone] == ["C000000000001"]
    assert not page.refused
