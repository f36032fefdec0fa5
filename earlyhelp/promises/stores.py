"""A store for each promise: an empty SQLite file, behind one engine that knows its statements already."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from earlyhelp.store import tables
from earlyhelp.store.columns import metadata
from earlyhelp.store.unit_of_work import open_store

AUDITED = frozenset({"look", "operation", "audit"})
"""Tables from which no database takes anything out again."""


class _Shelf:
    """The file and engine that all tests of this process use, one after another."""

    def __init__(self) -> None:
        assert tables.KINDS, "the tables are defined by being imported"
        self._folder = tempfile.TemporaryDirectory(prefix="earlyhelp-promises-")
        self.path = Path(self._folder.name) / "store.db"
        self.engine = open_store(f"sqlite:///{self.path}")
        event.listen(self.engine, "connect", _hasten)
        metadata.create_all(self.engine)
        self.engine.dispose()
        self.nothing, self.taken = self.path.read_bytes(), False


@contextmanager
def sqlite_store() -> Iterator[Engine]:
    """An empty store, closed afterwards. There is one at a time."""
    shelf = _shelf()
    assert not shelf.taken, "one store at a time: the other would be emptied"
    for left in ("", "-wal", "-shm"):
        shelf.path.with_name(shelf.path.name + left).unlink(missing_ok=True)
    shelf.path.write_bytes(shelf.nothing)
    shelf.taken = True
    try:
        yield shelf.engine
    finally:
        shelf.engine.dispose()
        shelf.taken = False


def empty(store: Engine) -> None:
    """Take everything out of a store, so that the next attempt begins with nothing.

    But for the audit, which gives up no row; no promise is about it.
    """
    with store.begin() as conn:
        for table in reversed(metadata.sorted_tables):
            if table.name not in AUDITED:
                conn.execute(table.delete())


@cache
def _shelf() -> _Shelf:
    return _Shelf()


def _hasten(connection: Any, _record: object) -> None:
    """Do not wait for the disk: a killed process loses nothing by it, only a power cut would."""
    connection.execute("PRAGMA synchronous = OFF")
