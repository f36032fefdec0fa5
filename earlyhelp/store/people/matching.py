"""What matching by likeness keeps: what addresses mean, pairs with their evidence, and reviewers' answers."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, and_, delete, exists, func, insert, or_, select, update

from earlyhelp.linking.identifiers import Known
from earlyhelp.linking.joining import Both, Evidence, Key, Outcome, Who, both
from earlyhelp.linking.learnt import NAMES, PART, Learnt
from earlyhelp.linking.learnt import known as as_learnt
from earlyhelp.linking.model import Model
from earlyhelp.linking.placing import APART
from earlyhelp.store.people.registers import PLACED_KINDS, Out, current, used
from earlyhelp.store.tables import (
    compared,
    household,
    landing,
    likeness,
    marker,
    member,
    register_read,
    reviewed,
    same_person,
    written_address,
)

if TYPE_CHECKING:
    import pyarrow

AT_ONCE = 50_000
FEW = 500
"""Values in one statement."""


def answers_about_people(conn: Connection) -> dict[Both, str]:
    """What was last said of each pair of records."""
    r = reviewed.c
    fields = (r.left_agency, r.left_record, r.right_agency, r.right_record, r.answer)
    rows = conn.execute(select(*fields).where(r.kind == "person").order_by(r.id))
    return {both((a, b), (c, d)): answer for a, b, c, d, answer in rows}


def marked(conn: Connection) -> set[Key]:
    """Records with a domestic-abuse marker, and everybody who lives where one is known."""
    m, b = marker.c, member.c
    restricted = select(b.agency, b.record_id).join(household, household.c.id == b.household_id)
    rows = [
        *conn.execute(select(m.agency, m.record_id)),
        *conn.execute(restricted.where(household.c.restricted_from.is_not(None))),
    ]
    return {(agency, record) for agency, record in rows}


def lived(conn: Connection) -> dict[Key, str]:
    """Where everybody lives, as it stands: the home of their household."""
    b = member.c
    rows = select(b.agency, b.record_id, household.c.uprn).join(household, household.c.id == b.household_id)
    return {(agency, record): uprn for agency, record, uprn in conn.execute(rows.order_by(b.to_on, b.id))}


def who_are(conn: Connection, keys: Collection[Key], out: Out) -> dict[Key, Who]:
    """What tells these people apart; whoever may not be used is nobody."""
    t, mine = landing["person"].c, (current(landing["person"]), *used(landing["person"], out))
    fields = (t.agency, t.record_id, t.forename, t.surname, t.date_of_birth, t.nhs_number)
    told: dict[Key, Who] = {}
    records = sorted({record for _, record in keys})
    for at in range(0, len(records), FEW):
        here = t.record_id.in_(records[at : at + FEW])
        for agency, record, *rest in conn.execute(select(*fields).where(here, *mine)):
            if (agency, record) in keys:
                told[agency, record] = Who(*rest)
    return told


def evidence_kept(conn: Connection) -> list[Evidence]:
    """What likeness found before, of pairs whose records have not changed since."""
    s = same_person.c
    rows = select(
        s.left_agency, s.left_record, s.right_agency, s.right_record, s.probability, s.weight, s.why, s.model
    )
    return [
        Evidence(((a, b), (c, d)), probability, weight, why, model)
        for a, b, c, d, probability, weight, why, model in conn.execute(rows.where(s.model.like("%/%")))
    ]


def keep_outcomes(
    conn: Connection, evidence: Iterable[Evidence], outcomes: Iterable[Outcome], day: date
) -> None:
    """Make the table of pairs say what is known and made of each, touching only what differs."""
    wanted = {one.both: Outcome(one, APART, "no agency tells where either lives") for one in evidence}
    wanted |= {one.evidence.both: one for one in outcomes}
    s = same_person
    fields = ("probability", "weight", "why", "model", "decision", "because")
    there: dict[Both, tuple[int, tuple[Any, ...]]] = {}
    ends = (s.c.left_agency, s.c.left_record, s.c.right_agency, s.c.right_record)
    for number, a, b, c, d, *told in conn.execute(select(s.c.id, *ends, *(s.c[name] for name in fields))):
        there[(a, b), (c, d)] = (number, tuple(told))
    gone = [number for pair, (number, _) in there.items() if pair not in wanted]
    for at in range(0, len(gone), FEW):
        conn.execute(delete(s).where(s.c.id.in_(gone[at : at + FEW])))
    new = []
    for pair, one in sorted(wanted.items()):
        e = one.evidence
        said = (e.probability, e.weight, e.why, e.model, one.decision, one.because[:120])
        if pair not in there:
            left, right = pair
            new.append(
                {"left_agency": left[0], "left_record": left[1], "right_agency": right[0],
                 "right_record": right[1], "made_on": day, **dict(zip(fields, said, strict=True))}
            )  # fmt: skip
        elif there[pair][1] != said:
            changed = dict(zip(fields, said, strict=True))
            conn.execute(update(s).where(s.c.id == there[pair][0]).values(made_on=day, **changed))
    if new:
        conn.execute(insert(s), new)


def learnt(conn: Connection, model: Model) -> tuple[Learnt, int] | None:
    """What likeness weighs, and up to which row everybody was compared by it; None: it is to be learnt."""
    row = conn.execute(select(likeness).order_by(likeness.c.id.desc()).limit(1)).one_or_none()
    told = as_learnt(model, row.model, row.records, row.learnt) if row else None
    return (told, int(row.newest)) if row and told else None


def next_version(conn: Connection, model: Model) -> str:
    """What the next learning is called."""
    return (
        f"{model.version}/{conn.execute(select(func.coalesce(func.max(likeness.c.id), 0))).scalar_one() + 1}"
    )


def keep_learnt(conn: Connection, made: Learnt, day: date) -> None:
    """Keep what was learnt; what was learnt before stays, for links say by which they were made."""
    row = {"model": made.model, "made_on": day, "records": made.records, "newest": 0}
    conn.execute(insert(likeness).values(**row, learnt=json.loads(json.dumps(made.document()))))


def compared_before(conn: Connection) -> set[Key]:
    """Whoever had no home of their own and was compared with everybody there was."""
    return {
        (agency, record) for agency, record in conn.execute(select(compared.c.agency, compared.c.record_id))
    }


def keep_compared(conn: Connection, keys: Collection[Key], before: Collection[Key]) -> None:
    """From now on these have been compared with everybody there is."""
    newest = conn.execute(select(func.coalesce(func.max(landing["person"].c.id), 0))).scalar_one()
    last = select(func.max(likeness.c.id)).scalar_subquery()
    conn.execute(update(likeness).where(likeness.c.id == last).values(newest=newest))
    c = compared.c
    for agency, record in sorted({*before} - {*keys}):
        conn.execute(delete(compared).where(c.agency == agency, c.record_id == record))
    new = [{"agency": agency, "record_id": record} for agency, record in sorted({*keys} - {*before})]
    if new:
        conn.execute(insert(compared), new)


def newer(conn: Connection, newest: int) -> set[Key]:
    """Records of which a row has come since: new, changed or withdrawn."""
    t = landing["person"].c
    rows = conn.execute(select(t.agency, t.record_id).where(t.id > newest).distinct())
    return {(agency, record) for agency, record in rows}


def person_tables(conn: Connection, out: Out, homes: Mapping[Key, str]) -> Iterator["pyarrow.Table"]:
    """Everybody as they are compared, some thousands at a time; ``homes`` are those that a tenancy tells of.

    Whoever is known by a UPRN has the address of the gazetteer beside it, so that a written one is like it.
    """
    import pyarrow

    t, w, r = landing["person"], written_address, landing["residence"]
    addresses = {
        uprn: (address, postcode)
        for uprn, address, postcode in conn.execute(
            select(r.c.uprn, r.c.address, r.c.postcode).where(current(r), *used(r, out))
        )
    }
    fields = (
        t.c.agency, t.c.record_id, t.c.forename, t.c.surname, t.c.former_surname, t.c.date_of_birth,
        t.c.sex, t.c.nhs_number, func.coalesce(t.c.uprn, w.c.uprn), t.c.address,
    )  # fmt: skip
    placed = and_(t.c.uprn.is_(None), w.c.address == t.c.address)
    rows = conn.execute(
        select(*fields).outerjoin(w, placed).where(current(t), *used(t, out)).order_by(t.c.id)
    )
    kind = pyarrow.string()
    for some in rows.partitions(AT_ONCE):
        told: list[tuple[Any, ...]] = []
        for agency, record, first, last, former, born, sex, nhs, uprn, address in some:
            home = uprn or homes.get((agency, record))
            where = addresses.get(home, (address, None)) if home else (address, None)
            names = (f"{agency}{PART}{record}", first, last, former)
            told.append((*names, born and born.isoformat(), sex, nhs, home, *where))
        columns = [pyarrow.array(column, kind) for column in zip(*told, strict=True)]
        yield pyarrow.table(columns, names=list(NAMES.values()))


def forget_person(conn: Connection, agency: str, record: str) -> int:
    """Nothing of what was made of somebody's record stays, nor what was answered about it."""
    ends = ("left", "right")
    done = 0
    for table in (same_person, reviewed):
        mine = or_(
            *(and_(table.c[f"{end}_agency"] == agency, table.c[f"{end}_record"] == record) for end in ends)
        )
        done += conn.execute(delete(table).where(mine)).rowcount
    c = compared.c
    conn.execute(delete(compared).where(c.agency == agency, c.record_id == record))
    rewind(conn)
    return done


