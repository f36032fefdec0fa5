"""`earlyhelp fetch`: one agency now, or one feed of it, all of it again, or a past stretch of days."""

import re
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

import typer
from sqlalchemy import Engine

from earlyhelp.commands.common import (
    DAY,
    Counted,
    Json,
    closing,
    connector_named,
    opened,
    out,
    say_counts,
    say_json,
)
from earlyhelp.errors import SetUpWrong
from earlyhelp.feeds import Connector
from earlyhelp.running.watching import watching


def fetch(
    agency: Annotated[str, typer.Argument(help="As `earlyhelp connectors list` names it.")],
    feed: Annotated[str | None, typer.Option(help="One feed of it; unset: all.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Ask for everything from the beginning.")] = False,
    first: Annotated[
        datetime | None,
        typer.Option("--from", formats=DAY, help="Fetch a past stretch from this day on (needs --feed)."),
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=DAY, help="To this day; unset: today.")
    ] = None,
    length: Annotated[
        str, typer.Option("--slice", metavar="31d", help="How many days of a stretch are asked for at once.")
    ] = "31d",
    as_json: Json = False,
) -> None:
    """Fetch one agency now, from where it was left. What it brings is judged in the next nightly round.

    It may be stopped at any time: what has landed stays, and the same command goes on from there.
    """
    stretch = None if first is None else _stretch(feed, first, last, length)
    if full and stretch is not None:
        raise typer.BadParameter("--full asks for everything, --from for a stretch: say one of them")
    if last is not None and stretch is None:
        raise typer.BadParameter("--to goes with --from")
    connector = connector_named(agency)
    if not connector.ready:
        raise SetUpWrong(f"nobody has set {agency} up; see what to set with: earlyhelp connectors list")
    engine, today, _ = opened()
    with closing(engine), watching():
        counts = _fetched(engine, connector, feed, today(), stretch, full=full)
    if as_json:
        say_json({"schema": "earlyhelp/fetch/1", "agency": agency, "day": today(), "feeds": counts})
        return
    say_counts(counts, "feed", ("fetched", "landed", "known", "refused", "pages"))
    if any(told["refused"] for told in counts.values()):
        out.print("See what was refused, and why: earlyhelp quarantine list", highlight=False)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Past days of one feed, and how many of them are asked for at once; ``last`` None: up to today."""

    feed: str
    first: date
    last: date | None
    length: timedelta


def _stretch(feed: str | None, first: datetime, last: datetime | None, length: str) -> Stretch:
    """What was said of a stretch. Raises `typer.BadParameter`."""
    if feed is None:
        raise typer.BadParameter("--from asks for one feed: name it with --feed")
    return Stretch(feed, first.date(), last.date() if last else None, days(length))


def _fetched(
    engine: Engine, connector: Connector, feed: str | None, day: date, stretch: Stretch | None, *, full: bool
) -> Counted:
    """What became of the rows of each feed."""
    from earlyhelp.services import fetching

    if stretch is None:
        return fetching.fetch_agency(engine, connector, day, feed, full=full)
    last = stretch.last or day
    counts = fetching.backfill(engine, connector, stretch.feed, stretch.first, last, day, stretch.length)
    return {stretch.feed: asdict(counts)}


def days(written: str) -> timedelta:
    """A length of days, written as 31d."""
    if not (found := re.fullmatch(r"(\d{1,4})d", written)):
        raise typer.BadParameter("write --slice in days, such as 31d")
    return timedelta(days=int(found[1]))
