"""A pretend agency for tests: it lays out samples as the real one would, and misbehaves when told to.

It is built from the connector's own declaration, so that a test needs one sample row and no server.
"""

from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from typing import Any

import httpx
import orjson
from joserfc.jwk import RSAKey

from earlyhelp.connecting.agency import Agency, RestFeed
from earlyhelp.connecting.credentials import Credentials
from earlyhelp.connecting.paging import Bundle, Cursor, PageNumber
from earlyhelp.connecting.signing_in import ApiKey, SignedJwt

BASE = "https://agency.test/api"
SECRET = "correct-horse-battery-staple"
NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)

Mischief = Callable[[httpx.Request], httpx.Response]


@cache
def signing_key() -> str:
    """A private key nobody uses."""
    return RSAKey.generate_key(2048, private=True).as_pem(private=True).decode()


class PretendAgency:
    """Answers like the agency of ``connector``, a few rows a page; ``mischief`` is answered first.

    ``naps`` are the seconds for which the caller would have waited, ``asked`` the requests for rows.
    """

    def __init__(self, connector: type[Agency], feed: str, rows: Sequence[Any], per_page: int = 2) -> None:
        declared = next(one for one in connector.feeds if one.name == feed)
        assert isinstance(declared, RestFeed)
        self.feed = declared
        self.mischief: deque[Mischief] = deque()
        self.naps: list[float] = []
        self.asked: list[httpx.Request] = []
        self.tokens = 0
        self.circular = False
        self.next_link = ""
        self._token = ""
        self._pages = [list(rows[at : at + per_page]) for at in range(0, len(rows), per_page)] or [[]]
        self.connector = connector(
            environment(connector), transport=httpx.MockTransport(self._answer), sleep=self.naps.append
        )

    def revoke(self) -> None:
        """Let the agency forget the token it gave."""
        self._token = "none"

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            self.tokens += 1
            self._token = f"token-{self.tokens}"
            return answer({"access_token": self._token, "expires_in": 600})
        self.asked.append(request)
        if self.mischief:
            return self.mischief.popleft()(request)
        if not self._signed_in(request):
            return answer({}, 401)
        return answer(self.laid_out(request))

    def _signed_in(self, request: httpx.Request) -> bool:
        sign_in = self.connector.sign_in
        if isinstance(sign_in, ApiKey):
            return bool(request.headers.get(sign_in.header) == SECRET)
        return sign_in is None or request.headers.get("Authorization") == f"Bearer {self._token}"

    def laid_out(self, request: httpx.Request) -> Any:
        """The page asked for, in the layout that the feed declares."""
        paging = self.feed.paging
        if isinstance(paging, PageNumber):
            number = int(request.url.params[paging.number])
            return nested({paging.rows_at: self._pages[number - 1], paging.pages_at: len(self._pages)})
        if isinstance(paging, Cursor):
            at = int(request.url.params.get(paging.cursor, 0))
            return nested({paging.rows_at: self._pages[at], paging.cursor_at: self._after(at)})
        assert isinstance(paging, Bundle), f"the pretend agency cannot lay out {type(paging).__name__}"
        at = int(request.url.params.get("_at", 0))
        link = self.next_link or request.url.copy_set_param("_at", str(self._after(at)))
        entries = [{"resource": row, "search": {"mode": "match"}} for row in self._pages[at]]
        return {
            "resourceType": "Bundle",
            "entry": [*entries, {"resource": {}, "search": {"mode": "outcome"}}],
            "link": [{"relation": "next", "url": str(link)}] if self._after(at) else [],
        }

    def _after(self, at: int) -> int | None:
        if self.circular:
            return max(at, 1)
        return at + 1 if at + 1 < len(self._pages) else None


def environment(connector: type[Agency]) -> dict[str, str]:
    """The settings with which a connector finds the pretend agency."""
    variable = Credentials(connector.name).variable
    signed = isinstance(connector.sign_in, SignedJwt)
    return {
        variable("URL"): BASE,
        variable("CLIENT_ID"): "earlyhelp",
        variable("SECRET"): SECRET,
        variable("KEY"): signing_key() if signed else SECRET,
        variable("KEY_ID"): "test-1",
    }


def answer(body: Any, status: int = 200, **headers: str) -> httpx.Response:
    """A JSON answer, dated by the pretend agency's clock."""
    dated = {"Date": format_datetime(NOW, usegmt=True)} | headers
    return httpx.Response(status, content=orjson.dumps(body), headers=dated)


def nested(values: dict[str, Any]) -> dict[str, Any]:
    """Values at key paths such as ``data.items``, as JSON would hold them."""
    body: dict[str, Any] = {}
    for path, value in values.items():
        *outer, last = path.split(".")
        inside = body
        for key in outer:
            inside = inside.setdefault(key, {})
        inside[last] = value
    return body


def status(code: int, **headers: str) -> Mischief:
    """An answer with this status and a page of HTML."""
    dated = {"Date": format_datetime(NOW, usegmt=True)} | {k.replace("_", "-"): v for k, v in headers.items()}
    return lambda _: httpx.Response(code, text="<html>Sorry</html>", headers=dated)


def cut_short(_: httpx.Request) -> httpx.Response:
    """Half an answer, with status 200."""
    return httpx.Response(200, content=b'{"data":{"items":[{"a":')


def no_rows(_: httpx.Request) -> httpx.Response:
    """JSON with no place for rows, with status 200."""
    return answer({"message": "try later"})


def silence(request: httpx.Request) -> httpx.Response:
    """No answer within the time."""
    raise httpx.ReadTimeout("too slow", request=request)


def refused(request: httpx.Request) -> httpx.Response:
    """Nobody at home."""
    raise httpx.ConnectError("refused", request=request)
