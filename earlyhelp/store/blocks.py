"""Reads events back: for many households as a block of columns, for one as a chronology, by id as evidence.

The database turns words, days and identifiers into numbers, and the numbers go straight into arrays: a row
never becomes an object of ours.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple, get_args, get_origin

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, and_, or_, select

from earlyhelp.chronology import NEVER, Block, Ids
from earlyhelp.store.columns import plain_type
from earlyhelp.store.planning import take_sizes
from earlyhelp.store.tables import EVENT_KINDS, NATIONAL, landing, link
from schemas.feed import EventRow

Households = range | Sequence[int] | Ids
"""Ids of households: a `range` takes those that there are from its start up to, but without, its stop."""

PLUMBING = ("agency", "page", "digest", "known_on", "superseded_on", "recorded_at", "void", "occurred_on")
"""What stands beside a row's own words in its table."""


class Line(NamedTuple):
    """One line of a household's chronology; ``fields`` are the row's own words, and its landed ``id``."""

    kind: str
    agency: str
    occurred_on: date
    known_on: date
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Field:
    """A column of numbers: its name, the SQL that makes it, and how wide it is for PostgreSQL and for us."""

    name: str
    sql: str
    sent: str
    held: type[np.generic]


def load_block(
    conn: Connection, schema: type[EventRow], households: Households, since: date, known_by: date | None,
    without: Collection[str] = (),
) -> Block:  # fmt: skip
    """The events of those households that occurred on or after ``since``, with all their versions.

    With ``known_by`` only what could have been read on that day: nothing known later, nothing superseded by
    then. Withdrawn versions are left out, unless the schema names ``void`` among its columns, yet end those
    before them. Rows of agencies named in ``without`` are not read. Numbers are -1 where nothing was said.
    """
    fields = _fields(conn.dialect.name, schema)
    where = _within(conn.dialect.name, households)
    query = _query(schema, fields, where.format("l.household_id"), since, known_by)
    if without:
        query += f" AND t.agency NOT IN ({', '.join(_quoted(agency) for agency in sorted(without))})"
    ids = _ids(conn, households, where.format("id"))
    take_sizes(conn, link, landing[schema.kind])
    rows = _copied(conn, query, fields) if conn.dialect.name == "postgresql" else _read(conn, query, fields)
    column = {field.name: rows[field.name].astype(field.held) for field in fields}
    own = {name: column.pop(name) for name in ("#household", "#occurred", "#known", "#ended", "#record")}
    return Block.of(
        schema.kind,
        ids,
        household=own["#household"],
        occurred_on=own["#occurred"],
        known_on=own["#known"],
        superseded_on=own["#ended"],
        record=own["#record"],
        columns=column,
    )


def evidence_rows(conn: Connection, kind: str, ids: Sequence[int]) -> list[dict[str, Any]]:
    """The landed rows with those numbers, oldest first: what bears a finding out."""
    table = landing[kind]
    order = (table.c.occurred_on, table.c.id) if "occurred_on" in table.c else (table.c.id,)
    wanted = sorted({int(number) for number in ids})
    query = select(table).where(table.c.id.in_(wanted)).order_by(*order)
    return [dict(row) for row in conn.execute(query).mappings()]


def chronology(conn: Connection, household_id: int, known_by: date | None, limit: int) -> list[Line]:
    """The newest events of one household, of all kinds, newest first, as they could be read on that day."""
    lines = [line for kind in EVENT_KINDS for line in _lines(conn, kind, household_id, known_by, limit)]
    lines.sort(key=lambda line: (line.occurred_on, line.kind, line.fields["id"]), reverse=True)
    return lines[:limit]


def _lines(conn: Connection, kind: str, household_id: int, known_by: date | None, limit: int) -> list[Line]:
    """The newest events of one kind."""
    t, (scheme, column) = landing[kind], EVENT_KINDS[kind].subject
    theirs = and_(
        link.c.scheme == scheme,
        link.c.agency == ("" if scheme in NATIONAL else t.c.agency),
        link.c.value == t.c[column],
        t.c.occurred_on >= link.c.from_on,
        t.c.occurred_on < link.c.to_on,
    )
    query = select(t).join(link, theirs).where(link.c.household_id == household_id)
    if "void" not in EVENT_KINDS[kind].columns:
        query = query.where(~t.c.void)
    if known_by is None:
        query = query.where(t.c.superseded_on.is_(None))
    else:
        holds = or_(t.c.superseded_on.is_(None), t.c.superseded_on > known_by)
        query = query.where(t.c.known_on <= known_by, holds)
    rows = conn.execute(query.order_by(t.c.occurred_on.desc(), t.c.id.desc()).limit(limit)).mappings()
    return [
        Line(
            kind,
            row["agency"],
            row["occurred_on"],
            row["known_on"],
            {name: value for name, value in row.items() if name not in PLUMBING},
        )
        for row in rows
    ]


def _fields(dialect: str, schema: type[EventRow]) -> tuple[_Field, ...]:
    """Every column of a block: ours, whose names begin with ``#``, and those that the schema names."""
    ended = f"CASE WHEN t.superseded_on IS NULL THEN {NEVER} ELSE {_day(dialect, 't.superseded_on')} END"
    return (
        _Field("#household", "l.household_id", "int8", np.int64),
        _Field("#occurred", _day(dialect, "t.occurred_on"), "int4", np.int32),
        _Field("#known", _day(dialect, "t.known_on"), "int4", np.int32),
        _Field("#ended", ended, "int4", np.int32),
        _Field("#record", "t.id", "int8", np.int64),
        *(_field(dialect, schema, name) for name in schema.columns),
    )


