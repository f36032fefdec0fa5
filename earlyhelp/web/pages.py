"""The pages themselves. Each is handed a visit that was already let in (`earlyhelp.web.app`)."""

from collections.abc import Callable
from datetime import date
from typing import Any

from fastapi.responses import RedirectResponse, Response
from sqlalchemy import insert, select, update

from earlyhelp.casework import JOINT
from earlyhelp.policy import POLICY, Sector
from earlyhelp.store.tables import case, case_event, worker
from earlyhelp.web import break_glass, charts, personas, reading, sessions, story
from earlyhelp.web.desk import Desk, Visit
from earlyhelp.web.sources import Freshness, freshness
from earlyhelp.web.words import recorded

COOKIE = "__Host-early-help"
LOCAL_COOKIE = "early-help-local"
"""For browsers that refuse a secure cookie on plain loopback; set in the demo alone."""

EVENTS_ON_CHART = 6


def your_cases(desk: Desk, visit: Visit) -> Response:
    """The list: whose move it is, one sentence each, and by when."""
    who = visit.signed_in
    lines = reading.cases(visit.conn, who, desk.sources, visit.today)
    groups = [
        ("Needs a first look", [line for line in lines if line.state == "new"]),
        ("You have looked" if who.role != "manager" else "Looked at", [c for c in lines if c.state != "new"]),
    ]
    fresh = freshness(visit.conn, desk.sources, visit.today, who.sectors(who.sector or JOINT))
    return desk.page("cases.html", visit, groups=groups, fresh=fresh, shown=reading.MOST_ON_A_LIST)


def household(desk: Desk, visit: Visit) -> Response:
    """One household: safe contact, reasons, what is not known, the decision, the chronology."""
    conn, about, who = visit.conn, visit.household, visit.signed_in
    held = reading.case_of(conn, about)
    row = {"household_id": about.household_id, "uprn": about.uprn, "scope": about.scope}
    content: dict[str, Any] = {
        "about": about,
        "case": held,
        "title": reading.titles(conn, [row], who, desk.sources, visit.today)[about.household_id],
        "reason": reading.reason_for(who, held["scope"], held["reason"]),
        "fresh": freshness(conn, desk.sources, visit.today, who.sectors(about.scope)),
        "looks": reading.who_looked(conn, about),
    }
    if not visit.whole:
        return desk.page("outline.html", visit, **content)
    return desk.page("household.html", visit, **content, **_whole(desk, visit, content["fresh"]))


def _whole(desk: Desk, visit: Visit, fresh: Freshness) -> dict[str, Any]:
    """What only the worker who holds the case may see."""
    conn, about, who, today = visit.conn, visit.household, visit.signed_in, visit.today
    events = story.events(conn, about, who, desk.sources)
    behind, ahead = story.lines(events, today)
    half_year = charts.week_ends(today)[0]
    reasons = reading.reasons(conn, about, who)
    agencies = desk.sources.agencies(who.sectors(about.scope), "person")
    return {
        "reasons": reasons,
        "chart": _chart(events, reasons, fresh, today),
        "nothing_from": story.told_of_nothing(events, desk.sources, who.sectors(about.scope)),
        "health_heard": any(
            desk.sources.sector_of(r["agency"]) is Sector.HEALTH for r in events["appointment"]
        ),
        "ahead": ahead,
        "recent": [line for line in behind if line.day > half_year],
        "older": [line for line in behind if line.day <= half_year],
        "people": reading.people(conn, [about.household_id], agencies, today).get(about.household_id, []),
        "address": reading.addresses(conn, [about.uprn]).get(about.uprn),
    }


