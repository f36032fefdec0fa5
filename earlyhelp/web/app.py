"""The app: builds every page behind its door, and puts the locks on."""

import ipaddress
from collections.abc import Callable, Iterable
from datetime import date, datetime

from fastapi import FastAPI, Request
from fastapi.responses import Response
from sqlalchemy import Engine
from starlette.exceptions import HTTPException as AnyHTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from earlyhelp.errors import SetUpWrong
from earlyhelp.feeds import Connector
from earlyhelp.plugins import connectors as every_connector
from earlyhelp.web.desk import STATIC, Desk
from earlyhelp.web.entry import sessions
from earlyhelp.web.entry.council import Council
from earlyhelp.web.entry.doors import POLICY
from earlyhelp.web.entry.locks import HEADERS, Headers
from earlyhelp.web.entry.sessions import make_link
from earlyhelp.web.letting_in import FORGED, behind
from earlyhelp.web.routes import VIEWS
from earlyhelp.web.shown.sources import Sources

__all__ = ["create_app", "make_link"]


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
        answer = behind(desk, POLICY[route], view)
        app.add_api_route(path, answer, methods=[method], include_in_schema=False, response_model=None)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.state.base_url = council.pages if council else f"http://{host}:{port}"
    hosts = [council.host] if council else ["127.0.0.1", "localhost", "[::1]", host]
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts)
    app.add_middleware(GZipMiddleware, compresslevel=6)
    app.add_middleware(Headers, private=app.state.base_url.startswith("https:"))
    _problems(app, desk)
    return app


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach that address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _problems(app: FastAPI, desk: Desk) -> None:
    """Errors are pages too: same template, and no detail."""

    def known(_request: Request, problem: Exception) -> Response:
        status = problem.status_code if isinstance(problem, AnyHTTPException) else 400
        if status == 404:
            return desk.not_found()
        answer = desk.page("problem.html", status=status, title="That did not work", lines=FORGED)
        answer.headers.update(getattr(problem, "headers", None) or {})  # such as which methods there are
        return answer

    def unknown(_request: Request, _problem: Exception) -> Response:
        lines = ("Something went wrong on our side, and nothing was changed.", "Try again in a moment.")
        answer = desk.page("problem.html", status=500, title="Sorry, there is a problem", lines=lines)
        answer.headers.update(HEADERS)
        return answer

    app.add_exception_handler(AnyHTTPException, known)
    app.add_exception_handler(Exception, unknown)
