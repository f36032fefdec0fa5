"""What a manager looks after: who holds what, who has room, and handing cases over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, insert, or_, select, update

from earlyhelp.casework.desks import JOINT
from earlyhelp.keywork.placing import Holder, may_hold
from earlyhelp.keywork.states import State
from earlyhelp.law.policy import Policy
from earlyhelp.store.casework.decisions import note
from earlyhelp.store.tables import (
    alert,
    case,
    case_event,
    decision,
    household,
    outcome,
    signal,
    verdict,
    worker,
)


@dataclass(frozen=True, slots=True)
class Held:
    """One open joint case in outline; ``due_on`` is the first look's day or that of the next step."""

    case_id: int
    household_id: int
    reference: str
    ward: str
    uprn: str
    restricted: bool
    due_on: date
    worker: str | None


@dataclass(frozen=True, slots=True)
class Desk:
    """One key worker: how many cases they hold, of how many, and how many came this week, of how many."""

    id: int
    name: str
    ward: str | None
    holds: int
    caseload: int
    new: int
    new_a_week: int
    trained: bool

    @property
    def places(self) -> int:
        """How many new cases they could take today."""
        return max(min(self.caseload - self.holds, self.new_a_week - self.new), 0)


def unheld(conn: Connection, ward: str | None) -> list[Held]:
    """Cases that nobody holds, the longest waiting first."""
    return _held(conn, ward, case.c.worker_id.is_(None))


def overdue(conn: Connection, ward: str | None, day: date) -> list[Held]:
    """Cases whose first look or next step is overdue, the longest first."""
    late = or_(
        (case.c.state == "new") & (case.c.look_by < day), (case.c.state != "new") & (case.c.due_on < day)
    )
    return _held(conn, ward, late & case.c.worker_id.is_not(None))


def late_elsewhere(conn: Connection, ward: str | None, day: date) -> list[tuple[str, str | None, int]]:
    """First looks at single-agency cases that are overdue: whose cases, who holds them, and how many.

    A manager's message counts them too; the households stay those agencies' own.
    """
    theirs = [household.c.ward == ward] if ward else []
    rows = conn.execute(
        select(case.c.scope, worker.c.name, func.count())
        .join(household, household.c.id == case.c.household_id)
        .outerjoin(worker, worker.c.id == case.c.worker_id)
        .where(case.c.closed_on.is_(None), case.c.scope != JOINT, *theirs)
        .where(case.c.state == State.NEW.value, case.c.look_by < day)
        .group_by(case.c.scope, worker.c.name)
        .order_by(case.c.scope, worker.c.name)
    )
    return [(scope, name, count) for scope, name, count in rows]


def desks(conn: Connection, ward: str | None, day: date) -> list[Desk]:
    """The key workers who cover a ward, those with most room first."""
    holds = dict(_counted(conn, case.c.closed_on.is_(None)))
    week = day - timedelta(days=7)
    given = (
        select(case_event.c.worker_id, func.count())
        .where(case_event.c.what == "allocated", case_event.c.day > week)
        .group_by(case_event.c.worker_id)
    )
    lately = {number: count for number, count in conn.execute(given)}
    rows = conn.execute(
        select(worker).where(worker.c.role == "key_worker", worker.c.left_on.is_(None)).order_by(worker.c.id)
    ).mappings()
    found = [
        Desk(
            row["id"], row["name"], row["ward"], holds.get(row["id"], 0), row["caseload"],
            lately.get(row["id"], 0), row["new_cases_a_week"], row["domestic_abuse_trained"],
        )
        for row in rows
        if ward is None or row["ward"] in (None, ward)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.places, one.name))


def place(conn: Connection, case_id: int, to: int, ward: str | None, day: date, policy: Policy) -> bool:
    """Give one case to a worker who may hold it; False when that may not be."""
    return _hand(conn, [case_id], to, ward, day, "placed by the manager", policy) == 1


def cover(
    conn: Connection, absent: int, to: int, ward: str | None, day: date, policy: Policy
) -> tuple[int, int]:
    """Hand an absent worker's open cases to another in one action: how many went, and how many may not.

    What is to be asked half a year on goes with them.
    """
    mine = conn.execute(
        select(case.c.id).where(case.c.worker_id == absent, case.c.closed_on.is_(None), *_joint(ward))
        .join(household, household.c.id == case.c.household_id).order_by(case.c.id)
    ).scalars().all()  # fmt: skip
    if absent == to:
        return 0, len(mine)
    went = _hand(conn, mine, to, ward, day, "cover for an absence", policy)
    if went:
        asks = select(outcome.c.case_id).where(outcome.c.check_on.is_not(None), outcome.c.held.is_(None))
        conn.execute(
            update(case)
            .where(case.c.worker_id == absent, case.c.closed_on.is_not(None), case.c.id.in_(asks))
            .values(worker_id=to)
        )
    return went, len(mine) - went


