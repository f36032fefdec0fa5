"""What we do not know: agencies that are silent, and how fresh the last round is."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, select

from earlyhelp.feeds import Connector
from earlyhelp.law.policy import Sector
from earlyhelp.store.tables import bookmark, night
from earlyhelp.web.words import agency_name, long_day, many, when

ENDED = {
    "complete": "Every agency answered.",
    "partial": "Not every agency answered.",
    "running": "It is still running.",
    "failed": "It did not finish.",
}


@dataclass(frozen=True, slots=True)
class Source:
    """One feed of one agency, and after how long its silence counts."""

    feed: str
    agency: str
    name: str
    sector: Sector
    kind: str
    events: bool
    stale_after: timedelta

    @property
    def words(self) -> str:
        """The source as a reader knows it: Northside Homes (rent)."""
        return f"{agency_name(self.agency)} ({self.name.replace('_', ' ').replace('-', ' ')})"


@dataclass(frozen=True, slots=True)
class Sources:
    """Every feed that we are connected to."""

    all: tuple[Source, ...]
    unused: tuple[Source, ...] = ()
    """Feeds whose sharing agreement does not hold: nothing of them is shown, and that is said."""

    @classmethod
    def of(cls, connectors: Iterable[Connector]) -> "Sources":
        """The feeds of these connectors."""
        return cls(
            tuple(
                Source(
                    f"{c.name}/{feed.name}",
                    c.name,
                    feed.name,
                    c.sector,
                    feed.schema.kind,
                    "occurred_on" in feed.schema.model_fields,
                    feed.stale_after,
                )
                for c in connectors
                for feed in c.feeds
            )
        )

    def agencies(self, sectors: frozenset[str], kind: str | None = None) -> list[str]:
        """The agencies of those sectors, with rows of that kind; one nobody vouches for belongs to none."""
        return sorted({s.agency for s in self.all if s.sector in sectors and kind in (None, s.kind)})

    def without(self, feeds: Container[str]) -> "Sources":
        """The same without those feeds, whose sharing agreement does not hold."""
        used = tuple(s for s in self.all if s.feed not in feeds)
        return Sources(used, tuple(s for s in self.all if s.feed in feeds))

    def sector_of(self, agency: str) -> Sector | None:
        """Whose data that agency brings."""
        return next((s.sector for s in self.all if s.agency == agency), None)

    def telling(self, sectors: frozenset[str]) -> list[Sector]:
        """Those of the sectors that tell us of events."""
        found = {s.sector for s in self.all if s.events}
        return [s for s in Sector if s in found & sectors]


@dataclass(frozen=True, slots=True)
class Freshness:
    """How fresh the pages are: the last round, and every feed that is silent."""

    round: str
    silent: tuple[str, ...]
    told_until: dict[Sector, date]


def freshness(conn: Connection, sources: Sources, today: date, sectors: frozenset[str]) -> Freshness:
    """What the last round brought, and which feeds of those sectors are silent, and since when.

    A feed that nobody has ever asked is none of ours: it is installed, and not set up.
    """
    last = conn.execute(select(night.c.day, night.c.state).order_by(night.c.day.desc()).limit(1)).first()
    words = (
        f"Agencies were last asked for their records for {long_day(last.day)}. {ENDED[last.state]}"
        if last
        else "No agency has been asked for its records yet."
    )
    marks = {row.feed: row for row in conn.execute(select(bookmark))}
    due = last.day if last else today
    silent = [
        f"{source.words} is not used, because its sharing agreement is not in force."
        for source in sources.unused
        if source.sector in sectors
    ]
    until: dict[Sector, date] = {}
    for source in (s for s in sources.all if s.sector in sectors and s.feed in marks):
        mark = marks[source.feed]
        good, newest = mark.last_good_on, mark.newest_on
        said = _silence(source, good, newest, due, today)
        if said:
            silent.append(said)
            if newest and source.events:
                until[source.sector] = min(newest, until.get(source.sector, newest))
    return Freshness(words, tuple(silent), until)


def _silence(source: Source, good: date | None, newest: date | None, due: date, today: date) -> str | None:
    """In words, what is amiss with a feed; None when nothing is."""
    if good is None:
        return f"{source.words} has told us nothing yet."
    if good < due:
        days = (today - good).days
        ago = f", {many(days, 'day')} ago" if days > 1 else ""
        return f"{source.words} did not answer. We last heard from it {when(good, today)}{ago}."
    if newest and today - newest > source.stale_after and source.events:  # a register may be as it was
        old = many((today - newest).days, "day")
        return f"{source.words} has sent nothing newer than {long_day(newest)}, {old} ago."
    return None
