"""Keeps Python's search for rings of dead objects out of the way while pages are read."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

SELDOM = 25_000
"""How many objects more than before there are until Python looks: its own measure is 700."""

_alone = Lock()
_readers = 0
_before = gc.get_threshold()


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Let Python look for rings less often; also a decorator.

    A page is thousands of small objects without a single ring, which all go at once when it is landed; the
    search goes through them, and through everything else there is, several times a page (measured: a fifth
    of the reader's time). Agencies are read side by side, and the measure is the whole program's: whoever
    comes first sets it, and whoever leaves last puts it back.
    """
    global _readers, _before
    with _alone:
        if not _readers:
            _before = gc.get_threshold()
            gc.set_threshold(SELDOM, *_before[1:])
        _readers += 1
    try:
        yield
    finally:
        with _alone:
            _readers -= 1
            if not _readers:
                gc.set_threshold(*_before)
