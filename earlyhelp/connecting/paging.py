"""How agencies lay out an answer: where its rows stand, and how the next page is asked for.

A request is kept as plain data (an `Ask`), so that it can be saved with the page before it and sent again
word for word, by another process if need be. What a paging must remember of the page before, to notice that
the list moved under it, stands in the `Ask` too, for the same reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol
from urllib.parse import urljoin

import orjson

from earlyhelp.connecting.wire.links import link_to

Ask = Mapping[str, Any]
"""One request: ``path`` and ``query``, or a ``link`` the agency handed us; with a ``form`` it is posted.

``after`` are marks of the rows that ended the page before and come again at the head of this one.
"""

At = str | tuple[str, ...]
"""A key path such as ``data.items``, or several of which the first that leads anywhere holds.

The empty path is the body itself.
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an agency said to one request: body, rows, its clock, headers by their names in lower case.

    ``unchanged`` says that it answered "as before" (304), and so without a body.
    """

    body: Any
    rows: list[Any]
    clock: datetime
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes = b""
    unchanged: bool = False


class Shifted(Exception):
    """The list changed between two pages, so that rows may have slipped from one to the other unseen."""


class Paging(Protocol):
    """One agency's way to cut its answer into pages."""

    def first(self, path: str, query: Mapping[str, Any], page_size: int) -> Ask:
        """The request for the first page of a window."""

    def rows(self, body: Any) -> list[Any] | None:
        """The rows of an answer; None where the answer has no place for rows, which is not an empty page."""

    def following(self, ask: Ask, answer: Answer) -> Ask | None:
        """The request for the page after this one, None after the last. Raises `Shifted`."""


def found(body: Any, path: str) -> Any:
    """What stands at a key path such as ``data.items``, None where there is nothing."""
    for key in path.split(".") if path else ():
        body = body.get(key) if isinstance(body, dict) else None
    return body


def paths(at: At) -> tuple[str, ...]:
    """The key paths to look at, the usual one first."""
    return (at,) if isinstance(at, str) else at


def _list(body: Any, at: At) -> list[Any] | None:
    return next((rows for path in paths(at) if isinstance(rows := found(body, path), list)), None)


def _number(body: Any, at: At) -> int | None:
    return next((count for path in paths(at) if isinstance(count := found(body, path), int)), None)


def _opening(path: str, query: Mapping[str, Any], size: str | None, page_size: int) -> Ask:
    """The first request of a list that wants to be told no more than how much of it at once."""
    return {"path": path, "query": {**query, **({size: page_size} if size else {})}}


def _linked(answer: Answer, link: Any) -> Ask | None:
    """The request for a link, which may be written from where the page itself stands."""
    try:
        return {"link": urljoin(answer.url, str(link))} if link else None
    except ValueError:
        return {"link": str(link)}  # no address at all, which whoever is to follow it will say


@dataclass(frozen=True, slots=True)
class PageNumber:
    """Numbered pages; the answer says how many there are, else an empty page is the last.

    A count that shrinks, or a page in the middle shorter than the one before, means that rows were taken
    from the list and later ones moved up past us: `Shifted`. ``even=False`` for an agency that filters after
    cutting, so that the length of a page says nothing. One row gone and another come between two pages is
    not noticed, nor any gone where nobody counts: a sweep finds what was passed over, and an agency that
    also offers an offset or a cursor had better be asked by that.
    """

    rows_at: At = "items"
    pages_at: At = "totalPages"
    number: str = "page"
    size: str | None = "pageSize"
    start: int = 1
    even: bool = True

    def first(self, path: str, query: Mapping[str, Any], page_size: int) -> Ask:
        """Page one, or nought where they count from there."""
        return _opening(path, {**query, self.number: self.start}, self.size, page_size)

    def rows(self, body: Any) -> list[Any] | None:
        """The list at ``rows_at``."""
        return _list(body, self.rows_at)

    def following(self, ask: Ask, answer: Answer) -> Ask | None:
        """The next number, up to how many there are."""
        number, rows = int(ask["query"][self.number]), len(answer.rows)
        pages, before = _number(answer.body, self.pages_at), ask.get("before", {"rows": rows, "pages": None})
        if pages is not None and before["pages"] is not None and pages < before["pages"]:
            raise Shifted("there are fewer pages than there were")
        last = not rows if pages is None else number - self.start + 1 >= pages
        short = rows > before["rows"] or (pages is not None and not last and rows < before["rows"])
        if self.even and short:
            raise Shifted("a page in the middle is short")
        query = {**ask["query"], self.number: number + 1}
        return None if last else {**ask, "query": query, "before": {"rows": rows, "pages": pages}}


