"""Who may open which page: the policy table, and the relation between a reader and a household.

A page is opened by role *and* relation. What is forbidden answers exactly like what does not exist, and
both leave a row in the audit.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, select

from earlyhelp.casework import JOINT
from earlyhelp.policy import POLICY as COUNCIL_POLICY
from earlyhelp.store.audit import bind
from earlyhelp.store.glass import open_until
from earlyhelp.store.tables import case, household, look


class Door(StrEnum):
    """Who may come in."""

    OPEN = "anyone"
    LINK = "whoever holds a fresh one-time link"
    STAFF = "anyone signed in"
    CASE = "the worker who holds the household's case, or in outline the manager of its ward"
    HOLDER = "the worker who holds the household's case"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may come in, and under which name the look is recorded (None: it shows no case)."""

    door: Door
    page: str | None = None


POLICY: dict[str, Rule] = {
    "GET /": Rule(Door.STAFF, "your cases"),
    "GET /households/{reference}": Rule(Door.CASE, "household"),
    "POST /households/{reference}/seen": Rule(Door.HOLDER, "looked at"),
    "GET /break-glass": Rule(Door.STAFF, "in an emergency"),
    "POST /break-glass": Rule(Door.STAFF),
    "POST /break-glass/read": Rule(Door.STAFF),
    "GET /sign-in": Rule(Door.OPEN),
    "GET /sign-in/{token}": Rule(Door.LINK),
    "POST /sign-in/{token}": Rule(Door.LINK),
    "POST /sign-out": Rule(Door.STAFF),
    "MOUNT /static": Rule(Door.OPEN),
}
"""Every route of the app. A route that does not stand here cannot be built (`earlyhelp.web.app`)."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The worker who is signed in."""

    id: int
    name: str
    role: str
    sector: str | None
    ward: str | None
    domestic_abuse_trained: bool

    def sectors(self, scope: str) -> frozenset[str]:
        """Whose data this reader may see on a case of that scope.

        Data are brought together only under a joint case, and only of sectors with a power for it. An
        agency's own worker sees that agency's sector, whatever the case.
        """
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
    found = conn.execute(
        select(
            household.c.id,
            household.c.reference,
            household.c.ward,
            household.c.uprn,
            household.c.restricted_from,
            case.c.id,
            case.c.scope,
            case.c.worker_id,
        )
        .join(case, case.c.household_id == household.c.id)
        .where(household.c.reference == reference, case.c.closed_on.is_(None))
    ).one_or_none()
    return Subject(*found) if found else None


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
) -> None:
    """Write the look down, allowed or refused, in the transaction that reads the page; chained for good."""
    seen = insert(look).values(
        at=at,
        worker_id=reader.id,
        household_id=about.household_id if about else None,
        page=page,
        allowed=found.allowed,
        because=found.because,
    )
    bind(conn, "look", conn.execute(seen.returning(look.c.id)).scalar_one(), at)
