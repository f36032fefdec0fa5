"""A first load: what its rows are looked up by is built once, at its end, and not row by row.

Accounts come in no order, so that a page of 1,000 rows touches as many blocks of an index, and SQLite writes
each of them to its log: four megabytes for a quarter of a megabyte of rows. PostgreSQL logs less, and still
spends a fifth of its time so. So the indexes of a table that is still empty are put off when the first of
several pages comes, and made when the run ends, well or badly. After a kill they wait for the end of the next
run. What is looked up meanwhile is found all the same, slowly.
"""

from typing import Any

from sqlalchemy import Connection, Engine, Index, inspect
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import CreateIndex, DropIndex

from earlyhelp.store.tables import landing
from earlyhelp.store.unit_of_work import reading
from schemas.feed import FeedRow

SORTING = -2048
"""In how many kibibytes SQLite sorts an index; it writes such figures below nought."""
LOCK_NOT_AVAILABLE = "55P03"
MAKING = 0x696E646578
"""The number under which PostgreSQL lets one process make indexes at a time."""


def put_off_indexes(conn: Connection, schema: type[FeedRow]) -> None:
    """Do without the indexes of an empty table for now, in the transaction of the first page.

    In PostgreSQL a table that anybody else is using keeps them: nobody waits for us, nor we for them.
    """
    table = landing[schema.kind]
    try:
        with conn.begin_nested():
            if conn.dialect.name == "postgresql":
                conn.exec_driver_sql(f'LOCK TABLE "{table.name}" IN ACCESS EXCLUSIVE MODE NOWAIT')
            for index in table.indexes:
                conn.execute(DropIndex(index, if_exists=True))
    except OperationalError as busy:
        if conn.dialect.name != "postgresql" or getattr(busy.orig, "sqlstate", "") != LOCK_NOT_AVAILABLE:
            raise


def make_indexes(engine: Engine, schema: type[FeedRow]) -> None:
    """Make the indexes that were put off; where none was, nothing happens.

    SQLite sorts by way of a file that has no name, so that memory does not grow with the table.
    """
    with reading(engine) as conn:
        if not _missing(conn, schema):
            return
    with engine.connect() as conn:
        if conn.dialect.name == "postgresql":
            conn.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (MAKING,))
            _make(conn, schema)
            return
        raw: Any = conn.connection.driver_connection
        (usual,) = raw.execute("PRAGMA cache_size").fetchone()
        raw.execute(f"PRAGMA cache_size = {SORTING}")
        raw.execute("PRAGMA temp_store = FILE")  # which can only be said before a transaction begins
        try:
            _make(conn, schema)
        finally:
            conn.rollback()
            raw.execute("PRAGMA temp_store = MEMORY")
            raw.execute(f"PRAGMA cache_size = {usual}")


def _make(conn: Connection, schema: type[FeedRow]) -> None:
    for index in _missing(conn, schema):
        conn.execute(CreateIndex(index))
    conn.commit()


def _missing(conn: Connection, schema: type[FeedRow]) -> list[Index]:
    """The indexes that are not there, by name."""
    table = landing[schema.kind]
    there = {one["name"] for one in inspect(conn).get_indexes(table.name)}
    return sorted((one for one in table.indexes if one.name not in there), key=lambda one: str(one.name))
