"""Finding one of your households by name, address or reference; the words asked for stand in no address."""

from dataclasses import dataclass
from typing import Any

from fastapi.responses import Response
from sqlalchemy import ColumnElement, Select, func, or_, select

from earlyhelp.casework.desks import JOINT
from earlyhelp.store.tables import case, household, landing, member
from earlyhelp.web.desk import Desk, Visit
from earlyhelp.web.shown.case_list import RESTRICTED_TITLE, theirs
from earlyhelp.web.shown.reading import titles

MOST_FOUND = 30
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """One household that was found, by the name it has on the list."""

    reference: str
    title: str
    ward: str


def form(desk: Desk, visit: Visit) -> Response:
    """The question."""
    return desk.page("search.html", visit, asked="", hits=None, more=False)


def search(desk: Desk, visit: Visit) -> Response:
    """The open cases among this reader's own that answer to the words; nobody else's are looked through."""
    asked = " ".join(visit.form.get("asked", "").split())[:80]
    if len(asked) < SHORTEST:
        return desk.page("search.html", visit, status=422, asked=asked, hits=None, more=False, problem=True)
    rows = visit.conn.execute(_query(desk, visit, asked)).mappings().all()
    named = [row for row in rows if not row["restricted_from"]]
    names = titles(visit.conn, named, visit.signed_in, desk.sources, visit.today)
    hits = [
        Hit(row["reference"], names.get(row["household_id"], RESTRICTED_TITLE), row["ward"]) for row in rows
    ]
    more = len(hits) > MOST_FOUND
    return desk.page("search.html", visit, asked=asked, hits=hits[:MOST_FOUND], more=more)


def _query(desk: Desk, visit: Visit, asked: str) -> Select[Any]:
    """Their cases whose household's reference, address or somebody's name has every one of the words."""
    who = visit.signed_in
    words = asked.lower().split()
    agencies = desk.sources.agencies(who.sectors(who.sector or JOINT))
    p, r = landing["person"].c, landing["residence"].c
    somebody = (
        select(member.c.household_id)
        .join(landing["person"], (p.agency == member.c.agency) & (p.record_id == member.c.record_id))
        .where(member.c.from_on <= visit.today, member.c.to_on > visit.today)
        .where(p.superseded_on.is_(None), p.void.is_(False), p.agency.in_(agencies))
        .where(*(_holds(p.forename + " " + p.surname, word) for word in words))
    )
    somewhere = select(r.uprn).where(
        r.superseded_on.is_(None), r.void.is_(False),
        *(_holds(r.address + " " + func.coalesce(r.postcode, ""), word) for word in words),
    )  # fmt: skip
    h = household.c
    found = or_(func.lower(h.reference) == asked.lower(), h.id.in_(somebody), h.uprn.in_(somewhere))
    return (
        select(h.id.label("household_id"), h.reference, h.ward, h.uprn, h.restricted_from, case.c.scope)
        .join(case, case.c.household_id == h.id)
        .where(case.c.closed_on.is_(None), *theirs(who), found)
        .order_by(h.id)
        .limit(MOST_FOUND + 1)
    )


def _holds(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    return func.lower(column).contains(word, autoescape=True)
