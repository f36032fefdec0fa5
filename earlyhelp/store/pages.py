"""One page of rows on its way into its table: sifted, written in bulk, and set in order with older versions.

Python touches a row as little as it can: pydantic writes it out, orjson and blake2b sign it, and the
database takes the whole page at once (decision 0005).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Any

import orjson
from pydantic import AwareDatetime, TypeAdapter
from sqlalchemy import BigInteger, Boolean, Connection, Date, Float, Integer, Table

from earlyhelp.feeds import Page, Refused
from earlyhelp.store.columns import Moment, moment_of, moment_text, plain_type
from earlyhelp.store.tables import landing
from schemas.feed import EventRow, FeedRow, london_day

SKEW = timedelta(minutes=5)
"""How far ahead of the agency's own clock a row may be stamped."""
HOLD_DAYS = 7
"""A row whose day comes within so many days is kept in the next windows until it has come."""

FROM_TOMORROW = "recorded_at: later than the agency's own clock"
NOT_YET = "occurred_on: has not come yet"
NUL = "a text holds a character that no text may hold"


@dataclass(frozen=True, slots=True)
class Sifted:
    """A page told apart: rows ready for the database, and those refused.

    ``newest`` is the newest ``recorded_at`` among the clean; ``hold`` the oldest among rows refused only
    because their day is still to come.
    """

    rows: list[dict[str, Any]]
    refused: list[Refused]
    newest: datetime | None
    hold: datetime | None


def sift(schema: type[FeedRow], page: Page, day: date, first_load: bool) -> Sifted:
    """Write the rows out as their schema, sign them, and refuse what cannot be true yet.

    On a first load we count as known what the agency recorded on each day, never later than ``day``;
    after it, what we learn today we know from today.
    """
    dumped = _adapter(schema).dump_python(list(page.rows), mode="json", warnings="none")
    moments = _moments(schema)
    latest, today = moment_text(page.clock + SKEW), day.isoformat()
    soon = (day + timedelta(days=HOLD_DAYS)).isoformat()
    may_lie_ahead = not issubclass(schema, EventRow) or schema.ahead
    rows, refused, newest, hold = [], list(page.refused), "", ""
    for place, row in enumerate(dumped):
        for name in moments:
            if row[name] is not None:
                row[name] = _plain(row[name])
        recorded = row.pop("recorded_at")
        signed = orjson.dumps(row)
        reason = None
        if recorded > latest:
            reason = FROM_TOMORROW
        elif not may_lie_ahead and row["occurred_on"] > today:
            reason = NOT_YET
            if row["occurred_on"] <= soon and (not hold or recorded < hold):
                hold = recorded
        elif rb"\u0000" in signed and any(isinstance(v, str) and "\0" in v for v in row.values()):
            reason = NUL
        row["recorded_at"] = recorded
        if reason is not None:
            refused.append(Refused(f"row {place}", reason, orjson.dumps(row).decode(), row["record_id"]))
            continue
        newest = max(newest, recorded)
        row["digest"] = digest(signed)
        row["known_on"] = min(_london_day(recorded[:13]), today) if first_load else today
        rows.append(row)
    return Sifted(rows, refused, moment_of(newest) if newest else None, moment_of(hold) if hold else None)


def digest(content: bytes) -> int:
    """Sixty-four bits that tell this content from any other."""
    return int.from_bytes(blake2b(content, digest_size=8).digest(), signed=True)


def insert_page(
    conn: Connection, schema: type[FeedRow], agency: str, mark: str, rows: Sequence[dict[str, Any]]
) -> int:
    """Write the rows of a page that are not there yet; returns how many were new.

    ``mark`` names run and page: the lineage of each row.
    """
    if not rows:
        return 0
    table = landing[schema.kind]
    if conn.dialect.name == "sqlite":
        told = [(agency, mark, *row.values()) for row in rows]
        return conn.exec_driver_sql(_sqlite_insert(table, tuple(rows[0])), told).rowcount
    document = orjson.dumps(rows).decode()
    told_once = {"agency": agency, "page": mark, "rows": document}
    return conn.exec_driver_sql(_postgres_insert(table, tuple(rows[0])), told_once).rowcount


def hold_records(conn: Connection, schema: type[FeedRow], agency: str) -> None:
    """Keep others from landing rows of that agency and kind until we commit, as SQLite does by itself.

    Two that land versions of one record at once would not see each other's, and both would hold.
    """
    if conn.dialect.name == "postgresql":
        number = digest(f"{agency} {schema.kind}".encode())
        conn.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (number,))


def newest_id(conn: Connection, schema: type[FeedRow]) -> int:
    """The number of the last row landed: rows of the page to come have greater ones."""
    found = conn.exec_driver_sql(f'SELECT max(id) FROM "{landing[schema.kind].name}"').scalar()
    return int(found or 0)


