"""What follows from taking a match back, told before anybody does it; it reads, and changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, false, func, or_, select

from earlyhelp.store.people.contacts import Seen
from earlyhelp.store.people.registers import about
from earlyhelp.store.people.reviews import ADDRESS, BothSides, Side
from earlyhelp.store.tables import EVENT_KINDS, alert, case, household, landing, link, signal, worker

BY_LIKENESS = ("likeness", "number", "review", "written address")
"""The rules of links that rest on an answer that can be taken back, and on no identifier that agrees."""


@dataclass(frozen=True, slots=True)
class Told:
    """An alert that had been sent on it: to whom, and when."""

    worker: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Follows:
    """What one household loses: records by kind and agency with their days, signals, cases, alerts sent.

    ``signals`` and ``cases`` count those of open cases that
    rest on such a record.
    """

    reference: str
    leaving: Sequence[Seen]
    signals: int
    cases: int
    alerts: Sequence[Told]


def follows(conn: Connection, both: BothSides) -> list[Follows]:
    """What each household of the two sides would lose if the match did not hold."""
    homes = sorted({side.household for side in (both.left, both.right) if side.household is not None})
    return [found for number in homes if (found := _of(conn, number, both)) is not None]


def _of(conn: Connection, number: int, both: BothSides) -> Follows | None:
    ours = (link.c.household_id == number) & link.c.rule.in_(BY_LIKENESS) & _theirs(conn, both)
    ids = list(conn.execute(select(link.c.id).where(ours)).scalars())
    if not ids:
        return None
    leaving = [found for kind in sorted(EVENT_KINDS) for found in _leaving(conn, kind, ids)]
    resting = [
        row for row in _signals(conn, number) if _rests(conn, row["evidence_kind"], row["evidence"], ids)
    ]
    cases = sorted({row["case_id"] for row in resting})
    told = (
        select(worker.c.name, alert.c.sent_at)
        .join(worker, worker.c.id == alert.c.worker_id)
        .where(alert.c.case_id.in_(cases), alert.c.sent_at.is_not(None))
        .order_by(alert.c.sent_at, worker.c.name)
    )
    name = conn.execute(select(household.c.reference).where(household.c.id == number)).scalar_one()
    alerts = [Told(*row) for row in conn.execute(told)]
    return Follows(name, leaving, len(resting), len(cases), alerts)


def _theirs(conn: Connection, both: BothSides) -> ColumnElement[bool]:
    """The links of either side's own numbers, or of a written address and whoever gave it as theirs."""
    p = landing["person"].c
    if both.question.kind == ADDRESS:
        text = both.left.fields["address"]
        gave = select(p.agency, p.record_id, p.nhs_number).where(p.address == text, p.superseded_on.is_(None))
        people = [(row.agency, row.record_id, row.nhs_number) for row in conn.execute(gave)]
        written: ColumnElement[bool] = (link.c.scheme == "uprn") & (link.c.value == text)
    else:
        people, written = [_person(side) for side in (both.left, both.right)], false()
    numbers = [number for _, _, number in people if number]
    own = (
        and_(link.c.scheme == "person", link.c.agency == agency, link.c.value == record)
        for agency, record, _ in people
    )
    return or_(written, and_(link.c.scheme == "nhs_number", link.c.value.in_(numbers)), *own)


def _person(side: Side) -> tuple[str, str, str | None]:
    return side.agency, side.record, side.fields.get("nhs_number")


def _leaving(conn: Connection, kind: str, ids: Sequence[int]) -> list[Seen]:
    t = landing[kind]
    query = (
        select(t.c.agency, func.min(t.c.occurred_on), func.max(t.c.occurred_on))
        .join(link, about(t, kind))
        .where(link.c.id.in_(ids), t.c.superseded_on.is_(None), t.c.void.is_(False))
        .group_by(t.c.agency)
        .order_by(t.c.agency)
    )
    return [Seen(kind, *row) for row in conn.execute(query)]


def _signals(conn: Connection, number: int) -> Sequence[Any]:
    """What stands in the open cases of a household."""
    query = (
        select(signal.c.case_id, signal.c.evidence_kind, signal.c.evidence)
        .join(case, case.c.id == signal.c.case_id)
        .where(signal.c.household_id == number, signal.c.current, case.c.closed_on.is_(None))
    )
    return conn.execute(query).mappings().all()


def _rests(conn: Connection, kind: str, rows: Sequence[int], ids: Sequence[int]) -> bool:
    """Whether any of those rows leads here by one of these links."""
    t = landing[kind]
    found = select(t.c.id).join(link, about(t, kind)).where(t.c.id.in_([int(r) for r in rows]))
    return conn.execute(found.where(link.c.id.in_(ids)).limit(1)).first() is not None
