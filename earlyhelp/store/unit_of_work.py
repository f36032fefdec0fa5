"""Opens the store, brings its tables up to date, and wraps what must happen at once in one transaction."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    ExceptionContext,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from earlyhelp.errors import SetUpWrong
from earlyhelp.store.forgetting import guard

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 30
"""How long one writer waits for another before it gives up."""
LOCK = 0x6561726C79
"""The number under which PostgreSQL lets one migration run at a time."""

READS = "earlyhelp_reads"


def open_store(url: str) -> Engine:
    """The store behind that address: ``sqlite:///file`` or ``postgresql://…``.

    No error of the store shows a value: neither parameters nor the details that PostgreSQL adds.
    """
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        engine = create_engine(address, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        # Plans kept from the first pages of an empty table would be ruinous on the six-hundredth.
        settings = {"prepare_threshold": None, "options": "-c timezone=UTC", "application_name": "earlyhelp"}
        engine = create_engine(address, hide_parameters=True, pool_pre_ping=True, connect_args=settings)
        event.listen(engine, "handle_error", _hide_details)
    return engine


@cache
def opened_once(url: str) -> Engine:
    """The store behind an address, opened once in a process."""
    return open_store(url)


def migrate(engine: Engine) -> None:
    """Bring the tables up to date; call it at every start, it is quick when there is nothing to do."""
    newest = newest_revision()
    with reading(engine) as conn:
        if _revision(conn) == newest:
            return
    with Work(engine) as work:
        if work.conn.dialect.name == "postgresql":
            work.conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            _upgrade(work.conn)
        else:
            _upgrade_sqlite(work.conn)
        guard(work.conn)
        work.commit()
    if engine.dialect.name == "sqlite":
        engine.dispose()  # the next connection minds foreign keys again


def _upgrade_sqlite(conn: Connection) -> None:
    """Run the migrations that are missing; a changed table is made anew, under those that point to it.

    SQLite would refuse to drop the old one. So foreign keys are not minded meanwhile, which can only be said
    before the transaction begins, and are looked at as a whole at its end. Raises `SetUpWrong`.
    """
    raw: Any = conn.connection.driver_connection
    raw.execute("PRAGMA foreign_keys = OFF")
    _upgrade(conn)
    if conn.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise SetUpWrong("the store's rows do not fit together; nothing was changed; restore a backup")


def newest_revision() -> str:
    """The number of the newest migration: they are files whose names begin with it, in order."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


class Work:
    """One transaction for what must happen at once, or not at all: leaving without `commit` undoes it.

    In SQLite it takes the right to write with its first statement, and so waits for other writers instead
    of failing halfway. After a `commit` the next statement begins the next transaction.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.conn: Connection

    def __enter__(self) -> Self:
        self.conn = self._engine.connect()
        return self

    def commit(self) -> None:
        """Keep what was done since the last commit."""
        self.conn.commit()

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.conn.close()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that only reads: it sees the store as of one moment and holds up nobody.

    Any other connection to a SQLite store holds up writers from its first statement until it ends.
    """
    with engine.connect() as conn:
        yield conn.execution_options(**{READS: True})


def _address(url: str) -> URL:
    """The address, understood; its words are in no message, for it may hold a password."""
    try:
        address = make_url(url)
        backend = address.get_backend_name()
    except (ArgumentError, NoSuchModuleError):
        raise SetUpWrong(
            "the store's address cannot be read; write sqlite:///file or postgresql://…"
        ) from None
    if backend in ("postgresql", "postgres"):
        return address.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise SetUpWrong("the store is neither SQLite nor PostgreSQL; write sqlite:///file or postgresql://…")
    return address


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Set up one SQLite connection: we begin transactions ourselves, and a kill loses no commit."""
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
        "cache_size = -16384",
        "temp_store = MEMORY",
        "wal_autocheckpoint = 16384",  # pages: an index is written once for many pages of rows
    ):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("identity", 1, _identity, deterministic=True)


def _identity(it: str | None) -> int | str | None:
    """`earlyhelp.chronology.identity` for SQLite; loaded when asked for: landing needs no numpy."""
    from earlyhelp.chronology import identity

    return it and identity(it)


def _begin_sqlite(conn: Connection) -> None:
    """Begin as a writer, who waits for others before the first statement; as a reader in `reading` alone.

    A transaction that reads first and writes later would fail, and not wait, where another wrote between.
    """
    reads = conn.get_execution_options().get(READS, False)
    conn.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _hide_details(context: ExceptionContext) -> None:
    """Take the values out of what PostgreSQL says about data; code and constraint remain."""
    fault: Any = context.original_exception
    state = getattr(fault, "sqlstate", None) or ""
    if not state.startswith(("21", "22", "23")):
        return
    where = [fault.diag.table_name, fault.diag.column_name, fault.diag.constraint_name]
    words = " ".join([f"{type(fault).__name__} ({state})", *(name for name in where if name)])
    fault.args = (words,)
    if context.sqlalchemy_exception is not None:
        context.sqlalchemy_exception.args = (f"({type(fault).__module__}.{type(fault).__name__}) {words}",)


def _revision(conn: Connection) -> str | None:
    """The migration that the tables are at; None when there are no tables."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    return conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _upgrade(conn: Connection) -> None:
    """Run the migrations that are missing, within the caller's transaction."""
    from alembic import command  # slow to import, and seldom needed
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = conn
    command.upgrade(config, "head")
