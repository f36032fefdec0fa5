"""Asking the council again who somebody is: a role that it takes away is lost here within minutes.

The browser goes to the council's sign-in and back without anybody seeing it (OpenID Connect Core, 3.1.2.1:
``prompt=none``). Nothing of the council's is kept for it: no refresh token lies in our database.
"""

import re
from datetime import timedelta
from urllib.parse import quote

from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select

from earlyhelp.errors import SignInRefused, TryAgainLater
from earlyhelp.store.tables import worker
from earlyhelp.web.desk import Desk, Visit
from earlyhelp.web.entry import sessions, starting
from earlyhelp.web.entry.access import Reader

HOLDS = timedelta(minutes=15)
"""So long the council's word holds; the next page that is opened asks again."""
LATEST = timedelta(minutes=30)
"""Until then a form may still be sent, so that nobody's words are lost; no session goes on beyond it."""
OURS = re.compile(r"/(?!/)[\w./-]*(\?[\w=&-]*)?")
AWAY = ("Nothing was changed.", "Try again in a few minutes. If it lasts, tell your council's service desk.")
OVER = (
    "The council no longer says that you are signed in there, or your role here was taken away.",
    "Sign in again to go on. Nothing was changed.",
)


def asked_first(desk: Desk, visit: Visit, reader: Reader) -> Response | None:
    """What is answered in place of a page while the council has to be asked; None where its word holds.

    A page that sends the browser on by itself: browsers hold back a redirect to another site that follows
    upon a form (Content Security Policy, ``form-action``).
    """
    since = visit.now - reader.confirmed_at if reader.confirmed_at else LATEST
    request = visit.request
    if since < (HOLDS if request.method == "GET" else LATEST):
        return None
    if request.method != "GET":
        return _over(desk, visit)
    query = f"?{request.url.query}" if request.url.query else ""
    to = f"/council/confirm?to={quote(request.url.path + query, safe='')}"
    if request.url.path.endswith((".json", ".csv", ".ods")):
        return RedirectResponse(to, 303)
    return desk.page("confirming.html", to=to)


def leave_silently(desk: Desk, visit: Visit) -> Response:
    """Send a browser that is signed in to the council and back, showing nothing."""
    if desk.council is None:
        return desk.not_found()
    if visit.reader is None or visit.key is None:
        return RedirectResponse("/sign-in", 303)
    asked = visit.request.query_params.get("to", "/")
    to = asked if OURS.fullmatch(asked) and len(asked) <= 200 else "/"
    address = starting.begin(desk.council, visit.conn, visit.now, browser=visit.key, back_to=to)
    if address is None:
        return desk.page(
            "problem.html", status=503, title="The council's sign-in does not answer", lines=AWAY
        )
    return RedirectResponse(address, 303)


def come_back(desk: Desk, visit: Visit, begun: starting.Begun) -> Response:
    """Go on with the same session where the council still says who this is; end it where it does not."""
    assert desk.council is not None
    code, reader = visit.request.query_params.get("code"), visit.reader
    if reader is None or visit.key is None or not code:
        return _over(desk, visit)
    try:
        account = desk.council.account(code, begun.nonce, begun.verifier)
    except TryAgainLater:
        return desk.page(
            "problem.html", status=503, title="The council's sign-in does not answer", lines=AWAY
        )
    except SignInRefused:
        return _over(desk, visit)
    subject = visit.conn.scalar(select(worker.c.subject).where(worker.c.id == reader.id))
    if subject != account.subject:
        return _over(desk, visit)
    if reader.role not in account.roles:
        sessions.end_every_session(visit.conn, reader.id)
        return _over(desk, visit)
    sessions.confirm_session(visit.conn, visit.key, visit.now)
    return RedirectResponse(begun.back_to or "/", 303)


def _over(desk: Desk, visit: Visit) -> Response:
    if visit.key:
        sessions.close_session(visit.conn, visit.key)
    return desk.page("problem.html", status=401, title="You are signed out", lines=OVER)
