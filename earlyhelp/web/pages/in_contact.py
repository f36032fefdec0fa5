"""Who is in contact with a household that is not the reader's: that, since when, and whom to ring; no more.

Asked by the very reference, or by the very name and date of birth; no list, no part of a name. Nobody,
somebody guarded, and somebody of whom nothing may be told are answered with the same page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fastapi.responses import Response

from earlyhelp.in_force import agreements
from earlyhelp.law.policy import Sector
from earlyhelp.sharing.asking import AN_HOUR, MOST_AN_HOUR, TOO_MANY, Ground, why_not
from earlyhelp.sharing.visibility import Headline, headlines
from earlyhelp.store.people import contacts
from earlyhelp.web.desk import Desk, Visit
from earlyhelp.web.entry.access import Relation

ASKED = "asked who is in contact"
ENOUGH = (
    f"You have asked {MOST_AN_HOUR} times within an hour, and each question is on record.",
    "Nothing was looked up. Ask again in an hour; if it cannot wait, ask your manager to ring the agency.",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The question as it was written; ``faults`` by the field that has to be mended."""

    given: dict[str, str]
    faults: dict[str, str]
    born: date | None = None
    ground: Ground | None = None

    @property
    def reference(self) -> str:
        """The household's reference; empty where a person is named instead."""
        return self.given["reference"]


def form(desk: Desk, visit: Visit) -> Response:
    """The question."""
    return _page(desk, visit, Asked(dict.fromkeys(FIELDS, ""), {}))


def ask(desk: Desk, visit: Visit) -> Response:
    """The answer; the question is on record whatever is answered."""
    who, conn = visit.signed_in, visit.conn
    refused = why_not(who.role, who.sector, agreements().gateways(visit.today))
    if refused:
        visit.look_at(ASKED, None, Relation(False, refused))
        return desk.not_found()
    asked = read(visit)
    if asked.faults:
        return _page(desk, visit, asked, status=422)
    if contacts.asked_since(conn, who.id, ASKED, visit.now - AN_HOUR) >= MOST_AN_HOUR:
        visit.look_at(ASKED, None, Relation(False, TOO_MANY))
        return desk.page("problem.html", visit, status=429, title="That is enough for now", lines=ENOUGH)
    number = _household(desk, visit, asked)
    found = _headlines(desk, visit, number) if number else []
    because = _because(visit, number, found, asked)
    visit.look_at(ASKED, number, Relation(bool(found), because))
    again = Asked({**dict.fromkeys(FIELDS, ""), "ground": asked.given["ground"]}, {}, None, asked.ground)
    return _page(desk, visit, again, found=found)


FIELDS = ("reference", "forename", "surname", "day", "month", "year", "ground")


def read(visit: Visit) -> Asked:
    """The question, and what is amiss with it."""
    given = {name: " ".join(visit.form.get(name, "").split())[:80] for name in FIELDS}
    faults: dict[str, str] = {}
    born = born_on(given)
    if not given["reference"]:
        if not (given["forename"] and given["surname"]):
            faults["forename"] = "Write a reference, or both names and a date of birth"
        elif born is None:
            faults["born-day"] = "Write the whole date of birth, as in 9 3 1987"
    ground = next((one for one in Ground if one.name == given["ground"]), None)
    if ground is None:
        faults["ground"] = "Choose why you are asking"
    return Asked(given, faults, born, ground)


def _household(desk: Desk, visit: Visit, asked: Asked) -> int | None:
    if asked.reference:
        return contacts.household_called(visit.conn, asked.reference)
    assert asked.born is not None
    tell = desk.sources.agencies(frozenset(Sector), "person")
    names = asked.given["forename"], asked.given["surname"]
    return contacts.household_of(visit.conn, *names, asked.born, tell, visit.today)


def _headlines(desk: Desk, visit: Visit, number: int) -> list[Headline]:
    """What may be told of that household, by the agreements in force and of feeds that may be used."""
    usable = {(source.agency, source.kind) for source in desk.sources.all}
    sector = visit.signed_in.sector
    return headlines(
        contacts.contacts(visit.conn, number, usable, visit.today),
        agreements().all,
        Sector(sector) if sector else None,
        visit.today,
        restricted=contacts.is_restricted(visit.conn, number),
    )


def _because(visit: Visit, number: int | None, found: list[Headline], asked: Asked) -> str:
    """What the record says of the answer."""
    if number is None:
        return "nobody, or more than one, of that name or reference"
    if contacts.is_restricted(visit.conn, number):
        return "restricted: no headline"
    assert asked.ground is not None
    return f"headlines: {asked.ground.value}" if found else "nothing that may be told"


def born_on(given: Mapping[str, str]) -> date | None:
    """The date of birth that was written as day, month and year; None where that is no day."""
    try:
        return date(int(given["year"]), int(given["month"]), int(given["day"]))
    except (ValueError, OverflowError):
        return None


def _page(
    desk: Desk, visit: Visit, asked: Asked, *, found: list[Headline] | None = None, status: int = 200
) -> Response:
    return desk.page(
        "in_contact.html", visit, status=status, given=asked.given, faults=asked.faults, found=found,
        grounds=[(one.name, one.value) for one in Ground],
    )  # fmt: skip
