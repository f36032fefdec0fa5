"""Cases, their signals and the alerts that go with them: one transaction for each night's decisions."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Select, Table, and_, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from earlyhelp.casework.decisions import AddToCase, Ease, HandOver, OpenCase, Standing, Withdraw
from earlyhelp.casework.desks import Room
from earlyhelp.keywork.placing import HOLD_CASES
from earlyhelp.law.policy import Policy, Sector
from earlyhelp.store.casework import outbox
from earlyhelp.store.tables import case, case_event, household, signal, worker


@dataclass(frozen=True, slots=True)
class Said:
    """A finding ready to be kept: what one check says of one household, with its evidence."""

    check: str
    version: str
    sector: Sector
    factor: str
    weight: float
    since: date
    sentence: str
    would_lower: str
    facts: dict[str, float]
    evidence_kind: str
    evidence: tuple[int, ...]


def read_standing(conn: Connection) -> list[Standing]:
    """Every open case, with the checks and sectors it rests on now."""
    rows = conn.execute(
        select(
            case.c.id, case.c.household_id, household.c.ward, case.c.scope, case.c.state,
            household.c.restricted_from, worker.c.domestic_abuse_trained, signal.c.check, signal.c.sector,
            case.c.weight,
        )
        .join(household, household.c.id == case.c.household_id)
        .outerjoin(worker, worker.c.id == case.c.worker_id)
        .outerjoin(signal, and_(signal.c.case_id == case.c.id, signal.c.current))
        .where(case.c.closed_on.is_(None))
        .order_by(case.c.id)
    ).all()  # fmt: skip
    spoken: dict[int, set[tuple[str, str]]] = {row.id: set() for row in rows}
    for row in rows:
        if row.check:
            spoken[row.id].add((row.check, row.sector))
    return [
        Standing(
            case=row.id,
            household=row.household_id,
            ward=row.ward,
            scope=row.scope,
            state=row.state,
            checks=frozenset(check for check, _ in spoken[row.id]),
            sectors=frozenset(Sector(sector) for _, sector in spoken[row.id]),
            unsafe=row.restricted_from is not None and not row.domestic_abuse_trained,
            weight=row.weight,
        )
        for row in {row.id: row for row in rows}.values()
    ]


def read_cooling(conn: Connection, day: date, policy: Policy) -> dict[int, float]:
    """At what weight each lately closed household was closed. What was withdrawn unseen does not cool."""
    since = day - timedelta(weeks=policy.cool_down_weeks)
    rows = conn.execute(
        select(case.c.household_id, func.max(case.c.weight))
        .where(case.c.closed_on > since, case.c.state == "closed")
        .group_by(case.c.household_id)
    )
    return {number: weight for number, weight in rows}


def read_rooms(conn: Connection, day: date) -> list[Room]:
    """How many new cases each worker can take today: within their caseload and their week."""
    week = day - timedelta(days=7)
    taken = select(case.c.worker_id, func.count()).where(case.c.closed_on.is_(None))
    held = {number: count for number, count in conn.execute(taken.group_by(case.c.worker_id))}
    given = select(case_event.c.worker_id, func.count()).where(
        case_event.c.what == "allocated", case_event.c.day > week
    )
    lately = {number: count for number, count in conn.execute(given.group_by(case_event.c.worker_id))}
    rooms = []
    for w in conn.execute(_at_work()):
        places = min(w.caseload - held.get(w.id, 0), w.new_cases_a_week - lately.get(w.id, 0))
        sector = Sector(w.sector) if w.sector else None
        rooms.append(Room(w.id, sector, w.ward, max(places, 0), w.domestic_abuse_trained))
    return rooms


def _at_work() -> Select[Any]:
    """The workers who can be given a case."""
    return (
        select(worker).where(worker.c.role.in_(HOLD_CASES), worker.c.left_on.is_(None)).order_by(worker.c.id)
    )


def open_case(
    conn: Connection,
    made: OpenCase,
    said: Sequence[Said],
    reason: str,
    day: date,
    look_by: date,
    policy: Policy,
) -> None:
    """Write a new case with its signals, its allocation and the alert for its worker."""
    number = _insert(
        conn,
        case,
        reference=secrets.token_hex(6),
        household_id=made.household,
        scope=made.scope,
        gateway=made.gateway,
        opened_on=day,
        look_by=look_by,
        weight=made.weight,
        reason=reason,
        state="new",
        worker_id=made.worker,
    )
    _signals(conn, number, made.household, said, day)
    _event(conn, number, day, "opened", made.reason, policy, None)
    _event(conn, number, day, "allocated", "of the ward or agency, with room", policy, made.worker)
    outbox.note(conn, made.worker, number, "opened", day)


def add_to_case(
    conn: Connection,
    made: AddToCase,
    said: Sequence[Said],
    reason: str,
    day: date,
    look_by: date,
    policy: Policy,
) -> None:
    """Let new signals join an open case; a case that becomes joint changes hands and is new again."""
    _signals(conn, made.case, made.household, said, day)
    changes: dict[str, Any] = {"reason": reason}
    if made.worker is not None:
        changes |= {
            "scope": made.scope,
            "gateway": made.gateway,
            "worker_id": made.worker,
            "state": "new",
            "look_by": look_by,
        }
        _event(conn, made.case, day, "widened", made.reason, policy, None)
        _event(conn, made.case, day, "allocated", "of the ward, with room", policy, made.worker)
    else:
        _event(conn, made.case, day, "added", made.reason, policy, None)
    conn.execute(update(case).where(case.c.id == made.case).values(changes))
    holder = conn.execute(select(case.c.worker_id).where(case.c.id == made.case)).scalar_one()
    outbox.note(conn, holder, made.case, "added", day)


def say_again(
    conn: Connection, made: AddToCase, said: Sequence[Said], reason: str, day: date, policy: Policy
) -> None:
    """Let an open case rest on what still holds of it, said anew; nobody is told, for nothing is new."""
    _signals(conn, made.case, made.household, said, day)
    checks = ", ".join(sorted(one.check for one in said))
    _event(
        conn,
        made.case,
        day,
        "judged anew",
        f"what is this household's own still speaks: {checks}",
        policy,
        None,
    )
    conn.execute(update(case).where(case.c.id == made.case).values(reason=reason))


def hand_over(conn: Connection, made: HandOver, day: date, look_by: date, policy: Policy) -> None:
    """Put an open case into other hands, where it is new again."""
    _event(conn, made.case, day, "allocated", made.reason, policy, made.worker)
    conn.execute(
        update(case).where(case.c.id == made.case).values(worker_id=made.worker, state="new", look_by=look_by)
    )
    outbox.note(conn, made.worker, made.case, "handed over", day)


def ease(conn: Connection, made: Ease, day: date, policy: Policy) -> None:
    """Write that a case has eased, and what it weighs now; nobody is told for it, and nothing is closed."""
    _event(conn, made.case, day, "eased", made.reason, policy, None)
    conn.execute(update(case).where(case.c.id == made.case).values(weight=made.weight))


def withdraw(conn: Connection, made: Withdraw, day: date, policy: Policy) -> None:
    """Close a case that nobody has looked at and whose cause has cleared; its history stays."""
    _event(conn, made.case, day, "withdrawn", made.reason, policy, None)
    conn.execute(
        update(case)
        .where(case.c.id == made.case)
        .values(closed_on=day, state="withdrawn", closing=made.reason)
    )


def _signals(conn: Connection, number: int, whose: int, said: Sequence[Said], day: date) -> None:
    """Keep each finding as a signal of the case, in place of that check's last.

    A night that is run again with more agencies may say the same check's finding anew: it holds.
    """
    made = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(signal)
    for one in said:
        conn.execute(
            update(signal)
            .where(signal.c.case_id == number, signal.c.check == one.check)
            .values(current=False)
        )
        found = {
            "version": one.version, "sector": one.sector.value, "factor": one.factor, "since": one.since,
            "weight": one.weight, "sentence": one.sentence, "would_lower": one.would_lower,
            "facts": one.facts, "evidence_kind": one.evidence_kind, "evidence": list(one.evidence),
            "current": True,
        }  # fmt: skip
        new = made.values(case_id=number, household_id=whose, check=one.check, as_of=day, **found)
        conn.execute(new.on_conflict_do_update(index_elements=["case_id", "check", "as_of"], set_=found))


def _event(
    conn: Connection, number: int, day: date, what: str, why: str, policy: Policy, worker_id: int | None
) -> None:
    """A line in the history of a case."""
    conn.execute(
        insert(case_event).values(
            case_id=number, day=day, what=what, why=why, policy=policy.version, worker_id=worker_id
        )
    )


def _insert(conn: Connection, table: Table, **values: object) -> int:
    """Insert one row and give its number."""
    key = conn.execute(insert(table).values(**values)).inserted_primary_key
    assert key is not None
    return int(key[0])
