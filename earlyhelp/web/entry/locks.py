"""Locks that stand before every page: what every answer carries, and whether a form is one of ours."""

from collections.abc import Mapping

from fastapi import HTTPException, Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from earlyhelp.web.entry import sessions

LARGEST_FORM = 20_000
MOST_FIELDS = 40
LARGEST_NUMBER = 2**63 - 1
"""Beyond it no row can be asked for."""
NUL = "\x00"
"""The one character that PostgreSQL keeps in no text."""
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


async def form_sent(request: Request) -> dict[str, str]:
    """The form that was sent, as words; nothing when none was."""
    if request.method != "POST":
        return {}
    if int(request.headers.get("content-length") or 0) > LARGEST_FORM:
        raise HTTPException(413)
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    return {name: value.replace(NUL, "") for name, value in form.items() if isinstance(value, str)}


def named(request: Request) -> None:
    """Answers as to a page that is not there, where an address holds what no database can."""
    if any(NUL in value for value in request.path_params.values()):
        raise HTTPException(404)


def number(said: str) -> int:
    """A row's number as a form or an address says it; 0, which no row has, for anything else."""
    plain = said.isascii() and said.isdecimal() and len(said) < len(str(LARGEST_NUMBER))
    return int(said) if plain else 0


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
    return key is None or sessions.is_form_token(key, form.get("form_token", ""))


class Headers:
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
