"""The list of cases that a reader may see, each with whose move it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select

from earlyhelp.casework.desks import JOINT
from earlyhelp.keywork.states import Move, State, whose_move
from earlyhelp.store.tables import case, case_event, decision, household, pull_in, worker
from earlyhelp.web.entry.access import Reader, manages
from earlyhelp.web.shown.reading import reason_for, titles
from earlyhelp.web.shown.sources import Sources

MOST_ON_A_LIST = 100
RESTRICTED_TITLE = "A restricted household"


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case on the list: ``due_on`` is the first look's day, or that of the worker's next step."""

    reference: str
    title: str
    reason: str
    ward: str
    opened_on: date
    move: Move
    state: State
    due_on: date | None
    woken: bool
    answered: bool
    restricted: bool
    worker: str | None


def cases(conn: Connection, reader: Reader, sources: Sources, today: date) -> list[CaseLine]:
    """The open cases this reader may see: held by them, or of the ward they manage; soonest due first."""
    due = func.coalesce(case.c.due_on, case.c.look_by)
    rows = conn.execute(
        _with_newest()
        .where(case.c.closed_on.is_(None), *theirs(reader))
        .order_by(due, case.c.opened_on, case.c.id)
        .limit(MOST_ON_A_LIST)
    ).mappings().all()  # fmt: skip
    open_ones = [row for row in rows if not row["restricted_from"]]
    names = titles(conn, open_ones, reader, sources, today)
    return [_line(row, reader, names, today) for row in rows]


def theirs(reader: Reader) -> tuple[Any, ...]:
    """What of the cases is this reader's; restricted households only for a trained worker who holds them."""
    if reader.role == "manager":
        ward = () if reader.ward is None else (household.c.ward == reader.ward,)
        return (*ward, case.c.scope == JOINT, household.c.restricted_from.is_(None))
    trained = () if reader.domestic_abuse_trained else (household.c.restricted_from.is_(None),)
    return (case.c.worker_id == reader.id, *trained)


def _with_newest() -> Any:
    """Cases with their household and worker, and the days of the newest decision and waking."""
    decided = select(func.max(decision.c.day)).where(decision.c.case_id == case.c.id).scalar_subquery()
    woken = (
        select(func.max(case_event.c.day))
        .where(case_event.c.case_id == case.c.id, case_event.c.what == "woken")
        .scalar_subquery()
    )
    answered = (
        select(func.max(pull_in.c.state_on))
        .where(pull_in.c.case_id == case.c.id, pull_in.c.state.in_(("answered", "declined")))
        .scalar_subquery()
    )
    return (
        select(
            case.c.id,
            case.c.reason,
            case.c.scope,
            case.c.opened_on,
            case.c.look_by,
            case.c.due_on,
            case.c.state,
            household.c.id.label("household_id"),
            household.c.reference,
            household.c.ward,
            household.c.uprn,
            household.c.restricted_from,
            worker.c.name.label("worker"),
            decided.label("decided_on"),
            woken.label("woken_on"),
            answered.label("answered_on"),
        )
        .join(household, household.c.id == case.c.household_id)
        .outerjoin(worker, worker.c.id == case.c.worker_id)
    )


def _line(row: RowMapping, reader: Reader, names: Mapping[int, str], today: date) -> CaseLine:
    restricted = row["restricted_from"] is not None
    state = State(row["state"])
    return CaseLine(
        reference=row["reference"],
        title=RESTRICTED_TITLE if restricted else names[row["household_id"]],
        reason=reason_for(reader, row["scope"], row["reason"]),
        ward=row["ward"],
        opened_on=row["opened_on"],
        move=whose_move(state, row["due_on"], today),
        state=state,
        due_on=row["look_by"] if state is State.NEW else row["due_on"],
        woken=row["woken_on"] is not None and row["woken_on"] > (row["decided_on"] or date.min),
        answered=row["answered_on"] is not None and row["answered_on"] >= (row["decided_on"] or date.min),
        restricted=restricted,
        worker=row["worker"] if manages(reader, row["ward"]) else None,
    )
