"""Riverside Health: patients and appointments, as FHIR R4 resources."""

from datetime import timedelta
from typing import Any

from pydantic import AliasPath

from earlyhelp.connecting.agency import Agency, RestFeed
from earlyhelp.connecting.dialects import coded, day_in_london, named, padded_uprn, spelt
from earlyhelp.connecting.paging import Bundle, found
from earlyhelp.connecting.signing_in import SignedJwt
from earlyhelp.policy import Sector
from schemas.appointment import Appointment
from schemas.person import Person

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
ADDRESS_KEY = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-AddressKey"
STATUSES = {"booked": "booked", "fulfilled": "fulfilled", "arrived": "fulfilled", "checked-in": "fulfilled",
            "cancelled": "cancelled", "entered-in-error": "cancelled", "noshow": "noshow"}  # fmt: skip
UPDATED = AliasPath("meta", "lastUpdated")


def _nhs_number(identifiers: Any) -> Any:
    """The value of the identifier that is an NHS number."""
    return next((one["value"] for one in identifiers if found(one, "system") == NHS_NUMBER), None)


def _patient(participants: Any) -> Any:
    """Who the appointment is for: the participant known by an NHS number, never by a reference."""
    actors = [found(one, "actor") for one in participants]
    patients = [one for one in actors if found(one, "type") in (None, "Patient")]
    return _nhs_number([found(one, "identifier") for one in patients])


def _uprn(addresses: Any) -> Any:
    """The property reference among the keys of an address."""
    extensions = [one for address in addresses for one in address.get("extension", ())]
    for key in [one["extension"] for one in extensions if one["url"] == ADDRESS_KEY]:
        parts = {part["url"]: part for part in key}
        if found(parts["type"], "valueCodeableConcept.coding")[0]["code"] == "UPRN":
            return padded_uprn(parts["value"]["valueString"])
    return None


class _Patient(
    Person, extra="ignore",
    alias_generator=named(record_id="id", recorded_at=UPDATED, forename=AliasPath("name", 0, "given", 0),
                          surname=AliasPath("name", 0, "family"), date_of_birth="birthDate", sex="gender",
                          nhs_number="identifier", uprn="address", address=AliasPath("address", 0, "text")),
):  # fmt: skip
    _number = spelt("nhs_number", _nhs_number)
    _address_key = spelt("uprn", _uprn)


class _Appointment(
    Appointment, extra="ignore",
    alias_generator=named(record_id="id", recorded_at=UPDATED, void="status", occurred_on="start",
                          starts_at="start", booked_on="created", nhs_number="participant"),
):  # fmt: skip
    """Entered in error: it never was. Arrived without more: it was kept."""

    _void = spelt("void", lambda status: status == "entered-in-error")
    _status = spelt("status", coded(STATUSES))
    _occurred_on = spelt("occurred_on", day_in_london)
    _number = spelt("nhs_number", _patient)


class RiversideHealth(Agency):
    """Appointments are made every working day: five days without mean that we do not know. Restricted
    people and hidden clinics are left out by rule, so that silence about somebody never means anything.
    """

    name = "riverside-health"
    sector = Sector.HEALTH
    sign_in = SignedJwt("/oauth2/token")
    feeds = (
        RestFeed("patients", schema=Person, theirs=_Patient, path="/Patient", paging=Bundle(),
                 since="_lastUpdated", since_as="ge{}", page_size=2000, stale_after=timedelta(days=60)),
        RestFeed("appointments", schema=Appointment, theirs=_Appointment, path="/Appointment",
                 paging=Bundle(), since="_lastUpdated", since_as="ge{}", page_size=2000,
                 stale_after=timedelta(days=5)),
    )  # fmt: skip