@dataclass(frozen=True, slots=True)
class Offset:
    """Pages are so many rows from the so-many-eth on; a page that brings nothing new is the last.

    Each begins with the last ``overlap`` rows of the page before. If they are not there, word for word, rows
    came or went further up and the pages no longer meet: `Shifted`. Where the answer counts all rows, at
    ``total_at``, the request that would bring nothing new is spared.
    """

    rows_at: At = "items"
    total_at: At = ()
    offset: str = "offset"
    size: str = "limit"
    overlap: int = 1

    def first(self, path: str, query: Mapping[str, Any], page_size: int) -> Ask:
        """From the first row on."""
        if page_size <= self.overlap:
            raise ValueError("a page must hold more rows than it shares with the one before")
        return _opening(path, {**query, self.offset: 0}, self.size, page_size)

    def rows(self, body: Any) -> list[Any] | None:
        """The list at ``rows_at``."""
        return _list(body, self.rows_at)

    def following(self, ask: Ask, answer: Answer) -> Ask | None:
        """From the last rows of this page on, however many it held."""
        again, rows = ask.get("after", []), answer.rows
        if _marks(rows[: len(again)]) != list(again):
            raise Shifted("two pages do not meet")
        begins, total = int(ask["query"][self.offset]), _number(answer.body, self.total_at)
        if len(rows) <= self.overlap or len(rows) == len(again):
            return None
        if total is not None and begins + len(rows) >= total:
            return None
        shared = rows[len(rows) - self.overlap :]
        query = {**ask["query"], self.offset: begins + len(rows) - self.overlap}
        return {**ask, "query": query, "after": _marks(shared)}


def _marks(rows: Sequence[Any]) -> list[str]:
    """Something by which to know rows again that shows nothing of them."""
    return [sha256(orjson.dumps(row, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16] for row in rows]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Each answer carries the mark at which the next page begins, and none at the end."""

    rows_at: At = "items"
    cursor_at: str = "next"
    cursor: str = "cursor"
    size: str | None = "limit"

    def first(self, path: str, query: Mapping[str, Any], page_size: int) -> Ask:
        """The first page has no mark."""
        return _opening(path, query, self.size, page_size)

    def rows(self, body: Any) -> list[Any] | None:
        """The list at ``rows_at``."""
        return _list(body, self.rows_at)

    def following(self, ask: Ask, answer: Answer) -> Ask | None:
        """The same request from the new mark."""
        mark = found(answer.body, self.cursor_at)
        return {**ask, "query": {**ask["query"], self.cursor: str(mark)}} if mark else None


@dataclass(frozen=True, slots=True)
class LinkHeader:
    """The next page stands in the ``Link`` header (RFC 8288), so that the body may be the bare list."""

    rows_at: At = ""
    size: str | None = "per_page"

    def first(self, path: str, query: Mapping[str, Any], page_size: int) -> Ask:
        """The list itself."""
        return _opening(path, query, self.size, page_size)

    def rows(self, body: Any) -> list[Any] | None:
        """The body, or the list at ``rows_at``."""
        return _list(body, self.rows_at)

    def following(self, ask: Ask, answer: Answer) -> Ask | None:
        """The link whose relation is ``next``, followed without reading it."""
        return _linked(answer, link_to("next", answer.headers.get("link", "")))


@dataclass(frozen=True, slots=True)
class NextLink:
    """The address of the next page stands in the body, and nothing there at the end."""

    rows_at: At = "items"
    next_at: str = "next"
    size: str | None = "limit"

    def first(self, path: str, query: Mapping[str, Any], page_size: int) -> Ask:
        """The list itself."""
        return _opening(path, query, self.size, page_size)

    def rows(self, body: Any) -> list[Any] | None:
        """The list at ``rows_at``."""
        return _list(body, self.rows_at)

    def following(self, ask: Ask, answer: Answer) -> Ask | None:
        """The address, followed without reading it."""
        return _linked(answer, found(answer.body, self.next_at))


@dataclass(frozen=True, slots=True)
class Bundle:
    """FHIR search: resources in a Bundle, and a ``next`` link that is followed without reading it."""

    size: str = "_count"

    def first(self, path: str, query: Mapping[str, Any], page_size: int) -> Ask:
        """The search itself."""
        return _opening(path, query, self.size, page_size)

    def rows(self, body: Any) -> list[Any] | None:
        """The resources that match; a Bundle that found nothing has no entry at all."""
        if found(body, "resourceType") != "Bundle":
            return None
        entries = body.get("entry", [])
        if not isinstance(entries, list):
            return None
        return [found(entry, "resource") for entry in entries if _matches(entry)]

    def following(self, ask: Ask, answer: Answer) -> Ask | None:
        """The link whose relation is ``next``."""
        links = _list(answer.body, "link") or []
        urls = [found(link, "url") for link in links if found(link, "relation") == "next"]
        return _linked(answer, str(urls[0])) if urls else None


def _matches(entry: Any) -> bool:
    """Whether a resource is an answer, not a remark about the search or something it refers to."""
    return (found(entry, "search.mode") or "match") == "match"
