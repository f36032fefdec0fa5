"""Outcomes agreed with a household: open, reached or let go, and held or not half a year after closing."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, select, update

from earlyhelp.keywork.ending import ENDINGS, Ending, has_eased, months_after
from earlyhelp.keywork.states import State
from earlyhelp.law.policy import Policy, Sector
from earlyhelp.store.casework.decisions import note, readings_of
from earlyhelp.store.judged.readings import silent_feeds
from earlyhelp.store.judged.verdicts import write_verdict
from earlyhelp.store.tables import case, household, outcome, signal

OPEN, REACHED, LET_GO = "open", "reached", "let_go"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing agreed with a household."""

    id: int
    words: str
    agreed_on: date
    state: str
    state_on: date
    check_on: date | None
    held: bool | None
    held_words: str | None


def agree(conn: Connection, case_id: int, words: str, worker_id: int, day: date) -> None:
    """Write down what was agreed; the same words twice are one outcome."""
    same = select(outcome.c.id).where(outcome.c.case_id == case_id, outcome.c.words == words.strip())
    if conn.execute(same).first() is None:
        row = {"case_id": case_id, "words": words.strip(), "agreed_on": day, "worker_id": worker_id}
        conn.execute(insert(outcome).values(**row, state=OPEN, state_on=day))


def settle(conn: Connection, case_id: int, number: int, state: str, day: date) -> None:
    """An outcome was reached or let go."""
    conn.execute(
        update(outcome)
        .where(outcome.c.id == number, outcome.c.case_id == case_id, outcome.c.state != state)
        .values(state=state, state_on=day)
    )


def of_case(conn: Connection, case_id: int) -> list[Outcome]:
    """What was agreed, the oldest first."""
    o = outcome.c
    rows = conn.execute(
        select(o.id, o.words, o.agreed_on, o.state, o.state_on, o.check_on, o.held, o.held_words)
        .where(o.case_id == case_id)
        .order_by(o.id)
    )
    return [Outcome(*row) for row in rows]


def close(
    conn: Connection,
    case_id: int,
    ending: Ending,
    why: str,
    worker_id: int,
    *,
    day: date,
    at: datetime,
    policy: Policy,
) -> None:
    """Close a case after help; what was reached is asked about again half a year on.

    That nothing was needed is kept as an answer about each check that the case rests on.
    """
    closing = f"{ENDINGS[ending]}: {why.strip()}"[:200]
    note(conn, case_id, day, "closed", f"{ENDINGS[ending]}: {why.strip()}", policy, worker_id)
    if ending is Ending.NOT_NEEDED:
        write_verdict(conn, case_id, at, was_right=False, of_need=True)
    conn.execute(
        update(case)
        .where(case.c.id == case_id)
        .values(state=State.CLOSED.value, closed_on=day, closing=closing, due_on=None)
    )
    conn.execute(
        update(outcome)
        .where(outcome.c.case_id == case_id, outcome.c.state == REACHED)
        .values(check_on=months_after(day))
    )


@dataclass(frozen=True, slots=True)
class Due:
    """A closed case whose outcomes are to be asked about: which household's it was, and since when."""

    reference: str
    household_id: int
    uprn: str
    ward: str
    scope: str
    restricted: bool
    since: date


def due(conn: Connection, worker_id: int, day: date) -> list[Due]:
    """The closed cases of a worker whose outcomes are to be asked about, the longest due first."""
    h = household.c
    rows = conn.execute(
        select(case.c.reference, h.id, h.uprn, h.ward, case.c.scope, h.restricted_from.is_not(None),
               outcome.c.check_on)
        .join(outcome, outcome.c.case_id == case.c.id)
        .join(household, h.id == case.c.household_id)
        .where(case.c.worker_id == worker_id, outcome.c.check_on <= day, outcome.c.held.is_(None))
        .order_by(outcome.c.check_on, case.c.id)
    )  # fmt: skip
    found: dict[str, Due] = {}
    for row in rows:
        found.setdefault(row.reference, Due(*row))
    return list(found.values())


def hold(conn: Connection, case_id: int, number: int, *, held: bool, words: str, day: date) -> None:
    """Whether an outcome has held, half a year on."""
    conn.execute(
        update(outcome)
        .where(outcome.c.id == number, outcome.c.case_id == case_id, outcome.c.check_on <= day)
        .values(held=held, held_on=day, held_words=words.strip())
    )


def eased(conn: Connection, case_id: int, day: date, policy: Policy) -> bool:
    """Whether what raised a case that somebody works on has eased: time to think of stepping down."""
    state = conn.execute(select(case.c.state).where(case.c.id == case_id)).scalar_one()
    if state in (State.NEW.value, State.SEEN.value):
        return False
    rows = conn.execute(
        select(signal.c.check, signal.c.sector).where(signal.c.case_id == case_id, signal.c.current)
    )
    unheard = {silence.sector for silence in silent_feeds(conn, day)}
    rests_on = {check: Sector(sector) for check, sector in rows}
    return has_eased(rests_on, readings_of(conn, case_id), unheard, policy)
