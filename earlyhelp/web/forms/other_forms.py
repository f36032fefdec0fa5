"""The pages as JSON, for those who may open the page and for nobody else."""

from typing import Any

from fastapi.responses import JSONResponse, Response
from pydantic import TypeAdapter

from earlyhelp.web.desk import Desk, Visit
from earlyhelp.web.forms import household_shapes, lists, shapes
from earlyhelp.web.pages import household as household_page
from earlyhelp.web.pages import managing, pulling_in

SAID: dict[str, tuple[str, Any]] = {
    "GET /cases.json": ("cases", list[shapes.CaseOnList]),
    "GET /households/{reference}.json": ("household", household_shapes.Household | household_shapes.Outline),
    "GET /pull-ins/{reference}.json": ("pull-in", shapes.PullIn),
    "GET /manage.json": ("manage", shapes.Manage),
}
"""Each page as JSON: what it is called, and its shape."""


def cases_json(desk: Desk, visit: Visit) -> Response:
    """Your cases."""
    return said("GET /cases.json", lists.your_cases(desk, visit))


def household_json(desk: Desk, visit: Visit) -> Response:
    """One household: what its page says to this reader, no more."""
    content = household_page.content(desk, visit)
    if visit.household.restricted_from:
        content["address"] = None  # the page has the safe-contact note before it; a file would not
    own = {"household": visit.household.reference, "case": dict(content["case"])}
    return said("GET /households/{reference}.json", content | own)


def pull_in_json(_desk: Desk, visit: Visit) -> Response:
    """What an agency was asked, and what it was told."""
    asked = visit.pull_in
    told = {"area": asked.ward, "question": asked.question, "facts": asked.facts, "ground": asked.ground}
    days = {"asked_on": asked.asked_on, "answer_by": asked.answer_by, "replies": asked.replies}
    return said(
        "GET /pull-ins/{reference}.json", told | days | {"state": pulling_in.state(asked, visit.today)}
    )


def manage_json(desk: Desk, visit: Visit) -> Response:
    """The manager's page, without anybody's name but the workers'."""
    content = managing.content(desk, visit)
    for name in ("unheld", "overdue"):
        content[name] = [
            {"household": one.reference, "due_on": one.due_on, "worker": one.worker}
            for one in content[name]
            if not one.restricted
        ]
    held_back = [{"why": why, "households": count} for why, count in content["held_back"]]
    return said("GET /manage.json", content | {"held_back": held_back})


def said(route: str, content: object) -> Response:
    """One object with its schema's name, holding what the route's shape names and nothing else."""
    name, shape = SAID[route]
    adapter: TypeAdapter[Any] = TypeAdapter(shape)
    told = adapter.dump_python(adapter.validate_python(content), mode="json")
    return JSONResponse({"schema": f"earlyhelp/{name}/1", name.replace("-", "_"): told})
