"""The manager's page: what nobody holds, what is overdue, who has room, and what the house knows amiss."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from fastapi.responses import RedirectResponse, Response

from earlyhelp.casework.decisions import NO_ROOM, NO_ROOM_AGENCY, NOBODY_TRAINED
from earlyhelp.casework.desks import JOINT
from earlyhelp.law.policy import POLICY
from earlyhelp.sharing.disclosure import share, shown
from earlyhelp.store import nights
from earlyhelp.store.access.glass import told_to
from earlyhelp.store.casework import managing
from earlyhelp.store.casework.managing import Held
from earlyhelp.store.casework.messages import undelivered
from earlyhelp.store.judged import check_states
from earlyhelp.store.people import reviews
from earlyhelp.trust.states import DECISIONS, MOST_WRONG
from earlyhelp.web.desk import Desk, Visit
from earlyhelp.web.entry.locks import number
from earlyhelp.web.pages.reviewing import EVERY
from earlyhelp.web.shown import reading
from earlyhelp.web.shown.case_list import RESTRICTED_TITLE
from earlyhelp.web.shown.sources import freshness
from earlyhelp.web.words import many, plain

YEAR, FORTNIGHT = timedelta(days=365), timedelta(days=14)
MOST = 25
"""Cases of one kind on the page: whoever has more overdue needs the list, not a longer page."""
HELD_BACK = (NO_ROOM, NO_ROOM_AGENCY, NOBODY_TRAINED)


def manage(desk: Desk, visit: Visit) -> Response:
    """The page."""
    return desk.page("manage.html", visit, said=_said(visit), **content(desk, visit))


def content(desk: Desk, visit: Visit) -> dict[str, Any]:
    """What the page shows, for its other forms too."""
    who, conn, today = visit.signed_in, visit.conn, visit.today
    unheld = managing.unheld(conn, who.ward)
    overdue = managing.overdue(conn, who.ward, today)
    return {
        "unheld": unheld,
        "overdue": overdue,
        "elsewhere": managing.late_elsewhere(conn, who.ward, today),
        "titles": titles(desk, visit, [*unheld[:MOST], *overdue[:MOST]]),
        "most": MOST,
        "shown_desks": 2 * MOST,
        "desks": managing.desks(conn, who.ward, today),
        "held_back": held_back(visit),
        "checks": checks(visit),
        "glass": sum(not one.seen for one in told_to(conn, who.ward)),
        "undelivered": undelivered(conn, who.ward, today - FORTNIGHT),
        "fresh": freshness(conn, desk.sources, today, who.sectors(JOINT)),
        "questions": questions(visit),
        "rule": (MOST_WRONG, DECISIONS),
    }


def titles(desk: Desk, visit: Visit, some: Sequence[Held]) -> dict[int, str]:
    """What to call each case; a restricted household has no name here."""
    rows = [
        {"household_id": one.household_id, "uprn": one.uprn, "scope": JOINT}
        for one in some
        if not one.restricted
    ]
    names = reading.titles(visit.conn, rows, visit.signed_in, desk.sources, visit.today)
    return {one.case_id: names.get(one.household_id, RESTRICTED_TITLE) for one in some}


def held_back(visit: Visit) -> list[tuple[str, int | None]]:
    """What the last round found worth raising and did not raise: why, and how many in the whole city."""
    last = nights.latest(visit.conn)
    decided = last[2].get("decide") if last else None
    if not isinstance(decided, Mapping):
        return []
    found = [(why, decided.get(f"left: {why}", 0)) for why in HELD_BACK]
    return [(why, shown(count)) for why, count in found if count]


def questions(visit: Visit) -> tuple[int, date | None]:
    """How many questions wait for a reviewer, and since when the oldest does; not what they are about."""
    waiting = reviews.waiting(visit.conn, trained=True, limit=EVERY)
    return len(waiting), min((one.since for one in waiting), default=None)


def checks(visit: Visit) -> list[dict[str, Any]]:
    """Each check with its answers of a year; a figure that would point at a few is left out."""
    states = check_states.standings(visit.conn)
    since, ward = visit.today - YEAR, visit.signed_in.ward
    counted, ended = managing.not_right(visit.conn, ward, since), managing.closed(visit.conn, ward, since)
    return [
        {
            "check": plain(name),
            "state": states[name].state.value if name in states else "live",
            "answers": shown(counts["right"] + counts["wrong"]),
            "not_right": share(counts["wrong"], counts["right"] + counts["wrong"]),
            "not_needed": share(*reversed(ended.get(name, (0, 0)))),
        }
        for name, counts in counted.items()
    ]


def place(desk: Desk, visit: Visit) -> Response:
    """Give a case that nobody holds, or that somebody cannot get to, to a worker."""
    number, to = _number(visit, "case"), _number(visit, "to")
    done = managing.place(visit.conn, number, to, visit.signed_in.ward, visit.today, POLICY)
    return RedirectResponse(f"/manage?said={'placed' if done else 'not-placed'}", 303)


def cover(desk: Desk, visit: Visit) -> Response:
    """Hand everything an absent worker holds to another, in one action."""
    absent, to = _number(visit, "absent"), _number(visit, "to")
    went, stayed = managing.cover(visit.conn, absent, to, visit.signed_in.ward, visit.today, POLICY)
    return RedirectResponse(f"/manage?said=covered&went={went}&stayed={stayed}", 303)


def _said(visit: Visit) -> str | None:
    """What came of the last action."""
    query = visit.request.query_params
    went, stayed = query.get("went", ""), query.get("stayed", "")
    if query.get("said") == "covered" and went.isdecimal() and stayed.isdecimal():
        left = (
            f" {many(number(stayed), 'case')} stayed, because the other worker may not hold them."
            if number(stayed)
            else ""
        )
        return f"{many(number(went), 'case')} handed over.{left}"
    return {
        "placed": "The case has a new worker, who will be told.",
        "not-placed": "Nothing was changed. That worker may not hold this case.",
    }.get(query.get("said", ""))


def _number(visit: Visit, field: str) -> int:
    return number(visit.form.get(field, ""))