def set_in_order(conn: Connection, schema: type[FeedRow], agency: str, after: int) -> None:
    """Mark which versions are superseded, for the records among the rows landed ``after`` that number.

    Of all versions known on a day the last recorded holds (of two recorded at one moment, the greater
    digest). So a version ends on the day on which a later one was known, or at once if it came late.
    """
    sign = "?" if conn.dialect.name == "sqlite" else "%s"
    conn.exec_driver_sql(_order(landing[schema.kind].name, sign), (after, agency, agency))


@cache
def _adapter(schema: type[FeedRow]) -> TypeAdapter[list[FeedRow]]:
    """Writes out a page of rows, also of rows whose class is made from the schema."""
    return TypeAdapter(list[schema])  # type: ignore[valid-type]


@cache
def _moments(schema: type[FeedRow]) -> tuple[str, ...]:
    """The fields of a schema that are moments."""
    kinds = {name: plain_type(field.annotation) for name, field in schema.model_fields.items()}
    return tuple(name for name, kind in kinds.items() if kind in (datetime, AwareDatetime))


def _plain(moment: str) -> str:
    """A moment as pydantic writes it, in UTC and without a zone mark."""
    return moment[:-1] if moment.endswith("Z") else moment_text(datetime.fromisoformat(moment))


@lru_cache(maxsize=100_000)
def _london_day(hour: str) -> str:
    """The day in London of an hour in UTC such as ``2025-03-30T23``; its minutes do not matter."""
    return london_day(moment_of(f"{hour}:00")).isoformat()


@cache
def _sqlite_insert(table: Table, names: tuple[str, ...]) -> str:
    """One statement, run by the driver for each row."""
    columns = ("agency", "page", *names)
    listed = ", ".join(f'"{name}"' for name in columns)
    signs = ", ".join("?" * len(columns))
    return f'INSERT INTO "{table.name}" ({listed}) VALUES ({signs}) ON CONFLICT DO NOTHING'


@cache
def _postgres_insert(table: Table, names: tuple[str, ...]) -> str:
    """One statement for the whole page, which comes as one document."""
    listed = ", ".join(f'"{name}"' for name in ("agency", "page", *names))
    moments = {name for name in names if isinstance(table.c[name].type, Moment)}
    taken = ", ".join(
        f"d.\"{name}\" AT TIME ZONE 'UTC'" if name in moments else f'd."{name}"' for name in names
    )
    typed = ", ".join(f'"{name}" {_postgres_type(table.c[name].type)}' for name in names)
    return (
        f'INSERT INTO "{table.name}" ({listed}) SELECT %(agency)s::text, %(page)s::text, {taken} '
        f"FROM json_to_recordset(%(rows)s::json) AS d({typed}) ON CONFLICT DO NOTHING"
    )


def _postgres_type(kind: object) -> str:
    """The type by which PostgreSQL reads a field of that document."""
    named = {
        BigInteger: "bigint",
        Integer: "integer",
        Float: "double precision",
        Boolean: "boolean",
        Date: "date",
        Moment: "timestamp",
    }
    return next((word for cls, word in named.items() if isinstance(kind, cls)), "text")


@cache
def _order(name: str, sign: str) -> str:
    """The statement behind `set_in_order`, the same for both databases.

    Nothing but the page's few rows is walked: ``|| ''`` and ``CROSS JOIN`` see to it in SQLite, and in
    PostgreSQL, of a table whose sizes it does not know yet, the upper bound.
    """
    return f"""
        WITH touched AS (
            SELECT DISTINCT n.record_id FROM "{name}" n
            WHERE n.id > {sign} AND n.id < {2**62} AND n.agency || '' = {sign} AND EXISTS (
                SELECT 1 FROM "{name}" o
                WHERE o.agency = n.agency AND o.record_id = n.record_id AND o.id <> n.id)
        ), ranked AS (
            SELECT v.id, v.known_on, min(v.known_on) OVER (
                PARTITION BY v.record_id ORDER BY v.recorded_at DESC, v.digest DESC
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS later_on
            FROM touched CROSS JOIN "{name}" v WHERE v.record_id = touched.record_id AND v.agency = {sign}
        ), ended AS (
            SELECT id, CASE WHEN later_on > known_on THEN later_on ELSE known_on END AS ends_on
            FROM ranked WHERE later_on IS NOT NULL
        )
        UPDATE "{name}" SET superseded_on = ended.ends_on FROM ended
        WHERE "{name}".id = ended.id
          AND ("{name}".superseded_on IS NULL OR "{name}".superseded_on <> ended.ends_on)
    """
