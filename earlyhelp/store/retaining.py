"""What is past its date, by the agreement that brought it: how much there is, and letting it go.

Rows that bear out an open case are held until it closes, and counted as held.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, or_, select, update

from earlyhelp.sharing.agreed import Agreements
from earlyhelp.sharing.agreements import Share
from earlyhelp.sharing.kinds import KINDS
from earlyhelp.store.people import matching
from earlyhelp.store.tables import case, feed, landing, register_read, signal
from schemas.feed import EventRow

PSEUDONYMISED = "pseudonymised"
"""Stands in the place of a row's lineage once nothing in it leads to anybody."""
IDENTIFYING = frozenset(
    {"record_id", "account", "uprn", "nhs_number", "incident", "pupil", "person", "other_person", "tenant",
     "joint_tenant", "forename", "surname", "former_surname", "date_of_birth", "address", "postcode",
     "parent_uprn"}
)  # fmt: skip
"""Fields that lead to somebody, by themselves or together (UK GDPR article 4(5)); a test asks of new ones."""
STANDING = frozenset({"benefit_award"})
"""Events that stand until they are replaced or withdrawn, however long ago they began."""
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Due:
    """What of one feed is past its date: ``rows`` to let go of, ``held`` for a case, ``narrowed`` fields.

    ``share`` is None where no agreement ever said how long: that is for somebody to decide.
    """

    feed: str
    agency: str
    kind: str
    share: Share | None
    before: date | None
    rows: int
    held: int
    narrowed: int


def due(conn: Connection, agreements: Agreements, day: date) -> list[Due]:
    """What is past its date on that day, feed by feed; an agreement that has ended still says how long."""
    asked = select(feed.c.name, feed.c.agency, feed.c.kind).order_by(feed.c.name)
    return [
        _due(conn, name, agency, kind, agreements.last(name), day)
        for name, agency, kind in conn.execute(asked)
    ]


def let_go(conn: Connection, one: Due) -> int:
    """Remove or pseudonymise what is due of one feed; twice is the same as once. Returns how many rows."""
    if one.share is None or one.before is None:
        return 0
    table, held = landing[one.kind], _held(conn, one.kind)
    done = 0
    while ids := conn.execute(_past(one, table, held, select(table.c.id)).limit(AT_ONCE)).scalars().all():
        if one.share.after == "pseudonymise":
            _pseudonymise(conn, table, ids)
        else:
            conn.execute(delete(table).where(table.c.id.in_(ids)))
        done += len(ids)
    for name in one.share.dropped():
        nothing = KINDS[one.kind].model_fields[name].get_default()
        conn.execute(_bearing(table, one.agency, name, nothing, update(table)).values({name: nothing}))
    if done and one.kind in ("residence", "tenancy", "person"):
        conn.execute(delete(register_read))  # so that matching reads the registers anew
        matching.rewind(conn)
    return done


def months_before(day: date, months: int) -> date:
    """The day so many calendar months earlier; the last of a month that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - date.resolution).day
    return date(year, month + 1, min(day.day, last))


def _due(conn: Connection, name: str, agency: str, kind: str, share: Share | None, day: date) -> Due:
    if share is None:
        return Due(name, agency, kind, None, None, 0, 0, 0)
    before = months_before(day, share.keep_months)
    bare = Due(name, agency, kind, share, before, 0, 0, 0)
    table, held = landing[kind], _held(conn, kind)
    rows = conn.execute(_past(bare, table, held, select(func.count()).select_from(table))).scalar_one()
    every = conn.execute(_past(bare, table, [], select(func.count()).select_from(table))).scalar_one()
    narrowed = 0
    for field in share.dropped():
        nothing = KINDS[kind].model_fields[field].get_default()
        count = select(func.count()).select_from(table)
        narrowed += conn.execute(_bearing(table, agency, field, nothing, count)).scalar_one()
    return Due(name, agency, kind, share, before, rows, every - rows, narrowed)


def _past(one: Due, table: Table, held: Sequence[int], query: Any) -> Any:
    """The rows of a feed that are past their date: an event by its day, an entry by when it was replaced."""
    c = table.c
    old: ColumnElement[bool]
    if issubclass(KINDS[one.kind], EventRow) and one.kind not in STANDING:
        old = c.occurred_on < one.before
    else:
        ended = [c.ended_on < one.before] if "ended_on" in c else []
        old = or_(c.superseded_on < one.before, and_(c.void, c.known_on < one.before), *ended)
    where = [c.agency == one.agency, old, c.page != PSEUDONYMISED]
    return query.where(*where, *([c.id.not_in(held)] if held else []))


def _held(conn: Connection, kind: str) -> list[int]:
    """The rows of a kind that bear out what an open case rests on."""
    rests = select(signal.c.evidence).join(case, case.c.id == signal.c.case_id)
    rests = rests.where(case.c.closed_on.is_(None), signal.c.current, signal.c.evidence_kind == kind)
    return sorted({int(number) for evidence in conn.execute(rests).scalars() for number in evidence})


def _bearing(table: Table, agency: str, field: str, nothing: Any, query: Any) -> Any:
    """The rows of an agency that still bear a field which is no longer agreed on."""
    column = table.c[field]
    return query.where(
        table.c.agency == agency, column.is_not(None) if nothing is None else column != nothing
    )


def _pseudonymise(conn: Connection, table: Table, ids: Sequence[int]) -> None:
    """Put in the place of all that leads to somebody what leads nowhere; the key is thrown away at once."""
    key = secrets.token_hex(16)
    names = [name for name in table.c.keys() if name in IDENTIFYING]  # noqa: SIM118 - columns, not a mapping
    for row in conn.execute(select(table).where(table.c.id.in_(ids))).mappings().all():
        new: dict[str, Any] = {"page": PSEUDONYMISED}
        for name in names:
            told = sha256(f"{key} {row[name]}".encode()).hexdigest()[:24]
            new[name] = None if table.c[name].nullable else told
        conn.execute(update(table).where(table.c.id == row["id"]).values(new))
