"""Which state each check is in, who said so and why: one row for every change, and none is ever changed."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from sqlalchemy import Connection, func, insert, select

from earlyhelp.checking.check import Check
from earlyhelp.store.judged.verdicts import verdicts
from earlyhelp.store.tables import check_state, night, reading, shadow_night, signal
from earlyhelp.trust.states import MOST_WRONG, Standing, State, newcomer, pauses_itself

OURSELVES = "earlyhelp"
"""Who it was where the house did it itself."""


def standings(conn: Connection, by: datetime | None = None) -> dict[str, Standing]:
    """The state of every check of which something has been said, now or by a moment."""
    t = check_state
    newest = select(func.max(t.c.id)).group_by(t.c.check)
    if by is not None:
        newest = newest.where(t.c.at <= by)
    rows = conn.execute(
        select(t.c.check, t.c.state, t.c.version, t.c.day, t.c.who, t.c.why).where(t.c.id.in_(newest))
    )
    return {name: Standing(name, State(state), *rest) for name, state, *rest in rows}


def put(conn: Connection, now: Standing, backtest: int | None = None) -> None:
    """Write down a change of state."""
    conn.execute(
        insert(check_state).values(
            check=now.check, state=now.state.value, version=now.version, day=now.day, at=datetime.now(UTC),
            who=now.who, why=now.why[:400], backtest_id=backtest,
        )
    )  # fmt: skip


def told(
    conn: Connection, checks: Mapping[str, Check], day: date, by: datetime | None = None
) -> dict[str, Standing]:
    """The state of each of these checks: as was said, or as one begins of which nothing is said yet."""
    states = standings(conn, by)
    over = select(func.count()).where(night.c.state.in_(("complete", "partial")))
    nights_before = conn.execute(over).scalar_one() > 0
    for name in sorted(set(checks) - set(states)):
        state, why = newcomer(nights_before=nights_before, heard_before=_heard(conn, name))
        states[name] = Standing(name, state, checks[name].version, day, OURSELVES, why)
    return states


def settle(conn: Connection, checks: Mapping[str, Check], day: date) -> tuple[dict[str, Standing], list[str]]:
    """The state of each check as the night begins: newcomers get one, and one called wrong is paused.

    Gives the states, and the names of the checks that paused themselves just now.
    """
    known, states = standings(conn), told(conn, checks, day)
    for name in sorted(set(states) - set(known)):
        put(conn, states[name])
    paused = []
    for name in sorted(checks):
        if states[name].state == State.LIVE and pauses_itself(verdicts(conn, name, _live_since(conn, name))):
            why = f"key workers called at least {MOST_WRONG} of its last decisions wrong"
            states[name] = Standing(name, State.PAUSED, checks[name].version, day, OURSELVES, why)
            put(conn, states[name])
            paused.append(name)
    return states, paused


def keep_shadow(conn: Connection, day: date, version: str, name: str, notable: int, beside: int) -> None:
    """Keep how a check in shadow did on a night, in place of what an interrupted run of it kept."""
    t = shadow_night
    conn.execute(t.delete().where(t.c.check == name, t.c.day == day))
    conn.execute(insert(t).values(check=name, day=day, version=version, notable=notable, beside=beside))


def shadow_nights(conn: Connection, name: str) -> list[tuple[date, int, int]]:
    """Day, notable households, and those of them that a live check spoke of too, the newest first."""
    t = shadow_night
    query = select(t.c.day, t.c.notable, t.c.beside).where(t.c.check == name).order_by(t.c.day.desc())
    return [(day, notable, beside) for day, notable, beside in conn.execute(query)]


def _heard(conn: Connection, name: str) -> bool:
    """Whether a check was weighed before: nobody had to promote those that were there before states were."""
    for table in (reading, signal):
        if conn.execute(select(table.c.check).where(table.c.check == name).limit(1)).first():
            return True
    return False


def _live_since(conn: Connection, name: str) -> datetime | None:
    """The moment at which the check last became live: what was said before is settled."""
    t = check_state
    newest = select(func.max(t.c.at)).where(t.c.check == name, t.c.state == State.LIVE.value)
    at: datetime | None = conn.execute(newest).scalar_one()
    return at
