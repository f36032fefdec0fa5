"""What key workers decided, what they saw when they did, and what it says of each check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from earlyhelp.keywork.answers import Given, Settled, Verdict, settle, verdicts
from earlyhelp.keywork.states import State
from earlyhelp.law.policy import Policy
from earlyhelp.store.judged.verdicts import write_verdict
from earlyhelp.store.tables import case, case_event, decision, reading, worker


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision, as it is read again."""

    answer: str
    not_right: str | None
    due_on: date | None
    why: str
    day: date
    worker: str


@dataclass(frozen=True, slots=True)
class Saw:
    """What a worker had before them: the signals by check, what each check read, who was silent.

    ``opened_at``: when they opened the page that they answered; a review is as good as the look before it.
    """

    signals: Mapping[str, tuple[int, str]]
    silent: Sequence[str]
    opened_at: datetime | None


def record(
    conn: Connection,
    case_id: int,
    worker_id: int,
    given: Given,
    saw: Saw,
    *,
    day: date,
    at: datetime,
    policy: Policy,
) -> Settled:
    """Write a decision, its verdicts and what it makes of the case; the same answer twice is one decision."""
    settled = settle(given)
    if _same_again(conn, case_id, worker_id, given, day):
        return settled
    said = verdicts(given, saw.signals)
    conn.execute(
        insert(decision).values(
            case_id=case_id, worker_id=worker_id, at=at, day=day, answer=given.answer.value,
            not_right=given.not_right and given.not_right.value, due_on=given.due_on, why=given.why.strip(),
            saw=_document(saw, readings_of(conn, case_id)), policy=policy.version,
            verdicts={check: one.value for check, one in sorted(said.items())},
        )
    )  # fmt: skip
    for verdict, was_right in ((Verdict.RIGHT, True), (Verdict.WRONG, False)):
        if meant := [check for check in said if said[check] is verdict]:
            write_verdict(conn, case_id, at, was_right=was_right, checks=meant)
    change_case(conn, case_id, settled, day)
    told = given.answer.value + (f": {given.not_right.value}" if given.not_right else "")
    note(conn, case_id, day, "decided", told, policy, worker_id)
    return settled


def change_case(conn: Connection, case_id: int, settled: Settled, day: date) -> None:
    """Bring a case to where an answer puts it."""
    values: dict[str, Any] = {"state": settled.state.value, "due_on": settled.due_on}
    if not settled.kept:
        values["worker_id"] = None
    if settled.state is State.CLOSED:
        values |= {"closed_on": day, "closing": settled.closing}
    conn.execute(update(case).where(case.c.id == case_id).values(values))


def note(
    conn: Connection, case_id: int, day: date, what: str, why: str, policy: Policy, worker_id: int | None
) -> None:
    """A line in the history of a case, once a day."""
    line = {"case_id": case_id, "day": day, "what": what, "why": why}
    known = select(case_event.c.id).where(*(case_event.c[name] == value for name, value in line.items()))
    if conn.execute(known).first() is None:
        conn.execute(insert(case_event).values(**line, policy=policy.version, worker_id=worker_id))


def history(conn: Connection, case_id: int) -> list[Decided]:
    """The decisions of a case, the newest first."""
    d = decision.c
    rows = conn.execute(
        select(d.answer, d.not_right, d.due_on, d.why, d.day, worker.c.name)
        .join(worker, worker.c.id == d.worker_id)
        .where(d.case_id == case_id)
        .order_by(d.id.desc())
    )
    return [Decided(*row) for row in rows]


def readings_of(conn: Connection, case_id: int) -> dict[str, float]:
    """What each check read of a case's household last: kept with a decision, and shown to nobody."""
    query = (
        select(reading.c.check, reading.c.weight)
        .join(case, case.c.household_id == reading.c.household_id)
        .where(case.c.id == case_id)
    )
    return {check: weight for check, weight in conn.execute(query)}


def _document(saw: Saw, readings: Mapping[str, float]) -> dict[str, Any]:
    return {
        "signals": {c: {"signal": number, "version": v} for c, (number, v) in sorted(saw.signals.items())},
        "readings": dict(readings),
        "silent": list(saw.silent),
        "opened_at": saw.opened_at.isoformat() if saw.opened_at else None,
    }


def _same_again(conn: Connection, case_id: int, worker_id: int, given: Given, day: date) -> bool:
    """Whether the newest decision says the same: a button pressed twice is one decision."""
    d = decision.c
    last = conn.execute(
        select(d.worker_id, d.answer, d.not_right, d.due_on, d.why, d.day)
        .where(d.case_id == case_id)
        .order_by(d.id.desc())
        .limit(1)
    ).one_or_none()
    said = given.not_right.value if given.not_right else None
    return last is not None and tuple(last) == (
        worker_id, given.answer.value, said, given.due_on, given.why.strip(), day,
    )  # fmt: skip
