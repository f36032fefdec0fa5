"""Riverside Health's books: FHIR resources, without whoever is left out by rule (domain.md 3.2)."""

from collections.abc import Iterator

import numpy as np

from earlyhelp.demo.agencies.books import Statement
from earlyhelp.demo.agencies.words import (
    Pen,
    iso_days,
    london,
    own_number,
    row_of,
    spelt_by,
    statements,
    utc,
)
from earlyhelp.demo.agencies.writing import homes_told
from earlyhelp.demo.city.records import STATUSES, Ints, Neighbourhood

FEEDS = ("patients", "appointments")
MISSPELT = 0.02
"""Share of forenames and of surnames that health writes wrongly (our assumption)."""
NO_UPRN = 0.04
"""Share of addresses without a property reference (our assumption)."""
ARRIVED_SHARE = 0.03
"""Share of kept appointments on which nobody set more than "arrived" (our assumption)."""

REASONS = "https://riverside.example/appointment-reasons"
NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
ADDRESS_KEY = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-AddressKey"
ADDRESS_KEY_TYPE = "https://fhir.hl7.org.uk/CodeSystem/UKCore-AddressKeyType"


def patient_numbers(person: Ints) -> list[str]:
    """Health's own numbers for people."""
    return [f"P{number:010d}" for number in own_number(person, 77_773, 31, 10).tolist()]


def patients(here: Neighbourhood, pen: Pen) -> Iterator[Statement]:
    """Everybody health may speak of, and again after each move."""
    folk, rng = here.persons, pen.chance(2)
    forenames, surnames = (spelt_by(names, MISSPELT, rng) for names in (folk.forename, folk.surname))
    row, uprn, recorded_at = homes_told(here, pen, rng)
    known = ~folk.restricted[row]
    row, uprn, recorded_at = row[known], uprn[known], recorded_at[known]
    columns = zip(
        row.tolist(), patient_numbers(folk.person[row]),
        folk.nhs_number[row].tolist(), iso_days(folk.born_on[row]).tolist(), folk.sex[row].tolist(),
        uprn.tolist(), (rng.random(len(row)) < NO_UPRN).tolist(), utc(recorded_at).tolist(), strict=True,
    )  # fmt: skip
    return statements(
        recorded_at,
        (
            f'{{"resourceType":"Patient","id":"{number}","meta":{{"lastUpdated":"{updated}"}},'
            f'"identifier":[{{"system":"{NHS_NUMBER}","value":"{nhs:010d}"}}],'
            f'"name":[{{"use":"official","family":"{surnames[at]}","given":["{forenames[at]}"]}}],'
            f'"gender":"{sex}","birthDate":"{born}",'
            f'"address":[{{"use":"home"{"" if unknown else _address_key(uprn)}}}]}}'
            for at, number, nhs, born, sex, uprn, unknown, updated in columns
        ),
    )


def _address_key(uprn: int) -> str:
    return (
        f',"extension":[{{"url":"{ADDRESS_KEY}","extension":[{{"url":"type","valueCodeableConcept":'
        f'{{"coding":[{{"system":"{ADDRESS_KEY_TYPE}","code":"UPRN"}}]}}}},'
        f'{{"url":"value","valueString":"{uprn:012d}"}}]}}]'
    )


def appointments(here: Neighbourhood, pen: Pen) -> Iterator[Statement]:
    """Every version of every appointment that is not hidden, of everybody who is not restricted."""
    made, rng = here.appointments, pen.chance(3)
    row = row_of(made.person, here.persons.person)
    told = np.flatnonzero(~made.hidden & ~here.persons.restricted[row])
    arrived = (rng.random(len(told)) < ARRIVED_SHARE).tolist()
    columns = zip(
        own_number(made.record[told], 4_421, 70_001, 12).tolist(), utc(made.recorded_at[told]).tolist(),
        np.array(STATUSES)[made.status[told]].tolist(), iso_days(made.booked_on[told]).tolist(),
        london(made.starts_at[told]).tolist(), here.persons.nhs_number[row[told]].tolist(), arrived,
        strict=True,
    )  # fmt: skip
    return statements(
        made.recorded_at[told],
        (
            f'{{"resourceType":"Appointment","id":"A{number:012d}","meta":{{"lastUpdated":"{updated}"}},'
            f"{_status(status, only_arrived)},"
            f'"created":"{created}","start":"{start}",'
            f'"participant":[{{"actor":{{"type":"Location","display":"Riverside outpatients"}},'
            f'"status":"accepted"}},{{"actor":{{"type":"Patient","identifier":{{"system":"{NHS_NUMBER}",'
            f'"value":"{nhs:010d}"}}}},"status":"accepted"}}]}}'
            for number, updated, status, created, start, nhs, only_arrived in columns
        ),
    )


def _status(status: str, only_arrived: bool) -> str:
    """The status; that a child was not brought is the reason of a "noshow", and no status of its own."""
    if status == "not_brought":
        return f'"status":"noshow","cancelationReason":{{"coding":[{{"system":"{REASONS}","code":"WNB"}}]}}'
    return f'"status":"{"arrived" if status == "fulfilled" and only_arrived else status}"'
