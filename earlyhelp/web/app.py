"""The app: builds every page behind its door, and puts the locks on."""

import hmac
import ipaddress
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Engine
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException as AnyHTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from earlyhelp.errors import SetUpWrong
from earlyhelp.feeds import Connector
from earlyhelp.in_force import agreements
from earlyhelp.plugins import connectors as every_connector
from earlyhelp.store import fact_checks, pull_ins, reviews
from earlyhelp.store.shared import barred
from earlyhelp.store.unit_of_work import Work
from earlyhelp.web import access, sessions
from earlyhelp.web.access import Door, Rule
from earlyhelp.web.council import Council
from earlyhelp.web.desk import STATIC, Desk, Visit
from earlyhelp.web.pages import COOKIE, LOCAL_COOKIE, VIEWS, View
from earlyhelp.web.sessions import make_link
from earlyhelp.web.sources import Sources

__all__ = ["create_app", "make_link"]

LARGEST_FORM = 20_000
MOST_FIELDS = 40
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
"""On every answer. No page needs a script, so none may run one."""
ONLY_TLS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


def create_app(
    engine: Engine,
    *,
    demo: bool,
    host: str,
    port: int,
    today: Callable[[], date],
    now: Callable[[], datetime] = sessions.utc_now,
    connectors: Iterable[Connector] | None = None,
    council: Council | None = None,
) -> FastAPI:
    """The key workers' pages over one store.

    ``today`` is the day the house stands on (the demo's clock), ``now`` the real clock of sessions and
    audit. ``connectors`` say whose data is whose and when silence counts; left out, all that are installed.
    ``council`` signs people in; without one there is the demo alone, whose links anybody at the terminal has.
    Raises `SetUpWrong` when a demo, which knows no passwords, would be open to other machines or stand beside
    a council's sign-in.
    """
    if demo and council:
        raise SetUpWrong("where a council signs people in, nobody comes in by a link on the terminal")
    if demo and not is_loopback(host):
        raise SetUpWrong(f"the demo signs people in without a password: serve it on 127.0.0.1, not on {host}")
    every = every_connector().values() if connectors is None else connectors
    desk = Desk(engine, demo, today, now, Sources.of(every), council)
    app = FastAPI(title="Early help", docs_url=None, redoc_url=None, openapi_url=None)
    for route, view in VIEWS.items():
        method, path = route.split(" ")
        answer = _behind(desk, access.POLICY[route], view)
        app.add_api_route(path, answer, methods=[method], include_in_schema=False, response_model=None)
    app.mount("/static", GZipMiddleware(StaticFiles(directory=STATIC)), name="static")
    app.state.base_url = council.pages if council else f"http://{host}:{port}"
    hosts = [council.host] if council else ["127.0.0.1", "localhost", "[::1]", host]
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts)
    app.add_middleware(_Headers, private=app.state.base_url.startswith("https:"))
    _problems(app, desk)
    return app


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach that address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def _form(request: Request) -> dict[str, str]:
    """The form that was sent, as words; nothing when none was."""
    if request.method != "POST":
        return {}
    if int(request.headers.get("content-length") or 0) > LARGEST_FORM:
        raise HTTPException(413)
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _behind(desk: Desk, rule: Rule, view: View) -> Callable[..., Response]:
    """A view behind its door: who is it, may they, write it down, and only then read."""

    def answer(request: Request, form: Annotated[dict[str, str], Depends(_form)]) -> Response:
        key = request.cookies.get(COOKIE) or (request.cookies.get(LOCAL_COOKIE) if desk.demo else None)
        now = desk.now()
        with Work(desk.engine) as work:
            reader = sessions.reader(work.conn, key, now)
            visit = Visit(request, work.conn, form, desk.today(), now, key if reader else None, reader)
            unused = {one.feed for one in barred(work.conn, agreements(), visit.today)}
            today = replace(desk, sources=desk.sources.without(unused)) if unused else desk
            reply = _not_so_often(today, rule, visit) or _at_the_door(today, rule, view, visit)
            work.commit()
        return reply

    return answer


def _not_so_often(desk: Desk, rule: Rule, visit: Visit) -> Response | None:
    """The answer to whoever tries to sign in too often; None where nothing is amiss."""
    address = visit.request.client.host if visit.request.client else ""
    if not rule.limited or desk.rates.allows(address, visit.now):
        return None
    answer = desk.page("problem.html", status=429, title="Too many tries", lines=TOO_OFTEN)
    answer.headers["Retry-After"] = "60"
    return answer


TOO_OFTEN = ("Nobody was signed in.", "Wait a minute and try once more.")


def _at_the_door(desk: Desk, rule: Rule, view: View, visit: Visit) -> Response:
    """What needs no household to be decided: forged forms, open pages, and nobody signed in."""
    if visit.request.method == "POST" and not from_our_page(visit.request, visit.form, visit.key):
        return desk.page("problem.html", status=403, title="That did not come from our page", lines=FORGED)
    if rule.door in (Door.OPEN, Door.LINK):
        return view(desk, visit)
    if visit.reader is None:
        return RedirectResponse("/sign-in", 303)
    return _let_in(desk, rule, view, visit)


