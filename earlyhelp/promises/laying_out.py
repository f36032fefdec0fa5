"""Lays rows out as an agency would: each kind of paging has a twin here that serves what it asks for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from earlyhelp.connecting.paging import (
    At,
    Bundle,
    Cursor,
    LinkHeader,
    NextLink,
    Offset,
    PageNumber,
    Paging,
    paths,
)

After = Callable[[int, int], int | None]
"""Which page comes after this one, of so many; None: none."""


def one_by_one(at: int, pages: int) -> int | None:
    """Pages come in order and end."""
    return at + 1 if at + 1 < pages else None


@dataclass(frozen=True)
class Laid:
    """One answer: what is in its body, and what its headers add."""

    body: Any
    headers: dict[str, str] = field(default_factory=dict)


def lay_out(
    paging: Paging, request: httpx.Request, pages: Sequence[Sequence[Any]], after: After, link: str = ""
) -> Laid:
    """The page asked for, in the layout that the feed declares; ``link`` replaces links to the next page."""
    if isinstance(paging, PageNumber):
        at = int(request.url.params[paging.number]) - paging.start
        return Laid(nested({paging.rows_at: _page(pages, at), paging.pages_at: len(pages)}))
    if isinstance(paging, Offset):
        at, rows = int(request.url.params[paging.offset]), [row for page in pages for row in page]
        size = max(*map(len, pages), paging.overlap + 1)
        return Laid(nested({paging.rows_at: rows[at : at + size], paging.total_at: len(rows)}))
    if isinstance(paging, Cursor):
        at = int(request.url.params.get(paging.cursor, "page-0").removeprefix("page-"))
        following = after(at, len(pages))
        marked = None if following is None else f"page-{following}"
        return Laid(nested({paging.rows_at: _page(pages, at), paging.cursor_at: marked}))
    at = int(request.url.params.get("_at", 0))
    following = after(at, len(pages))
    onward = None if following is None else link or str(request.url.copy_set_param("_at", str(following)))
    return _with_link(paging, request, _page(pages, at), onward)


def _with_link(paging: Paging, request: httpx.Request, rows: list[Any], onward: str | None) -> Laid:
    """A page that says itself where the next one is."""
    if isinstance(paging, LinkHeader):
        said = {} if onward is None else {"Link": f'<{request.url}>; rel="self", <{onward}>; rel="next"'}
        return Laid(nested({paging.rows_at: rows}), said)
    if isinstance(paging, NextLink):
        return Laid(nested({paging.rows_at: rows, paging.next_at: onward}))
    assert isinstance(paging, Bundle), f"the pretend agency cannot lay out {type(paging).__name__}"
    return Laid(bundle(rows, onward))


def bundle(rows: Sequence[Any], following: str | None) -> dict[str, Any]:
    """A FHIR Bundle of resources, with a remark about the search as servers add it."""
    entries = [{"resource": row, "search": {"mode": "match"}} for row in rows]
    return {
        "resourceType": "Bundle",
        "entry": [*entries, {"resource": {}, "search": {"mode": "outcome"}}],
        "link": [] if following is None else [{"relation": "next", "url": following}],
    }


def nested(values: Mapping[At, Any]) -> Any:
    """Values at key paths such as ``data.items``, as JSON would hold them; of several paths at the usual one.

    What has no path is not told, and the empty path is the body itself.
    """
    body: dict[str, Any] = {}
    for at, value in values.items():
        for path in paths(at)[:1]:
            if not path:
                return value
            *outer, last = path.split(".")
            inside = body
            for key in outer:
                inside = inside.setdefault(key, {})
            inside[last] = value
    return body


def _page(pages: Sequence[Sequence[Any]], at: int) -> list[Any]:
    """The rows of one page; past the last there are none."""
    return list(pages[at]) if 0 <= at < len(pages) else []
