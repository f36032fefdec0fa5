"""Signing in with the council's account: out to its provider, and back with a code that only we can use."""

import hmac
import secrets
from collections.abc import Callable
from datetime import timedelta

from fastapi.responses import RedirectResponse, Response
from sqlalchemy import delete, insert, select

from earlyhelp.errors import SignInRefused, TryAgainLater
from earlyhelp.store.tables import session, sign_in_start, worker
from earlyhelp.web import sessions
from earlyhelp.web.cookies import COOKIE, STARTED_COOKIE
from earlyhelp.web.council import BACK
from earlyhelp.web.desk import Desk, Visit

START_LASTS = timedelta(minutes=10)


def leave_for_the_council(desk: Desk, visit: Visit) -> Response:
    """Send the browser to the council's sign-in, and remember what must come back with it."""
    if desk.council is None:
        return desk.not_found()
    state, nonce, verifier, browser = (secrets.token_urlsafe(32) for _ in range(4))
    try:
        started = desk.council.start(state, nonce, verifier)
    except (TryAgainLater, SignInRefused):
        return _problem(desk, 503, "The council's sign-in does not answer", AWAY)
    visit.conn.execute(delete(sign_in_start).where(sign_in_start.c.made_at <= visit.now - START_LASTS))
    visit.conn.execute(
        insert(sign_in_start).values(
            state_hash=sessions.hashed(state), browser_hash=sessions.hashed(browser), nonce=nonce,
            verifier=verifier, made_at=visit.now,
        )
    )  # fmt: skip
    answer = RedirectResponse(started.address, 303)
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
    begun = _begun(visit, asked.get("state", ""))
    if begun is None or not asked.get("code"):
        return _problem(desk, 401, "That sign-in cannot be used", STALE)
    nonce, verifier = begun
    try:
        account = desk.council.account(asked["code"], nonce, verifier)
    except TryAgainLater:
        return _problem(desk, 503, "The council's sign-in does not answer", AWAY)
    except SignInRefused:
        return _problem(desk, 401, "That sign-in cannot be used", STALE)
    found = visit.conn.execute(
        select(worker.c.id, worker.c.role).where(worker.c.subject == account.subject)
    ).one_or_none()
    if found is None or found.role not in account.roles:
        if found:
            visit.conn.execute(delete(session).where(session.c.worker_id == found.id))
        return _problem(desk, 403, "You cannot use this service yet", NO_ROLE)
    if visit.key:
        sessions.close_session(visit.conn, visit.key)
    key = sessions.open_session(visit.conn, found.id, visit.now, found.role)
    answer = RedirectResponse("/", 303)
    answer.set_cookie(COOKIE, key, path="/", secure=True, httponly=True, samesite="lax")
    answer.delete_cookie(STARTED_COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    return answer


def _begun(visit: Visit, state: str) -> tuple[str, str] | None:
    """Nonce and verifier of the sign-in that this very browser began; it is used up by being asked for."""
    row = visit.conn.execute(
        delete(sign_in_start)
        .where(
            sign_in_start.c.state_hash == sessions.hashed(state),
            sign_in_start.c.made_at > visit.now - START_LASTS,
        )
        .returning(sign_in_start.c.browser_hash, sign_in_start.c.nonce, sign_in_start.c.verifier)
    ).one_or_none()
    browser = sessions.hashed(visit.request.cookies.get(STARTED_COOKIE, ""))
    if row is None or not hmac.compare_digest(row.browser_hash, browser):
        return None
    return row.nonce, row.verifier


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
}
"""What answers the routes of the council's sign-in."""
