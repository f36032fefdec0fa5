"""What a hostile agency answers instead of a page: one function for each, given the request.

They stand in for the wire itself. What can only be done with real bytes is in `earlyhelp.promises.wire`.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import httpx
import orjson

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
"""The pretend agency's clock on the first night."""
SECRET = "correct-horse-battery-staple"
"""The one secret of every test: whatever shows it shows too much."""

Mischief = Callable[[httpx.Request], httpx.Response]


def dated(clock: datetime) -> dict[str, str]:
    """The header that says what time it is at the agency."""
    return {"Date": format_datetime(clock, usegmt=True)}


def answer(body: Any, status: int = 200, **headers: str) -> httpx.Response:
    """A JSON answer, dated by the pretend agency's clock."""
    return httpx.Response(status, content=orjson.dumps(body), headers=dated(NOW) | headers)


def status(code: int, **headers: str) -> Mischief:
    """An answer with this status and a page of HTML."""
    said = dated(NOW) | {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: httpx.Response(code, text="<html>Sorry</html>", headers=said)


def words(content: bytes, kind: str = "application/json") -> Mischief:
    """An answer of these bytes with status 200, said to be of that kind."""
    return lambda _: httpx.Response(200, content=content, headers=dated(NOW) | {"Content-Type": kind})


def lost(error: type[httpx.TransportError]) -> Mischief:
    """No answer: the line fails in that way."""

    def fail(request: httpx.Request) -> httpx.Response:
        raise error("lost", request=request)

    return fail


silence, refused = lost(httpx.ReadTimeout), lost(httpx.ConnectError)
cut_short = words(b'{"data":{"items":[{"a":')
no_rows = words(b'{"message":"try later"}')

TROUBLES: dict[str, Mischief] = {
    "500": status(500),
    "502 with HTML": status(502),
    "503 with HTML": status(503),
    "504 without a word": lambda _: httpx.Response(504, headers=dated(NOW)),
    "429 without a word": status(429),
    "200 with HTML": status(200),
    "200 with HTML that is called JSON": words(b"<!doctype html><p>Down for maintenance", "application/json"),
    "200 with nothing": words(b""),
    "200 with null": words(b"null"),
    "200 with a PDF": words(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "application/pdf"),
    "truncated JSON": cut_short,
    "JSON without rows": no_rows,
    "JSON without a floor": words(b"[" * 100_000),
    "bytes that are no text": words(b'{"a":"\xff\xfe"}'),
    "silence": silence,
    "no line in time": lost(httpx.ConnectTimeout),
    "nobody at home": refused,
    "hung up": lost(httpx.RemoteProtocolError),
    "reset": lost(httpx.ReadError),
}
"""Each is worth asking again, and none is an empty page."""
