"""A made-up row for any kind in `schemas/`: the sample with which a new connector's test begins.

Nobody's data: dates lie in October 2026, the property is in a range that no council issues.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from earlyhelp.errors import SetUpWrong
from schemas.feed import FeedRow

MADE_UP: Mapping[str, Any] = {
    "uprn": "999000000001",
    "parent_uprn": "999000000009",
    "nhs_number": "9990000018",
    "record_id": "A000001",
    "recorded_at": "2026-10-31T09:12:00Z",
}
"""Values that their names call for."""
OF_FORMAT = {"date": "2026-10-30", "date-time": "2026-10-30T10:30:00Z", "time": "10:30:00"}
OF_TYPE: Mapping[str, Any] = {"boolean": False, "integer": 100, "number": 1.5}

Described = Mapping[str, Any]
"""What JSON Schema says of a field."""


@dataclass(frozen=True, slots=True)
class Told:
    """One field of a kind of rows: its ``format`` ("date", "text" …), its ``words`` where it is a code."""

    name: str
    needed: bool
    format: str
    words: tuple[str, ...] = ()


def fields_of(schema: type[FeedRow]) -> list[Told]:
    """The fields of a kind of rows, but for ``void``, which few agencies have."""
    told = schema.model_json_schema()
    fields = {name: _bare(field, told) for name, field in told["properties"].items() if name != "void"}
    return [
        Told(name, name in told["required"], _format(field), tuple(field.get("enum", ())))
        for name, field in fields.items()
    ]


def _format(field: Described) -> str:
    """What a field holds, in a word."""
    kind = str(field.get("format") or field.get("type"))
    return "text" if kind == "string" else kind


def made_up(schema: type[FeedRow]) -> dict[str, Any]:
    """A good row of that kind in our own words, without ``void``. Raises `SetUpWrong`."""
    told = schema.model_json_schema()
    fields = {name: field for name, field in told["properties"].items() if name != "void"}
    row = {name: _value(name, field, told) for name, field in fields.items()}
    for attempt in (row, {name: row[name] for name in told["required"]}):
        try:
            schema.model_validate(attempt)
        except ValidationError:
            continue
        return attempt
    raise SetUpWrong(f"no row of kind {schema.kind} could be made up; write the connector by hand")


def spoilable(schema: type[FeedRow]) -> str:
    """The field in which a word of nonsense is surely wrong: a code, else a day, else a number."""
    fields = [one for one in fields_of(schema) if one.name in made_up(schema) and one.name != "recorded_at"]
    coded = [one.name for one in fields if one.words]
    days = [one.name for one in fields if one.format == "date"]
    numbers = [one.name for one in fields if one.format in OF_TYPE]
    return [*coded, *days, *numbers, "recorded_at"][0]


def _bare(field: Described, told: Described) -> Described:
    """What is said of a field where it is there."""
    if "anyOf" in field:
        field = next(one for one in field["anyOf"] if one.get("type") != "null")
    return told["$defs"][field["$ref"].rpartition("/")[2]] if "$ref" in field else field


def _value(name: str, field: Described, told: Described) -> Any:
    """Something that the field takes."""
    if name in MADE_UP:
        return MADE_UP[name]
    field = _bare(field, told)
    if "enum" in field:
        return field["enum"][0]
    kind = str(field.get("type"))
    if kind == "array":
        return [_value(name, field.get("items", {}), told)]
    if kind == "object":
        return {inner: _value(inner, one, told) for inner, one in field.get("properties", {}).items()}
    if kind in OF_TYPE:
        return min(OF_TYPE[kind], field.get("maximum", OF_TYPE[kind]))
    return OF_FORMAT.get(field.get("format", ""), f"{name} 1")
