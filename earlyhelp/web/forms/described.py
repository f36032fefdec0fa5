"""The pages' other forms described in OpenAPI, for programs of those who are signed in and nobody else."""

from typing import Any

from fastapi.responses import JSONResponse, Response
from pydantic import TypeAdapter

from earlyhelp.web.desk import Desk, Visit
from earlyhelp.web.entry.doors import POLICY
from earlyhelp.web.forms import lists
from earlyhelp.web.forms.other_forms import SAID
from earlyhelp.web.forms.sheets import ODS

PLACE = "#/components/schemas/{model}"
OPAQUE = {"type": "string", "pattern": "^[0-9A-Za-z-]{1,20}$"}
REFERENCE = {"name": "reference", "in": "path", "required": True, "schema": OPAQUE}
NOT_SIGNED_IN = {
    "description": "Nobody is signed in, or the council has to be asked again: to where that is done",
    "headers": {"Location": {"required": True, "schema": {"type": "string"}}},
}
ABSENT = {
    "description": "There is no such thing, or it is not for this reader: nobody can tell which",
    "content": {"text/html": {"schema": {"type": "string"}}},
}


def described(_desk: Desk, _visit: Visit) -> Response:
    """The description."""
    return JSONResponse(description())


def description() -> dict[str, Any]:
    """Every route that answers with JSON, CSV or ODS, as OpenAPI 3.1 has it: all that may come."""
    adapters = {name: TypeAdapter(shape) for name, shape in SAID.values()}
    found, shared = TypeAdapter.json_schemas(
        [(name, "serialization", adapter) for name, adapter in adapters.items()], ref_template=PLACE
    )
    parts = {name: closed(part) for name, part in shared.get("$defs", {}).items()}
    answers = {route: _json(name, found[name, "serialization"]) for route, (name, _) in SAID.items()}
    answers |= {route: _file(route) for route in lists.VIEWS}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Early help: the pages as data", "version": "1"},
        "paths": {
            route.removeprefix("GET "): {"get": _operation(route, answer)}
            for route, answer in answers.items()
        },
        "components": {"schemas": parts},
    }


def closed(part: dict[str, Any]) -> dict[str, Any]:
    """An object's schema that allows nothing which it does not name."""
    return part | {"additionalProperties": False} if "properties" in part else part


def _operation(route: str, answer: dict[str, Any]) -> dict[str, Any]:
    rule = POLICY[route]
    return {
        "summary": rule.page,
        "description": f"Who may: {rule.door.value}.",
        "parameters": [REFERENCE] if "{reference}" in route else [],
        "responses": {"200": answer, "303": NOT_SIGNED_IN, "404": ABSENT},
    }


def _json(name: str, shape: dict[str, Any]) -> dict[str, Any]:
    """One object: the schema's name, and what the shape names."""
    whole = {
        "type": "object",
        "properties": {"schema": {"const": f"earlyhelp/{name}/1"}, name.replace("-", "_"): shape},
        "required": ["schema", name.replace("-", "_")],
        "additionalProperties": False,
    }
    return {"description": "The page's content", "content": {"application/json": {"schema": whole}}}


def _file(route: str) -> dict[str, Any]:
    kind = "text/csv" if route.endswith(".csv") else ODS
    return {"description": "The list as a file", "content": {kind: {"schema": {}}}}
