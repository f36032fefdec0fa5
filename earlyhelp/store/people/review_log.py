"""What reviewers have answered so far, and in what each of two records has been seen lately."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, case, func, select

from earlyhelp.sharing.visibility import LATELY
from earlyhelp.store.people.contacts import Number, Seen, Sent, seen_of
from earlyhelp.store.people.reviews import ADDRESS, PERSON, BothSides, Side, both_sides
from earlyhelp.store.tables import landing, reviewed, same_person, worker, written_address

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Past:
    """One answer that was given: the question it was about, as that stands now."""

    both: BothSides
    answer: str
    worker: str
    answered_at: datetime


def past(conn: Connection, *, trained: bool) -> list[Past]:
    """The last answer to each question, the newest first; of somebody guarded for the ``trained`` alone."""
    r, s, w = reviewed.c, same_person.c, written_address.c
    pair = (s.left_agency == r.left_agency) & (s.left_record == r.left_record)
    pair &= (s.right_agency == r.right_agency) & (s.right_record == r.right_record)
    number = case((r.kind == ADDRESS, w.id), else_=s.id)
    ends = (r.kind, r.left_agency, r.left_record, r.right_agency, r.right_record)
    last = select(func.max(r.id)).group_by(*ends)
    query = (
        select(r.kind, number.label("number"), r.answer, worker.c.name, r.answered_at)
        .join(worker, worker.c.id == r.worker_id)
        .outerjoin(same_person, pair & (r.kind == PERSON))
        .outerjoin(written_address, (w.address == r.left_record) & (r.kind == ADDRESS))
        .where(r.id.in_(last), number.is_not(None))
        .order_by(r.answered_at.desc(), r.id.desc())
        .limit(MOST_SHOWN)
    )
    told = []
    for kind, number, *said in conn.execute(query).all():
        both = both_sides(conn, f"{kind}-{number}", trained=trained)
        told += [Past(both, *said)] if both else []
    return told


def seen_lately(conn: Connection, side: Side, usable: Collection[Sent], day: date) -> list[Seen]:
    """In what one side has been seen within twelve months: kinds and days, by numbers of its own."""
    return list(seen_of(conn, _numbers(conn, side), usable, day - LATELY, day))


def _numbers(conn: Connection, side: Side) -> list[Number]:
    """The numbers by which rows name a record: its own, the NHS's, its accounts, its address."""
    t, fields = landing["tenancy"].c, side.fields
    if "usage" in fields:
        return [("uprn", "", side.record)]
    held = (t.tenant == side.record) | (t.joint_tenant == side.record)
    mine = (t.agency == side.agency, held, t.superseded_on.is_(None), t.void.is_(False))
    query = select(t.account, t.uprn).where(*mine).distinct().order_by(t.account)
    found = [("person", side.agency, side.record)]
    for account, uprn in conn.execute(query):
        found += [("account", side.agency, account), ("uprn", "", uprn)]
    found += [("nhs_number", "", fields["nhs_number"])] if fields.get("nhs_number") else []
    return found + [("uprn", "", fields[name]) for name in ("uprn", "address") if fields.get(name)]
