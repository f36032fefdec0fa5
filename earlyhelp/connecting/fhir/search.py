"""Searches of FHIR servers as they are answered in life: what stands beside the resources counts too."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from earlyhelp.connecting.fhir.resources import BORN, NHS_NUMBER, number_in
from earlyhelp.connecting.fhir.xml import from_xml
from earlyhelp.connecting.paging import Bundle, found

MEDIA_TYPES = {"application/fhir+json": orjson.loads, "application/fhir+xml": from_xml}
"""How FHIR servers write, and what reads it."""


@dataclass(frozen=True, slots=True)
class Known:
    """Who a Patient is that came along, and when they were born, as far as that was told."""

    number: str
    born: Any


Patients = Mapping[str, Known]
"""Patients by the references that lead to them, and by their NHS numbers."""


@dataclass(frozen=True, slots=True)
class SearchSet(Bundle):
    """FHIR search, with what the answer says around its resources.

    A resource without ``meta.lastUpdated`` stood so when the answer was made, if the Bundle says when that
    was; so it is landed again each time it is sent. A patient whom an appointment only refers to is named by
    the NHS number of the Patient that came with it, contained or included; elsewhere none is looked for.
    """

    def rows(self, body: Any) -> list[Any] | None:
        """The resources that match; None, which is asked for again, where a part could not be answered."""
        if found(body, "resourceType") != "Bundle" or not isinstance(entries := body.get("entry", []), list):
            return None
        matches: list[Any] = []
        patients: dict[str, Known] = {}
        for entry in entries:
            resource = entry.get("resource") if isinstance(entry, dict) else None
            if not isinstance(resource, dict):
                matches.append(resource)  # our schema says what is wrong with it
            elif (kind := resource.get("resourceType")) == "OperationOutcome":
                if _failed(resource):
                    return None
            elif "search" not in entry or (found(entry["search"], "mode") or "match") == "match":
                matches.append(resource)
            elif kind == "Patient":
                patients |= _known(resource, f"Patient/{resource.get('id')}", entry.get("fullUrl"))
        stamp = found(body, "meta.lastUpdated") or body.get("timestamp")
        return [
            one if not patients and _is_whole(one) else _completed(one, patients, stamp) for one in matches
        ]


def _failed(outcome: Any) -> bool:
    """Whether it says that something went wrong, not merely what is worth knowing."""
    issues = outcome.get("issue") if isinstance(outcome.get("issue"), list) else []
    return any(found(issue, "severity") in ("error", "fatal") for issue in issues)


def _is_whole(resource: Any) -> bool:
    """Whether a resource bears all that a row is made of."""
    try:
        return "lastUpdated" in resource["meta"] and "contained" not in resource
    except (KeyError, TypeError):
        return False


def _completed(resource: Any, patients: Patients, stamp: Any) -> Any:
    """The resource with what the answer says of it elsewhere."""
    if not isinstance(resource, dict):
        return resource
    whole = dict(resource)
    if stamp and not found(resource, "meta.lastUpdated") and isinstance(resource.get("meta", {}), dict):
        whole["meta"] = {**resource.get("meta", {}), "lastUpdated": stamp}
    if isinstance(held := resource.get("contained", []), list):
        for one in held:
            if found(one, "resourceType") == "Patient":
                patients = {**patients, **_known(one, f"#{one.get('id')}")}
    if patients and isinstance(participants := resource.get("participant"), list):
        whole["participant"] = [_named(one, patients) for one in participants]
        numbers = [found(one, "actor.identifier.value") for one in whole["participant"]]
        born = [patients[number].born for number in numbers if isinstance(number, str) and number in patients]
        whole |= {BORN: born[0]} if born else {}
    return whole


def _known(patient: dict[str, Any], *references: Any) -> Patients:
    """A Patient by every reference that leads to it, and by its NHS number; nothing where it has none."""
    try:
        number = number_in(patient["identifier"])
    except (LookupError, TypeError, AttributeError):
        return {}  # not laid out as FHIR: whoever refers to it is named by nobody
    keys = [one for one in (*references, number) if isinstance(one, str)] if number else []
    return {key: Known(str(number), patient.get("birthDate")) for key in keys}


def _named(participant: Any, patients: Patients) -> Any:
    """A participant, named by number where it only refers to somebody who came along."""
    reference = found(participant, "actor.reference")
    known = patients.get(reference.partition("/_history/")[0]) if isinstance(reference, str) else None
    if known is None or found(participant, "actor.identifier") is not None:
        return participant
    identifier = {"system": NHS_NUMBER, "value": known.number}
    return {**participant, "actor": {**participant["actor"], "type": "Patient", "identifier": identifier}}
