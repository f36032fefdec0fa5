"""Events packed: all that was said of one kind about one account, address or person, as one row of numbers.

A check looks at every household, and a hundred rows are read from a database a hundred times more slowly
than one (decision 0016). What is packed is derived from the landed rows alone. It holds every version with
the days on which it was known and superseded, so that any past day can be told, and nothing of who lives
where: links are followed when it is read. While rows wait to be packed, the rows themselves are read.
"""

import json
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from earlyhelp.chronology import NEVER, Column, Days, Ids, day_number
from earlyhelp.errors import SetUpWrong
from earlyhelp.store.events.numbers import Rows, day_sql, numbers, packed_shape
from earlyhelp.store.incoming.pages import digest
from earlyhelp.store.tables import NATIONAL, landing, subject_of
from schemas.feed import EventRow

Columns = Mapping[str, Column]
"""The numbers of events by their names."""

BODIES_AT_ONCE = 256
"""Packed rows that are unpacked together."""


def layout(schema: type[EventRow]) -> int:
    """A number that changes when events of that kind are packed otherwise: other fields, other codes."""
    said = [list(subject_of(schema)), packed_shape(schema).descr, sorted(schema.codes.items())]
    return digest(json.dumps(said).encode())


def all_packed(conn: Connection, schema: type[EventRow]) -> bool:
    """Whether what is packed of that kind is what its rows say: none is newer, none was changed since."""
    name = landing[schema.kind].name
    found = conn.execute(
        text(
            "SELECT 1 FROM packed_to WHERE kind = :kind AND layout = :layout "
            f'AND newest >= COALESCE((SELECT max(id) FROM "{name}"), 0) '
            "AND NOT EXISTS (SELECT 1 FROM unpacked WHERE kind = :kind)"
        ),
        {"kind": schema.kind, "layout": layout(schema)},
    )
    return found.first() is not None


def read_packed(
    conn: Connection,
    schema: type[EventRow],
    where: str,
    since: date,
    known_by: date | None,
    without: Collection[str],
) -> tuple[Ids, Columns]:
    """The households of the events, and the events, of every link ``l`` for which ``where`` holds.

    Packed rows of agencies named in ``without`` are not read. Raises `SetUpWrong` when a packed row is not
    what was written.
    """
    first, until = day_sql(conn.dialect.name, "l.from_on"), day_sql(conn.dialect.name, "l.to_on")
    found = _some_at_once(
        conn,
        f"SELECT l.household_id, {first}, {until}, p.crc, p.body "
        f"{_beside(conn.dialect.name, schema, but_of('p.agency', without))} "
        f"AND {by_household(conn.dialect.name, schema)} AND {where}",
    )
    known = NEVER if known_by is None else day_number(known_by)
    window = _Window(day_number(since), known, "void" in schema.columns)
    told = [number for number in numbers(conn.dialect.name, schema) if number.name != "#void"]
    households, columns = [np.zeros(0, np.int64)], {n.name: [np.zeros(0, n.held)] for n in told}
    for some in found:
        household, begins, ends, crcs, bodies = zip(*some, strict=True)
        rows, counts = unpack(schema, crcs, bodies)
        days = (np.repeat(np.array(column, np.int32), counts) for column in (begins, ends))
        keep = np.flatnonzero(window.holds(rows, *days))
        households.append(np.repeat(np.array(household, np.int64), counts)[keep])
        for number in told:
            columns[number.name].append(rows[number.name][keep].astype(number.held, copy=False))
    return np.concatenate(households), {name: np.concatenate(parts) for name, parts in columns.items()}


@dataclass(frozen=True, slots=True)
class _Window:
    """Which events are wanted: those since a day, as known on another."""

    since: int
    known_by: int
    void: bool
    """Whether withdrawn versions are wanted too."""

    def holds(self, rows: Rows, begins: Days, ends: Days) -> NDArray[np.bool_]:
        """True for each event that is wanted and occurred while its link held."""
        keep = (rows["#occurred"] >= np.maximum(begins, self.since)) & (rows["#occurred"] < ends)
        if not self.void:
            keep &= rows["#void"] == 0
        if self.known_by < NEVER:
            keep &= (rows["#known"] <= self.known_by) & (rows["#ended"] > self.known_by)
        return np.asarray(keep, np.bool_)


def _beside(dialect: str, schema: type[EventRow], but: str) -> str:
    """The SQL for every link ``l`` with each packed row ``p`` that it leads to.

    Each link looks its rows up, whatever a planner thinks: PostgreSQL else walks through all the city's rows
    for every part of it, so that twice the households cost four times as much. ``OFFSET 0`` forbids it that.
    """
    theirs = f"p.kind = '{schema.kind}' AND p.value = l.value AND {of_owner(schema, 'p.agency')}{but}"
    if dialect == "postgresql":
        looked_up = f"SELECT p.crc, p.body FROM packed p WHERE {theirs} OFFSET 0"
        return f"FROM link l CROSS JOIN LATERAL ({looked_up}) p WHERE true"
    return f"FROM link l CROSS JOIN packed p WHERE {theirs}"


def of_owner(schema: type[EventRow], agency: str) -> str:
    """The SQL for "its identifier is meant by the link ``l``": everybody's, or one agency's alone."""
    return "l.agency = ''" if schema.subject[0] in NATIONAL else f"{agency} = l.agency"


def but_of(agency: str, without: Collection[str]) -> str:
    """The SQL that leaves out those agencies."""
    quoted = ", ".join("'" + name.replace("'", "''") + "'" for name in sorted(without))
    return f" AND {agency} NOT IN ({quoted})" if without else ""


def by_household(dialect: str, schema: type[EventRow]) -> str:
    """The SQL for "leads to events of that kind", of a link that is looked up by its household.

    The sign keeps SQLite from looking through all links of the scheme instead.
    """
    return f"{'+' if dialect == 'sqlite' else ''}l.scheme = '{schema.subject[0]}'"


def unpack(schema: type[EventRow], crcs: Sequence[int], bodies: Sequence[bytes]) -> tuple[Rows, Ids]:
    """The events of those bodies one after another, and how many each holds."""
    if list(map(zlib.crc32, bodies)) != list(crcs):
        raise SetUpWrong(f"packed rows of {schema.kind} are damaged; run: earlyhelp rebuild")
    shape = packed_shape(schema)
    counts = np.fromiter(map(len, bodies), np.int64, len(bodies)) // shape.itemsize
    return np.frombuffer(b"".join(bodies), shape), counts


def _some_at_once(conn: Connection, query: str) -> Iterator[list[Any]]:
    """The rows of a statement by the hundred: what is made of them still lies in a processor's caches.

    Their first column is a household. SQLite follows its index, and so gives them in order of households;
    PostgreSQL gives them in any, and they are sorted here.
    """
    if conn.dialect.name == "postgresql":
        rows = sorted(plain_rows(conn, query), key=itemgetter(0))
        yield from (rows[start : start + BODIES_AT_ONCE] for start in range(0, len(rows), BODIES_AT_ONCE))
        return
    with conn.exec_driver_sql(query) as result:
        told: Any = result.cursor
        while some := told.fetchmany(BODIES_AT_ONCE):
            yield some


def plain_rows(conn: Connection, query: str) -> list[Any]:
    """All rows of a statement as the driver's plain tuples; PostgreSQL sends them binary."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("SELECT 1")  # begins the transaction, if none has begun
        cursor: Any = conn.connection.cursor(binary=True)
        with cursor:
            return list(cursor.execute(query).fetchall())
    with conn.exec_driver_sql(query) as result:
        rows: Any = result.cursor
        return list(rows.fetchall())
