"""What rested on a match that did not hold: signals set aside, and which cases and alerts those were."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, insert, select, update

from earlyhelp.law.policy import Policy
from earlyhelp.store.people.registers import about, current
from earlyhelp.store.tables import alert, case, case_event, household, landing, link, signal
from earlyhelp.store.tables import undone as record

AT_ONCE = 500
NOT_THEIRS = "{} of the rows that it rested on {} not lead to this household: {} set aside."
LEFT = "Some of what it rested on does not lead to this household, and was set aside."
WHAT = "match undone"


@dataclass(frozen=True, slots=True)
class Undone:
    """One case that rested on rows of another household.

    ``checks`` are those whose signals were set aside, ``rows`` how many rows were not theirs, ``alerts`` how
    many alerts had been raised on it by then and ``sent`` how many of them workers had been sent. ``became``
    is what became of the case, as of now: withdrawn, closed, eased or kept.
    """

    case: str
    household: str
    day: date
    checks: tuple[str, ...]
    rows: int
    alerts: int
    sent: int
    became: str
    restricted: bool
    """A domestic-abuse marker is known there: only whoever is trained for it is told."""


def undone(conn: Connection, limit: int = 100) -> list[Undone]:
    """The cases that rested on a match that did not hold, the newest first."""
    u = record.c
    eased = (
        select(func.count())
        .where(case_event.c.case_id == case.c.id, case_event.c.what == "eased", case_event.c.day >= u.day)
        .scalar_subquery()
    )
    fields = (
        case.c.reference,
        household.c.reference,
        u.day,
        u.checks,
        u.rows,
        u.alerts,
        u.sent,
        case.c.state,
        eased,
        household.c.restricted_from,
    )
    query = select(*fields).join(case, case.c.id == u.case_id)
    query = query.join(household, household.c.id == case.c.household_id).order_by(u.id.desc()).limit(limit)
    return [
        Undone(
            ours, theirs, day, tuple(checks), rows, len(alerts), sent,
            state if state in ("withdrawn", "closed") else "eased" if times else "kept", since is not None,
        )
        for ours, theirs, day, checks, rows, alerts, sent, state, times, since in conn.execute(query)
    ]  # fmt: skip


def count(conn: Connection) -> int:
    """How many there are."""
    return int(conn.execute(select(func.count()).select_from(record)).scalar_one())


def undone_on(conn: Connection, day: date) -> set[int]:
    """The households of cases of which that came out on that day."""
    rows = select(case.c.household_id).join(record, record.c.case_id == case.c.id).where(record.c.day == day)
    return set(conn.execute(rows).scalars())


def set_aside(conn: Connection, households: Collection[int], day: date, policy: Policy) -> int:
    """Set aside every signal of those households that rests on a row which leads elsewhere now.

    The case stays and its history says why; of closed cases too it is written down which they were. Rows that
    are no longer there at all (their time was up) prove nothing. Returns how many cases that were.
    """
    mine: dict[int, list[tuple[int, str, int]]] = {}
    for at in range(0, len(told := sorted(households)), AT_ONCE):
        some = select(signal).where(signal.c.household_id.in_(told[at : at + AT_ONCE]), signal.c.current)
        for one in conn.execute(some.order_by(signal.c.id)).mappings().all():
            gone = _elsewhere(conn, one["household_id"], one["evidence_kind"], one["evidence"])
            if gone:
                mine.setdefault(one["case_id"], []).append((one["id"], one["check"], gone))
    for number, signals in mine.items():
        _set_aside(conn, number, signals, day, policy)
    return len(mine)


def _elsewhere(conn: Connection, whose: int, kind: str, rows: Sequence[int]) -> int:
    """How many of those rows are there and lead to another household or to none."""
    t = landing[kind]
    ids = t.c.id.in_([int(row) for row in rows])
    theirs = select(t.c.id).join(link, about(t, kind)).where(ids, link.c.household_id == whose)
    there = conn.execute(select(func.count()).select_from(t).where(ids, current(t))).scalar_one()
    ours = conn.execute(select(func.count(theirs.where(current(t)).subquery().c.id.distinct()))).scalar_one()
    return int(there - ours)


def _set_aside(
    conn: Connection, number: int, signals: Sequence[tuple[int, str, int]], day: date, policy: Policy
) -> None:
    """Take those signals out of one case, and write down what had been told on them."""
    conn.execute(update(signal).where(signal.c.id.in_([one for one, _, _ in signals])).values(current=False))
    checks, rows = sorted({check for _, check, _ in signals}), sum(count for _, _, count in signals)
    state = conn.execute(select(case.c.closed_on).where(case.c.id == number)).scalar_one()
    if state is None:
        left = select(signal.c.sentence).where(signal.c.case_id == number, signal.c.current)
        sentences = list(conn.execute(left.order_by(signal.c.weight.desc(), signal.c.id).limit(3)).scalars())
        conn.execute(update(case).where(case.c.id == number).values(reason=" ".join([*sentences, LEFT])))
    why = NOT_THEIRS.format(rows, "does" if rows == 1 else "do", ", ".join(checks))
    event = {"case_id": number, "day": day, "what": WHAT, "why": why, "policy": policy.version}
    there = select(case_event.c.id).where(
        *(case_event.c[name] == event[name] for name in ("case_id", "day", "why"))
    )
    if conn.execute(there).first() is None:
        conn.execute(insert(case_event).values(event))
    told = conn.execute(
        select(alert.c.id, alert.c.sent_at).where(alert.c.case_id == number).order_by(alert.c.id)
    ).all()
    said = {"checks": checks, "rows": rows, "alerts": [one.id for one in told],
            "sent": sum(one.sent_at is not None for one in told)}  # fmt: skip
    this = (record.c.case_id == number, record.c.day == day)
    before = conn.execute(select(record).where(*this)).mappings().one_or_none()
    if before is None:
        conn.execute(insert(record).values(case_id=number, day=day, **said))
        return
    said |= {"checks": sorted({*before["checks"], *checks}), "rows": before["rows"] + rows}
    conn.execute(update(record).where(*this).values(said))