def _field(dialect: str, schema: type[EventRow], name: str) -> _Field:
    """One field of a schema as a number."""
    kind, it = plain_type(schema.model_fields[name].annotation), f't."{name}"'
    if name in schema.codes or get_origin(kind) is Literal:
        words = schema.codes.get(name) or get_args(kind)
        cases = " ".join(f"WHEN '{word}' THEN {number}" for number, word in enumerate(words))
        return _Field(name, f"CASE {it} {cases} ELSE -1 END", "int2", np.int8)
    if kind is bool:
        return _Field(name, f"CASE WHEN {it} THEN 1 WHEN NOT {it} THEN 0 ELSE -1 END", "int2", np.int8)
    if kind is float:
        return _Field(name, f"COALESCE({it}, -1.0)", "float8", np.float64)
    if kind is int:
        return _Field(name, f"COALESCE({it}, -1)", "int8", np.int64)
    if kind is date:
        return _Field(name, f"COALESCE({_day(dialect, it)}, -1)", "int4", np.int32)
    if kind is str:
        return _Field(name, f"COALESCE({_identity(dialect, it)}, -1)", "int8", np.int64)
    raise TypeError(f"a block cannot hold {schema.kind}.{name} as a number")


def _identity(dialect: str, it: str) -> str:
    """The SQL for the number that stands for a text (`earlyhelp.chronology.identity`)."""
    if dialect == "sqlite":
        digits, other = f"length({it}) < 19 AND {it} NOT GLOB '*[^0-9]*'", f"identity({it})"
    else:
        digits, other = f"{it} ~ '^[0-9]{{1,18}}$'", f"('x' || substr(md5({it}), 1, 15))::bit(60)::bigint"
    return f"CASE WHEN {digits} THEN CAST({it} AS bigint) ELSE {other} END"


def _day(dialect: str, it: str) -> str:
    """The SQL for a date as whole days since 1970-01-01."""
    if dialect == "postgresql":
        return f"({it} - DATE '1970-01-01')"
    return f"CAST(julianday({it}) - 2440587.5 AS INTEGER)"


def _within(dialect: str, households: Households) -> str:
    """The SQL for "is one of those households", with a gap for the column; ids are numbers, and safe."""
    if isinstance(households, range):
        return f"{{0}} >= {int(households.start)} AND {{0}} < {int(households.stop)}"
    listed = ",".join(str(int(number)) for number in households)
    if dialect == "postgresql":
        return f"{{0}} = ANY('{{{{{listed}}}}}'::bigint[])"
    return f"{{0}} IN (SELECT value FROM json_each('[{listed}]'))"


def _query(
    schema: type[EventRow], fields: Sequence[_Field], where: str, since: date, known_by: date | None
) -> str:
    """The statement that reads a block: from the links to the rows, so that few households are read fast."""
    scheme, column = schema.subject
    owner = "''" if scheme in NATIONAL else "t.agency"
    known = ""
    if known_by is not None:
        day = f"'{known_by.isoformat()}'"
        known = f" AND t.known_on <= {day} AND (t.superseded_on IS NULL OR t.superseded_on > {day})"
    listed = ", ".join(field.sql for field in fields)
    return (
        f'SELECT {listed} FROM link l CROSS JOIN "{landing[schema.kind].name}" t '
        f"WHERE l.scheme = '{scheme}' AND {where} AND t.\"{column}\" = l.value AND l.agency = {owner} "
        f"AND t.occurred_on >= l.from_on AND t.occurred_on < l.to_on "
        f"AND t.occurred_on >= '{since.isoformat()}'{_there(schema)}{known}"
    )


def _there(schema: type[EventRow]) -> str:
    """The SQL that leaves out what was withdrawn, unless that it was is told as well."""
    return "" if "void" in schema.columns else " AND NOT t.void"


def _quoted(agency: str) -> str:
    """The name of an agency as a text of SQL."""
    return "'" + agency.replace("'", "''") + "'"


def _ids(conn: Connection, households: Households, where: str) -> Ids:
    """The households of the block in ascending order: of a range those that there are."""
    if not isinstance(households, range):
        return np.unique(np.asarray(households, np.int64))
    found = conn.exec_driver_sql(f"SELECT id FROM household WHERE {where} ORDER BY id")
    return np.fromiter((number for (number,) in found), np.int64)


def _read(conn: Connection, query: str, fields: Sequence[_Field]) -> NDArray[np.void]:
    """The rows of a statement, from the driver straight into an array."""
    shape = np.dtype([(field.name, field.held) for field in fields])
    with conn.exec_driver_sql(query) as result:
        rows: Any = result.cursor
        return np.fromiter(rows, shape)


def _copied(conn: Connection, query: str, fields: Sequence[_Field]) -> NDArray[np.void]:
    """The rows of a statement by PostgreSQL's binary copy.

    No number is null and each has its width, so the answer is an array already: for each row how many
    fields, for each field how many bytes and then the bytes.
    """
    widths = {"int2": ">i2", "int4": ">i4", "int8": ">i8", "float8": ">f8"}
    parts = [part for f in fields for part in ((f"{f.name}#width", ">i4"), (f.name, widths[f.sent]))]
    cast = ", ".join(f"c{place}::{field.sent}" for place, field in enumerate(fields))
    names = ", ".join(f"c{place}" for place in range(len(fields)))
    conn.exec_driver_sql("SELECT 1")  # begins the transaction, if none has begun
    cursor: Any = conn.connection.cursor()
    with (
        cursor,
        cursor.copy(f"COPY (SELECT {cast} FROM ({query}) AS q({names})) TO STDOUT (FORMAT binary)") as sent,
    ):
        answer = b"".join(sent)
    header, trailer = 19, 2
    return np.frombuffer(answer[header:-trailer], np.dtype([("#fields", ">i2"), *parts]))
