"""Facts that a worker marked as wrong: asked of the agency's data owner, and set aside meanwhile."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from earlyhelp.store.tables import case, fact_check, landing, signal, worker

OPEN, RIGHT, WRONG = "open", "right", "wrong"
ASIDE = (OPEN, WRONG)
"""A fact that is being checked is not relied on, nor one that its agency says is wrong."""


@dataclass(frozen=True, slots=True)
class FactCheck:
    """One marked fact: which landed row, why somebody thinks it wrong, and what its agency says."""

    id: int
    reference: str
    case_id: int
    household_id: int
    kind: str
    row: int
    agency: str
    why: str
    marked_on: date
    marked_by: str
    state: str
    reply: str | None


def mark(conn: Connection, case_id: int, kind: str, row: int, why: str, worker_id: int, day: date) -> None:
    """Mark a landed row as wrong; while it is being checked, marking it again changes nothing."""
    known = select(fact_check.c.id).where(
        fact_check.c.kind == kind, fact_check.c.row == row, fact_check.c.state.in_(ASIDE)
    )
    agency = conn.execute(select(landing[kind].c.agency).where(landing[kind].c.id == row)).scalar()
    if agency is None or conn.execute(known.where(fact_check.c.case_id == case_id)).first():
        return
    conn.execute(
        insert(fact_check).values(
            reference=secrets.token_hex(6).upper(), case_id=case_id, kind=kind, row=row, agency=agency,
            why=why.strip(), marked_by=worker_id, marked_on=day, state=OPEN, state_on=day,
        )
    )  # fmt: skip


def answer(conn: Connection, about: FactCheck, state: str, reply: str, worker_id: int, day: date) -> None:
    """What the agency's data owner says: it is right, or it is wrong and will be corrected at its source."""
    conn.execute(
        update(fact_check)
        .where(fact_check.c.id == about.id, fact_check.c.state == OPEN)
        .values(state=state, state_on=day, reply=reply.strip(), answered_by=worker_id)
    )


def of_case(conn: Connection, case_id: int) -> list[FactCheck]:
    """The marked facts of a case, the newest first."""
    return [FactCheck(*row) for row in conn.execute(_query().where(fact_check.c.case_id == case_id))]


def by_reference(conn: Connection, reference: str) -> FactCheck | None:
    """The marked fact of that reference."""
    row = conn.execute(_query().where(fact_check.c.reference == reference)).one_or_none()
    return FactCheck(*row) if row else None


def asked_of(conn: Connection, agency: str) -> list[FactCheck]:
    """What waits for an agency's data owner, the oldest first."""
    query = _query().where(fact_check.c.agency == agency, fact_check.c.state == OPEN)
    return [FactCheck(*row) for row in conn.execute(query)][::-1]


def set_aside(conn: Connection, cases: Collection[int]) -> dict[int, set[str]]:
    """For each of these cases the checks whose current signal rests on a fact that is not relied on."""
    marked: dict[int, set[tuple[str, int]]] = {}
    f, s = fact_check.c, signal.c
    for number, kind, row in conn.execute(
        select(f.case_id, f.kind, f.row).where(f.case_id.in_(cases), f.state.in_(ASIDE))
    ):
        marked.setdefault(number, set()).add((kind, row))
    found: dict[int, set[str]] = {}
    if not marked:
        return found
    rows = select(s.case_id, s.check, s.evidence_kind, s.evidence).where(
        s.case_id.in_(list(marked)), s.current
    )
    for number, check, kind, evidence in conn.execute(rows):
        if any((kind, int(row)) in marked[number] for row in evidence):
            found.setdefault(number, set()).add(check)
    return found


def _query() -> Select[Any]:
    f = fact_check.c
    return (
        select(
            f.id, f.reference, f.case_id, case.c.household_id, f.kind, f.row, f.agency, f.why, f.marked_on,
            worker.c.name, f.state, f.reply,
        )
        .join(case, case.c.id == f.case_id)
        .join(worker, worker.c.id == f.marked_by)
        .order_by(f.id.desc())
    )  # fmt: skip
