"""The pages as JSON and the lists as CSV, for those who may open the page and for nobody else."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from fastapi.responses import JSONResponse, Response
from sqlalchemy import RowMapping, select

from earlyhelp.keywork.states import Move, State, whose_move
from earlyhelp.sharing.disclosure import withheld
from earlyhelp.store.tables import case, household
from earlyhelp.web import household as household_page
from earlyhelp.web import managing, pulling_in
from earlyhelp.web.case_list import CaseLine, cases, theirs
from earlyhelp.web.desk import Desk, Visit
from earlyhelp.web.your_cases import shown_sentence

STEERS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet."""


def cases_json(desk: Desk, visit: Visit) -> Response:
    """Your cases."""
    return said("cases", [_line(visit, one) for one in _cases(desk, visit)])


def cases_csv(desk: Desk, visit: Visit) -> Response:
    """Your cases, a line for each."""
    headings = ("household", "whose_move", "sentence", "area", "raised_on", "due_on")
    rows = [[line[name] for name in headings] for line in (_line(visit, one) for one in _cases(desk, visit))]
    return sheet("your-cases", headings, rows)


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


def wards_csv(_desk: Desk, visit: Visit) -> Response:
    """How many open cases each ward has, by whose move it is; a number that points at a few is left out."""
    c = case.c
    rows = visit.conn.execute(
        select(household.c.ward, c.state, c.due_on)
        .join(household, household.c.id == c.household_id)
        .where(c.closed_on.is_(None), *theirs(visit.signed_in))
    )
    counted = Counter((ward, whose_move(State(state), due, visit.today)) for ward, state, due in rows)
    table = []
    for ward in sorted({ward for ward, _ in counted}):
        counts = {move.value: counted[ward, move] for move in Move}
        hidden = withheld(counts)
        table.append([ward, *("" if name in hidden else count for name, count in counts.items())])
    return sheet("cases-by-ward", ("ward", *(move.value for move in Move)), table)


def checks_csv(_desk: Desk, visit: Visit) -> Response:
    """How each check is answered; a number that points at a few is left out."""
    headings = ("check", "state", "answers", "not_right")
    rows = [["" if one[name] is None else one[name] for name in headings] for one in managing.checks(visit)]
    return sheet("checks", headings, rows)


def said(kind: str, content: object) -> Response:
    """One object with its schema's name."""
    return JSONResponse({"schema": f"earlyhelp/{kind}/1", kind.replace("-", "_"): plain(content)})


def sheet(name: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A CSV that a spreadsheet opens as text and figures, never as a formula; days as 2026-11-02."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([[defused(cell) for cell in row] for row in rows])
    disposition = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response("\ufeff" + text.getvalue(), media_type="text/csv", headers=disposition)


def defused(cell: object) -> str:
    """A cell as text; one that would steer a spreadsheet gets an apostrophe in front."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(STEERS) else text


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


def _cases(desk: Desk, visit: Visit) -> list[CaseLine]:
    return cases(visit.conn, visit.signed_in, desk.sources, visit.today)


def _line(visit: Visit, one: CaseLine) -> dict[str, Any]:
    return {
        "reference": one.reference,
        "household": one.title,
        "whose_move": one.move.value,
        "sentence": shown_sentence(visit, one),
        "area": one.ward,
        "raised_on": one.opened_on,
        "due_on": one.due_on,
    }
