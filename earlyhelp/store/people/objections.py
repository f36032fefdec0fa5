"""Objections: nothing is concluded about the household where somebody lives who objects, wherever that is.

A request knows nobody by name or number, only by a digest of both; so it is followed by comparing digests.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from earlyhelp.errors import SetUpWrong
from earlyhelp.store.access.operations import note_operation
from earlyhelp.store.people.registers import NOBODY_OUT, Out, current, used
from earlyhelp.store.people.rights import OPEN, REFUSED, UPHELD, subject_of, write_down
from earlyhelp.store.people.subject import entries
from earlyhelp.store.tables import household, landing, member, rights_request

Key = tuple[str, str]


def object_to(conn: Connection, agency: str, record: str, day: date, note: str) -> tuple[int, int | None]:
    """Somebody objects: until it is decided no check counts for their household (UK GDPR articles 18 and 21).

    Returns the number of the request and the household's, None for somebody who lives in none that we know:
    it holds from when they are found. Raises `SetUpWrong` for a person of whom nobody has told us.
    """
    home = _home(conn, entries(conn, agency, record), day)
    return write_down(conn, "objection", agency, record, day, note, {}, OPEN, home), home


def decide_objection(conn: Connection, number: int, day: date, *, uphold: bool, note: str) -> None:
    """A person decides about an objection. Raises `SetUpWrong` where that one is not open."""
    state = UPHELD if uphold else REFUSED
    r = rights_request.c
    this = and_(r.id == number, r.kind == "objection", r.state == OPEN)
    done = conn.execute(update(rights_request).where(this).values(state=state, decided_on=day, note=note))
    if not done.rowcount:
        raise SetUpWrong(f"request {number} is no open objection; see: earlyhelp rights log")
    note_operation(conn, "rights objection", f"request {number} {state}")


def not_assessed(conn: Connection) -> frozenset[int]:
    """Households about which somebody has objected, while that is open or was upheld.

    Where a marker is known an open objection stops nothing: the person whom it guards somebody against could
    keep help away by objecting. Somebody trained decides; what they uphold holds there too.
    """
    r = rights_request.c
    stands = or_(r.state == UPHELD, and_(r.state == OPEN, household.c.restricted_from.is_(None)))
    return _those(conn, stands)


def upheld(conn: Connection) -> frozenset[int]:
    """Households about which somebody has objected, and was right."""
    return _those(conn, rights_request.c.state == UPHELD)


def _those(conn: Connection, stands: ColumnElement[bool]) -> frozenset[int]:
    r = rights_request.c
    those = select(r.household_id).join(household, household.c.id == r.household_id)
    return frozenset(conn.execute(those.where(r.kind == "objection", stands)).scalars())


def follow(conn: Connection, day: date, out: Out = NOBODY_OUT) -> int:
    """Let every objection hold where its person lives now: they moved, were found, or a match was undone.

    Of somebody of whom no agency may tell us any longer it holds where they lived last. Returns how many
    objections hold elsewhere than they did.
    """
    r = rights_request.c
    stands = select(r.id, r.subject, r.household_id).where(r.kind == "objection", r.state.in_((OPEN, UPHELD)))
    standing = conn.execute(stands).all()
    if not standing:
        return 0
    known = _called(conn, {subject for _, subject, _ in standing}, out)
    moved = 0
    for number, subject, before in standing:
        if (key := known.get(subject)) is not None:
            home = _home(conn, entries(conn, *key), day)
            if home != before:
                conn.execute(update(rights_request).where(r.id == number).values(household_id=home))
                moved += 1
    return moved


def _called(conn: Connection, subjects: set[str], out: Out) -> dict[str, Key]:
    """Which agency's number each of those digests is of."""
    t = landing["person"]
    known = select(t.c.agency, t.c.record_id).where(current(t), *used(t, out))
    found = ((subject_of(agency, record), (agency, record)) for agency, record in conn.execute(known))
    return {subject: key for subject, key in found if subject in subjects}


def _home(conn: Connection, keys: Iterable[Key], day: date) -> int | None:
    """The household where somebody of those numbers lives on that day."""
    b = member.c
    mine = or_(*(and_(b.agency == agency, b.record_id == record) for agency, record in keys))
    lives = select(b.household_id).where(mine, b.from_on <= day, b.to_on > day)
    return conn.execute(lives.order_by(b.from_on.desc(), b.id)).scalars().first()
