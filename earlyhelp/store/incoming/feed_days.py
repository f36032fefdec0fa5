"""How many rows each feed brought for each day: what its usual volume is told from."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from earlyhelp.store.tables import feed_day, landing
from schemas.feed import FeedRow

_A_DAY = timedelta(days=1)


def add_days(conn: Connection, key: str, recorded: Sequence[datetime]) -> None:
    """Add rows that have all been landed to the days on which the agency recorded them (UTC)."""
    rows = [{"feed": key, "day": day, "rows": number} for day, number in _told_apart(recorded)]
    if rows:
        conn.execute(_add(conn.dialect.name), rows)


def _told_apart(recorded: Sequence[datetime]) -> Iterator[tuple[date, int]]:
    """Each day (UTC) with how many moments fell on it: agencies tell nearly in order, a page of few days."""
    ordered, at = sorted(recorded), 0
    while at < len(ordered):
        day = ordered[at].astimezone(UTC).date()
        until = bisect_left(ordered, datetime.combine(day + _A_DAY, time(), UTC), at)
        yield day, until - at
        at = until


@cache
def _add(dialect: str) -> Any:
    """The statement behind `add_days`."""
    made = (sqlite if dialect == "sqlite" else postgresql).insert(feed_day)
    more = {"rows": feed_day.c.rows + made.excluded.rows}
    return made.on_conflict_do_update(index_elements=["feed", "day"], set_=more)


def count_days(conn: Connection, key: str, schema: type[FeedRow], agency: str, after: int) -> None:
    """Add the rows landed ``after`` that number to the days on which the agency recorded them (UTC)."""
    statement = _adding(landing[schema.kind].name, conn.dialect.name == "sqlite")
    conn.exec_driver_sql(statement, (key, after, agency))


@cache
def _adding(name: str, lite: bool) -> str:
    """One statement; nothing but the page's rows is walked, for the reasons told at `pages._order`."""
    day = "substr(recorded_at, 1, 10)" if lite else "(recorded_at AT TIME ZONE 'UTC')::date"
    sign = "?" if lite else "%s"
    return f"""
        INSERT INTO feed_day (feed, day, "rows")
        SELECT CAST({sign} AS varchar), {day}, count(*) FROM "{name}"
        WHERE id > {sign} AND id < {2**62} AND agency || '' = {sign} GROUP BY 2
        ON CONFLICT (feed, day) DO UPDATE SET "rows" = feed_day."rows" + excluded."rows"
    """


def daily_rows(conn: Connection, key: str, day: date, weeks: int) -> dict[date, int]:
    """How many rows a feed brought for each day of so many weeks before ``day``, where it brought any."""
    since = day - timedelta(weeks=weeks)
    wanted = select(feed_day.c.day, feed_day.c.rows).where(
        feed_day.c.feed == key, feed_day.c.day >= since, feed_day.c.day < day
    )
    return dict(conn.execute(wanted).tuples().all())
