"""Reads the registers (residences, tenancies, persons) and writes who lives where."""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, insert, or_, select, update

from earlyhelp.linking.identifiers import (
    NO_REFERENCE,
    NOT_SEEN,
    UNKNOWN,
    WHY_NOT,
    Held,
    Holder,
    Home,
    Known,
    Matched,
    Tenure,
)
from earlyhelp.store.tables import (
    EVENT_KINDS,
    NATIONAL,
    household,
    landing,
    link,
    member,
    register_read,
    subject_of,
    unmatched,
)

REGISTERS = ("residence", "tenancy", "person")


def registers_changed(conn: Connection) -> bool:
    """Whether a register has a row that matching has not read; and from now on it counts as read."""
    newest = {
        kind: conn.execute(select(func.max(landing[kind].c.id))).scalar_one() or 0 for kind in REGISTERS
    }
    read = {
        kind: number for kind, number in conn.execute(select(register_read.c.kind, register_read.c.newest))
    }
    if newest == read:
        return False
    conn.execute(delete(register_read))
    conn.execute(insert(register_read), [{"kind": kind, "newest": number} for kind, number in newest.items()])
    return True


def read_homes(conn: Connection) -> dict[str, Home]:
    """Every residence of the gazetteer by its UPRN."""
    t = landing["residence"]
    rows = conn.execute(select(t.c.uprn, t.c.usage, t.c.ward).where(_current(t)))
    return {uprn: Home(uprn, usage, ward) for uprn, usage, ward in rows}


def read_tenures(conn: Connection) -> list[Tenure]:
    """Every tenancy as it is known now."""
    t = landing["tenancy"]
    fields = (t.c.agency, t.c.account, t.c.uprn, t.c.started_on, t.c.ended_on, t.c.tenant, t.c.joint_tenant)
    return [
        Tenure(agency, account, uprn, start, end, tuple(x for x in (first, second) if x))
        for agency, account, uprn, start, end, first, second in conn.execute(
            select(*fields).where(_current(t))
        )
    ]


def read_people(conn: Connection) -> list[Known]:
    """Everybody an agency has told us of, as they are known now."""
    t = landing["person"]
    fields = (t.c.agency, t.c.record_id, t.c.nhs_number, t.c.uprn, t.c.known_on)
    return [Known(*row) for row in conn.execute(select(*fields).where(_current(t)))]


def read_held(conn: Connection) -> Held:
    """Which household each identifier was given before; of several in time, the first."""
    fields = (link.c.scheme, link.c.agency, link.c.value, link.c.household_id, household.c.formed_on)
    rows = select(*fields).join(household, household.c.id == link.c.household_id).order_by(link.c.from_on)
    held: dict[tuple[str, str, str], Holder] = {}
    for scheme, agency, value, number, formed_on in conn.execute(rows):
        held.setdefault((scheme, agency, value), Holder(number, formed_on))
    return held


def write_matched(conn: Connection, matched: Matched, day: date) -> dict[str, int]:
    """Make links, members and households say what was matched, touching only what differs."""
    changed = _write_households(conn, matched)
    links = {
        (x.scheme, x.agency, x.value, x.from_on): {
            "scheme": x.scheme, "agency": x.agency, "value": x.value, "household_id": x.household,
            "from_on": x.from_on, "to_on": x.to_on, "rule": x.rule, "made_on": day,
        }
        for x in matched.links
    }  # fmt: skip
    changed += _replace(
        conn, link, links, ("scheme", "agency", "value", "from_on"), ("household_id", "to_on")
    )
    members = {
        (x.agency, x.record_id, x.from_on): {
            "agency": x.agency, "record_id": x.record_id, "household_id": x.household,
            "from_on": x.from_on, "to_on": x.to_on,
        }
        for x in matched.members
    }  # fmt: skip
    changed += _replace(conn, member, members, ("agency", "record_id", "from_on"), ("household_id", "to_on"))
    return {"changed": changed}