def forget_gone(conn: Connection, *, dry_run: bool) -> int:
    """Answers about records and addresses of which no row is left go with them; returns how many."""
    r, p = reviewed.c, landing["person"].c
    ends = ((r.left_agency, r.left_record), (r.right_agency, r.right_record))
    nobody = or_(*(~exists().where(p.agency == agency, p.record_id == record) for agency, record in ends))
    borne = [exists().where(landing[kind].c.address == r.left_record) for kind in (*PLACED_KINDS, "person")]
    gone = or_(and_(r.kind == "person", nobody), and_(r.kind == "address", ~or_(*borne)))
    if dry_run:
        return int(conn.execute(select(func.count()).select_from(reviewed).where(gone)).scalar_one())
    done = conn.execute(delete(reviewed).where(gone)).rowcount
    if done:  # SQLite gives the last number anew, and whoever answers next is to be heard
        conn.execute(delete(register_read).where(register_read.c.kind == "answers"))
    return done


def rewind(conn: Connection) -> None:
    """Rows were deleted: SQLite gives the number of the last one anew, and that one is to be compared."""
    newest = conn.execute(select(func.coalesce(func.max(landing["person"].c.id), 0))).scalar_one()
    conn.execute(update(likeness).where(likeness.c.newest > newest).values(newest=newest))


def asked_for(lost: Iterable[Known], by_person: Collection[str]) -> dict[Key, Known]:
    """Those lost people to whom rows could lead: no others are compared with anybody."""
    return {(one.agency, one.record_id): one for one in lost if one.nhs_number or one.agency in by_person}
