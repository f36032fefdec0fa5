"""How things stand, for those who look after the house: feeds, cases, alerts, and the set-up itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from earlyhelp import plugins
from earlyhelp.alerts.ways import open_ways
from earlyhelp.errors import EarlyHelpError, SetUpWrong
from earlyhelp.law.working_days import last_known_holiday
from earlyhelp.settings import Settings
from earlyhelp.store import nights
from earlyhelp.store.casework.messages import count_states
from earlyhelp.store.incoming.feed_health import FeedHealth, feed_health
from earlyhelp.store.judged import check_states, readings, weighed
from earlyhelp.store.people import reviews, undoing
from earlyhelp.store.tables import alert, case
from earlyhelp.store.unit_of_work import open_store, reading
from earlyhelp.trust.states import State
from earlyhelp.volumes import Volume

ROOMS = ("schemas", "connectors", "agreements", "checks", "flows", "earlyhelp")


def standing(engine: Engine, day: date) -> dict[str, Any]:
    """Feeds, the last night, cases and alerts, as counts and days."""
    with reading(engine) as conn:
        stale = {silence.feed for silence in readings.silent_feeds(conn, day)}
        feeds = [
            {
                "feed": feed.feed,
                "last_good_fetch": feed.last_good_on and feed.last_good_on.isoformat(),
                "newest_row": feed.newest_on and feed.newest_on.isoformat(),
                "rows": feed.landed,
                "refused": feed.refused_open,
                "files": feed.files,
                "stale": feed.feed in stale,
                "volume": feed.volume and _volume(feed.volume),
                "drift": list(feed.drift),
                "left_alone_until": feed.resting_until and feed.resting_until.isoformat(),
                "last_error": feed.last_error,
                "amiss": amiss(feed, stale=feed.feed in stale),
            }
            for feed in feed_health(conn, day, datetime.now(UTC))
        ]
        latest = nights.latest(conn)
        open_ = case.c.closed_on.is_(None)
        count = select(func.count())

        def number(*where: Any) -> int:
            return conn.execute(count.where(*where)).scalar_one()

        return {
            "schema": "earlyhelp/status/1",
            "day": day.isoformat(),
            "feeds": feeds,
            "not_set_up": _never_asked(feeds),
            "night": latest and {"day": latest[0].isoformat(), "state": latest[1]},
            "cases": {
                "open": number(open_),
                "new": number(open_, case.c.state == "new"),
                "overdue": number(open_, case.c.state == "new", case.c.look_by < day),
                "closed": number(~open_),
            },
            "backlog": asdict(waiting := weighed.backlog(conn, day))
            | {"nights": waiting.nights, "words": waiting.words},
            "paused": [
                {"check": one.check, "day": one.day.isoformat(), "why": one.why}
                for one in check_states.standings(conn).values()
                if one.state == State.PAUSED
            ],
            "matching": {
                "waiting": reviews.count_waiting(conn, trained=True),
                "undone": undoing.count(conn),
            },
            "alerts": {
                "sent": number(alert.c.sent_at.is_not(None)),
                "waiting": number(alert.c.lapsed_on.is_(None), alert.c.sent_at.is_(None)),
                "messages": count_states(conn, day - timedelta(days=7)),
            },
        }


def _never_asked(feeds: Sequence[Mapping[str, Any]]) -> list[str]:
    """Agencies that nobody has set up: never asked, and without a single setting of their own."""
    asked = {feed["feed"].partition("/")[0] for feed in feeds}
    return [name for name, one in plugins.connectors().items() if name not in asked and not one.ready]


def amiss(feed: FeedHealth, *, stale: bool) -> list[str]:
    """What is not as it should be with a feed, in words; nothing where all is well."""
    found = ["stale"] if stale else []
    if feed.resting_until is not None:
        found.append(f"left alone until {feed.resting_until:%H:%M} UTC")
    if feed.volume is not None and feed.volume.state != "usual":
        found.append(
            f"{feed.volume.day:%A} brought {feed.volume.rows:,} rows, usually "
            f"{feed.volume.low:,.0f} to {feed.volume.high:,.0f}"
        )
    if feed.drift:
        found.append(f"layout changed ({', '.join(feed.drift)})")
    return found + ([feed.last_error] if feed.last_error else [])


def _volume(volume: Volume) -> dict[str, Any]:
    """A day's volume and its limits, as numbers."""
    return {
        "day": volume.day.isoformat(),
        "rows": volume.rows,
        "low": round(volume.low, 1),
        "high": round(volume.high, 1),
        "state": volume.state,
        "trial": volume.trial,
    }


def examine(settings: Settings) -> list[dict[str, Any]]:
    """Each thing the house stands on: whether it is well, and what to do where it is not."""
    return [
        _finding("database", lambda: _database(settings)),
        _finding("day", lambda: f"it is {settings.day()}"),
        _finding("connectors", lambda: ", ".join(plugins.connectors())),
        _finding("checks", lambda: ", ".join(plugins.checks())),
        _finding("files of both", _readable),
        _finding("alerts", lambda: _channels(settings)),
        _finding("bank holidays", lambda: f"known until {last_known_holiday()}"),
        _finding("packages", _packages),
        _finding("Prefect", lambda: f"version {version('prefect')}"),
    ]


def _readable() -> str:
    """That every connector and check can be read. Raises `SetUpWrong` with those that cannot."""
    if faults := plugins.unreadable():
        raise SetUpWrong("; ".join(faults.values()))
    return "all can be read"


def _finding(what: str, ask: Callable[[], str]) -> dict[str, Any]:
    """What one question says, well or not."""
    try:
        return {"what": what, "well": True, "says": str(ask())}
    except EarlyHelpError as fault:
        return {"what": what, "well": False, "says": str(fault)}
    except SQLAlchemyError as fault:
        return {
            "what": what,
            "well": False,
            "says": f"{type(fault).__name__}; is the server up? see EARLYHELP_DATABASE_URL",
        }


def _database(settings: Settings) -> str:
    """That it answers, and which kind it is; a SQLite file comes with the first run."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
        return "none yet: a SQLite file will be made by the first run"
    engine = open_store(settings.database)
    try:
        with reading(engine) as conn:
            conn.exec_driver_sql("select 1")
        return f"{engine.dialect.name} answers"
    finally:
        engine.dispose()


def _channels(settings: Settings) -> str:
    """Which channels tell workers, and when; that every setting of theirs is there."""
    ways = open_ways(settings.alerts, settings.alerts_team, settings.outbox)
    names = [ways.personal.name, *([ways.team.name] if ways.team else [])]
    return f"{' and '.join(names)}, at {settings.manners.digest_at:%H:%M}"


def _packages() -> str:
    """That nobody else's package has taken the name of one of our rooms (house.md 2.1)."""
    owners = packages_distributions()
    for room in ROOMS:
        names = set(owners.get(room, []))
        if len(names) > 1:
            raise SetUpWrong(f"{room} belongs to {', '.join(sorted(names))}; uninstall all but earlyhelp")
    return "our names are ours alone"
