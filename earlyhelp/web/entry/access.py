"""Who may open which page: the relation between a reader and a household.

A page is opened by role *and* relation. What is forbidden answers exactly like what does not exist, and
both leave a row in the audit.
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, insert, select

from earlyhelp.casework.desks import JOINT
from earlyhelp.keywork.pull_ins import Standing
from earlyhelp.keywork.states import State
from earlyhelp.law.policy import POLICY as COUNCIL_POLICY
from earlyhelp.law.policy import Sector
from earlyhelp.sharing.asking import why_not
from earlyhelp.sharing.breaking_glass import NOT_THEIRS, may_break
from earlyhelp.store.access.glass import open_until
from earlyhelp.store.casework.fact_checks import FactCheck
from earlyhelp.store.casework.pull_ins import PullIn
from earlyhelp.store.tables import case, household, look
from earlyhelp.web.entry.doors import Door


@dataclass(frozen=True, slots=True)
class Reader:
    """The worker who is signed in."""

    id: int
    name: str
    role: str
    sector: str | None
    ward: str | None
    domestic_abuse_trained: bool
    agency: str | None = None
    confirmed_at: datetime | None = None
    """When the council last said who this is; None in the demo, where nobody says so."""

    def sectors(self, scope: str) -> frozenset[str]:
        """Whose data this reader may see on a case of that scope.

        Data are brought together only under a joint case, and only of sectors with a power for it. An
        agency's own worker sees that agency's sector, whatever the case; a reviewer sees no case at all.
        """
        if self.role == "reviewer":
            return frozenset()
        joint = frozenset(COUNCIL_POLICY.gateways) if scope == JOINT else frozenset({scope})
        return joint & {self.sector} if self.role == "agency_worker" else joint


@dataclass(frozen=True, slots=True)
class Subject:
    """The household that a page is about, with its open case."""

    household_id: int
    reference: str
    ward: str
    uprn: str
    restricted_from: date | None
    case_id: int
    scope: str
    worker_id: int | None


@dataclass(frozen=True, slots=True)
class Relation:
    """Whether the reader may come in, why, and whether to the whole page or to its outline."""

    allowed: bool
    because: str
    whole: bool = False


def subject(conn: Connection, reference: str) -> Subject | None:
    """The household with that reference, if a case of it is open."""
    return _open(conn, household.c.reference == reference)


def subject_of(conn: Connection, case_id: int) -> Subject | None:
    """The household that an open case is about."""
    return _open(conn, case.c.id == case_id)


def closed_subject(conn: Connection, reference: str) -> Subject | None:
    """The household of the closed case of that reference."""
    return _found(conn, (case.c.reference == reference) & (case.c.state == State.CLOSED.value))


def _open(conn: Connection, which: ColumnElement[bool]) -> Subject | None:
    return _found(conn, which & case.c.closed_on.is_(None))


def _found(conn: Connection, which: ColumnElement[bool]) -> Subject | None:
    h, c = household.c, case.c
    found = conn.execute(
        select(h.id, h.reference, h.ward, h.uprn, h.restricted_from, c.id, c.scope, c.worker_id)
        .join(case, c.household_id == h.id)
        .where(which)
    ).one_or_none()
    return Subject(*found) if found else None


def pulled_in(reader: Reader, asked: PullIn, about: Subject) -> Relation:
    """What lets an agency's worker see what their agency was asked: this alone, not the household's page.

    Until somebody joins, each of the agency's workers may; from then on, whoever joined.
    """
    if reader.role != "agency_worker" or reader.agency is None or reader.agency != asked.agency:
        return Relation(False, "not of the agency that was asked")
    if asked.standing is Standing.CALLED_OFF or asked.worker_id not in (None, reader.id):
        return Relation(False, "called off, or somebody else joined")
    if about.restricted_from and not reader.domestic_abuse_trained:
        return Relation(False, "restricted: not trained for domestic abuse")
    return Relation(True, "pulled in")


def relation(door: Door, reader: Reader, about: Subject | None) -> Relation:
    """What lets this reader in to a household's page, or what does not."""
    if about is None:
        return Relation(False, "no open case of that reference")
    holds = about.worker_id == reader.id and reader.role in ("key_worker", "agency_worker")
    if about.restricted_from and not (holds and reader.domestic_abuse_trained):
        return Relation(False, "restricted: not its worker, or not trained for domestic abuse")
    if holds:
        return Relation(True, "holds the case", whole=True)
    if door is Door.CASE and about.scope == JOINT and manages(reader, about.ward):
        return Relation(True, "manager of the ward: outline only")
    return Relation(False, "no relation to the household")


def owns(reader: Reader, asked: FactCheck) -> Relation:
    """Whether a record that was marked as wrong is of this reader's agency."""
    if reader.role == "agency_worker" and reader.agency is not None and reader.agency == asked.agency:
        return Relation(True, "its agency's own record")
    return Relation(False, "not of the agency whose record it is")


def in_an_emergency(reader: Reader) -> Relation:
    """Whether the page on which the glass is broken is this reader's."""
    allowed = may_break(reader.role)
    return Relation(allowed, "key worker or manager" if allowed else NOT_THEIRS)


def managing(reader: Reader) -> Relation:
    """Whether the pages of managers are this reader's."""
    if reader.role == "manager":
        return Relation(True, "manager")
    return Relation(False, "not a manager")


def reviewing(reader: Reader) -> Relation:
    """Whether the reviewer's pages are this reader's."""
    if reader.role == "reviewer":
        return Relation(True, "reviewer")
    return Relation(False, "not a reviewer")


def asking(reader: Reader, powers: Container[Sector]) -> Relation:
    """Whether the reader may ask who is in contact with households that are not theirs."""
    refused = why_not(reader.role, reader.sector, powers)
    return Relation(refused is None, refused or "works with households")


def through_glass(conn: Connection, reader: Reader, about: Subject | None, now: datetime) -> Relation | None:
    """What lets a reader in who has broken the glass; None where nobody has, or its time is over."""
    if about is None or (about.restricted_from and not reader.domestic_abuse_trained):
        return None
    until = open_until(conn, reader.id, about.household_id, now)
    return Relation(True, f"broke the glass, until {until:%H:%M} UTC", whole=True) if until else None


def manages(reader: Reader, ward: str) -> bool:
    """Whether the reader is the manager of that ward, or of the whole city."""
    return reader.role == "manager" and reader.ward in (None, ward)


def record(
    conn: Connection, at: datetime, reader: Reader, page: str, about: Subject | None, found: Relation
) -> int:
    """Write the look at a household's page down, and give its number."""
    return record_of(conn, at, reader, page, about.household_id if about else None, found)


def record_of(
    conn: Connection, at: datetime, reader: Reader, page: str, household_id: int | None, found: Relation
) -> int:
    """Write the look down, allowed or refused, in the transaction that reads the page, and give its number.

    Whoever ends that transaction binds it (`earlyhelp.web.letting_in`): entries are bound one at a time in
    the whole city, and nobody should wait while somebody else's page is put together.
    """
    seen = insert(look).values(
        at=at,
        worker_id=reader.id,
        household_id=household_id,
        page=page,
        allowed=found.allowed,
        because=found.because,
    )
    return int(conn.execute(seen.returning(look.c.id)).scalar_one())
