"""The pages as JSON, for those who may open the page and for nobody else."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from fastapi.responses import JSONResponse, Response
from sqlalchemy import RowMapping

from earlyhelp.web import household as household_page
from earlyhelp.web import lists, managing, pulling_in
from earlyhelp.web.desk import Desk, Visit


def cases_json(desk: Desk, visit: Visit) -> Response:
    """Your cases."""
    return said("cases", lists.your_cases(desk, visit))


def household_json(desk: Desk, visit: Visit) -> Response:
    """One household: what its page says to this reader, no more."""
    content = household_page.content(desk, visit)
    left_out = {
        "health_heard",
        "about",
        "looks",
        "pictures",
        "days",
        "answers",
        "not_right",
        "given",
        "problems",
        "case",
    }
    if visit.household.restricted_from:
        left_out |= {"address"}  # the page has the safe-contact note before it; a file would not
    held = {name: content["case"][name] for name in ("state", "opened_on", "look_by", "due_on", "gateway")}
    return said(
        "household",
        {
            "household": visit.household.reference,
            "case": held,
            **{name: value for name, value in content.items() if name not in left_out},
        },
    )


def pull_in_json(_desk: Desk, visit: Visit) -> Response:
    """What an agency was asked, and what it was told."""
    asked = visit.pull_in
    told = {"area": asked.ward, "question": asked.question, "facts": asked.facts, "ground": asked.ground}
    days = {"asked_on": asked.asked_on, "answer_by": asked.answer_by}
    state = pulling_in.state(asked, visit.today)
    return said("pull-in", {**told, **days, "state": state, "replies": asked.replies})


def manage_json(desk: Desk, visit: Visit) -> Response:
    """The manager's page, without anybody's name but the workers'."""
    content = managing.content(desk, visit)
    outline = {
        name: [
            {"household": one.reference, "due_on": one.due_on, "worker": one.worker}
            for one in content[name]
            if not one.restricted
        ]
        for name in ("unheld", "overdue")
    }
    rest = {name: content[name] for name in ("desks", "held_back", "checks", "fresh")}
    return said("manage", {**outline, **rest})


def said(kind: str, content: object) -> Response:
    """One object with its schema's name."""
    return JSONResponse({"schema": f"earlyhelp/{kind}/1", kind.replace("-", "_"): plain(content)})


def plain(thing: Any) -> Any:
    """Our values as JSON has them."""
    if isinstance(thing, Enum):
        return thing.value
    if isinstance(thing, date | datetime):
        return thing.isoformat()
    if is_dataclass(thing) and not isinstance(thing, type):
        return {one.name: plain(getattr(thing, one.name)) for one in fields(thing)}
    if isinstance(thing, Mapping | RowMapping):
        return {_key(name): plain(value) for name, value in thing.items()}
    if isinstance(thing, Sequence | set | frozenset) and not isinstance(thing, str):
        return [plain(one) for one in thing]
    return thing


def _key(name: object) -> str:
    return "/".join(map(str, name)) if isinstance(name, tuple) else str(plain(name))
