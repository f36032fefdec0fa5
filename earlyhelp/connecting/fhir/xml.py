"""FHIR resources written as XML, in the shape that JSON would have had, so that one model reads both.

XML does not say what repeats, nor what is a number, so that the types we meet are declared here (FHIR 4.0.1).
Of resources that are not declared, what is there twice becomes a list, and every value stays text. Narratives
are left out: nobody reads them here. See docs/decisions/0011-fhir-xml.md.
"""

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

NAMESPACE = "{http://hl7.org/fhir}"

_NOT_FHIR = (
    ParseError,
    DefusedXmlException,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
)
"""What comes of XML that is broken, dangerous, too deep or something else than FHIR."""

_DECLARED = {
    "Bundle": "identifier:Identifier total:number link* entry*:Entry",
    "Entry": "link* resource:Resource search:Search",
    "Search": "score:number",
    "OperationOutcome": "issue*:Issue",
    "Issue": "details:CodeableConcept location* expression*",
    "Patient": "active:boolean address*:Address communication*:Communication contact*:Contact "
    "deceasedBoolean:boolean generalPractitioner*:Reference identifier*:Identifier link*:Link "
    "managingOrganization:Reference maritalStatus:CodeableConcept multipleBirthBoolean:boolean "
    "multipleBirthInteger:number name*:HumanName photo*:Attachment telecom*:ContactPoint",
    "Communication": "language:CodeableConcept preferred:boolean",
    "Contact": "address:Address name:HumanName organization:Reference period:Period "
    "relationship*:CodeableConcept telecom*:ContactPoint",
    "Link": "other:Reference",
    "Appointment": "appointmentType:CodeableConcept basedOn*:Reference cancelationReason:CodeableConcept "
    "identifier*:Identifier minutesDuration:number participant*:Participant priority:number "
    "reasonCode*:CodeableConcept reasonReference*:Reference requestedPeriod*:Period "
    "serviceCategory*:CodeableConcept serviceType*:CodeableConcept slot*:Reference "
    "specialty*:CodeableConcept supportingInformation*:Reference",
    "Participant": "actor:Reference period:Period type*:CodeableConcept",
    "Meta": "profile* security*:Coding tag*:Coding",
    "Identifier": "assigner:Reference period:Period type:CodeableConcept",
    "HumanName": "given* period:Period prefix* suffix*",
    "ContactPoint": "period:Period rank:number",
    "Address": "line* period:Period",
    "CodeableConcept": "coding*:Coding",
    "Coding": "userSelected:boolean",
    "Reference": "identifier:Identifier",
    "Attachment": "size:number",
    "Period": "",
    "Timing": "code:CodeableConcept event* repeat:Repeat",
    "Repeat": "boundsPeriod:Period count:number countMax:number dayOfWeek* duration:number "
    "durationMax:number frequency:number frequencyMax:number offset:number period:number "
    "periodMax:number timeOfDay* when*",
    "Extension": "valueBoolean:boolean valueDecimal:number valueInteger:number valuePositiveInt:number "
    "valueUnsignedInt:number valueAddress:Address valueAttachment:Attachment "
    "valueCodeableConcept:CodeableConcept valueCoding:Coding valueContactPoint:ContactPoint "
    "valueHumanName:HumanName valueIdentifier:Identifier valuePeriod:Period valueReference:Reference "
    "valueTiming:Timing",
}
"""What each type holds besides plain text: names, a star where they repeat, and their types."""
_EVERYWHERE = "extension*:Extension modifierExtension*:Extension contained*:Resource meta:Meta"


def _declared(line: str) -> dict[str, tuple[str, bool]]:
    """Type, and whether it repeats, of each child that a line declares."""
    parted = [word.partition(":") for word in f"{_EVERYWHERE} {line}".split()]
    return {name.rstrip("*"): (kind, name.endswith("*")) for name, _, kind in parted}


_TYPES = {kind: _declared(line) for kind, line in _DECLARED.items()}
_ANY = _declared("")


def _number(written: str) -> int | float:
    try:
        return int(written)
    except ValueError:
        return float(written)


_VALUES: dict[str, Callable[[str], Any]] = {
    "boolean": {"true": True, "false": False}.__getitem__,
    "number": _number,
}


def from_xml(body: bytes) -> Any:
    """The resource in a body. Raises `ValueError`, with no data in it, for what is not FHIR in plain XML.

    A document type is refused before anything in it is read, and with it every entity: those that lead
    elsewhere and those that grow.
    """
    try:
        return _resource(fromstring(body, forbid_dtd=True))
    except _NOT_FHIR:
        raise ValueError("not a FHIR resource in XML") from None


def _resource(element: Element) -> dict[str, Any]:
    if not element.tag.startswith(NAMESPACE):
        raise ValueError
    kind = element.tag.removeprefix(NAMESPACE)
    return _object(element, kind) | {"resourceType": kind}


def _object(element: Element, kind: str) -> dict[str, Any]:
    """The fields of an element of that type."""
    fields = _TYPES.get(kind, _ANY)
    held: dict[str, Any] = {name: element.attrib[name] for name in ("id", "url") if name in element.attrib}
    for child in element:
        if not child.tag.startswith(NAMESPACE):
            continue  # a narrative, in XHTML
        name = child.tag.removeprefix(NAMESPACE)
        of, many = fields.get(name, ("", False))
        if of == "Resource":
            _add(held, name, _resource(child[0]), many)
        elif of in _TYPES or (not of and _is_object(child)):
            _add(held, name, _object(child, of), many)
        else:
            _add_value(held, name, child, of, many)
    return held


def _is_object(element: Element) -> bool:
    """Whether an element of an undeclared type has fields, and no value of its own."""
    return "value" not in element.attrib and any(not one.tag.endswith("}extension") for one in element)


def _add(held: dict[str, Any], name: str, what: Any, many: bool) -> None:
    if many:
        held.setdefault(name, []).append(what)
    elif name not in held:
        held[name] = what
    else:
        held[name] = [*held[name], what] if isinstance(held[name], list) else [held[name], what]


def _add_value(held: dict[str, Any], name: str, element: Element, kind: str, many: bool) -> None:
    """A value; what extensions say of it stands beside it under an underscore, in step where it repeats."""
    value: Any = element.get("value")
    if value is not None and kind:
        value = _VALUES[kind](value)
    about = _object(element, "Element") if len(element) or "id" in element.attrib else {}
    if many:
        before = len(held.get(name, ()))
        held.setdefault(name, []).append(value)
        if about or f"_{name}" in held:
            held.setdefault(f"_{name}", [None] * before).append(about or None)
        return
    if value is not None:
        _add(held, name, value, many)
    if about:
        held[f"_{name}"] = about