def mark_restricted(conn: Connection) -> None:
    """Write from when a domestic-abuse marker is known; it is never taken back by software.

    A call that the police put down as domestic counts as a marker too: qualifiers are unevenly filled
    (domain.md 3.3), and to hold back too much harms less than to show too much.
    """
    t = landing["police_callout"]
    marked = (
        select(link.c.household_id, func.min(t.c.known_on))
        .join(link, _about(t, "police_callout"))
        .where(or_(t.c.domestic_abuse, t.c.category == "domestic"), _current(t))
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


def count_unmatched(
    conn: Connection, reasons: Mapping[tuple[str, str, str], str], day: date
) -> dict[str, int]:
    """Count every event row as matched or not, and keep each unmatched identifier with its reason."""
    homes, held = read_homes(conn), read_held(conn)
    before = {
        (scheme, agency, value): reason
        for scheme, agency, value, reason in conn.execute(
            select(unmatched.c.scheme, unmatched.c.agency, unmatched.c.value, unmatched.c.reason)
        )
    }
    reasons = {**before, **reasons}
    conn.execute(unmatched.delete())
    matched_rows = lost_rows = old_rows = 0
    lost = []
    for kind, schema in EVENT_KINDS.items():
        t = landing[kind]
        scheme, column = subject_of(schema)
        subject = t.c[column]
        old = select(func.count()).select_from(t).where(t.c.superseded_on.is_not(None))
        old_rows += conn.execute(old).scalar_one()
        named = select(t.c.agency, subject, func.count()).where(t.c.superseded_on.is_(None))
        for agency, value, count in conn.execute(named.group_by(t.c.agency, subject)):
            owner = "" if scheme in NATIONAL else agency
            if (scheme, owner, value) in held:
                matched_rows += count
                continue
            reason = reasons.get((scheme, owner, value or "")) or _why(scheme, value, homes)
            lost.append(((scheme, owner, value or ""), reason, count))
            lost_rows += count
    _write_unmatched(conn, lost, day)
    return {"rows_matched": matched_rows, "rows_unmatched": lost_rows, "rows_superseded": old_rows}


def _why(scheme: str, value: str | None, homes: Mapping[str, Home]) -> str:
    """Why an identifier leads to no household."""
    if value is None:
        return NO_REFERENCE
    if scheme != "uprn":
        return NOT_SEEN
    home = homes.get(value)
    return UNKNOWN if home is None else WHY_NOT.get(home.usage, NOT_SEEN)


def _write_unmatched(conn: Connection, lost: list[tuple[tuple[str, str, str], str, int]], day: date) -> None:
    """Keep one row for each unmatched identifier, with how many event rows bear it."""
    merged: dict[tuple[str, str, str], tuple[str, int]] = {}
    for key, reason, count in lost:
        merged[key] = (reason, merged.get(key, ("", 0))[1] + count)
    if merged:
        conn.execute(
            insert(unmatched),
            [
                {
                    "scheme": k[0],
                    "agency": k[1],
                    "value": k[2],
                    "reason": reason,
                    "rows": count,
                    "seen_on": day,
                }
                for k, (reason, count) in merged.items()
            ],
        )


def _write_households(conn: Connection, matched: Matched) -> int:
    """Add households not seen before, and let those that moved live where they live."""
    there = {
        number: (ward, uprn)
        for number, ward, uprn in conn.execute(select(household.c.id, household.c.ward, household.c.uprn))
    }
    new = [h for number, h in matched.households.items() if number not in there]
    moved = [
        h
        for number, h in matched.households.items()
        if there.get(number, (h.ward, h.uprn)) != (h.ward, h.uprn)
    ]
    if new:
        conn.execute(
            insert(household),
            [
                {"id": h.number, "reference": secrets.token_hex(6), "formed_on": h.formed_on, "ward": h.ward,
                 "uprn": h.uprn, "restricted_from": None}
                for h in new
            ],
        )  # fmt: skip
    for h in moved:
        conn.execute(update(household).where(household.c.id == h.number).values(ward=h.ward, uprn=h.uprn))
    return len(new) + len(moved)


def _replace(
    conn: Connection,
    table: Table,
    wanted: Mapping[Any, Mapping[str, object]],
    key: tuple[str, ...],
    held: tuple[str, ...],
) -> int:
    """Make the table hold what is wanted: delete what differs or is gone, insert what is new."""
    columns = [table.c.id, *(table.c[name] for name in (*key, *held))]
    there: dict[tuple[object, ...], tuple[int, tuple[object, ...]]] = {}
    for row in conn.execute(select(*columns)):
        there[tuple(row[1 : 1 + len(key)])] = (row[0], tuple(row[1 + len(key) :]))
    same = {k for k, (_, v) in there.items() if k in wanted and tuple(wanted[k][name] for name in held) == v}
    gone = [number for k, (number, _) in there.items() if k not in same]
    for at in range(0, len(gone), 500):
        conn.execute(table.delete().where(table.c.id.in_(gone[at : at + 500])))
    new = [row for k, row in wanted.items() if k not in same]
    if new:
        conn.execute(insert(table), [dict(row) for row in new])
    return len(new) + len([k for k in there if k not in same and k not in wanted])


def _about(t: Table, kind: str) -> ColumnElement[bool]:
    """The condition that a link is about a row of that table."""
    scheme, column = subject_of(EVENT_KINDS[kind])
    return and_(
        link.c.scheme == scheme,
        link.c.value == t.c[column],
        link.c.agency == ("" if scheme in NATIONAL else t.c.agency),
        t.c.occurred_on >= link.c.from_on,
        t.c.occurred_on < link.c.to_on,
    )


def _current(t: Table) -> ColumnElement[bool]:
    """The condition that a version is the latest and has not been withdrawn."""
    return and_(t.c.superseded_on.is_(None), ~t.c.void)
