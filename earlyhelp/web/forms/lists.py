"""The lists of the pages, each as CSV and as ODS: what may be counted and kept, with the few left out."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from fastapi.responses import Response
from sqlalchemy import select

from earlyhelp.keywork.states import Move, State, whose_move
from earlyhelp.sharing.disclosure import withheld
from earlyhelp.store.casework import managing as store
from earlyhelp.store.tables import case, household
from earlyhelp.web.desk import Desk, Visit
from earlyhelp.web.forms.sheets import FORMS, sheet
from earlyhelp.web.pages import managing
from earlyhelp.web.pages.your_cases import shown_sentence
from earlyhelp.web.shown.case_list import cases, theirs

Lines = tuple[tuple[str, ...], list[list[object]]]
"""Headings, and a line for each thing."""


def your_cases(desk: Desk, visit: Visit) -> list[dict[str, Any]]:
    """The reader's own list, as its page has it."""
    return [
        {
            "reference": one.reference,
            "household": one.title,
            "whose_move": one.move.value,
            "sentence": shown_sentence(visit, one),
            "area": one.ward,
            "raised_on": one.opened_on,
            "due_on": one.due_on,
        }
        for one in cases(visit.conn, visit.signed_in, desk.sources, visit.today)
    ]


def _cases(desk: Desk, visit: Visit) -> Lines:
    headings = ("household", "whose_move", "sentence", "area", "raised_on", "due_on")
    return headings, [[line[name] for name in headings] for line in your_cases(desk, visit)]


def _wards(_desk: Desk, visit: Visit) -> Lines:
    """How many open cases each ward has, by whose move it is; a number that points at a few is left out."""
    c = case.c
    rows = visit.conn.execute(
        select(household.c.ward, c.state, c.due_on)
        .join(household, household.c.id == c.household_id)
        .where(c.closed_on.is_(None), *theirs(visit.signed_in))
    )
    counted = Counter((ward, whose_move(State(state), due, visit.today)) for ward, state, due in rows)
    table: list[list[object]] = []
    for ward in sorted({ward for ward, _ in counted}):
        counts = {move.value: counted[ward, move] for move in Move}
        hidden = withheld(counts)
        table.append([ward, *(None if name in hidden else count for name, count in counts.items())])
    return ("ward", *(move.value for move in Move)), table


def _checks(_desk: Desk, visit: Visit) -> Lines:
    """How each check is answered; a number that points at a few is left out."""
    headings = ("check", "state", "answers", "not_right", "not_needed")
    return headings, [[one[name] for name in headings] for one in managing.checks(visit)]


def _overdue(_desk: Desk, visit: Visit) -> Lines:
    """What nobody holds and what is overdue, by reference alone; a restricted household stands in no file."""
    ward, kinds = visit.signed_in.ward, ("nobody holds it", "overdue")
    found = (store.unheld(visit.conn, ward), store.overdue(visit.conn, ward, visit.today))
    return ("why", "reference", "ward", "due_on", "worker"), [
        [why, one.reference, one.ward, one.due_on, one.worker]
        for why, some in zip(kinds, found, strict=True)
        for one in some
        if not one.restricted
    ]


def _room(_desk: Desk, visit: Visit) -> Lines:
    """Who has room."""
    headings = ("name", "ward", "holds", "caseload", "new", "new_a_week", "places")
    desks = store.desks(visit.conn, visit.signed_in.ward, visit.today)
    return headings, [[getattr(one, name) for name in headings] for one in desks]


LISTS: dict[str, Callable[[Desk, Visit], Lines]] = {
    "/cases": _cases,
    "/manage/wards": _wards,
    "/manage/checks": _checks,
    "/manage/overdue": _overdue,
    "/manage/room": _room,
}


def _file(path: str, form: str) -> Callable[[Desk, Visit], Response]:
    name = {"/cases": "your-cases", "/manage/wards": "cases-by-ward"}.get(path, path.rpartition("/")[2])

    def answer(desk: Desk, visit: Visit) -> Response:
        return sheet(form, name, *LISTS[path](desk, visit))

    return answer


VIEWS = {f"GET {path}.{form}": _file(path, form) for path in LISTS for form in FORMS}
"""What answers the route of each list in each form."""
