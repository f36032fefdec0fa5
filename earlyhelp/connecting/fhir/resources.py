"""FHIR R4 as UK Core writes it: numbers, names, addresses and days out of a resource's own words.

Nothing here looks at the clock: whether something has ended is judged by when the resource itself was last
changed, so that the same resource is the same row whenever it is read.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic_core import PydanticCustomError

from earlyhelp.connecting.dialects import day_in_london, padded_uprn
from schemas.nhs import nhs_number_is_right

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
ADDRESS_KEY = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-AddressKey"
VERIFICATION = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus"
VERIFIED = ("01", "number-present-and-verified")
"""Codes of a traced number (UKCore-NHSNumberVerificationStatusEngland 1.1.1, and its predecessor)."""
BORN = "_patientBirthDate"
"""Where a patient's date of birth stands in an appointment that brought its patient along (`search`)."""
RESTRICTED = ("R", "V")
"""Confidentiality of people whose whereabouts are kept from view (HL7 v3 Confidentiality)."""

NOT_BROUGHT = ("WNB", "9Nz1.", "9Nz1")
"""Codes of the reason why somebody did not come who was to be brought: as trusts abbreviate it, and "Child
not brought to appointment" of the Read codes; systems differ, so that the code alone is looked at."""
GROWN_UP = 18
"""Whoever is younger is brought by somebody (domain.md 3.2; the statutory age of a child)."""

_NAMES = {"official": 0, "usual": 1, None: 2, "temp": 3, "nickname": 4, "maiden": 5, "old": 6, "anonymous": 7}
_HOMES = {"home": 0, None: 1, "temp": 2}
"""Where somebody lives, best first; an address of work, for bills or of old is none."""
_PART_OF_A_DATE = re.compile(r"\d{4}(-\d{2})?")


def number_in(identifiers: Sequence[Mapping[str, Any]]) -> str | None:
    """The NHS number among identifiers; None where there is none that is right, in use and not in doubt.

    A number whose check digit is wrong, or that was traced without success, may be somebody else's.
    """
    for one in identifiers:
        if one.get("system") == NHS_NUMBER and one.get("use") != "old":
            number = one.get("value")
            if isinstance(number, str) and len(number) != 10:
                number = number.replace(" ", "").replace("-", "")
            if isinstance(number, str) and nhs_number_is_right(number) and _not_in_doubt(one):
                return number
    return None


def _not_in_doubt(identifier: Mapping[str, Any]) -> bool:
    status = _extension(identifier, VERIFICATION) if "extension" in identifier else None
    return status is None or any(code in VERIFIED for code in _codes(status))


def patient_in(participants: Sequence[Mapping[str, Any]]) -> str:
    """Whom an appointment is for, by NHS number: never by a reference, never who comes along.

    Refuses what names nobody, names somebody by a number that is wrong, or is for several people.
    """
    number: str | None = None
    for one in participants:
        identifier = _number_of_patient(one.get("actor"))
        if identifier is None:
            continue
        found = number_in((identifier,))
        if found is None:
            raise PydanticCustomError("nhs_number", "names somebody by a number that is no right NHS number")
        if found != number is not None:
            raise PydanticCustomError("patients", "names more than one patient")
        number = found
    if number is None:
        raise PydanticCustomError("patient", "names nobody by NHS number")
    return number


def was_not_brought(appointment: Mapping[str, Any]) -> bool:
    """Whether somebody who did not come was to be brought: the reason says so, or their age does."""
    reason = appointment.get("cancelationReason")
    told = reason.get("coding") if isinstance(reason, dict) else None
    if isinstance(told, list) and any(isinstance(c, dict) and c.get("code") in NOT_BROUGHT for c in told):
        return True
    born, start = appointment.get(BORN), appointment.get("start")
    if not isinstance(born, str) or not isinstance(start, str):
        return False
    grown_up = f"{int(born[:4]) + GROWN_UP:04d}{born[4:]}" if born[:4].isdecimal() else ""
    return bool(grown_up) and start[: len(grown_up)] < grown_up