FORGED = ("Nothing was changed.", "Go back to the page, load it again and try once more.")


def _let_in(desk: Desk, rule: Rule, view: View, visit: Visit) -> Response:
    """Decide, record, and serve or refuse; the record commits with what was read, before it is sent."""
    who, about = visit.signed_in, None
    found = access.Relation(True, "their own list")
    if rule.door in (Door.CASE, Door.HOLDER):
        about = access.subject(visit.conn, visit.request.path_params["reference"])
        found = access.relation(rule.door, who, about)
        if rule.door is Door.CASE and not found.whole:
            found = access.through_glass(visit.conn, who, about, visit.now) or found
    elif rule.door is Door.MANAGER:
        found = access.managing(who)
    elif rule.door is Door.REVIEWER:
        found = access.reviewing(who)
    elif rule.door is Door.QUESTION:
        return _let_review(desk, rule, view, visit)
    elif rule.door is Door.CASEWORKER:
        found = access.asking(who, agreements().gateways(visit.today))
    elif rule.door is Door.CLOSED:
        about = access.closed_subject(visit.conn, visit.request.path_params["reference"])
        found = access.relation(rule.door, who, about)
    elif rule.door is Door.PULLED_IN:
        visit, about, found = _asked(visit)
    elif rule.door is Door.DATA_OWNER:
        visit, about, found = _marked(visit)
    if rule.page:
        access.record(visit.conn, visit.now, who, rule.page, about, found)
    if not found.allowed:
        return desk.not_found()
    return view(desk, replace(visit, about=about, whole=found.whole))


def _let_review(desk: Desk, rule: Rule, view: View, visit: Visit) -> Response:
    """The same for a question about two records: a look at each household to which one of them leads."""
    who, name = visit.signed_in, visit.request.path_params["question"]
    found = access.reviewing(who)
    both = None
    if found.allowed:
        both = reviews.both_sides(visit.conn, name, trained=who.domestic_abuse_trained)
        found = replace(found, allowed=both is not None, because=f"{found.because}, {name}"[:80])
    homes = {side.household for side in (both.left, both.right)} if both else set()
    for home in sorted(homes - {None}, key=str) or [None]:
        access.record_of(visit.conn, visit.now, who, rule.page or "", home, found)
    return view(desk, replace(visit, two=both)) if both else desk.not_found()


def _asked(visit: Visit) -> tuple[Visit, access.Subject | None, access.Relation]:
    """The pull-in that a page is about, with its household, and whether the reader was pulled in."""
    asked = pull_ins.by_reference(visit.conn, visit.request.path_params["reference"])
    about = access.subject_of(visit.conn, asked.case_id) if asked else None
    if asked is None or about is None:
        return visit, None, access.Relation(False, "no open pull-in of that reference")
    return replace(visit, asked=asked), about, access.pulled_in(visit.signed_in, asked, about)


def _marked(visit: Visit) -> tuple[Visit, access.Subject | None, access.Relation]:
    """The marked fact that a page is about, and whether it is of the reader's agency."""
    asked = fact_checks.by_reference(visit.conn, visit.request.path_params["reference"])
    if asked is None:
        return visit, None, access.Relation(False, "no marked fact of that reference")
    about = access.subject_of(visit.conn, asked.case_id)
    return replace(visit, marked=asked), about, access.owns(visit.signed_in, asked)


def from_our_page(request: Request, form: Mapping[str, str], key: str | None) -> bool:
    """Whether a form was sent from a page of ours: by what the browser says, and by the form's own token.

    Before sign-in there is no token; the one-time key in the address stands in for it.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        ours = site == "same-origin"
    else:
        ours = request.headers.get("origin") == f"{request.url.scheme}://{request.url.netloc}"
    if not ours or "token" in request.path_params:
        return ours
    return key is None or hmac.compare_digest(form.get("form_token", ""), sessions.form_token(key))


class _Headers:
    """Puts the security headers on every answer; the style sheet alone may be kept."""

    def __init__(self, app: ASGIApp, *, private: bool = False) -> None:
        self.app = app
        self.headers = HEADERS | (ONLY_TLS if private else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add to the answer."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers[name] = value
                if scope["path"].startswith("/static/") and message["status"] == 200:
                    headers["Cache-Control"] = "public, max-age=31536000, immutable"
            await send(message)

        await self.app(scope, receive, with_headers)


def _problems(app: FastAPI, desk: Desk) -> None:
    """Errors are pages too: same template, and no detail."""

    def known(_request: Request, problem: Exception) -> Response:
        status = problem.status_code if isinstance(problem, AnyHTTPException) else 400
        if status == 404:
            return desk.not_found()
        return desk.page("problem.html", status=status, title="That did not work", lines=FORGED)

    def unknown(_request: Request, _problem: Exception) -> Response:
        lines = ("Something went wrong on our side, and nothing was changed.", "Try again in a moment.")
        answer = desk.page("problem.html", status=500, title="Sorry, there is a problem", lines=lines)
        answer.headers.update(HEADERS)
        return answer

    app.add_exception_handler(AnyHTTPException, known)
    app.add_exception_handler(Exception, unknown)
