"""The body of an answer, read as what it is; and how to ask for it only if it has changed."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from earlyhelp.connecting.wire.manners import Fault

Parser = Callable[[bytes], Any]
"""Makes of a body what JSON would have been; raises `ValueError` for a body that it cannot read."""

_BOM = b"\xef\xbb\xbf"
"""No part of JSON, but some servers cannot help it."""


def parsed(body: bytes, content_type: str, parsers: Mapping[str, Parser]) -> Any:
    """What a body holds, by the parser for its type; by none, as JSON, whatever it says it is.

    A wrong type on a body that can be read harms nobody. Raises `Fault` for one that cannot.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    parse = parsers.get(media_type)
    try:
        return parse(body) if parse else orjson.loads(body.removeprefix(_BOM))
    except (ValueError, SyntaxError):  # ElementTree's ParseError is a SyntaxError
        raise Fault(f"status 200 with a body that is not {media_type if parse else 'JSON'}") from None


def unless(validator: str | None) -> dict[str, str]:
    """The header that asks for an answer only if it is another than the one that bore this mark."""
    if validator is None:
        return {}
    is_tag = validator.startswith(('"', 'W/"'))
    return {"If-None-Match" if is_tag else "If-Modified-Since": validator}
