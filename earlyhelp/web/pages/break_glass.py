"""The page on which a worker breaks the glass, and on which a manager reads of it.

A household is named by its reference, or by what somebody knows in an emergency: a name, an address. What
fits nobody, what fits several, and what may not be opened are answered with the same page.
"""

from fastapi.responses import RedirectResponse, Response

from earlyhelp.law.policy import Sector
from earlyhelp.linking.addresses import parts
from earlyhelp.sharing.breaking_glass import (
    AN_HOUR,
    MOST_AN_HOUR,
    NO_REASON,
    TOO_LONG,
    TOO_MANY,
    why_not,
)
from earlyhelp.store.access import glass
from earlyhelp.store.people.contacts import asked_since
from earlyhelp.store.people.emergencies import Known, household_meant
from earlyhelp.web.desk import Desk, Visit
from earlyhelp.web.entry import access
from earlyhelp.web.entry.access import Relation
from earlyhelp.web.entry.doors import Door
from earlyhelp.web.pages.in_contact import born_on

BROKE = "broke the glass"
FIELDS = ("reference", "forename", "surname", "day", "month", "year", "address")
ENOUGH = (
    f"You have tried {MOST_AN_HOUR} times within an hour. Every try is recorded.",
    "If somebody is in danger, ring 999. Otherwise ring your manager.",
)


def form(desk: Desk, visit: Visit) -> Response:
    """A form for a worker; for a manager besides, who has broken the glass in their ward."""
    return _page(desk, visit)


def broken(desk: Desk, visit: Visit) -> Response:
    """Open the household, keep the reason, tell the manager; nothing is looked up before it could be kept."""
    who, reason = visit.signed_in, visit.form.get("reason", "").strip()
    fault = why_not(who.role, reason, restricted=False, trained=who.domestic_abuse_trained)
    faults = wrong(visit) | ({"reason": fault.capitalize()} if fault in (NO_REASON, TOO_LONG) else {})
    if fault and "reason" not in faults:
        visit.look(BROKE, None, Relation(False, fault))
        return desk.not_found()
    if faults:
        return _page(desk, visit, faults=faults, status=422)
    if asked_since(visit.conn, who.id, BROKE, visit.now - AN_HOUR) >= MOST_AN_HOUR:
        visit.look(BROKE, None, Relation(False, TOO_MANY))
        return desk.page("problem.html", visit, status=429, title="That is enough for now", lines=ENOUGH)
    people = desk.sources.agencies(frozenset(Sector), "person")
    found = household_meant(visit.conn, known(visit), people, visit.today, trained=who.domestic_abuse_trained)
    about = access.subject(visit.conn, found) if found else None
    if about and access.relation(Door.CASE, who, about).whole:
        return RedirectResponse(f"/households/{about.reference}", 303)
    restricted = bool(about and about.restricted_from)
    fault = why_not(who.role, reason, restricted=restricted, trained=who.domestic_abuse_trained)
    if fault or about is None:
        visit.look(BROKE, about, Relation(False, fault or "no open case, or more than one"))
        return _page(desk, visit, nothing=True, status=404)
    until = glass.break_it(
        visit.conn, who.id, about.household_id, about.case_id, reason, visit.now, visit.today
    )
    because = f"broke the glass, until {until:%H:%M} UTC"
    visit.look(BROKE, about, Relation(True, because, whole=True))
    return RedirectResponse(f"/households/{about.reference}", 303)


def known(visit: Visit) -> Known:
    """What the worker wrote of the household."""
    given = given_by(visit)
    return Known(given["reference"], given["forename"], given["surname"], born_on(given), given["address"])


def wrong(visit: Visit) -> dict[str, str]:
    """What is amiss with it, by the field to mend; nobody is looked for while there is anything."""
    given = given_by(visit)
    if not any(given[name] for name in ("reference", "forename", "surname", "address")):
        return {"forename": "Write a full name, an address or a reference"}
    found = {}
    if bool(given["forename"]) != bool(given["surname"]):
        missing = "surname" if given["forename"] else "forename"
        found[missing] = "Write both the first and the last name"
    if any(given[name] for name in ("day", "month", "year")) and born_on(given) is None:
        found["born-day"] = "Write the whole date of birth, or leave it empty"
    if given["address"] and not (parts(given["address"]).house and parts(given["address"]).street):
        found["address"] = "Write the house number and the street"
    return found


def given_by(visit: Visit) -> dict[str, str]:
    """The fields as they were written, blanks apart."""
    return {name: " ".join(visit.form.get(name, "").split())[:120] for name in FIELDS}


def read(desk: Desk, visit: Visit) -> Response:
    """A manager ticks off what they have read."""
    if visit.signed_in.role != "manager":
        return desk.not_found()
    theirs = [one.id for one in glass.told_to(visit.conn, visit.signed_in.ward)]
    glass.mark_seen(visit.conn, theirs, visit.signed_in.id, visit.now)
    return RedirectResponse("/break-glass", 303)


def _page(
    desk: Desk,
    visit: Visit,
    *,
    faults: dict[str, str] | None = None,
    nothing: bool = False,
    status: int = 200,
) -> Response:
    who = visit.signed_in
    told = glass.told_to(visit.conn, who.ward) if who.role == "manager" else []
    given = given_by(visit) | {"reason": visit.form.get("reason", "")}
    return desk.page(
        "break_glass.html", visit, status=status, faults=faults or {}, nothing=nothing, told=told, given=given
    )
