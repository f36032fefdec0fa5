"""Reads events back: for many households as a block of columns, for one as a chronology, by id as evidence.

The database turns words, days and identifiers into numbers, and the numbers go straight into arrays: a row
never becomes an object of ours. They come packed, where all rows are, and else from the rows themselves.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Connection, and_, or_, select

from earlyhelp.chronology import Block, Ids
from earlyhelp.store.events.numbers import OWN, fetch, numbers, whole
from earlyhelp.store.events.packs import Columns, all_packed, but_of, by_household, of_owner, read_packed
from earlyhelp.store.planning import take_sizes
from earlyhelp.store.tables import EVENT_KINDS, NATIONAL, landing, link, subject_of
from schemas.feed import EventRow

Households = range | Sequence[int] | Ids
"""Ids of households: a `range` takes those that there are from its start up to, but without, its stop."""

PLUMBING = ("agency", "page", "digest", "known_on", "superseded_on", "recorded_at", "void", "occurred_on",
            "place")  # fmt: skip
"""What stands beside a row's own words in its table."""


class Line(NamedTuple):
    """One line of a household's chronology; ``fields`` are the row's own words, and its landed ``id``."""

    kind: str
    agency: str
    occurred_on: date
    known_on: date
    fields: Mapping[str, Any]


def load_block(
    conn: Connection, schema: type[EventRow], households: Households, since: date, known_by: date | None,
    without: Collection[str] = (),
) -> Block:  # fmt: skip
    """The events of those households that occurred on or after ``since``, with all their versions.

    With ``known_by`` only what could have been read on that day: nothing known later, nothing superseded by
    then. Withdrawn versions are left out, unless the schema names ``void`` among its columns, yet end those
    before them. Rows of agencies named in ``without`` are not read. Numbers are -1 where nothing was said.
    """
    ids, where = _ids(conn, households), _within(conn.dialect.name, households)
    read = read_packed if all_packed(conn, schema) else _read_rows
    household, rows = read(conn, schema, where.format("l.household_id"), since, known_by, without)
    column = {
        number.name: rows[number.name].astype(number.held, copy=False)
        for number in numbers(conn.dialect.name, schema)
        if number.name != "#void"
    }
    own = {name: column.pop(name) for name in OWN if name != "#void"}
    return Block.of(
        schema.kind,
        ids,
        household=household,
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
    t, (scheme, column) = landing[kind], subject_of(EVENT_KINDS[kind])
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


def _within(dialect: str, households: Households) -> str:
    """The SQL for "is one of those households", with a gap for the column; ids are numbers, and safe."""
    if isinstance(households, range):
        return f"{{0}} >= {int(households.start)} AND {{0}} < {int(households.stop)}"
    numbers = np.asarray(households, np.int64)
    if len(numbers) and int(np.ptp(numbers)) < 2 * len(numbers):  # `Block.of` leaves out the few between
        return f"{{0}} >= {int(numbers.min())} AND {{0}} <= {int(numbers.max())}"
    listed = ",".join(map(str, numbers.tolist()))
    if dialect == "postgresql":
        return f"{{0}} = ANY('{{{{{listed}}}}}'::bigint[])"
    return f"{{0}} IN (SELECT value FROM json_each('[{listed}]'))"


def _read_rows(
    conn: Connection,
    schema: type[EventRow],
    where: str,
    since: date,
    known_by: date | None,
    without: Collection[str],
) -> tuple[Ids, Columns]:
    """The same from the rows themselves: from the links to the rows, so that few households are read fast."""
    take_sizes(conn, link, landing[schema.kind])
    column, known = subject_of(schema)[1], ""
    if known_by is not None:
        day = f"'{known_by.isoformat()}'"
        known = f" AND t.known_on <= {day} AND (t.superseded_on IS NULL OR t.superseded_on > {day})"
    withdrawn = "" if "void" in schema.columns else " AND NOT t.void"
    rows = fetch(
        conn,
        f'FROM link l CROSS JOIN "{landing[schema.kind].name}" t '
        f'WHERE {by_household(conn.dialect.name, schema)} AND {where} AND t."{column}" = l.value '
        f"AND {of_owner(schema, 't.agency')} AND t.occurred_on >= l.from_on AND t.occurred_on < l.to_on "
        f"AND t.occurred_on >= '{since.isoformat()}'{withdrawn}{known}{but_of('t.agency', without)}",
        (whole("#household", "l.household_id"), *numbers(conn.dialect.name, schema)),
    )
    columns = {name: rows[name] for name in rows.dtype.names or ()}
    return columns["#household"].astype(np.int64), columns


def _ids(conn: Connection, households: Households) -> Ids:
    """The households of the block in ascending order: of a range those that there are."""
    if not isinstance(households, range):
        return np.unique(np.asarray(households, np.int64))
    start, stop = int(households.start), int(households.stop)
    found = conn.exec_driver_sql(f"SELECT id FROM household WHERE id >= {start} AND id < {stop} ORDER BY id")
    return np.fromiter((number for (number,) in found), np.int64)
