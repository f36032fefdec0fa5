"""One page of rows on its way into its table: sifted, written in bulk, and set in order with older versions.

On the happy path Python touches no row one by one: a page is looked at as a whole, and only one with
something amiss is gone through row by row. `shredding` hands it to the database.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from operator import attrgetter

from pydantic import TypeAdapter
from sqlalchemy import Connection

from earlyhelp.feeds import Page, Refused
from earlyhelp.store.incoming.shredding import (
    MARK,
    Columns,
    arrays,
    columns_of,
    of_type,
    postgres_insert,
    postgres_known,
    sqlite_insert,
    sqlite_last,
    tuples,
)
from earlyhelp.store.tables import landing
from schemas.feed import EventRow, FeedRow

SKEW = timedelta(minutes=5)
"""How far ahead of the agency's own clock a row may be stamped."""
HOLD_DAYS = 7
"""A row whose day comes within so many days is kept in the next windows until it has come."""

FROM_TOMORROW = "recorded_at: later than the agency's own clock"
NOT_YET = "occurred_on: has not come yet"
NUL = "a text holds a character that no text may hold"

_recorded_at = attrgetter("recorded_at")


@dataclass(frozen=True, slots=True)
class Sifted:
    """A page told apart: the ``columns`` of its rows, ready for the database, and the rows refused.

    ``newest`` is the newest ``recorded_at`` among the clean; ``hold`` the oldest among rows refused only
    because their day is still to come.
    """

    columns: Columns
    refused: list[Refused]
    newest: datetime | None
    hold: datetime | None


@dataclass(frozen=True, slots=True)
class Landed:
    """How many ``rows`` of a page were new, and whether there may be ``others`` with the same record."""

    rows: int
    others: bool


def sift(schema: type[FeedRow], page: Page, day: date) -> Sifted:
    """Refuse what cannot be true yet, and what no database takes as text."""
    columns = columns_of(schema, page.rows)
    newest = max(columns["recorded_at"], default=None)
    if newest is not None and (
        newest > page.clock + SKEW
        or (not _may_lie_ahead(schema) and max(columns["occurred_on"]) > day)
        or _holds_nul(schema, columns)
    ):
        return sift_one_by_one(schema, page, day)
    return Sifted(columns, list(page.refused), newest and newest.astimezone(UTC), None)


def sift_one_by_one(schema: type[FeedRow], page: Page, day: date) -> Sifted:
    """The same by the slow road: only so can it be told which rows are amiss."""
    latest, soon = page.clock + SKEW, day + timedelta(days=HOLD_DAYS)
    rows, refused, held = list[FeedRow](), list(page.refused), list[datetime]()
    for place, row in enumerate(page.rows):
        reason = None
        if row.recorded_at > latest:
            reason = FROM_TOMORROW
        elif isinstance(row, EventRow) and not _may_lie_ahead(schema) and row.occurred_on > day:
            reason = NOT_YET
            if row.occurred_on <= soon:
                held.append(row.recorded_at)
        elif _holds_nul(schema, columns_of(schema, [row])):
            reason = NUL
        if reason is None:
            rows.append(row)
        else:
            written = _row(schema).dump_json(row, warnings="none").decode()
            refused.append(Refused(f"row {place}", reason, written, row.record_id, ours=True))
    newest, hold = max(map(_recorded_at, rows), default=None), min(held, default=None)
    columns = columns_of(schema, rows)
    return Sifted(columns, refused, newest and newest.astimezone(UTC), hold and hold.astimezone(UTC))


def _may_lie_ahead(schema: type[FeedRow]) -> bool:
    """Whether rows may speak of days to come; what is no event speaks of none."""
    return not issubclass(schema, EventRow) or schema.ahead


def _holds_nul(schema: type[FeedRow], columns: Columns) -> bool:
    """Whether a text holds the character that ends a text."""
    return any("\0" in "".join(filter(None, columns[name])) for name in of_type(schema, str))


@cache
def _row(schema: type[FeedRow]) -> TypeAdapter[FeedRow]:
    return TypeAdapter(schema)


def digest(content: bytes) -> int:
    """Sixty-four bits that tell this content from any other."""
    return int.from_bytes(MARK(content).digest(), signed=True)


def insert_page(
    conn: Connection,
    schema: type[FeedRow],
    agency: str,
    mark: str,
    columns: Columns,
    day: date,
    *,
    first_load: bool,
) -> Landed:
    """Write the rows of a page that are not there yet; hold the agency's records first.

    ``mark`` names run and page: the lineage of each row. On a first load we count as known what the agency
    recorded on each day, never later than ``day``; after it, what we learn today we know from today.
    """
    records = columns["record_id"]
    if not records:
        return Landed(0, others=False)
    if conn.dialect.name == "sqlite":
        last = conn.exec_driver_sql(sqlite_last(schema), (agency,)).scalar()
        others = len(set(records)) < len(records) or (last is not None and min(records) <= last)
        told = list(tuples(schema, columns, agency, mark, day, first_load=first_load))
        return Landed(conn.exec_driver_sql(sqlite_insert(schema), told).rowcount, others)
    told_once = {"agency": agency, "page": mark, "day": day, **arrays(columns)}
    known = conn.exec_driver_sql(postgres_known(schema), told_once).scalar()
    others = bool(known) or len(set(records)) < len(records)
    statement = postgres_insert(schema, first_load=first_load, none_known=not others)
    return Landed(conn.exec_driver_sql(statement, told_once).rowcount, others)


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
