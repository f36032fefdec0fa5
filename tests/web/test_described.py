"""The JSON and the files as they are described: Schemathesis asks every route, signed in as each role."""

import json
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode, checks
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks as openapi

from earlyhelp.store.tables import pull_in
from earlyhelp.web.entry.doors import POLICY
from earlyhelp.web.forms import described
from tests.web.seed import DAN, NIA, PRIYA, RUTH, TOM

ROLES = {"nobody": None, "Priya": PRIYA, "Dan": DAN, "Tom": TOM, "Ruth": RUTH, "Nia": NIA}
CHECKS = [
    checks.not_a_server_error, openapi.status_code_conformance, openapi.content_type_conformance,
    openapi.response_schema_conformance, openapi.response_headers_conformance,
    openapi.unsupported_method, openapi.allow_header_conformance,
]  # fmt: skip
KNOWN = ("H7Q2M9KX", "H3V8T4WD", "H5N1C6RB", "H9D4L2PF", "NOBODY")
WHAT_NOBODY_MAY_BE_TOLD = re.compile(
    rb'"(id|case_id|household_id|worker_id|uprn|nhs_number|date_of_birth|born_on|weight|email|digest)":'
)
TRIES = settings(
    max_examples=12, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def cookie(city: Any, role: str) -> dict[str, str]:
    worker = ROLES[role]
    return {} if worker is None else {"cookie": f"__Host-early-help={city.browser(worker).key}"}


@pytest.mark.parametrize("role", ROLES)
def test_every_route_answers_as_it_is_described_and_tells_no_more(busy: Any, address: str, role: str) -> None:
    reader = cookie(busy, "Priya")
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json", headers=reader)
    me, seen = cookie(busy, role), []
    every = CHECKS if role == "nobody" else [*CHECKS, openapi.negative_data_rejection]

    def ask(case: Any) -> None:
        answer = case.call(base_url=address, headers=me, allow_redirects=False)
        case.validate_response(answer, checks=every)
        assert not WHAT_NOBODY_MAY_BE_TOLD.search(answer.content)
        seen.append((case.operation.path, answer.status_code))

    references = (*KNOWN, *(row["reference"] for row in busy.rows(pull_in)))
    for found in schema.get_all_operations():
        operation = found.ok()
        if "{reference}" not in operation.path:
            ask(operation.Case())
            continue
        for reference in references:
            ask(operation.Case(path_parameters={"reference": reference}))
        for mode in GenerationMode:
            TRIES(given(operation.as_strategy(generation_mode=mode))(ask))()
    got = {path for path, status in seen if status == 200}
    assert got == GOT[role]
    statuses = {status for _, status in seen}
    assert statuses <= ({303} if role == "nobody" else {200, 404})


LISTS = {"/cases.json", "/cases.csv", "/cases.ods"}
HOUSEHOLD, PULL_IN = "/households/{reference}.json", "/pull-ins/{reference}.json"
MANAGING = {"/manage.json"} | {
    f"/manage/{name}.{form}" for name in ("wards", "checks", "overdue", "room") for form in ("csv", "ods")
}
GOT = {
    "nobody": set(),
    "Priya": LISTS | {HOUSEHOLD},
    "Dan": LISTS | {HOUSEHOLD},
    "Tom": LISTS | {HOUSEHOLD},
    "Ruth": LISTS | MANAGING | {HOUSEHOLD},
    "Nia": LISTS | {PULL_IN},
}
"""Which routes tell each of them anything, of the references that there are and of any made up."""


def test_nothing_that_is_told_is_left_undescribed(busy: Any) -> None:
    told = busy.browser(PRIYA).get("/openapi.json").json()
    routes = {route.removeprefix("GET ") for route in POLICY if re.search(r"\.(json|csv|ods)$", route)}
    assert set(told["paths"]) == routes - {"/openapi.json"}


def test_the_description_is_closed_to_whoever_is_not_signed_in(city: Any) -> None:
    answer = city.browser().get("/openapi.json")
    assert (answer.status_code, answer.headers["location"], answer.content) == (303, "/sign-in", b"")
    assert "Ashdown" not in json.dumps(city.browser(DAN).get("/openapi.json").json())


def test_a_field_too_many_would_be_seen(busy: Any, address: str) -> None:
    operation = schemathesis.openapi.from_dict(described.description())["/cases.json"]["GET"]
    told = busy.browser(PRIYA).get("/cases.json").json()
    told["cases"][0]["weight"] = 2.0
    answer = httpx.Response(200, json=told, request=httpx.Request("GET", f"{address}/cases.json"))
    answer.elapsed = timedelta()
    with pytest.raises(FailureGroup) as raised:
        operation.Case().validate_response(answer, checks=CHECKS)
    assert "weight" in str(raised.value)
