"""Lets PostgreSQL know how large a table has grown, before it plans a way through it."""

from sqlalchemy import Connection, Table, text

_GROWN = text(
    "SELECT count(*) FROM pg_class WHERE oid = to_regclass(:name) "
    "AND pg_relation_size(oid) / 8192 > 2 * relpages + 10"
)


def take_sizes(conn: Connection, *tables: Table) -> None:
    """Count anew those tables that have more than doubled since they were last counted.

    PostgreSQL counts by itself, but minutes later: on a first night it takes the links for a handful and
    joins them to the rows by walking all rows for each. In SQLite our statements say the way themselves.
    """
    if conn.dialect.name != "postgresql":
        return
    for table in tables:
        if conn.execute(_GROWN, {"name": f'"{table.name}"'}).scalar_one():
            conn.exec_driver_sql(f'ANALYZE "{table.name}"')
