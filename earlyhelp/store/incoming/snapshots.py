"""What agencies take away: tombstones, and records that a whole snapshot no longer names.

Nothing is deleted. A record that is taken away gets one more version, the same as its last but ``void``, so
that what was known on any day can still be told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Executable, bindparam, delete, func, select, true
from sqlalchemy.dialects import postgresql, sqlite

from earlyhelp.errors import FeedStopped
from earlyhelp.feeds import Feed, Gone, Page
from earlyhelp.store.incoming.bookmarks import feed_key
from earlyhelp.store.incoming.pages import digest, newest_id, set_in_order
from earlyhelp.store.tables import early_tombstone, landing, snapshot_seen
from schemas.feed import FeedRow

OWN = ("id", "agency", "page", "digest", "known_on", "superseded_on", "recorded_at", "void")
"""Columns of a landing table that a version of its own has."""


def withdraw(
    conn: Connection, schema: type[FeedRow], agency: str, mark: str, gone: Sequence[Gone], day: date
) -> list[Gone]:
    """Give each record that was taken away a version that says so; returns those that had been there.

    A record already gone, or never known, changes nothing. ``mark`` names run and page: the lineage.
    """
    if not gone:
        return []
    before = newest_id(conn, schema)
    statement, done = _void(conn.dialect.name, schema), list[Gone]()
    for one in gone:  # few: and each must see the one before it
        told = {
            "of": agency,
            "on": mark,
            "record": one.record_id,
            "mark": digest(f"gone {one.record_id}".encode()),
            "today": day,
            "at": one.recorded_at,
        }
        if conn.execute(statement, told, execution_options={"preserve_rowcount": True}).rowcount:
            done.append(one)
    if done:
        set_in_order(conn, schema, agency, before)
    return done


def take_away(
    conn: Connection, key: str, schema: type[FeedRow], agency: str, mark: str, page: Page,
    records: Sequence[str], day: date,
) -> tuple[int, bool]:  # fmt: skip
    """Withdraw what a page's tombstones name: how many of them did, and whether anything was withdrawn.

    Pages may come in any order: a tombstone that finds nothing waits for its row until the window closes.
    ``records`` are those of the page. One that waited was counted when it came.
    """
    waited = withdraw(conn, schema, agency, mark, _awaited(conn, key, records), day)
    found = withdraw(conn, schema, agency, mark, page.gone, day)
    t = early_tombstone
    if page.position is None:
        conn.execute(delete(t).where(t.c.feed == key))
    elif early := {one.record_id: one for one in _by_time(page.gone) if one not in found}:
        insert = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(t)
        later = insert.excluded.recorded_at
        wait = insert.on_conflict_do_update(
            index_elements=[t.c.feed, t.c.record_id],
            set_={"recorded_at": later},
            where=t.c.recorded_at < later,
        )
        rows = [
            {"feed": key, "record_id": name, "recorded_at": one.recorded_at} for name, one in early.items()
        ]
        conn.execute(wait, rows)
    return len(found), bool(found or waited)


def _awaited(conn: Connection, key: str, records: Sequence[str]) -> list[Gone]:
    """The tombstones that came before the rows of these records."""
    t = early_tombstone
    kept = conn.execute(select(t.c.record_id, t.c.recorded_at).where(t.c.feed == key)).all()
    here = set(records) if kept else set()
    return [Gone(one.record_id, one.recorded_at) for one in kept if one.record_id in here]


def _by_time(gone: Sequence[Gone]) -> list[Gone]:
    return sorted(gone, key=lambda one: one.recorded_at)


def begin_snapshot(conn: Connection, key: str) -> None:
    """Forget what the last snapshot named."""
    conn.execute(delete(snapshot_seen).where(snapshot_seen.c.feed == key))


def name_seen(conn: Connection, key: str, records: Iterable[str | None]) -> None:
    """Remember that a snapshot named these records; None: a row from which nobody can tell which it is."""
    rows = [{"feed": key, "record_id": record or ""} for record in records]
    if rows:
        insert = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(snapshot_seen)
        conn.execute(insert.on_conflict_do_nothing(), rows)


def come_back(conn: Connection, schema: type[FeedRow], agency: str, page: Page) -> Page:
    """The page with each record that had been taken away stamped with the agency's clock.

    A snapshot that names it again may bear the old stamp, which is older than our word that it had gone.
    """
    table = landing[schema.kind]
    away = select(table.c.record_id).where(
        table.c.agency == agency, table.c.superseded_on.is_(None), table.c.void
    )
    gone = set(conn.execute(away).scalars())
    if not any(row.record_id in gone and not row.void for row in page.rows):
        return page
    rows = [
        row.model_copy(update={"recorded_at": page.clock}) if row.record_id in gone and not row.void else row
        for row in page.rows
    ]
    return replace(page, rows=rows)


def drop_unchanged(conn: Connection, schema: type[FeedRow], agency: str, after: int) -> int:
    """Take back rows landed ``after`` that number that say only what is held already; returns how many.

    A snapshot says everything again each time, stamped anew: only what differs is a new version.
    """
    name, sign = landing[schema.kind].name, "?" if conn.dialect.name == "sqlite" else "%s"
    statement = f"""
        DELETE FROM "{name}" WHERE id > {sign} AND id < {2**62} AND agency || '' = {sign} AND EXISTS (
            SELECT 1 FROM "{name}" o WHERE o.agency = "{name}".agency AND o.record_id = "{name}".record_id
              AND o.id <= {sign} AND o.superseded_on IS NULL AND o.digest = "{name}".digest)
    """
    return conn.exec_driver_sql(statement, (after, agency, after)).rowcount


def compare_snapshot(
    conn: Connection, agency: str, feed: Feed, mark: str, clock: datetime, day: date, *, believed: bool
) -> int:
    """Withdraw what a whole snapshot no longer names; returns how many records that were.

    Where a refused row could not be told from any other, it may be any of them, and nothing is withdrawn.
    Raises `FeedStopped` when the snapshot is empty or has lost more than the terms' share of its records:
    that is a broken export, seldom a changed world. Somebody who has asked may have it ``believed``.
    """
    key, table = feed_key(agency, feed), landing[feed.schema.kind]
    seen = snapshot_seen.c.record_id
    named = select(seen).where(snapshot_seen.c.feed == key)
    if conn.execute(named.where(seen == "")).first():
        return 0
    held = (table.c.agency == agency, table.c.superseded_on.is_(None), ~table.c.void)
    before = conn.execute(select(func.count()).where(*held)).scalar_one()
    lost = conn.execute(select(table.c.record_id).where(*held, table.c.record_id.not_in(named))).scalars()
    gone = [Gone(record, clock) for record in lost]
    if len(gone) > feed.terms.most_shrunk * before and not believed:
        raise FeedStopped(
            f"{key}: a snapshot names {before - len(gone)} of the {before} records held, so it is not "
            "believed and nothing was taken away: ask the agency, or run again with --full if it is right"
        )
    begin_snapshot(conn, key)
    return len(withdraw(conn, feed.schema, agency, mark, gone, day))


@cache
def _void(dialect: str, schema: type[FeedRow]) -> Executable:
    """The statement that writes the version that says "taken away"."""
    table = landing[schema.kind]
    fields = [column for column in table.c if column.name not in OWN and column.computed is None]
    own: dict[str, ColumnElement[Any]] = {
        "agency": bindparam("of", type_=table.c.agency.type),
        "page": bindparam("on", type_=table.c.page.type),
        "digest": bindparam("mark", type_=table.c.digest.type),
        "known_on": bindparam("today", type_=table.c.known_on.type),
        "recorded_at": bindparam("at", type_=table.c.recorded_at.type),
        "void": true(),
    }
    last = select(*own.values(), *fields).where(
        table.c.agency == bindparam("of"),
        table.c.record_id == bindparam("record"),
        table.c.superseded_on.is_(None),
        ~table.c.void,
    )
    insert: Any = (sqlite if dialect == "sqlite" else postgresql).insert(table)
    written: Executable = insert.from_select([*own, *(c.name for c in fields)], last).on_conflict_do_nothing()
    return written
