"""Ways to cut the same rows into pages: agencies do it in all of them, and it must make no difference."""

import random
from collections.abc import Callable
from typing import Any

Cut = Callable[[list[Any]], list[list[Any]]]
"""Cuts all rows of a window into pages."""


def shuffled(rows: list[Any]) -> list[list[Any]]:
    """Pages in no order at all, always the same one."""
    mixed = random.Random(7).sample(rows, len(rows))
    return [mixed[:1], mixed[1:4], mixed[4:]]


def evenly(cut: Cut) -> Cut:
    """The same rows in the same order on pages of one length: numbered pages are not cut otherwise."""

    def recut(rows: list[Any]) -> list[list[Any]]:
        flat = [row for page in cut(rows) for row in page]
        return [flat[at : at + 2] for at in range(0, len(flat), 2)]

    return recut


CUTS: dict[str, Cut] = {
    "newest first": lambda rows: [rows[:3:-1], rows[3:1:-1], rows[1::-1]],
    "in no order": shuffled,
    "all on one page": lambda rows: [rows],
    "one by one": lambda rows: [[row] for row in rows],
    "a row twice on a page": lambda rows: [[*rows[:3], rows[0], rows[2]], rows[3:]],
    "a row on two pages": lambda rows: [rows[:3], rows[2:5], rows[4:]],
    "a page again in part": lambda rows: [rows[:3], rows[3:5], [*rows[:3], rows[5]]],
}
"""Ways to cut the same rows into pages that must make no difference."""
