"""The official examples of UK Core and of two NHS interfaces, as they are published: see fhir_examples.md."""

import os
from datetime import UTC, date, datetime
from pathlib import Path

import orjson
import pytest
from pydantic import ValidationError

from earlyhelp.connecting.fhir.search import SearchSet
from earlyhelp.connecting.fhir.uk_core import UkCoreAppointment, UkCorePatient
from earlyhelp.connecting.fhir.xml import from_xml

EXAMPLES = Path(os.environ.get("EARLYHELP_FHIR_EXAMPLES", "nowhere"))
pytestmark = pytest.mark.skipif(
    not EXAMPLES.is_dir(),
    reason="EARLYHELP_FHIR_EXAMPLES names no folder: see tests/connectors/fhir_examples.md",
)
SEARCHED_AT = "2022-03-01T10:00:00Z"
MODELS = {"Patient": UkCorePatient, "Appointment": UkCoreAppointment}
EVERY = sorted(str(one.relative_to(EXAMPLES)) for one in EXAMPLES.glob("*/*.*"))

RICHARD = {
    "forename": "Richard", "surname": "SMITH", "nhs_number": "9912003888", "sex": "male",
    "date_of_birth": date(1970, 9, 11), "address": "4 Sandmoor Drive, LEEDS, LS17 7DF", "uprn": None,
}  # fmt: skip
MELANIE = {  # her number's check digit is wrong
    "forename": "Melanie", "surname": "JONES", "nhs_number": None, "sex": "female",
    "date_of_birth": date(2021, 2, 11), "address": "10 Fearnville Grove, LEEDS, LS8 3DR",
}  # fmt: skip
JEAN = {"forename": "Jean", "surname": "BAPTISTE", "nhs_number": None, "sex": None, "address": None}
SURGERY = {
    "status": "booked", "occurred_on": date(2022, 3, 11), "booked_on": date(2022, 2, 14),
    "starts_at": datetime(2022, 3, 11, 10, 46, tzinfo=UTC), "nhs_number": "9912003888", "void": False,
}  # fmt: skip
VISIT = SURGERY | {"booked_on": None}
ACCEPTED = {
    "uk-core/UKCore-Patient-RichardSmith-Example.xml": RICHARD,
    "uk-core/UKCore-Patient-RichardSmith-Example.json": RICHARD,
    "uk-core/UKCore-Patient-BabyPatient-Example.xml": MELANIE,
    "uk-core/UKCore-Patient-BabyPatient-Example.json": MELANIE,
    "uk-core/Extension-UKCore-NHSNumberUnavailableReason-Example.xml": JEAN,
    "uk-core/UKCore-Extension-NHSNumberUnavailableReason-Example.json": JEAN,
    "uk-core/UKCore-Appointment-OrthopaedicSurgery-Example.xml": SURGERY,
    "uk-core/UKCore-Appointment-OrthopaedicSurgery-Example.json": SURGERY,
    "uk-core/Extension-UKCore-DeliveryChannel-Example.xml": VISIT,
    "uk-core/UKCore-Extension-DeliveryChannel-Example.json": VISIT,
    "uk-core/Extension-UKCore-BookingOrganization-Example.xml": VISIT,
    "personal-demographics/PatientCompoundName.json": {  # and so is his
        "forename": "John Paul", "surname": "Smith", "nhs_number": None, "uprn": None,
        "recorded_at": datetime(2019, 12, 25, 12, tzinfo=UTC), "date_of_birth": date(2010, 10, 22),
    },
    "personal-demographics/Sensitive_PatientSearch.json": {
        "record_id": "9000000025", "void": True, "forename": "", "surname": "", "nhs_number": None,
        "date_of_birth": None, "sex": None, "uprn": None, "address": None,
    },
}  # fmt: skip
REFUSED = {
    "uk-core/Extension-UKCore-AddressKey-Example.xml": {"name: Field required"},
    "uk-core/UKCore-Extension-AddressKey-Example.json": {"name: Field required"},
    "uk-core/Extension-UKCore-NHSNumberVerificationStatus-Example.xml": {"name: Field required"},
    "patient-care-aggregator/GetAppointmentResponseHappyPath.json": {
        "participant: names somebody by a number that is no right NHS number",
        "meta.lastUpdated: Field required",
    },
}
PAIRS = [
    ("UKCore-Patient-RichardSmith", "UKCore-Patient-RichardSmith"),
    ("UKCore-Patient-BabyPatient", "UKCore-Patient-BabyPatient"),
    ("UKCore-Appointment-OrthopaedicSurgery", "UKCore-Appointment-OrthopaedicSurgery"),
    ("Extension-UKCore-AddressKey", "UKCore-Extension-AddressKey"),
    ("Extension-UKCore-DeliveryChannel", "UKCore-Extension-DeliveryChannel"),
    ("Extension-UKCore-NHSNumberUnavailableReason", "UKCore-Extension-NHSNumberUnavailableReason"),
]


