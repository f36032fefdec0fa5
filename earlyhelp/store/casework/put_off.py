"""Cases that are to be looked at again later, and come back early when things get worse."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, insert, select, update

from earlyhelp.casework.desks import JOINT
from earlyhelp.keywork.states import State
from earlyhelp.keywork.worsening import PutOff, Woken
from earlyhelp.law.policy import Policy, Sector
from earlyhelp.store.casework import fact_checks
from earlyhelp.store.casework.decisions import note
from earlyhelp.store.tables import alert, case, decision, household, reading


def read_put_off(conn: Connection, sectors: Mapping[str, Sector]) -> list[PutOff]:
    """Every case that is to be looked at again later, with what was read then and is read now.

    ``sectors`` says whose data each check reads: a case of one sector comes back by that sector's alone.
    """
    rows = conn.execute(
        select(case.c.id, case.c.household_id, case.c.scope, household.c.restricted_from)
        .join(household, household.c.id == case.c.household_id)
        .where(case.c.state == State.LATER.value, case.c.closed_on.is_(None))
        .order_by(case.c.id)
    ).all()
    if not rows:
        return []
    then = _read_at_decision(conn, [row.id for row in rows])
    now: dict[int, dict[str, float]] = defaultdict(dict)
    heard = select(reading.c.household_id, reading.c.check, reading.c.weight).where(
        reading.c.household_id.in_([row.household_id for row in rows])
    )
    for household_id, check, weight in conn.execute(heard):
        now[household_id][check] = weight
    aside = fact_checks.set_aside(conn, [row.id for row in rows])
    found = []
    for row in rows:
        day, before = then[row.id]
        marked = row.restricted_from is not None and row.restricted_from > day
        own = {check for check, sector in sectors.items() if row.scope in (JOINT, sector)}
        own -= aside.get(row.id, set())
        found.append(PutOff(row.id, _only(own, before), _only(own, now[row.household_id]), marked=marked))
    return found


def wake(conn: Connection, woken: Iterable[Woken], day: date, look_by: date, policy: Policy) -> int:
    """Bring cases back that got worse, due at once, with an alert for whoever holds them."""
    count = 0
    for one in woken:
        what = " and ".join(check.replace("_", " ") for check in one.checks) or "a marker is known"
        note(conn, one.case, day, "woken", f"got worse: {what}", policy, None)
        holder = conn.execute(
            update(case)
            .where(case.c.id == one.case, case.c.state == State.LATER.value)
            .values(state=State.SEEN.value, due_on=look_by)
            .returning(case.c.worker_id)
        ).scalar()
        if holder is not None:
            conn.execute(insert(alert).values(worker_id=holder, case_id=one.case, cause="worse", day=day))
            count += 1
    return count


def _read_at_decision(conn: Connection, cases: Sequence[int]) -> dict[int, tuple[date, dict[str, float]]]:
    """The day of each case's last decision, and what the checks read then."""
    rows = conn.execute(
        select(decision.c.case_id, decision.c.day, decision.c.saw)
        .where(decision.c.case_id.in_(cases))
        .order_by(decision.c.id)
    )
    return {number: (day, saw["readings"]) for number, day, saw in rows}


def _only(checks: set[str], weights: Mapping[str, float]) -> dict[str, float]:
    return {check: weight for check, weight in weights.items() if check in checks}
