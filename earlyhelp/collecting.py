"""Keeps Python's search for rings of dead objects out of the way while pages are read."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = 25_000
"""How many objects more than before there are until Python looks: its own measure is 700."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Let Python look for rings less often; also a decorator.

    A page is thousands of small objects without a single ring, which all go at once when it is landed; the
    search goes through them, and through everything else there is, several times a page (measured: a fifth
    of the reader's time).
    """
    before = gc.get_threshold()
    gc.set_threshold(SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
