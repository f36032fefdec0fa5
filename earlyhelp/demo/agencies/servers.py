"""The invented agencies' web services: who may ask, and how each lays out its pages.

Bare ASGI: a page is a stretch of ready-made texts with something round it. Each has a trouble on demand
(`Town.fault`): down, busy, half, html, slow or wrong-password.
"""

import asyncio
import json
import secrets
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode

from joserfc import jwt
from joserfc.errors import JoseError

from earlyhelp.demo.agencies.books import Book
from earlyhelp.demo.agencies.town import CLIENT, KEY_ID, Town

TOKEN_LIFE = 600
LARGEST_PAGE = 5_000
SLOW = 1.5
"""Seconds that a slow agency takes for each answer."""

Query = Mapping[str, str]
Message = dict[str, Any]
Answer = tuple[int, bytes]

_JSON, _HTML = b"application/json", b"text/html"
_SORRY = b"<html><body><h1>We are sorry, the service is unavailable</h1></body></html>"


class Refusal(Exception):
    """The request is answered with this status and nothing else."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class Server(ABC):
    """One agency's web service over its book."""

    agency: str
    feeds: Mapping[str, str]
    """Path of each feed, and its name in the book."""

    def __init__(self, town: Town) -> None:
        self.town, self.book = town, Book(town.city(f"{self.agency}.sqlite"))
        self.address = ""
        self._tokens: dict[str, float] = {}

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Answer one request, well or in trouble."""
        body = b""
        while (part := await receive()).get("more_body"):
            body += part.get("body", b"")
        body += part.get("body", b"")
        fault = self.town.fault(self.agency)
        if fault == "slow":
            await asyncio.sleep(SLOW)
        try:
            status, answer, kind = *self._answer(scope, body, fault), _JSON
        except Refusal as refusal:
            status, answer, kind = refusal.status, b"{}", _JSON
        if fault == "half":
            answer = answer[: len(answer) // 2]
        if fault in ("html", "down"):
            status, answer, kind = (200 if fault == "html" else 503), _SORRY, _HTML
        headers = [
            (b"date", self.town.date_header()),
            (b"content-type", kind),
            (b"content-length", str(len(answer)).encode()),
        ] + [(b"retry-after", b"1")] * (status == 429)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    def _answer(self, scope: Message, body: bytes, fault: str | None) -> Answer:
        if fault == "busy":
            raise Refusal(429)
        if fault == "wrong-password":
            raise Refusal(401)
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        if scope["method"] == "POST":
            return self.token(scope["path"], dict(parse_qsl(body.decode())))
        if not self.knows(headers):
            raise Refusal(401)
        if scope["path"] not in self.feeds:
            raise Refusal(404)
        query = {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}
        return 200, self.page(self.feeds[scope["path"]], scope["path"], query).encode()

    @abstractmethod
    def page(self, feed: str, path: str, query: Query) -> str:
        """The body of one page."""

    def knows(self, headers: Mapping[str, str]) -> bool:
        """Whether whoever asks has signed in."""
        token = headers.get("authorization", "").removeprefix("Bearer ")
        return self._tokens.get(token, 0.0) > time.monotonic()

    def token(self, path: str, form: Query) -> Answer:
        """A token for the right secret."""
        raise Refusal(404)

    def grant(self) -> Answer:
        """A new token."""
        token = secrets.token_urlsafe(24)
        self._tokens[token] = time.monotonic() + TOKEN_LIFE
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_LIFE}
        return 200, json.dumps(answer).encode()

    def span(self, feed: str, since: str | None) -> tuple[int, int]:
        """(first, end) of the statements made at or after ``since`` and before the town's moment."""
        try:
            start = int(datetime.fromisoformat(since).timestamp()) // 60 if since else 0
        except ValueError:
            raise Refusal(400) from None
        first, end = self.book.place(feed, start), self.book.place(feed, self.town.minute())
        return first, max(first, end)


def size_in(query: Query, name: str, usual: int) -> int:
    """The page size asked for, within reason."""
    return min(max(number_in(query, name, usual), 1), LARGEST_PAGE)


def number_in(query: Query, name: str, usual: int) -> int:
    """A whole number from the query. Raises `Refusal`."""
    try:
        return int(query.get(name, usual))
    except ValueError:
        raise Refusal(400) from None