def _number_of_patient(actor: Any) -> Mapping[str, Any] | None:
    """The identifier by which an actor is known as the patient, by its type or by what it refers to."""
    if (
        actor is None
        or (identifier := actor.get("identifier")) is None
        or identifier.get("system") != NHS_NUMBER
    ):
        return None
    kind = actor.get("type") or _kind_of(actor.get("reference"))
    return identifier if kind is None or kind == "Patient" else None


def _kind_of(reference: Any) -> str | None:
    """The kind of resource in a reference such as ``RelatedPerson/7``."""
    steps = reference.split("/") if isinstance(reference, str) else ()
    return steps[-2] if len(steps) > 1 else None


def name_in(names: Sequence[Mapping[str, Any]], on: date | None) -> Mapping[str, Any]:
    """The name somebody goes by on that day: official before usual before others, ended ones last."""
    return min(names, key=lambda one: (_ended(one, on), _NAMES.get(one.get("use"), 2)), default={})


def forename_in(name: Mapping[str, Any]) -> str:
    """The first given name; nothing for somebody who has not been given one (a newborn child)."""
    return next((given for given in name.get("given", ()) if given), "")


def surname_in(name: Mapping[str, Any]) -> str:
    """The family name; of a name that was written in one piece, all of it. Refuses where there is none."""
    if family := name.get("family") or name.get("text"):
        return str(family)
    raise PydanticCustomError("name", "holds no family name")


def home_in(addresses: Sequence[Mapping[str, Any]], on: date | None) -> Mapping[str, Any]:
    """The address where somebody lives on that day; empty where none is told."""
    homes = (one for one in addresses if one.get("use") in _HOMES and one.get("type") != "postal")
    return min(
        (one for one in homes if not _ended(one, on)), key=lambda one: _HOMES[one.get("use")], default={}
    )


def uprn_in(address: Mapping[str, Any]) -> str | None:
    """The property reference among the keys of an address, None where it has no such key."""
    for key in address.get("extension", ()):
        kind = _extension(key, "type") if _is(key, ADDRESS_KEY) else None
        if kind is not None and "UPRN" in _codes(kind):
            uprn: str | None = padded_uprn((_extension(key, "value") or {}).get("valueString"))
            return uprn
    return None


def written_out(address: Mapping[str, Any]) -> str | None:
    """An address in one line."""
    parts = (*address.get("line", ()), *(address.get(part) for part in ("city", "district", "postalCode")))
    return address.get("text") or ", ".join(part for part in parts if part) or None


def day_in(written: Any) -> Any:
    """The day of a date or dateTime, in London; None where only its month or year is known."""
    if not isinstance(written, str) or len(written) == 10:
        return written  # our schema looks at it
    return None if _PART_OF_A_DATE.fullmatch(written) else day_in_london(written)


def is_withdrawn(resource: Mapping[str, Any]) -> bool:
    """Whether a record must not stand any more: it is restricted, or another one has replaced it."""
    labels = (resource.get("meta") or {}).get("security", ())
    links = resource.get("link", ())
    return any(one.get("code") in RESTRICTED for one in labels) or any(
        one.get("type") == "replaced-by" for one in links
    )


def _ended(thing: Mapping[str, Any], on: date | None) -> bool:
    end = (thing.get("period") or {}).get("end")
    if on is None or not isinstance(end, str):
        return False
    return end[:10] < on.isoformat()[: len(end)]  # "2021" has ended when another year has begun


def _is(extension: Mapping[str, Any], url: str) -> bool:
    """Whether it is that extension, by its name alone: UK Core has lived at three addresses."""
    return str(extension.get("url")).endswith(url.rpartition("Extension-")[2])


def _extension(thing: Mapping[str, Any], url: str) -> Mapping[str, Any] | None:
    return next((one for one in thing.get("extension", ()) if _is(one, url)), None)


def _codes(extension: Mapping[str, Any]) -> list[Any]:
    """The codes in its value: older servers write a Coding, newer ones a CodeableConcept."""
    concept = extension.get("valueCodeableConcept") or {"coding": [extension.get("valueCoding") or {}]}
    return [one.get("code") for one in concept.get("coding", ())]
