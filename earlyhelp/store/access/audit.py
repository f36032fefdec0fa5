"""The audit's chain: what was read, searched, exported or done by hand, each bound to all before it.

Each entry holds a hash over its row and a hash over the entry before it, so that a row changed, taken out or
slipped in shows, and where. The database itself refuses to change or delete entries; the chain is for whoever
can get round the database. What is cut off at the very end shows only against a head noted elsewhere.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, exists, func, insert, select

from earlyhelp.store.columns import moment_text
from earlyhelp.store.tables import audit, look, operation

CHAINED = {"look": look, "operation": operation}
"""The tables of what was done."""
BEGINNING = "0" * 64
LOCK = 0x6175646974
"""The number under which PostgreSQL lets one entry be bound at a time, as SQLite does by itself."""
AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Broken:
    """An entry that does not hold: its number in the audit (None: there is none), the row, and why."""

    entry: int | None
    row: str
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many entries were looked at, the head of the chain, and all that is broken."""

    entries: int
    head: str
    broken: tuple[Broken, ...]


def bind(conn: Connection, source: str, number: int, at: datetime) -> None:
    """Bind a row that was just written to all before it, in the transaction that wrote it."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
    table = CHAINED[source]
    row = conn.execute(select(table).where(table.c.id == number)).mappings().one()
    content = content_of(row)
    entry = {"at": at, "source": source, "source_id": number, "content": content}
    chain = _bound(head(conn), source, number, content)
    conn.execute(insert(audit).values(**entry, chain=chain))


def head(conn: Connection) -> str:
    """The newest hash of the chain, which stands for all of it."""
    last = select(audit.c.chain).order_by(audit.c.id.desc()).limit(1)
    return conn.execute(last).scalar_one_or_none() or BEGINNING


def verify(conn: Connection, noted: str | None = None) -> Verdict:
    """Walk the whole chain, and say what is broken and where; ``noted`` is a head that it must contain."""
    broken, chain, count, seen = list[Broken](), BEGINNING, 0, noted is None
    for entry, row in _entries(conn):
        name, count = f"{entry.source} {entry.source_id}", count + 1
        if row is None:
            broken.append(Broken(entry.id, name, "the row is gone"))
        elif content_of(row) != entry.content:
            broken.append(Broken(entry.id, name, "the row was changed"))
        if _bound(chain, entry.source, entry.source_id, entry.content) != entry.chain:
            broken.append(Broken(entry.id, name, "an entry before this one was taken out, put in or changed"))
        chain = entry.chain
        seen = seen or chain == noted
    if not seen:
        broken.append(
            Broken(None, "the end", "the chain does not contain the head that was noted: it was cut")
        )
    return Verdict(count, chain, (*broken, *_unbound(conn)))


def content_of(row: Mapping[Any, Any]) -> str:
    """The hash over a row, the same in every database."""
    told = {name: moment_text(v) if isinstance(v, datetime) else v for name, v in row.items()}
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _bound(before: str, source: str, number: int, content: str) -> str:
    return sha256(f"{before} {source} {number} {content}".encode()).hexdigest()


def _entries(conn: Connection) -> Iterator[tuple[Any, Mapping[Any, Any] | None]]:
    """Every entry in order, with the row that it speaks of."""
    last = 0
    while part := conn.execute(
        select(audit).where(audit.c.id > last).order_by(audit.c.id).limit(AT_ONCE)
    ).all():
        rows: dict[tuple[str, int], Mapping[Any, Any]] = {}
        for source, table in CHAINED.items():
            ids = [entry.source_id for entry in part if entry.source == source]
            found = conn.execute(select(table).where(table.c.id.in_(ids))).mappings()
            rows |= {(source, row["id"]): row for row in found}
        for entry in part:
            yield entry, rows.get((entry.source, entry.source_id))
        last = part[-1].id


def _unbound(conn: Connection) -> Iterator[Broken]:
    """Rows slipped in beside the chain; those older than its first entry were before its time."""
    for source, table in CHAINED.items():
        mine = (audit.c.source == source, audit.c.source_id == table.c.id)
        first = conn.execute(select(func.min(audit.c.source_id)).where(audit.c.source == source)).scalar()
        if first is None:
            continue
        stray = select(table.c.id).where(table.c.id > first, ~exists().where(*mine)).order_by(table.c.id)
        for number in conn.execute(stray).scalars():
            yield Broken(None, f"{source} {number}", "the row is in no entry")