def _chart(
    events: story.Events, reasons: list[reading.Reason], fresh: Freshness, today: date
) -> charts.Chart | None:
    """The arrears chart, up to the day the landlord has told us of; None without a rent account."""
    rent = events["rent_transaction"]
    until = min(today, fresh.told_until.get(Sector.HOUSING, today))
    days = charts.week_ends(until)
    if not rent or rent[-1]["occurred_on"] < days[0]:
        return None
    begun = sorted({(one.since, f"{one.check}: begins here") for one in reasons if one.since >= days[0]})
    calls = {(r["occurred_on"], recorded("police_callout", r)) for r in events["police_callout"]}
    own_line = sorted((m for m in calls if m[0] not in {day for day, _ in begun}), reverse=True)
    marked = [*begun, *own_line][:EVENTS_ON_CHART]
    return charts.chart(days, story.balances(rent, days), marked, today)


def looked_at(desk: Desk, visit: Visit) -> Response:
    """The worker says that they have looked: a new case becomes a seen one, once."""
    about = visit.household
    changed = visit.conn.execute(
        update(case).where(case.c.id == about.case_id, case.c.state == "new").values(state="seen")
    ).rowcount
    if changed:
        visit.conn.execute(
            insert(case_event).values(
                case_id=about.case_id,
                day=visit.today,
                what="seen",
                why="its worker has looked at it",
                policy=POLICY.version,
                worker_id=visit.signed_in.id,
            )
        )
    return RedirectResponse(f"/households/{about.reference}", 303)


def how_to_sign_in(desk: Desk, visit: Visit) -> Response:
    """Where somebody who is not signed in is sent."""
    return desk.page("sign_in.html", visit)


def continue_in(desk: Desk, visit: Visit) -> Response:
    """What a one-time link opens: a choice of worker. The link is not used up: programs open links too."""
    token = visit.request.path_params["token"]
    if not desk.demo or not sessions.link_is_fresh(visit.conn, token, visit.now):
        return _stale_link(desk)
    return desk.page("continue.html", personas=personas.personas(visit.conn), token=token)


def sign_in(desk: Desk, visit: Visit) -> Response:
    """Use the link up and open a session."""
    chosen = visit.form.get("worker", "")
    known = chosen.isdecimal() and visit.conn.scalar(select(worker.c.id).where(worker.c.id == int(chosen)))
    if (
        not known
        or not desk.demo
        or not sessions.use_link(visit.conn, visit.request.path_params["token"], visit.now)
    ):
        return _stale_link(desk)
    if visit.key:
        sessions.close_session(visit.conn, visit.key)
    key = sessions.open_session(visit.conn, int(chosen), visit.now)
    answer = RedirectResponse("/", 303)
    answer.set_cookie(COOKIE, key, path="/", secure=True, httponly=True, samesite="lax")
    if visit.request.url.scheme == "http":
        answer.set_cookie(LOCAL_COOKIE, key, path="/", httponly=True, samesite="lax")
    return answer


def sign_out(desk: Desk, visit: Visit) -> Response:
    """End the session."""
    if visit.key:
        sessions.close_session(visit.conn, visit.key)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    answer.delete_cookie(LOCAL_COOKIE, path="/", httponly=True, samesite="lax")
    return answer


def _stale_link(desk: Desk) -> Response:
    return desk.page(
        "problem.html",
        status=404,
        title="This link can no longer be used",
        lines=(
            "A sign-in link works once, within ten minutes of being made.",
            "Make another on the terminal: `earlyhelp serve` prints one when it starts.",
        ),
    )


View = Callable[[Desk, Visit], Response]

VIEWS: dict[str, View] = {
    "GET /": your_cases,
    "GET /households/{reference}": household,
    "POST /households/{reference}/seen": looked_at,
    "GET /break-glass": break_glass.form,
    "POST /break-glass": break_glass.broken,
    "POST /break-glass/read": break_glass.read,
    "GET /sign-in": how_to_sign_in,
    "GET /sign-in/{token}": continue_in,
    "POST /sign-in/{token}": sign_in,
    "POST /sign-out": sign_out,
}
"""What answers each route of the policy table."""