def not_right(conn: Connection, ward: str | None, since: date) -> dict[str, dict[str, int]]:
    """For each check, how many answers since a day said right, wrong, and nothing of it."""
    rows = conn.execute(
        select(decision.c.verdicts)
        .join(case, case.c.id == decision.c.case_id)
        .join(household, household.c.id == case.c.household_id)
        .where(decision.c.day >= since, *_joint(ward))
    ).scalars()
    found: dict[str, dict[str, int]] = {}
    for said in rows:
        for check, answer in said.items():
            counts = found.setdefault(check, {"right": 0, "wrong": 0, "open": 0})
            counts[answer] += 1
    return dict(sorted(found.items()))


def closed(conn: Connection, ward: str | None, since: date) -> dict[str, tuple[int, int]]:
    """For each check, how many cases that rested on it a worker closed since a day, and in how many of them
    nothing had been needed."""
    needless = exists().where(
        verdict.c.case_id == case.c.id,
        verdict.c.check == signal.c.check,
        verdict.c.of_need,
        ~verdict.c.was_right,
    )
    each = (
        select(signal.c.check, case.c.id, needless.label("needless"))
        .join(case, case.c.id == signal.c.case_id)
        .join(household, household.c.id == case.c.household_id)
        .where(case.c.state == State.CLOSED.value, case.c.closed_on >= since, *_joint(ward))
        .distinct()
        .subquery()
    )
    rows = conn.execute(
        select(each.c.check, func.count(), func.count().filter(each.c.needless)).group_by(each.c.check)
    )
    return {check: (count, none) for check, count, none in rows}


def _hand(
    conn: Connection, cases: Sequence[int], to: int, ward: str | None, day: date, why: str, policy: Policy
) -> int:
    """Put cases into other hands, each with a line in its history and an alert; how many could be."""
    row = conn.execute(select(worker).where(worker.c.id == to)).mappings().one_or_none()
    if row is None:
        return 0
    gone = row["left_on"] is not None
    holder = Holder(to, row["role"], row["sector"], row["domestic_abuse_trained"], gone)
    wanted = (
        select(case.c.id, case.c.scope, case.c.state, household.c.restricted_from)
        .join(household, household.c.id == case.c.household_id)
        .where(case.c.id.in_(cases), case.c.closed_on.is_(None), *_joint(ward))
        .order_by(case.c.id)
    )
    count = 0
    for number, scope, state, restricted in conn.execute(wanted).all():
        if not may_hold(holder, scope, restricted=restricted is not None):
            continue
        conn.execute(update(case).where(case.c.id == number).values(worker_id=to))
        note(conn, number, day, "allocated", f"{why}, to worker {to}", policy, to)
        cause = "handed over" if state == State.NEW.value else "covered"
        line = {"worker_id": to, "case_id": number, "cause": cause, "day": day}
        known = select(alert.c.id).where(*(alert.c[name] == value for name, value in line.items()))
        if conn.execute(known).first() is None:
            conn.execute(insert(alert).values(**line))
        count += 1
    return count


def _held(conn: Connection, ward: str | None, which: ColumnElement[bool]) -> list[Held]:
    due = func.coalesce(case.c.due_on, case.c.look_by)
    c, h = case.c, household.c
    rows = conn.execute(
        select(c.id, h.id, h.reference, h.ward, h.uprn, h.restricted_from, due, worker.c.name)
        .join(household, h.id == c.household_id)
        .outerjoin(worker, worker.c.id == c.worker_id)
        .where(c.closed_on.is_(None), which, *_joint(ward))
        .order_by(due, c.id)
    )
    return [
        Held(number, household_id, reference, area, uprn, marked is not None, due_on, name)
        for number, household_id, reference, area, uprn, marked, due_on, name in rows
    ]


def _joint(ward: str | None) -> tuple[Any, ...]:
    """A manager looks after the joint cases of their ward; a sector's own cases are its agency's."""
    own = () if ward is None else (household.c.ward == ward,)
    return (case.c.scope == JOINT, *own)


def _counted(conn: Connection, which: ColumnElement[bool]) -> list[tuple[int, int]]:
    query = select(case.c.worker_id, func.count()).where(which).group_by(case.c.worker_id)
    return [(number, count) for number, count in conn.execute(query)]
