"""Pull-ins and what was answered to them."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, insert, select, update

from earlyhelp.keywork.pull_ins import OPEN, Ask, Standing, may_follow
from earlyhelp.keywork.states import State
from earlyhelp.store.tables import alert, case, household, landing, pull_in, pull_in_reply, worker


@dataclass(frozen=True, slots=True)
class Reply:
    """One thing that was said to a pull-in, by whom, on which day."""

    day: date
    what: Standing
    words: str
    by: str


@dataclass(frozen=True, slots=True)
class PullIn:
    """One pull-in, with everything that was said to it, the oldest first."""

    id: int
    reference: str
    case_id: int
    household_id: int
    ward: str
    name: str
    agency: str | None
    ground: str
    question: str
    facts: tuple[Mapping[str, str], ...]
    with_words: bool
    asked_on: date
    answer_by: date
    standing: Standing
    asked_by: str
    worker_id: int | None
    replies: tuple[Reply, ...] = ()


def ask(
    conn: Connection,
    case_id: int,
    worker_id: int,
    made: Ask,
    ground: str,
    *,
    agency: str | None,
    service: str | None,
    day: date,
) -> None:
    """Write that somebody is asked, with exactly the facts that are shared: once, however often sent."""
    same = select(pull_in.c.id).where(
        pull_in.c.case_id == case_id,
        pull_in.c.name == made.name,
        pull_in.c.asked_on == day,
        pull_in.c.question == made.question.strip(),
    )
    if conn.execute(same).first():
        return
    facts = [{"words": fact.words, "source": fact.source} for fact in made.facts]
    conn.execute(
        insert(pull_in).values(
            reference=secrets.token_hex(6).upper(), case_id=case_id, asked_by=worker_id, asked_on=day,
            agency=agency, sector=made.sector and made.sector.value, service=service, name=made.name,
            ground=ground, question=made.question.strip(), facts=facts, with_words=made.with_words,
            answer_by=made.answer_by, state=Standing.ASKED.value, state_on=day,
        )
    )  # fmt: skip


def reply(conn: Connection, about: PullIn, what: Standing, words: str, worker_id: int, day: date) -> bool:
    """Write what was said; False when that may not be said now. The key worker gets an alert of an answer.

    Whoever joins is the expert from then on; whoever answers without joining is too.
    """
    if not may_follow(about.standing, what):
        return False
    values: dict[str, Any] = {"state": what.value, "state_on": day}
    if about.agency is not None and what is not Standing.CALLED_OFF:
        values["worker_id"] = worker_id
    conn.execute(update(pull_in).where(pull_in.c.id == about.id).values(values))
    conn.execute(
        insert(pull_in_reply).values(
            pull_in_id=about.id, day=day, what=what.value, words=words.strip(), worker_id=worker_id
        )
    )
    if what in (Standing.ANSWERED, Standing.DECLINED):
        _tell_key_worker(conn, about.case_id, worker_id, day)
    return True


def back_to_key_worker(conn: Connection, case_id: int, day: date) -> None:
    """Once nobody owes an answer any more, a case that waited is the key worker's move again."""
    if not any(one.standing in OPEN for one in of_case(conn, case_id)):
        conn.execute(
            update(case).where(case.c.id == case_id, case.c.state == State.WAITING.value).values(due_on=day)
        )


def of_case(conn: Connection, case_id: int) -> list[PullIn]:
    """The pull-ins of a case, the newest first."""
    return _read(conn, _query().where(pull_in.c.case_id == case_id))


def by_reference(conn: Connection, reference: str) -> PullIn | None:
    """The pull-in with that reference, if its case is open."""
    found = _read(conn, _query().where(pull_in.c.reference == reference, case.c.closed_on.is_(None)))
    return found[0] if found else None


def asked_of(conn: Connection, agency: str, worker_id: int, *, trained: bool) -> list[PullIn]:
    """What an agency's worker may see: what nobody has taken up yet, and what they took up themselves.

    Restricted households are only for the trained.
    """
    query = _query().where(
        pull_in.c.agency == agency,
        pull_in.c.state != Standing.CALLED_OFF.value,
        pull_in.c.worker_id.is_(None) | (pull_in.c.worker_id == worker_id),
        case.c.closed_on.is_(None),
    )
    if not trained:
        query = query.where(household.c.restricted_from.is_(None))
    return _read(conn, query)


def services(conn: Connection, ward: str, most: int = 100) -> list[RowMapping]:
    """The directory's services that are open to people of a ward, by name."""
    s = landing["local_service"].c
    rows = conn.execute(
        select(s.agency, s.record_id, s.name, s.organisation, s.telephone, s.email, s.url, s.serves)
        .where(s.superseded_on.is_(None), s.void.is_(False))
        .where(s.status.is_(None) | (s.status == "active"))
        .order_by(s.name, s.record_id)
    ).mappings()
    return [row for row in rows if not row["serves"] or ward.lower() in row["serves"].lower()][:most]


def _query() -> Select[Any]:
    asker = worker.alias("asker")
    return (
        select(
            pull_in,
            case.c.household_id,
            household.c.ward,
            asker.c.name.label("asker"),
        )
        .join(case, case.c.id == pull_in.c.case_id)
        .join(household, household.c.id == case.c.household_id)
        .join(asker, asker.c.id == pull_in.c.asked_by)
        .order_by(pull_in.c.id.desc())
    )


def _read(conn: Connection, query: Select[Any]) -> list[PullIn]:
    rows = conn.execute(query).mappings().all()
    if not rows:
        return []
    said: dict[int, list[Reply]] = {row["id"]: [] for row in rows}
    r = pull_in_reply.c
    replies = (
        select(r.pull_in_id, r.day, r.what, r.words, worker.c.name)
        .join(worker, worker.c.id == r.worker_id)
        .where(r.pull_in_id.in_(list(said)))
        .order_by(r.id)
    )
    for number, day, what, words, by in conn.execute(replies):
        said[number].append(Reply(day, Standing(what), words, by))
    return [
        PullIn(
            id=row["id"], reference=row["reference"], case_id=row["case_id"],
            household_id=row["household_id"], ward=row["ward"], name=row["name"], agency=row["agency"],
            ground=row["ground"], question=row["question"], facts=tuple(row["facts"]),
            with_words=row["with_words"], asked_on=row["asked_on"], answer_by=row["answer_by"],
            standing=Standing(row["state"]), asked_by=row["asker"], worker_id=row["worker_id"],
            replies=tuple(said[row["id"]]),
        )
        for row in rows
    ]  # fmt: skip


def _tell_key_worker(conn: Connection, case_id: int, by: int, day: date) -> None:
    """An alert that there is something to read, once a day; whoever wrote it themselves needs none."""
    holder = conn.execute(select(case.c.worker_id).where(case.c.id == case_id)).scalar()
    line = {"worker_id": holder, "case_id": case_id, "cause": "answered", "day": day}
    known = select(alert.c.id).where(*(alert.c[name] == value for name, value in line.items()))
    if holder not in (None, by) and conn.execute(known).first() is None:
        conn.execute(insert(alert).values(**line))
