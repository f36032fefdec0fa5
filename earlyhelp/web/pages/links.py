"""Signing in by a one-time link, for the demo; and signing out."""

from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select

from earlyhelp.store.tables import worker
from earlyhelp.web.desk import Desk, Visit
from earlyhelp.web.entry import personas, sessions
from earlyhelp.web.entry.cookies import COOKIE, LOCAL_COOKIE
from earlyhelp.web.entry.locks import number


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
    chosen = number(visit.form.get("worker", ""))
    known = visit.conn.scalar(select(worker.c.id).where(worker.c.id == chosen))
    if (
        not known
        or not desk.demo
        or not sessions.use_link(visit.conn, visit.request.path_params["token"], visit.now)
    ):
        return _stale_link(desk)
    if visit.key:
        sessions.close_session(visit.conn, visit.key)
    key = sessions.open_session(visit.conn, chosen, visit.now)
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
