"""The page on which a worker breaks the glass, and on which a manager reads of it."""

from fastapi.responses import RedirectResponse, Response

from earlyhelp.sharing.breaking_glass import NO_REASON, TOO_LONG, why_not
from earlyhelp.store.access import glass
from earlyhelp.web.desk import Desk, Visit
from earlyhelp.web.entry import access
from earlyhelp.web.entry.access import Relation
from earlyhelp.web.entry.doors import Door

BROKE = "broke the glass"


def form(desk: Desk, visit: Visit) -> Response:
    """A form for a worker; for a manager besides, who has broken the glass in their ward."""
    return _page(desk, visit)


def broken(desk: Desk, visit: Visit) -> Response:
    """Open the household, keep the reason, tell the manager; what may not be opened looks like absent."""
    who, reason = visit.signed_in, visit.form.get("reason", "").strip()
    about = access.subject(visit.conn, visit.form.get("reference", "").strip())
    if about and access.relation(Door.CASE, who, about).whole:
        return RedirectResponse(f"/households/{about.reference}", 303)
    restricted, trained = bool(about and about.restricted_from), who.domestic_abuse_trained
    fault = why_not(who.role, reason, restricted=restricted, trained=trained)
    if fault in (NO_REASON, TOO_LONG):
        return _page(desk, visit, fault=fault, status=400)
    if fault or about is None:
        visit.look(BROKE, about, Relation(False, fault or "no open case"))
        return desk.not_found()
    until = glass.break_it(
        visit.conn, who.id, about.household_id, about.case_id, reason, visit.now, visit.today
    )
    because = f"broke the glass, until {until:%H:%M} UTC"
    visit.look(BROKE, about, Relation(True, because, whole=True))
    return RedirectResponse(f"/households/{about.reference}", 303)


def read(desk: Desk, visit: Visit) -> Response:
    """A manager ticks off what they have read."""
    if visit.signed_in.role != "manager":
        return desk.not_found()
    theirs = [one.id for one in glass.told_to(visit.conn, visit.signed_in.ward)]
    glass.mark_seen(visit.conn, theirs, visit.signed_in.id, visit.now)
    return RedirectResponse("/break-glass", 303)


def _page(desk: Desk, visit: Visit, *, fault: str = "", status: int = 200) -> Response:
    who = visit.signed_in
    told = glass.told_to(visit.conn, who.ward) if who.role == "manager" else []
    return desk.page("break_glass.html", visit, status=status, fault=fault, told=told, given=visit.form)
