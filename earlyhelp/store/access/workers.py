"""Who works here: enrolling, listing, and letting go without losing what they held."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, func, insert, select, update

from earlyhelp.keywork.states import State
from earlyhelp.store.tables import case, session, worker


@dataclass(frozen=True, slots=True)
class NewWorker:
    """Somebody to be enrolled; ``agency`` and ``sector`` for an agency's own worker alone."""

    name: str
    role: str
    email: str
    ward: str | None
    sector: str | None
    agency: str | None
    trained: bool
    caseload: int
    new_cases_a_week: int
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Somebody who is or was enrolled, with how many open cases they hold."""

    id: int
    name: str
    role: str
    ward: str | None
    agency: str | None
    email: str
    trained: bool
    left_on: date | None
    holds: int


def enrol(conn: Connection, new: NewWorker) -> int | None:
    """Enrol somebody and give their number; None when that address is enrolled already."""
    known = select(worker.c.id).where(
        func.lower(worker.c.email) == new.email.lower(), worker.c.left_on.is_(None)
    )
    if conn.execute(known).first():
        return None
    key = conn.execute(
        insert(worker).values(
            name=new.name, role=new.role, email=new.email, ward=new.ward, sector=new.sector,
            agency=new.agency, caseload=new.caseload, new_cases_a_week=new.new_cases_a_week,
            domestic_abuse_trained=new.trained, subject=new.account,
        )
    ).inserted_primary_key  # fmt: skip
    assert key is not None
    return int(key[0])


def holder_of(conn: Connection, account: str) -> int | None:
    """The number of whoever signs in with that account; None where nobody does."""
    return conn.execute(select(worker.c.id).where(worker.c.subject == account)).scalar_one_or_none()


def give_account(conn: Connection, number: int, account: str) -> bool:
    """Say with which account of the council's somebody signs in; False when nobody of that number is at work.

    Whatever sessions they have end: who signs in from now on is another.
    """
    conn.execute(delete(session).where(session.c.worker_id == number))
    at_work = (worker.c.id == number) & worker.c.left_on.is_(None)
    return conn.execute(update(worker).where(at_work).values(subject=account)).rowcount == 1


def enrolled(conn: Connection, *, every: bool = False) -> list[Enrolled]:
    """Everybody at work, by name; with ``every`` those who have left as well."""
    holds = (
        select(func.count())
        .where(case.c.worker_id == worker.c.id, case.c.closed_on.is_(None))
        .scalar_subquery()
    )
    w = worker.c
    query = select(
        w.id, w.name, w.role, w.ward, w.agency, w.email, w.domestic_abuse_trained, w.left_on, holds
    ).order_by(w.name, w.id)
    if not every:
        query = query.where(w.left_on.is_(None))
    return [Enrolled(*row) for row in conn.execute(query)]


def let_go(conn: Connection, number: int, day: date) -> int | None:
    """Somebody leaves: they are signed out for good, and what they held waits for a manager to place it.

    Gives how many cases that are; None when nobody of that number is at work. Their name stays on what they
    did and looked at.
    """
    gone = conn.execute(
        update(worker)
        .where(worker.c.id == number, worker.c.left_on.is_(None))
        .values(left_on=day, subject=None)
    ).rowcount
    if not gone:
        return None
    conn.execute(delete(session).where(session.c.worker_id == number))
    return conn.execute(
        update(case)
        .where(case.c.worker_id == number, case.c.closed_on.is_(None))
        .values(worker_id=None, state=State.NEW.value, due_on=None)
    ).rowcount
