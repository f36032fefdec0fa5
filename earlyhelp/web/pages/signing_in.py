"""Signing in with the council's account: out to its provider, and back with a code that only we can use."""

import secrets
from collections.abc import Callable

from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select

from earlyhelp.errors import SignInRefused, TryAgainLater
from earlyhelp.store.tables import worker
from earlyhelp.web import confirming
from earlyhelp.web.desk import Desk, Visit
from earlyhelp.web.entry import sessions, starting
from earlyhelp.web.entry.cookies import COOKIE, STARTED_COOKIE
from earlyhelp.web.entry.council import BACK
from earlyhelp.web.entry.starting import START_LASTS


def leave_for_the_council(desk: Desk, visit: Visit) -> Response:
    """Send the browser to the council's sign-in, and remember what must come back with it."""
    if desk.council is None:
        return desk.not_found()
    browser = secrets.token_urlsafe(32)
    address = starting.begin(desk.council, visit.conn, visit.now, browser=browser)
    if address is None:
        return _problem(desk, 503, "The council's sign-in does not answer", AWAY)
    answer = RedirectResponse(address, 303)
    lasts = int(START_LASTS.total_seconds())
    answer.set_cookie(
        STARTED_COOKIE, browser, max_age=lasts, path="/", secure=True, httponly=True, samesite="lax"
    )
    return answer


def come_back(desk: Desk, visit: Visit) -> Response:
    """Take the code that the council's sign-in gave the browser, once, and open a session."""
    if desk.council is None:
        return desk.not_found()
    asked = visit.request.query_params
    cookie = visit.request.cookies.get(STARTED_COOKIE, "")
    begun = starting.begun(visit.conn, visit.now, asked.get("state", ""), cookie, visit.key or "")
    if begun is not None and begun.back_to is not None:
        return confirming.come_back(desk, visit, begun)
    if begun is None or not asked.get("code"):
        return _problem(desk, 401, "That sign-in cannot be used", STALE)
    try:
        account = desk.council.account(asked["code"], begun.nonce, begun.verifier)
    except TryAgainLater:
        return _problem(desk, 503, "The council's sign-in does not answer", AWAY)
    except SignInRefused:
        return _problem(desk, 401, "That sign-in cannot be used", STALE)
    found = visit.conn.execute(
        select(worker.c.id, worker.c.role).where(
            worker.c.subject == account.subject, worker.c.left_on.is_(None)
        )
    ).one_or_none()
    if found is None or found.role not in account.roles:
        if found:
            sessions.end_every_session(visit.conn, found.id)
        return _problem(desk, 403, "You cannot use this service yet", NO_ROLE)
    if visit.key:
        sessions.close_session(visit.conn, visit.key)
    key = sessions.open_session(visit.conn, found.id, visit.now, found.role)
    answer = RedirectResponse("/", 303)
    answer.set_cookie(COOKIE, key, path="/", secure=True, httponly=True, samesite="lax")
    answer.delete_cookie(STARTED_COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    return answer


STALE = ("Nobody was signed in.", "Begin again from this service: a sign-in works once, within ten minutes.")
AWAY = ("Nobody was signed in.", "Try again in a few minutes. If it lasts, tell your council's service desk.")
NO_ROLE = (
    "You signed in, but your account has no role here, or it was taken away.",
    "Ask your manager to have you enrolled.",
)


def _problem(desk: Desk, status: int, title: str, lines: tuple[str, ...]) -> Response:
    return desk.page("problem.html", status=status, title=title, lines=lines)


VIEWS: dict[str, Callable[[Desk, Visit], Response]] = {
    "GET /council/sign-in": leave_for_the_council,
    f"GET {BACK}": come_back,
    "GET /council/confirm": confirming.leave_silently,
}
"""What answers the routes of the council's sign-in."""
