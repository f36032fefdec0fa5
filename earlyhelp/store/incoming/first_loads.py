"""A first load: what its rows are looked up by is built once, at its end, and not row by row.

SQLite writes every block of an index that a page has touched to its log. Accounts come in no order, so that a
page of 1,000 rows touches as many blocks: four megabytes for a quarter of a megabyte of rows. So an index of
a table that is still empty is put off when the first of several pages comes, and made anew when the run ends.
After a kill it waits for the next run to end. What is looked up meanwhile is found all the same, slowly.
PostgreSQL logs entries and not blocks, and keeps its indexes.
"""

from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.schema import CreateIndex, DropIndex

from earlyhelp.store.tables import landing
from schemas.feed import FeedRow

SORTING = -4096
"""SQLite's own figure for the kibibytes in which an index is sorted, below nought."""


def put_off_indexes(conn: Connection, schema: type[FeedRow]) -> None:
    """Do without the indexes of an empty table for now, in the transaction of the first page."""
    if conn.dialect.name == "sqlite":
        for index in landing[schema.kind].indexes:
            conn.execute(DropIndex(index, if_exists=True))


def make_indexes(engine: Engine, schema: type[FeedRow]) -> None:
    """Make the indexes that were put off; where none was, nothing happens.

    Sorting goes by way of a file that has no name, so that memory does not grow with the table.
    """
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as conn:
        raw: Any = conn.connection.driver_connection
        (usual,) = raw.execute("PRAGMA cache_size").fetchone()
        raw.execute(f"PRAGMA cache_size = {SORTING}")
        raw.execute("PRAGMA temp_store = FILE")  # which can only be said before a transaction begins
        try:
            for index in sorted(landing[schema.kind].indexes, key=lambda one: str(one.name)):
                conn.execute(CreateIndex(index, if_not_exists=True))
            conn.commit()
        finally:
            conn.rollback()
            raw.execute("PRAGMA temp_store = MEMORY")
            raw.execute(f"PRAGMA cache_size = {usual}")
