"""The outbox: what workers are to be told, written with the change that it tells of.

An alert ends in one of two ways: a message with it went out, or it was no longer true before anybody was
told. What a message did not carry to its reader goes back into the outbox.
"""

from collections.abc import Collection
from datetime import date

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    and_,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)

from earlyhelp.alerts.rules import Line
from earlyhelp.store.tables import alert, case, household, message, signal, worker

FIRST_LOOK = ("opened", "handed over", "due")
"""Causes that ask for a first look: true while nobody has looked."""
HOLDERS = ("added", "worse", "covered", "answered")
"""Causes that concern whoever holds the case: true while they do."""
DUE, OVERDUE = "due", "overdue"
NOT_CARRIED = ("failed", "unsure", "lapsed")
LOCK = 0x74656C6C
"""The number under which PostgreSQL lets one dispatcher plan at a time; SQLite has one writer anyway."""


def note(conn: Connection, worker_id: int, case_id: int, cause: str, day: date) -> None:
    """Write down that a worker is to be told, in the transaction of the change that it tells of."""
    conn.execute(insert(alert).values(worker_id=worker_id, case_id=case_id, cause=cause, day=day))


def hold(conn: Connection) -> None:
    """Let nobody else plan messages until this transaction ends."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def lapse(conn: Connection, day: date) -> int:
    """Take out what is no longer true: looked at, closed or in other hands before anybody was told."""
    true = exists().where(case.c.id == alert.c.case_id, _true(day))
    return conn.execute(
        update(alert).where(_waits(), alert.c.message_id.is_(None), ~true).values(lapsed_on=day)
    ).rowcount


def give_back(conn: Connection, day: date) -> int:
    """Put back what messages of earlier days did not carry to their readers: it is told anew."""
    lost = select(message.c.id).where(message.c.state.in_(NOT_CARRIED), message.c.day < day)
    return conn.execute(
        update(alert).where(alert.c.message_id.in_(lost)).values(message_id=None, sent_at=None, channel=None)
    ).rowcount


def remind(conn: Connection, day: date, tomorrow: date) -> None:
    """Add first looks that are due by the next working day, once, for whoever was told on an earlier day."""
    told = _before(alert.c.worker_id == case.c.worker_id, alert.c.day < day)
    reminded = _before(alert.c.worker_id == case.c.worker_id, alert.c.cause == DUE)
    _add(
        conn, DUE, day, select(case.c.worker_id, case.c.id),
        _unseen(), case.c.worker_id.is_not(None), case.c.look_by >= day, case.c.look_by <= tomorrow,
        told, ~reminded,
    )  # fmt: skip


def rise(conn: Connection, day: date) -> None:
    """Add overdue first looks for the managers of the ward, once for each day to look by.

    Whoever is late is not pinged again (ui.md 3.4): it rises.
    """
    risen = _before(alert.c.worker_id == worker.c.id, alert.c.cause == OVERDUE, alert.c.day > case.c.look_by)
    managers = (
        select(worker.c.id, case.c.id)
        .select_from(case)
        .join(household, household.c.id == case.c.household_id)
        .join(worker, _manages())
    )
    _add(conn, OVERDUE, day, managers, _unseen(), case.c.look_by < day, ~risen)


def waiting(conn: Connection, day: date, classes: Collection[str]) -> list[Line]:
    """What is still to be told, by worker; of ``classes`` only, each line says which it is of."""
    query = (
        select(alert.c.id, alert.c.worker_id, alert.c.cause)
        .join(case, case.c.id == alert.c.case_id)
        .where(_waits(), alert.c.message_id.is_(None), _true(day))
        .order_by(alert.c.id)
    )
    rows = conn.execute(query).all()
    spoke = _checks_that_spoke(conn) if classes else {}
    return [Line(id_, whose, frozenset({cause}) | spoke.get(id_, frozenset())) for id_, whose, cause in rows]


def count_waiting(conn: Connection) -> int:
    """How many alerts nobody has been told of yet."""
    return conn.execute(select(func.count()).where(_waits())).scalar_one()


def oldest_waiting(conn: Connection) -> date | None:
    """The day of the oldest alert that nobody has been told of yet."""
    found: date | None = conn.execute(select(func.min(alert.c.day)).where(_waits())).scalar_one()
    return found


def _checks_that_spoke(conn: Connection) -> dict[int, frozenset[str]]:
    """For each waiting alert the checks whose signals came with it."""
    rows = conn.execute(
        select(alert.c.id, signal.c.check)
        .join(signal, and_(signal.c.case_id == alert.c.case_id, signal.c.as_of == alert.c.day))
        .where(_waits(), alert.c.message_id.is_(None))
    )
    spoke: dict[int, frozenset[str]] = {}
    for id_, check in rows:
        spoke[id_] = spoke.get(id_, frozenset()) | {check}
    return spoke


def _waits() -> ColumnElement[bool]:
    return and_(alert.c.sent_at.is_(None), alert.c.lapsed_on.is_(None))


def _unseen() -> ColumnElement[bool]:
    return and_(case.c.closed_on.is_(None), case.c.state == "new")


def _manages() -> ColumnElement[bool]:
    """The managers of a household's ward, and of the whole city."""
    return and_(
        worker.c.role == "manager",
        worker.c.left_on.is_(None),
        or_(worker.c.ward.is_(None), worker.c.ward == household.c.ward),
    )


def _true(day: date) -> ColumnElement[bool]:
    """Whether an alert still tells of something: by its cause, on the case as it is now."""
    holds = case.c.worker_id == alert.c.worker_id
    known = (*FIRST_LOOK, *HOLDERS, OVERDUE)
    works = exists().where(worker.c.id == alert.c.worker_id, worker.c.left_on.is_(None))
    return and_(
        case.c.closed_on.is_(None),
        works,
        or_(
            and_(alert.c.cause.in_(FIRST_LOOK), holds, _unseen()),
            and_(alert.c.cause.in_(HOLDERS), holds),
            and_(alert.c.cause == OVERDUE, _unseen(), case.c.look_by < day),
            alert.c.cause.not_in(known),
        ),
    )


def _before(*where: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether there is such an alert about the case already."""
    return exists().where(alert.c.case_id == case.c.id, *where)


def _add(conn: Connection, cause: str, day: date, whom: object, *where: ColumnElement[bool]) -> None:
    """One alert for each worker and case that the query finds."""
    query = whom.add_columns(literal(cause, String), literal(day)).where(*where)  # type: ignore[attr-defined]
    conn.execute(insert(alert).from_select(["worker_id", "case_id", "cause", "day"], query))
