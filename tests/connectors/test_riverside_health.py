from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from connectors.riverside_health import ADDRESS_KEY, NHS_NUMBER, RiversideHealth, _Appointment, _Patient
from earlyhelp.promises.asking import ConnectorPromises

APPOINTMENT = {
    "resourceType": "Appointment",
    "id": "A000000000001",
    "meta": {"lastUpdated": "2026-10-12T15:00:00Z"},
    "status": "noshow",
    "created": "2026-09-20",
    "start": "2026-10-12T09:30:00+01:00",
    "participant": [
        {"actor": {"type": "Location", "display": "Riverside outpatients"}, "status": "accepted"},
        {"actor": {"type": "Patient", "identifier": {"system": NHS_NUMBER, "value": "9990000018"}}},
    ],
}
UPRN_KEY = {
    "url": ADDRESS_KEY,
    "extension": [
        {"url": "type", "valueCodeableConcept": {"coding": [{"code": "UPRN"}]}},
        {"url": "value", "valueString": "999000000001"},
    ],
}
PATIENT = {
    "resourceType": "Patient",
    "id": "P0000000001",
    "meta": {"lastUpdated": "2026-10-12T15:00:00Z"},
    "identifier": [{"system": "urn:local", "value": "7"}, {"system": NHS_NUMBER, "value": "1"}],
    "name": [{"use": "official", "family": "O'Neill", "given": ["Ada", "Mary"]}],
    "gender": "female",
    "birthDate": "1980-02-01",
    "address": [{"use": "home", "extension": [UPRN_KEY]}],
}


class TestRiversideHealth(ConnectorPromises):
    agency, feed, spoil, sample = RiversideHealth, "appointments", "status", APPOINTMENT


class TestRiversidePatients(ConnectorPromises):
    agency, feed, spoil, sample = RiversideHealth, "patients", "gender", PATIENT


def test_the_patient_is_known_by_nhs_number_and_not_by_reference():
    assert _Appointment.model_validate(APPOINTMENT).nhs_number == "9990000018"
    nobody = {**APPOINTMENT, "participant": [{"actor": {"reference": "Patient/7"}}]}
    with pytest.raises(ValidationError, match="participant"):
        _Appointment.model_validate(nobody)


def test_whoever_comes_along_is_not_the_patient():
    mother = {"actor": {"type": "RelatedPerson", "identifier": {"system": NHS_NUMBER, "value": "9990000026"}}}
    together = {**APPOINTMENT, "participant": [mother, *APPOINTMENT["participant"]]}
    assert _Appointment.model_validate(together).nhs_number == "9990000018"


def test_the_day_is_the_one_on_the_wall_in_london():
    appointment = _Appointment.model_validate(APPOINTMENT)
    assert appointment.occurred_on == date(2026, 10, 12)
    assert appointment.starts_at == datetime(2026, 10, 12, 8, 30, tzinfo=UTC)
    assert appointment.booked_on == date(2026, 9, 20)


@pytest.mark.parametrize(
    ("sent", "status", "void"),
    [
        ("booked", "booked", False),
        ("arrived", "fulfilled", False),
        ("checked-in", "fulfilled", False),
        ("entered-in-error", "cancelled", True),
    ],
)
def test_statuses_of_ours(sent, status, void):
    appointment = _Appointment.model_validate({**APPOINTMENT, "status": sent})
    assert (appointment.status, appointment.void) == (status, void)


def test_a_patient_is_a_person():
    patient = _Patient.model_validate(PATIENT)
    assert (patient.forename, patient.surname, patient.nhs_number) == ("Ada", "O'Neill", "1")
    assert patient.uprn == "999000000001"


def test_an_address_key_of_another_kind_is_no_uprn():
    paf = {
        **UPRN_KEY,
        "extension": [
            {"url": "type", "valueCodeableConcept": {"coding": [{"code": "PAF"}]}},
            {"url": "value", "valueString": "12345678"},
        ],
    }
    elsewhere = {**PATIENT, "address": [{"extension": [paf]}, {"extension": [UPRN_KEY]}]}
    assert _Patient.model_validate(elsewhere).uprn == "999000000001"
    assert _Patient.model_validate({**PATIENT, "address": [{"use": "home"}]}).uprn is None


def test_a_patient_of_whom_little_is_known_is_still_somebody():
    unknown = ("address", "birthDate", "gender")
    little = {name: value for name, value in PATIENT.items() if name not in unknown}
    assert _Patient.model_validate(little).uprn is None
