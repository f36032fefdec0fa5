"""Who may be asked, and from whom nothing may be concluded: checks by their state, feeds by their silence."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection

from earlyhelp.checking.check import Check
from earlyhelp.in_force import agreements
from earlyhelp.store import shared
from earlyhelp.store.judged import readings
from earlyhelp.store.judged.readings import Silence
from earlyhelp.trust.states import Standing, State, named_in


def standing_in(
    checks: Mapping[str, Check], states: Mapping[str, Standing], wanted: State
) -> dict[str, Check]:
    """The checks that are in that state, in order of names."""
    return {name: checks[name] for name in named_in(states, checks, wanted)}


def audible(
    conn: Connection, day: date, today: date
) -> tuple[list[Silence], set[str], dict[str, frozenset[str]]]:
    """Feeds from which nothing may be concluded, kinds not to ask about, and whose rows stay out.

    A feed without an agreement in force is as silent as one that does not answer: its silence is said, and
    withdraws nothing.
    """
    barred = shared.barred(conn, agreements(), today)
    unused = {one.feed for one in barred}
    silent = [s for s in readings.silent_feeds(conn, day) if s.feed not in unused]
    out = shared.kept_out(conn, barred)
    deaf = {s.kind for s in silent} | shared.wholly_out(conn, out)
    return [*silent, *(Silence(b.feed, b.sector, b.kind, None) for b in barred)], deaf, out