class Housing(Server):
    """Northside Homes: client credentials, numbered pages."""

    agency = "housing"
    feeds = {"/tenancies": "tenancies", "/tenants": "tenants", "/rent": "rent"}  # noqa: RUF012

    def token(self, path: str, form: Query) -> Answer:
        """OAuth 2 client credentials."""
        right = form.get("client_id") == CLIENT and secrets.compare_digest(
            form.get("client_secret", ""), self.town.keys.secret
        )
        if path != "/oauth/token" or form.get("grant_type") != "client_credentials" or not right:
            raise Refusal(401)
        return self.grant()

    def page(self, feed: str, path: str, query: Query) -> str:
        """Items under ``data``, with how many pages there are."""
        first, end = self.span(feed, query.get("changedSince"))
        size, number = size_in(query, "pageSize", 500), number_in(query, "page", 1)
        if number < 1:
            raise Refusal(400)
        start = first + (number - 1) * size
        rows = ",".join(self.book.stretch(feed, start, min(start + size, end)))
        pages = -(-(end - first) // size)
        return f'{{"data":{{"items":[{rows}],"page":{number},"totalPages":{pages}}}}}'


class Police(Server):
    """Eastborough Police: a key in a header, a cursor in the body."""

    agency = "police"
    feeds = {"/v2/incidents": "incidents"}  # noqa: RUF012

    def knows(self, headers: Mapping[str, str]) -> bool:
        """By the key."""
        return secrets.compare_digest(headers.get("x-api-key", ""), self.town.keys.secret)

    def page(self, feed: str, path: str, query: Query) -> str:
        """Incidents, and the mark of the next one."""
        first, end = self.span(feed, query.get("updated_from"))
        mark = query.get("cursor", "at-0").removeprefix("at-")
        start = (int(mark) if mark.isdecimal() else 0) or first
        if not first <= start <= end:
            raise Refusal(410)
        stop = min(start + size_in(query, "limit", 500), end)
        rows = ",".join(self.book.stretch(feed, start, stop))
        mark = f'"at-{stop}"' if stop < end else "null"
        return f'{{"incidents":[{rows}],"next_cursor":{mark}}}'


class Health(Server):
    """Riverside Health: a signed assertion, FHIR Bundles."""

    agency = "health"
    feeds = {"/Patient": "patients", "/Appointment": "appointments"}  # noqa: RUF012

    def token(self, path: str, form: Query) -> Answer:
        """A token for an assertion signed with our key, valid for five minutes at most."""
        assertion = form.get("client_assertion", "")
        try:
            signed = jwt.decode(assertion, self.town.keys.signing, algorithms=["RS512"])
        except (JoseError, ValueError):
            raise Refusal(401) from None
        said, now = signed.claims, time.time()
        right = (
            path == "/oauth2/token"
            and signed.header.get("kid") == KEY_ID
            and said.get("iss") == said.get("sub") == CLIENT
            and said.get("aud") == f"{self.address}{path}"
            and now < said.get("exp", 0) <= now + 300
            and said.get("jti")
        )
        if not right:
            raise Refusal(401)
        return self.grant()

    def page(self, feed: str, path: str, query: Query) -> str:
        """A Bundle, with the link of the next one."""
        since = query.get("_lastUpdated", "").removeprefix("ge") or None
        first, end = self.span(feed, since)
        start, size = first + number_in(query, "_offset", 0), size_in(query, "_count", 100)
        stop = min(start + size, end)
        between = ',"search":{"mode":"match"}},{"resource":'
        rows = between.join(self.book.stretch(feed, start, stop))
        entry = f',"entry":[{{"resource":{rows},"search":{{"mode":"match"}}}}]' if rows else ""
        links = [{"relation": "self", "url": f"{self.address}{path}"}]
        if stop < end:
            following = {**query, "_count": str(size), "_offset": str(stop - first)}
            links.append({"relation": "next", "url": f"{self.address}{path}?{urlencode(following)}"})
        return (
            f'{{"resourceType":"Bundle","type":"searchset","total":{end - first},'
            f'"link":{json.dumps(links)}{entry}}}'
        )
