"""Packs rows that have landed, so that the next night reads what changed and no row twice.

Only subjects of which rows are new, or were deleted or changed, are packed again. Every step is a transaction
of its own and may be killed: what is not packed yet is read from its rows.
"""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from earlyhelp.chronology import Ids
from earlyhelp.store.events.numbers import Rows, fetch, numbers, packed_shape, whole
from earlyhelp.store.events.packs import layout, of_owner, plain_rows, unpack
from earlyhelp.store.incoming.pages import newest_id
from earlyhelp.store.planning import take_sizes
from earlyhelp.store.tables import landing, packed, packed_to, subject_of, unpacked
from earlyhelp.store.unit_of_work import Work
from schemas.feed import EventRow

ROWS_AT_ONCE = 1_000_000
"""Rows read in one transaction: some hundred megabytes."""
SUBJECTS_AT_ONCE = 10_000
"""Packed rows in memory together."""


@dataclass(frozen=True, slots=True)
class _Step:
    """Rows numbered above ``after`` up to ``upto``; they may have ended older ones, up to ``old``."""

    after: int
    upto: int
    old: int


def pack(engine: Engine, schemas: Iterable[type[EventRow]]) -> int:
    """Pack what is new or changed of those kinds; returns how many rows were new."""
    return sum(_pack_kind(engine, schema) for schema in schemas)


def repack(engine: Engine, schemas: Iterable[type[EventRow]]) -> int:
    """Throw away what is packed of those kinds and pack every row anew; returns how many there are."""
    schemas = list(schemas)
    with Work(engine) as work:
        for schema in schemas:
            _forget_all(work.conn, schema)
        work.commit()
    return pack(engine, schemas)


def _pack_kind(engine: Engine, schema: type[EventRow]) -> int:
    """Step by step; rows that land between two steps may end some that were packed since we began."""
    done = seen = old = 0
    while True:
        with Work(engine) as work:
            _hold(work.conn, schema)
            after, newest = _packed_to(work.conn, schema), newest_id(work.conn, schema)
            if newest != seen:
                seen, old = newest, after
            upto = _upto(work.conn, schema, after)
            if upto > after or _marked(work.conn, schema):
                done += _pack(work.conn, schema, _Step(after, upto, old))
            work.commit()
            if upto >= newest:
                return done


def _hold(conn: Connection, schema: type[EventRow]) -> None:
    """Let no row land until we commit, so that of all numbers up to the newest none is still to come.

    SQLite has one writer at a time, and needs no telling.
    """
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql(f'LOCK TABLE "{landing[schema.kind].name}" IN SHARE MODE')


def _packed_to(conn: Connection, schema: type[EventRow]) -> int:
    """The newest row that is packed; 0 after throwing away what was packed in another layout."""
    kept = conn.execute(select(packed_to).where(packed_to.c.kind == schema.kind)).one_or_none()
    if kept is not None and kept.layout == layout(schema):
        return int(kept.newest)
    _forget_all(conn, schema)
    conn.execute(insert(packed_to).values(kind=schema.kind, layout=layout(schema), newest=0))
    return 0


def _forget_all(conn: Connection, schema: type[EventRow]) -> None:
    """Nothing of that kind is packed."""
    for table in (packed, packed_to, unpacked):
        conn.execute(delete(table).where(table.c.kind == schema.kind))


def _upto(conn: Connection, schema: type[EventRow], after: int) -> int:
    """The last row of the next step."""
    t = landing[schema.kind]
    some = select(t.c.id).where(t.c.id > after).order_by(t.c.id).limit(ROWS_AT_ONCE).subquery()
    return int(conn.execute(select(func.max(some.c.id))).scalar() or after)


def _marked(conn: Connection, schema: type[EventRow]) -> bool:
    """Whether rows were deleted or changed since they were packed."""
    return conn.execute(select(unpacked).where(unpacked.c.kind == schema.kind).limit(1)).first() is not None


def _pack(conn: Connection, schema: type[EventRow], step: _Step) -> int:
    """Pack the rows of one step, the older versions that they ended, and every subject that is marked."""
    kind, name = schema.kind, landing[schema.kind].name
    subject = f't."{subject_of(schema)[1]}"'
    new = f"t.id > {step.after} AND t.id <= {step.upto}"
    _name_subjects(conn, schema, f'SELECT DISTINCT t.agency, {subject} AS value FROM "{name}" t '
                                 f"WHERE {new} AND {subject} IS NOT NULL")  # fmt: skip
    _name_subjects(conn, schema, f"SELECT u.agency, u.value FROM unpacked u WHERE u.kind = '{kind}'")
    take_sizes(conn, packed, landing[kind])
    theirs = f"p.kind = '{kind}' AND p.agency = t.agency AND p.value = {subject}"
    marked = f"u.kind = '{kind}' AND u.value = {subject} AND u.agency = t.agency"
    ended = (
        f'SELECT DISTINCT o.id FROM "{name}" t CROSS JOIN "{name}" o WHERE {new} '
        f"AND o.agency = t.agency AND o.record_id = t.record_id AND o.id <= {step.old}"
    )
    sources = [
        f'FROM "{name}" t CROSS JOIN packed p WHERE {new} AND {theirs}',
        f'FROM unpacked u CROSS JOIN "{name}" t CROSS JOIN packed p WHERE {marked} AND {theirs}',
    ]
    if step.old:
        sources.append(
            f'FROM ({ended}) e CROSS JOIN "{name}" t CROSS JOIN packed p WHERE t.id = e.id AND {theirs}'
        )
    wanted = (whole("#of", "p.id"), *numbers(conn.dialect.name, schema))
    found = [fetch(conn, source, wanted) for source in sources]
    _merge_all(conn, schema, np.concatenate([rows["#of"] for rows in found]), _as_packed(schema, found))
    conn.execute(delete(unpacked).where(unpacked.c.kind == kind))
    conn.execute(delete(packed).where(packed.c.kind == kind, packed.c.rows == 0))
    conn.execute(update(packed_to).where(packed_to.c.kind == kind).values(newest=step.upto))
    return len(found[0])


