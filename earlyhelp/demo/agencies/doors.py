"""What the invented agencies' web services have in common: who may ask, and what goes wrong on demand.

Bare ASGI: a page is a stretch of ready-made texts with something round it. Each has a trouble on demand
(`Town.fault`): down, busy, half, html, slow or wrong-password.
"""

import asyncio
import json
import secrets
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from earlyhelp.demo.agencies.books import Book
from earlyhelp.demo.agencies.town import Town

TOKEN_LIFE = 600
LARGEST_PAGE = 5_000
SLOW = 1.5
"""Seconds that a slow agency takes for each answer."""

Query = Mapping[str, str]
Message = dict[str, Any]

_JSON, _HTML = b"application/json", b"text/html"
_SORRY = b"<html><body><h1>We are sorry, the service is unavailable</h1></body></html>"


@dataclass(frozen=True)
class Answer:
    """What is sent back; ``headers`` besides those that every answer has."""

    body: bytes
    status: int = 200
    headers: tuple[tuple[bytes, bytes], ...] = ()


class Refusal(Exception):
    """The request is answered with this status and nothing else."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class Server(ABC):
    """One agency's web service over its book."""

    agency: str
    tls = False
    """Whether it is spoken to under TLS, and asks whoever calls for a certificate."""
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
            answer, kind = self._answer(scope, body, fault), _JSON
        except Refusal as refusal:
            answer, kind = Answer(b"{}", refusal.status), _JSON
        if fault == "half":
            answer = replace(answer, body=answer.body[: len(answer.body) // 2])
        if fault in ("html", "down"):
            answer, kind = Answer(_SORRY, 200 if fault == "html" else 503), _HTML
        headers = [(b"date", self.town.date_header()), *answer.headers]
        if answer.status != 304:
            headers += [(b"content-type", kind), (b"content-length", str(len(answer.body)).encode())]
        headers += [(b"retry-after", b"1")] * (answer.status == 429)
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

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
        query = {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}
        return self.asked(scope["path"], query, headers)

    def asked(self, path: str, query: Query, headers: Mapping[str, str]) -> Answer:
        """The answer to whoever may ask."""
        if path not in self.feeds:
            raise Refusal(404)
        page = self.page(self.feeds[path], path, query)
        return page if isinstance(page, Answer) else Answer(page.encode())

    @abstractmethod
    def page(self, feed: str, path: str, query: Query) -> Answer | str:
        """One page, or no more than its body."""

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
        return Answer(json.dumps(answer).encode())

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
