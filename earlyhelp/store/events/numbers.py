"""Rows of events as numbers: for each field of a schema the SQL that makes it one, and how wide it is.

A block is filled from the rows as they landed, or from what was packed of them; both speak these numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal, get_args, get_origin

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray
from pydantic import AwareDatetime
from sqlalchemy import Connection

from earlyhelp.chronology import NEVER
from earlyhelp.store.columns import plain_type
from schemas.feed import EventRow

Rows = NDArray[np.void]
"""An array of records, one field for each number of a row."""

OWN = ("#occurred", "#known", "#ended", "#record", "#void")
"""The numbers that every event has, beside those that its schema names."""

_INT32 = 2**31


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a row: its name, the SQL that makes it of the table ``t``, and its widths.

    ``sent`` is for PostgreSQL, ``held`` for a block, and ``kept`` for what is packed.
    """

    name: str
    sql: str
    sent: str
    held: type[np.generic]
    kept: type[np.generic]


@cache
def numbers(dialect: str, schema: type[EventRow]) -> tuple[Number, ...]:
    """Every number of an event: ours, whose names begin with ``#``, and those that the schema names."""
    ended = f"CASE WHEN t.superseded_on IS NULL THEN {NEVER} ELSE {day_sql(dialect, 't.superseded_on')} END"
    return (
        Number("#occurred", day_sql(dialect, "t.occurred_on"), "int4", np.int32, np.int32),
        Number("#known", day_sql(dialect, "t.known_on"), "int4", np.int32, np.int32),
        Number("#ended", ended, "int4", np.int32, np.int32),
        Number("#record", "t.id", "int8", np.int64, np.int64),
        Number("#void", "CASE WHEN t.void THEN 1 ELSE 0 END", "int2", np.int8, np.int8),
        *(_number(dialect, schema, name) for name in schema.columns),
    )


def whole(name: str, sql: str) -> Number:
    """A number that says whose a row is."""
    return Number(name, sql, "int8", np.int64, np.int64)


def packed_shape(schema: type[EventRow]) -> np.dtype[np.void]:
    """How one event stands in a packed row, byte by byte: the same on every machine and in every database."""
    return np.dtype([(n.name, np.dtype(n.kept).newbyteorder("<")) for n in numbers("sqlite", schema)])


def day_sql(dialect: str, it: str) -> str:
    """The SQL for a date as whole days since 1970-01-01."""
    if dialect == "postgresql":
        return f"({it} - DATE '1970-01-01')"
    return f"CAST(julianday({it}) - 2440587.5 AS INTEGER)"


def minute_sql(dialect: str, it: str) -> str:
    """The SQL for a moment as whole minutes since 1970-01-01 in UTC."""
    if dialect == "postgresql":
        return f"CAST(floor(extract(epoch FROM {it}) / 60) AS integer)"
    return f"CAST(strftime('%s', {it}) AS INTEGER) / 60"


def fetch(conn: Connection, body: str, wanted: Sequence[Number]) -> Rows:
    """The numbers of each row of ``FROM …``, from the driver straight into an array."""
    query = f"SELECT {', '.join(number.sql for number in wanted)} {body}"
    if conn.dialect.name == "postgresql":
        return _copied(conn, query, wanted)
    shape = np.dtype([(number.name, number.held) for number in wanted])
    with conn.exec_driver_sql(query) as result:
        rows: Any = result.cursor
        return np.fromiter(rows, shape)


def _number(dialect: str, schema: type[EventRow], name: str) -> Number:
    """One field of a schema as a number, -1 where nothing was said."""
    field = schema.model_fields[name]
    kind, it = plain_type(field.annotation), f't."{name}"'
    if name in schema.codes or get_origin(kind) is Literal:
        words = schema.codes.get(name) or get_args(kind)
        cases = " ".join(f"WHEN '{word}' THEN {number}" for number, word in enumerate(words))
        return Number(name, f"CASE {it} {cases} ELSE -1 END", "int2", np.int8, np.int8)
    if kind is bool:
        told = f"CASE WHEN {it} THEN 1 WHEN NOT {it} THEN 0 ELSE -1 END"
        return Number(name, told, "int2", np.int8, np.int8)
    if kind is float:
        return Number(name, f"COALESCE({it}, -1.0)", "float8", np.float64, np.float64)
    if kind is int:
        small = _within(field.metadata, _INT32)
        return Number(name, f"COALESCE({it}, -1)", "int8", np.int64, np.int32 if small else np.int64)
    if kind is AwareDatetime:
        told = f"COALESCE({minute_sql(dialect, it)}, -1)"
        return Number(name, told, "int4", np.int32, np.int32)
    if kind is date:
        return Number(name, f"COALESCE({day_sql(dialect, it)}, -1)", "int4", np.int32, np.int32)
    if kind is str:
        told = f"COALESCE({_identity(dialect, it)}, -1)"
        return Number(name, told, "int8", np.int64, np.int64)
    raise TypeError(f"a block cannot hold {schema.kind}.{name} as a number")


def _identity(dialect: str, it: str) -> str:
    """The SQL for the number that stands for a text (`earlyhelp.chronology.identity`)."""
    if dialect == "sqlite":
        digits, other = f"length({it}) < 19 AND {it} NOT GLOB '*[^0-9]*'", f"identity({it})"
    else:
        digits, other = f"{it} ~ '^[0-9]{{1,18}}$'", f"('x' || substr(md5({it}), 1, 15))::bit(60)::bigint"
    return f"CASE WHEN {digits} THEN CAST({it} AS bigint) ELSE {other} END"


def _within(limits: Sequence[Any], most: int) -> bool:
    """Whether the schema itself keeps a number on both sides within ``most``."""
    least = next((limit.ge for limit in limits if isinstance(limit, Ge)), None)
    greatest = next((limit.le for limit in limits if isinstance(limit, Le)), None)
    return isinstance(least, int) and isinstance(greatest, int) and -most <= least and greatest < most


def _copied(conn: Connection, query: str, wanted: Sequence[Number]) -> Rows:
    """The rows of a statement by PostgreSQL's binary copy.

    No number is null and each has its width, so the answer is an array already: for each row how many
    fields, for each field how many bytes and then the bytes.
    """
    widths = {"int2": ">i2", "int4": ">i4", "int8": ">i8", "float8": ">f8"}
    parts = [part for n in wanted for part in ((f"{n.name}#width", ">i4"), (n.name, widths[n.sent]))]
    cast = ", ".join(f"c{place}::{number.sent}" for place, number in enumerate(wanted))
    names = ", ".join(f"c{place}" for place in range(len(wanted)))
    conn.exec_driver_sql("SELECT 1")  # begins the transaction, if none has begun
    cursor: Any = conn.connection.cursor()
    with (
        cursor,
        cursor.copy(f"COPY (SELECT {cast} FROM ({query}) AS q({names})) TO STDOUT (FORMAT binary)") as sent,
    ):
        answer = b"".join(sent)
    header, trailer = 19, 2
    return np.frombuffer(answer[header:-trailer], np.dtype([("#fields", ">i2"), *parts]))
