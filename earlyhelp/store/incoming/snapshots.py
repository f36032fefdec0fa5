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
from earlyhelp.store.tables import landing, snapshot_seen
from schemas.feed import FeedRow

OWN = ("id", "agency", "page", "digest", "known_on", "superseded_on", "recorded_at", "void")
"""Columns of a landing table that a version of its own has."""


def withdraw(
    conn: Connection, schema: type[FeedRow], agency: str, mark: str, gone: Sequence[Gone], day: date
) -> int:
    """Give each record that was taken away a version that says so; returns how many had been there.

    A record already gone, or never known, changes nothing. ``mark`` names run and page: the lineage.
    """
    if not gone:
        return 0
    before = newest_id(conn, schema)
    statement, done = _void(conn.dialect.name, schema), 0
    for one in gone:  # few: and each must see the one before it
        told = {
            "of": agency,
            "on": mark,
            "record": one.record_id,
            "mark": digest(f"gone {one.record_id}".encode()),
            "today": day,
            "at": one.recorded_at,
        }
        done += conn.execute(statement, told, execution_options={"preserve_rowcount": True}).rowcount
    if done:
        set_in_order(conn, schema, agency, before)
    return done


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
    return withdraw(conn, feed.schema, agency, mark, gone, day)


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
