"""How each feed is: when it last told us something, what it holds, what is amiss with it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from earlyhelp.store import tables
from earlyhelp.store.incoming.circuits import resting
from earlyhelp.store.incoming.drifts import drifted
from earlyhelp.store.incoming.feed_days import daily_rows
from earlyhelp.store.tables import bookmark, fetch_run, quarantine, receipt
from earlyhelp.volumes import WEEKS, Volume, judge


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """How a feed is.

    ``last_error`` is its latest run's, ``refused_open`` rows wait for somebody to look at them, ``drift``
    are changes of layout that nobody has accepted, ``volume`` is how yesterday's rows compare with the same
    weekday before (None: a register, or never loaded), ``resting_until`` is set while it is left alone.
    """

    feed: str
    last_good_on: date | None
    newest_on: date | None
    landed: int
    refused_open: int
    last_error: str | None
    drift: tuple[str, ...] = ()
    volume: Volume | None = None
    resting_until: datetime | None = None
    files: int = 0


def feed_health(conn: Connection, day: date, now: datetime) -> list[FeedHealth]:
    """How each feed is, by name: also those that were agreed but never fetched."""
    marks = {row.feed: row for row in conn.execute(select(bookmark))}
    landed: dict[str, int] = {}
    error: dict[str, str | None] = {}
    for run in conn.execute(select(fetch_run).order_by(fetch_run.c.id)):
        landed[run.feed] = landed.get(run.feed, 0) + run.landed
        error[run.feed] = run.error
    open_ = select(quarantine.c.feed, func.count()).where(quarantine.c.state == "open")
    refused = dict(conn.execute(open_.group_by(quarantine.c.feed)).tuples().all())
    files = dict(conn.execute(select(receipt.c.feed, func.count()).group_by(receipt.c.feed)).tuples().all())
    steady = dict(conn.execute(select(tables.feed.c.name, tables.feed.c.steady)).tuples().all())
    drift: dict[str, list[str]] = {}
    for one in drifted(conn):
        drift.setdefault(one["feed"], []).append(f"{one['field']}: {one['what']}")
    alone = resting(conn, now)
    return [
        FeedHealth(
            feed=key,
            last_good_on=marks[key].last_good_on if key in marks else None,
            newest_on=marks[key].newest_on if key in marks else None,
            landed=landed.get(key, 0),
            refused_open=refused.get(key, 0),
            last_error=error.get(key),
            drift=tuple(drift.get(key, ())),
            volume=volume_of(conn, key, day) if steady.get(key) else None,
            resting_until=alone.get(key.partition("/")[0]),
            files=files.get(key, 0),
        )
        for key in sorted({*steady, *marks, *landed})
    ]


def volume_of(conn: Connection, key: str, day: date) -> Volume | None:
    """How the rows of the day before ``day`` compare with those of the same weekday in the weeks before."""
    return judge(daily_rows(conn, key, day, WEEKS + 1), day)
