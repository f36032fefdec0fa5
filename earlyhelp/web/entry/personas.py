"""The invented workers that the demo signs people in as; nothing of it runs outside the demo."""

from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, func, select

from earlyhelp.store.tables import case, worker
from earlyhelp.web.words import ROLES, many, plain


@dataclass(frozen=True, slots=True)
class Persona:
    """An invented worker to sign in as."""

    id: int
    name: str
    hint: str


def personas(conn: Connection) -> list[Persona]:
    """Every worker of the demo: one of each kind first, key workers before others, the busiest first."""
    new = func.count(case.c.id).filter(case.c.state == "new")
    query = (
        select(worker, func.count(case.c.id).label("cases"), new.label("new"))
        .outerjoin(case, (case.c.worker_id == worker.c.id) & case.c.closed_on.is_(None))
        .where(worker.c.left_on.is_(None))
        .group_by(worker.c.id)
        .order_by(new.desc(), worker.c.id)
    )
    rows = conn.execute(query).mappings().all()
    first = {row["id"] for row in {_kind(row): row for row in reversed(rows)}.values()}
    ordered = sorted(rows, key=lambda row: (row["id"] not in first, row["role"] != "key_worker"))
    return [Persona(row["id"], row["name"], _hint(row)) for row in ordered]


def _kind(row: RowMapping) -> tuple[object, ...]:
    return row["role"], row["sector"], row["domestic_abuse_trained"]


def _hint(row: RowMapping) -> str:
    role = ROLES.get(row["role"], plain(row["role"]))
    place = row["ward"] or "the whole city"
    sector = f" for {row['sector']}" if row["role"] == "agency_worker" and row["sector"] else ""
    instead = {"manager": "sees an outline of each case", "reviewer": "decides who is who, and sees no cases"}
    held = instead.get(
        row["role"], f"{many(row['cases'], 'case')}, {row['new']} to look at" if row["cases"] else "no cases"
    )
    trained = "; trained in domestic abuse" if row["domestic_abuse_trained"] else ""
    return f"{role}{sector}, {place}: {held}{trained}"