def _name_subjects(conn: Connection, schema: type[EventRow], subjects: str) -> None:
    """Give each subject that has none a packed row, still empty, in the order of households.

    So a block of neighbouring households finds its packed rows side by side.
    """
    home = (
        f"SELECT min(l.household_id) FROM link l WHERE l.scheme = '{schema.subject[0]}' "
        f"AND l.value = s.value AND {of_owner(schema, 's.agency')}"
    )
    empty = "''::bytea" if conn.dialect.name == "postgresql" else "x''"
    conn.exec_driver_sql(
        f"INSERT INTO packed (kind, agency, value, rows, crc, body) "
        f"SELECT '{schema.kind}', s.agency, s.value, 0, 0, {empty} FROM ({subjects}) s "
        f"WHERE NOT EXISTS (SELECT 1 FROM packed p WHERE p.kind = '{schema.kind}' AND p.agency = s.agency "
        f"AND p.value = s.value) ORDER BY ({home})"
    )


def _as_packed(schema: type[EventRow], found: Sequence[Rows]) -> Rows:
    """The rows of all sources as they are packed."""
    shape = packed_shape(schema)
    rows = np.empty(sum(map(len, found)), shape)
    for name in shape.names or ():
        rows[name] = np.concatenate([part[name] for part in found])
    return rows


def _merge_all(conn: Connection, schema: type[EventRow], of: Ids, rows: Rows) -> None:
    """Put rows into the packed rows ``of`` which they are, some thousand subjects at a time."""
    order = np.argsort(of, kind="stable")
    of, rows = of[order], rows[order]
    subjects, first = np.unique(of, return_index=True)
    bounds = [*first[::SUBJECTS_AT_ONCE].tolist(), len(of)]
    for start, stop in pairwise(bounds):
        few = subjects[np.searchsorted(subjects, of[start]) :][:SUBJECTS_AT_ONCE]
        _merge(conn, schema, few, of[start:stop], rows[start:stop])


def _merge(conn: Connection, schema: type[EventRow], subjects: Ids, of: Ids, rows: Rows) -> None:
    """Put rows in place of what their subjects held of the same rows, sorted by day and then by number."""
    listed = ",".join(map(str, subjects.tolist()))
    held = plain_rows(conn, f"SELECT id, crc, body FROM packed WHERE id IN ({listed}) ORDER BY id")
    before, counts = unpack(schema, [row[1] for row in held], [row[2] for row in held])
    kept = ~np.isin(before["#record"], rows["#record"])
    of = np.concatenate((np.repeat(subjects, counts)[kept], of))
    rows = np.concatenate((before[kept], rows))
    order = np.lexsort((rows["#record"], rows["#occurred"], of))
    of, rows = of[order], rows[order]
    fresh = np.ones(len(rows), np.bool_)  # a row may have been found new, marked and ended at once
    fresh[1:] = (rows["#record"][1:] != rows["#record"][:-1]) | (of[1:] != of[:-1])
    of, rows = of[fresh], rows[fresh]
    said, size = memoryview(rows.tobytes()), rows.dtype.itemsize
    cuts = [*(np.searchsorted(of, subjects) * size).tolist(), len(said)]
    bodies = [bytes(said[start:stop]) for start, stop in pairwise(cuts)]
    _write(conn, subjects.tolist(), [len(body) // size for body in bodies], bodies)


def _write(conn: Connection, ids: list[int], counts: list[int], bodies: list[bytes]) -> None:
    """Write the bodies of packed rows."""
    crcs = list(map(zlib.crc32, bodies))
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql(
            "UPDATE packed SET rows = n.rows, crc = n.crc, body = n.body FROM unnest("
            "%(ids)s::bigint[], %(rows)s::int[], %(crcs)s::bigint[], %(bodies)s::bytea[]) "
            "AS n(id, rows, crc, body) WHERE packed.id = n.id",
            {"ids": ids, "rows": counts, "crcs": crcs, "bodies": bodies},
        )
        return
    told = list(zip(counts, crcs, bodies, ids, strict=True))
    conn.exec_driver_sql("UPDATE packed SET rows = ?, crc = ?, body = ? WHERE id = ?", told)
