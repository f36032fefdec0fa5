"""Reads the registers (residences, tenancies, persons) and writes who lives where."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from zlib import crc32

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, insert, or_, select, update

from earlyhelp.linking.addresses import AN_INSTITUTION, Entry
from earlyhelp.linking.identifiers import (
    Held,
    Holder,
    Home,
    Known,
    Tenure,
)
from earlyhelp.store.tables import (
    EVENT_KINDS,
    NATIONAL,
    by_address,
    feed,
    household,
    landing,
    link,
    marker,
    register_read,
    reviewed,
    subject_of,
    written_address,
)

NOBODY_OUT: Final[Mapping[str, frozenset[str]]] = MappingProxyType({})
REGISTERS = ("residence", "tenancy", "person")
PLACED_KINDS = tuple(kind for kind, schema in EVENT_KINDS.items() if by_address(schema))
"""Kinds of events that may name a written address in place of a UPRN."""
Out = Mapping[str, frozenset[str]]
"""Of each kind of rows, the agencies whose rows no agreement lets anybody use (`store.shared`)."""


def stands(conn: Connection, out: Out) -> dict[str, int]:
    """How far everything goes that matching rests on: where nothing of it has changed, nothing is matched."""
    newest = {
        kind: conn.execute(select(func.max(landing[kind].c.id))).scalar_one() or 0
        for kind in (*REGISTERS, *PLACED_KINDS)
    }
    for name, query in _BESIDE.items():
        newest[name] = conn.execute(query).scalar_one() or 0
    kept_out = sorted((kind, agency) for kind, agencies in out.items() for agency in agencies)
    newest["kept out"] = crc32(repr(kept_out).encode())
    return newest


_BESIDE = {
    "answers": select(func.max(reviewed.c.id)),
    "markers": select(func.max(marker.c.id)),
    "restricted": select(func.count()).select_from(household).where(household.c.restricted_from.is_not(None)),
}


def stood(conn: Connection) -> dict[str, int]:
    """The same as matching last found it; empty where the registers must be read anew."""
    rows = conn.execute(select(register_read.c.kind, register_read.c.newest))
    return {kind: number for kind, number in rows}


def write_stands(conn: Connection, newest: Mapping[str, int]) -> None:
    """From now on this counts as read."""
    conn.execute(delete(register_read))
    conn.execute(insert(register_read), [{"kind": kind, "newest": number} for kind, number in newest.items()])


def read_homes(conn: Connection, out: Out = NOBODY_OUT) -> dict[str, Home]:
    """Every residence of the gazetteer by its UPRN."""
    t = landing["residence"]
    rows = conn.execute(select(t.c.uprn, t.c.usage, t.c.ward).where(current(t), *used(t, out)))
    return {uprn: Home(uprn, usage, ward) for uprn, usage, ward in rows}


def read_entries(conn: Connection, out: Out) -> list[Entry]:
    """Every residence of the gazetteer with its address."""
    t = landing["residence"]
    rows = conn.execute(
        select(t.c.uprn, t.c.usage, t.c.address, t.c.postcode).where(current(t), *used(t, out))
    )
    return [Entry(*row) for row in rows]


def read_tenures(conn: Connection, out: Out = NOBODY_OUT) -> list[Tenure]:
    """Every tenancy as it is known now."""
    t = landing["tenancy"]
    fields = (t.c.agency, t.c.account, t.c.uprn, t.c.started_on, t.c.ended_on, t.c.tenant, t.c.joint_tenant)
    return [
        Tenure(agency, account, uprn, start, end, tuple(x for x in (first, second) if x))
        for agency, account, uprn, start, end, first, second in conn.execute(
            select(*fields).where(current(t), *used(t, out))
        )
    ]


def read_people(conn: Connection, out: Out = NOBODY_OUT) -> list[Known]:
    """Everybody an agency has told us of, as they are known now; a written address stands for its UPRN."""
    t, w = landing["person"], written_address
    home, away = func.coalesce(t.c.uprn, w.c.uprn), and_(w.c.uprn.is_(None), w.c.why == AN_INSTITUTION)
    fields = (t.c.agency, t.c.record_id, t.c.nhs_number, home, t.c.known_on, w.c.sure, away)
    written = and_(t.c.uprn.is_(None), w.c.address == t.c.address)
    rows = conn.execute(select(*fields).outerjoin(w, written).where(current(t), *used(t, out)))
    return [
        Known(agency, record, nhs, uprn, since, sure if uprn else None, bool(elsewhere))
        for agency, record, nhs, uprn, since, sure, elsewhere in rows
    ]


def agencies_by_person(conn: Connection, out: Out) -> frozenset[str]:
    """The agencies whose events name a person by the agency's own number."""
    kinds = [kind for kind, schema in EVENT_KINDS.items() if schema.subject[0] == "person"]
    rows = conn.execute(select(feed.c.agency, feed.c.kind).where(feed.c.kind.in_(kinds)))
    return frozenset(agency for agency, kind in rows if agency not in out.get(kind, ()))


def used(t: Table, out: Out) -> list[ColumnElement[bool]]:
    """The condition that an agency's rows may be used."""
    return [t.c.agency.not_in(sorted(out[t.name]))] if out.get(t.name) else []


def read_held(conn: Connection) -> Held:
    """Which household each identifier was given before; of several in time, the first."""
    fields = (link.c.scheme, link.c.agency, link.c.value, link.c.household_id, household.c.formed_on)
    rows = select(*fields).join(household, household.c.id == link.c.household_id).order_by(link.c.from_on)
    held: dict[tuple[str, str, str], Holder] = {}
    for scheme, agency, value, number, formed_on in conn.execute(rows).all():
        held.setdefault((scheme, agency, value), Holder(number, formed_on))
    return held


def mark_restricted(conn: Connection) -> None:
    """Write from when a domestic-abuse marker is known; it is never taken back by software.

    A call that the police put down as domestic counts as a marker too: qualifiers are unevenly filled
    (domain.md 3.3), and to hold back too much harms less than to show too much.
    """
    t = landing["police_callout"]
    marked = (
        select(link.c.household_id, func.min(t.c.known_on))
        .join(link, about(t, "police_callout"))
        .where(or_(t.c.domestic_abuse, t.c.category == "domestic"), current(t))
        .group_by(link.c.household_id)
    )
    for number, since in conn.execute(marked).all():
        conn.execute(
            update(household)
            .where(
                household.c.id == number,
                or_(household.c.restricted_from.is_(None), household.c.restricted_from > since),
            )
            .values(restricted_from=since)
        )


def about(t: Table, kind: str) -> ColumnElement[bool]:
    """The condition that a link is about a row of that table."""
    scheme, column = subject_of(EVENT_KINDS[kind])
    return and_(
        link.c.scheme == scheme,
        link.c.value == t.c[column],
        link.c.agency == ("" if scheme in NATIONAL else t.c.agency),
        t.c.occurred_on >= link.c.from_on,
        t.c.occurred_on < link.c.to_on,
    )


def current(t: Table) -> ColumnElement[bool]:
    """The condition that a version is the latest and has not been withdrawn."""
    return and_(t.c.superseded_on.is_(None), ~t.c.void)
