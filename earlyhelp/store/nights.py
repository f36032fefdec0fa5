"""Which nights have run and how they ended, and what each feed has promised."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from earlyhelp.feeds import Connector, Feed
from earlyhelp.store.tables import feed as feed_table
from earlyhelp.store.tables import fetch_run, night
from schemas.feed import EventRow


def begin(conn: Connection, day: date) -> bool:
    """Write that the night has begun; False when it was completed before, with every agency."""
    state = conn.execute(select(night.c.state).where(night.c.day == day)).scalar_one_or_none()
    if state == "complete":
        return False
    conn.execute(delete(night).where(night.c.day == day))
    conn.execute(insert(night).values(day=day, state="running", counts={}, started_at=datetime.now(UTC)))
    return True


def end(conn: Connection, day: date, failed: Sequence[str], counts: Mapping[str, object]) -> None:
    """Write how the night ended, and name what ``failed``, agencies and stages alike.

    The night is complete when nothing did, partial when it reached its end without some agencies, and
    failed when it did not: ``alert``, its last stage, has counted nothing. What was fetched is read from
    the runs, which know of a night that was killed and started again.
    """
    state = "failed" if "alert" not in counts else "partial" if failed else "complete"
    conn.execute(
        update(night)
        .where(night.c.day == day)
        .values(
            state=state,
            counts={**counts, "fetch": fetched(conn, day), "failed": sorted(failed)},
            ended_at=datetime.now(UTC),
        )
    )


def latest(conn: Connection) -> tuple[date, str, Mapping[str, object]] | None:
    """Day, state and counts of the last night that began."""
    row = conn.execute(
        select(night.c.day, night.c.state, night.c.counts).order_by(night.c.day.desc())
    ).first()
    return None if row is None else (row.day, row.state, row.counts)


def of(conn: Connection, day: date) -> tuple[str, Mapping[str, object]] | None:
    """State and counts of the night of a day."""
    row = conn.execute(select(night.c.state, night.c.counts).where(night.c.day == day)).first()
    return None if row is None else (row.state, row.counts)


def declare_feed(conn: Connection, connector: Connector, feed: Feed) -> None:
    """Keep what the connector says of a feed, so that staleness can be told without it."""
    name = f"{connector.name}/{feed.name}"
    conn.execute(delete(feed_table).where(feed_table.c.name == name))
    conn.execute(
        insert(feed_table).values(
            name=name,
            agency=connector.name,
            sector=connector.sector.value,
            kind=feed.schema.kind,
            stale_after_days=feed.stale_after.days,
            steady=feed.terms.steady and issubclass(feed.schema, EventRow),
        )
    )


def fetched(conn: Connection, day: date) -> dict[str, dict[str, dict[str, object]]]:
    """What each feed of each agency counted in all its runs of that day, and how the last of them ended."""
    counts: dict[str, dict[str, dict[str, object]]] = {}
    names = ("fetched", "landed", "known", "refused", "pages")
    sums = [func.sum(fetch_run.c[name]) for name in names]
    rows = conn.execute(
        select(fetch_run.c.feed, func.max(fetch_run.c.id), *sums)
        .where(fetch_run.c.day == day)
        .group_by(fetch_run.c.feed)
        .order_by(fetch_run.c.feed)
    ).all()
    last = {
        run: error
        for run, error in conn.execute(
            select(fetch_run.c.id, fetch_run.c.error).where(fetch_run.c.day == day)
        )
    }
    for key, run, *numbers in rows:
        agency, _, name = key.partition("/")
        counts.setdefault(agency, {})[name] = {
            **dict(zip(names, map(int, numbers), strict=True)),
            "error": last[run],
        }
    return counts
