"""How agencies lay out an answer: where its rows stand, and how the next page is asked for.

A request is kept as plain data (an `Ask`), so that it can be saved with the page before it and sent again
word for word, by another process if need be.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

Ask = Mapping[str, Any]
"""One request: ``path`` and ``query``, or a ``link`` the agency handed us."""


class Paging(Protocol):
    """One agency's way to cut its answer into pages."""

    def first(self, path: str, query: Mapping[str, str], page_size: int) -> Ask:
        """The request for the first page of a window."""

    def rows(self, body: Any) -> list[Any] | None:
        """The rows of an answer; None where the answer has no place for rows, which is not an empty page."""

    def following(self, ask: Ask, body: Any) -> Ask | None:
        """The request for the page after this one, None after the last."""


def found(body: Any, path: str) -> Any:
    """What stands at a key path such as ``data.items``, None where there is nothing."""
    for key in path.split("."):
        body = body.get(key) if isinstance(body, dict) else None
    return body


def _list(body: Any, path: str) -> list[Any] | None:
    rows = found(body, path)
    return rows if isinstance(rows, list) else None


@dataclass(frozen=True, slots=True)
class PageNumber:
    """Pages are numbered from one; the answer says how many there are, else an empty page is the last."""

    rows_at: str = "items"
    pages_at: str = "totalPages"
    number: str = "page"
    size: str = "pageSize"

    def first(self, path: str, query: Mapping[str, str], page_size: int) -> Ask:
        """Page one."""
        return {"path": path, "query": {**query, self.number: 1, self.size: page_size}}

    def rows(self, body: Any) -> list[Any] | None:
        """The list at ``rows_at``."""
        return _list(body, self.rows_at)

    def following(self, ask: Ask, body: Any) -> Ask | None:
        """The next number, up to how many there are."""
        number = int(ask["query"][self.number])
        pages = found(body, self.pages_at)
        done = number >= pages if isinstance(pages, int) else not self.rows(body)
        return None if done else {**ask, "query": {**ask["query"], self.number: number + 1}}


@dataclass(frozen=True, slots=True)
class Cursor:
    """Each answer carries the mark at which the next page begins, and none at the end."""

    rows_at: str = "items"
    cursor_at: str = "next"
    cursor: str = "cursor"
    size: str = "limit"

    def first(self, path: str, query: Mapping[str, str], page_size: int) -> Ask:
        """The first page has no mark."""
        return {"path": path, "query": {**query, self.size: page_size}}

    def rows(self, body: Any) -> list[Any] | None:
        """The list at ``rows_at``."""
        return _list(body, self.rows_at)

    def following(self, ask: Ask, body: Any) -> Ask | None:
        """The same request from the new mark."""
        mark = found(body, self.cursor_at)
        return {**ask, "query": {**ask["query"], self.cursor: str(mark)}} if mark else None


@dataclass(frozen=True, slots=True)
class Bundle:
    """FHIR search: resources in a Bundle, and a ``next`` link that is followed without reading it."""

    size: str = "_count"

    def first(self, path: str, query: Mapping[str, str], page_size: int) -> Ask:
        """The search itself."""
        return {"path": path, "query": {**query, self.size: page_size}}

    def rows(self, body: Any) -> list[Any] | None:
        """The resources that match; a Bundle that found nothing has no entry at all."""
        if found(body, "resourceType") != "Bundle":
            return None
        entries = body.get("entry", [])
        if not isinstance(entries, list):
            return None
        return [found(entry, "resource") for entry in entries if _matches(entry)]

    def following(self, ask: Ask, body: Any) -> Ask | None:
        """The link whose relation is ``next``."""
        links = _list(body, "link") or []
        urls = [found(link, "url") for link in links if found(link, "relation") == "next"]
        return {"link": str(urls[0])} if urls else None


def _matches(entry: Any) -> bool:
    """Whether a resource is an answer, not a remark about the search or something it refers to."""
    return (found(entry, "search.mode") or "match") == "match"