def example(name):
    body = (EXAMPLES / name).read_bytes()
    return from_xml(body) if name.endswith("xml") else orjson.loads(body)


def resource(name, *beside):
    """The example as a search would bring it: in a Bundle that says when it was made, unless it is one."""
    body = example(name)
    if body["resourceType"] != "Bundle":
        entries = [{"resource": body}, *({"resource": one, "search": {"mode": "include"}} for one in beside)]
        body = {"resourceType": "Bundle", "type": "searchset", "timestamp": SEARCHED_AT, "entry": entries}
    (row,) = SearchSet().rows(body)
    return row


def faults(row):
    with pytest.raises(ValidationError) as wrong:
        MODELS[row["resourceType"]].model_validate(row)
    return {f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in wrong.value.errors()}


def test_there_is_no_example_of_which_nothing_is_said():
    assert {*ACCEPTED, *REFUSED} == set(EVERY)
    assert not set(ACCEPTED) & set(REFUSED)


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(name):
    """Appointments refer to Richard Smith, who is included, as a search brings him when asked to."""
    row = resource(name, example("uk-core/UKCore-Patient-RichardSmith-Example.json"))
    ours = MODELS[row["resourceType"]].model_validate(row)
    assert {field: getattr(ours, field) for field in ACCEPTED[name]} == ACCEPTED[name]


@pytest.mark.parametrize("name", REFUSED)
def test_refused_and_why(name):
    assert faults(resource(name)) == REFUSED[name]


@pytest.mark.parametrize("name", [name for name in ACCEPTED if ACCEPTED[name] in (SURGERY, VISIT)])
def test_an_appointment_that_only_refers_to_its_patient_is_refused_alone(name):
    assert faults(resource(name)) == {"participant: names nobody by NHS number"}


@pytest.mark.parametrize("name", [name for name in EVERY if name.startswith("uk-core")])
def test_a_resource_out_of_any_search_does_not_say_when_it_was_last_changed(name):
    assert "meta.lastUpdated: Field required" in faults(example(name))


def test_the_aggregators_appointment_lacks_a_right_number_and_a_time_and_nothing_else():
    body = example("patient-care-aggregator/GetAppointmentResponseHappyPath.json") | {
        "timestamp": SEARCHED_AT
    }
    identifier = body["entry"][0]["resource"]["participant"][0]["actor"]["identifier"]
    identifier["value"] = "9990000018"
    (row,) = SearchSet().rows(body)
    ours = UkCoreAppointment.model_validate(row)
    assert (ours.status, ours.occurred_on, ours.nhs_number) == ("booked", date(2021, 6, 13), "9990000018")


@pytest.mark.parametrize(("xml", "json"), PAIRS)
def test_the_xml_and_the_json_of_an_example_are_one_to_us(xml, json):
    """All but the narrative, which we do not read, and the name, which differs between the two forms."""
    read, meant = example(f"uk-core/{xml}-Example.xml"), example(f"uk-core/{json}-Example.json")
    assert {**read, "id": None, "text": None} == {**meant, "id": None, "text": None}
