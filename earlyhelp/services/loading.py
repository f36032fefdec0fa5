"""The blocks that checks read on a night; of an event that several agencies tell, one of them alone."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, timedelta

from sqlalchemy import Connection

from earlyhelp.checking.check import Check
from earlyhelp.checking.told_once import KINDS, told_once
from earlyhelp.chronology import Block, Ids
from earlyhelp.store.events.blocks import load_block
from schemas.feed import EventRow

KeptOut = Mapping[str, AbstractSet[str]]
"""Of each kind of rows, the agencies whose rows may not be used."""
NOBODY: KeptOut = {}


def load(conn: Connection, schema: type[EventRow], weeks: int, part: Ids, day: date, out: KeptOut) -> Block:
    """The block a check reads: that far back, as known on that day, of agencies whose rows may be used."""
    without = out.get(schema.kind, ())
    return load_block(conn, schema, part, since=day - timedelta(weeks=weeks), known_by=day, without=without)


def load_once(
    conn: Connection, checks: Iterable[Check], part: Ids, day: date, out: KeptOut
) -> dict[str, Block]:
    """The blocks of kinds that may tell of one event, read by these checks, without what is told twice.

    Give all the checks that are asked that night: who tells of an event is found among their kinds alone.
    """
    weeks: dict[type[EventRow], int] = {}
    for check in checks:
        if check.reads.kind in KINDS:
            weeks[check.reads] = max(check.weeks, weeks.get(check.reads, 0))
    return told_once({s.kind: load(conn, s, back, part, day, out) for s, back in weeks.items()})
