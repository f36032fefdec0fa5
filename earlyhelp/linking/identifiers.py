"""Which household an identifier belongs to: exactly, or not at all.

Here identifiers decide: property references, rent accounts, NHS numbers, and written addresses that are as
good as a property reference (`earlyhelp.linking.placing`). A row that names nothing we know is kept and
counted, never guessed (a wrong match shows one family's life to another). Who is left over because nobody
says where they live may be found by likeness (`earlyhelp.linking.joining`).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

FIRST = date(1, 1, 1)
LAST = date(9999, 12, 31)

NO_REFERENCE = "the row names no property"
UNKNOWN = "not in the gazetteer"
BUILDING = "a building, not a home"
INSTITUTION = "an institution, not a home"
NOT_SEEN = "no agency has said where they live"
CROWDED = "more people are known there than a home holds"

WHY_NOT = {"building": BUILDING, "institution": INSTITUTION, "crowded": CROWDED}

MOST_AT_HOME = 20
"""One agency that knows more people than this at one address knows a hostel, or a building without its flats.

Our choice: more than twice the largest size of household that the census tells apart (8 or more people), so
that no large family is taken for a hostel. What that costs is said: every row of it is counted as unmatched.
"""


@dataclass(frozen=True, slots=True)
class Home:
    """A residence of the gazetteer."""

    uprn: str
    usage: str
    ward: str


@dataclass(frozen=True, slots=True)
class Tenure:
    """A tenancy: these tenants hold this account at this address from one day until another."""

    agency: str
    account: str
    uprn: str | None
    started_on: date
    ended_on: date | None
    tenants: tuple[str, ...]
    """The landlord's numbers for them, the first tenant first."""


@dataclass(frozen=True, slots=True)
class Known:
    """A person as one agency knows them, with the national number and the address where it says so."""

    agency: str
    record_id: str
    nhs_number: str | None
    uprn: str | None
    since: date
    sure: float | None = None
    """How sure the UPRN is, where a written address was its source; None: the agency gave it."""
    away: bool = False
    """The address is written, and an institution's."""


@dataclass(frozen=True, slots=True)
class Link:
    """An identifier belongs to a household from one day until another (exclusive), by this rule.

    ``sure`` and ``model`` are there where the match was reckoned and not read.
    """

    scheme: str
    agency: str
    value: str
    household: int
    from_on: date
    to_on: date
    rule: str
    sure: float | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A person, as one agency wrote them, lives in a household from one day until another."""

    agency: str
    record_id: str
    household: int
    from_on: date
    to_on: date


@dataclass(frozen=True, slots=True)
class Household:
    """Who lives together, and where now; ``number`` is ours and means nothing."""

    number: int
    formed_on: date
    ward: str
    uprn: str


@dataclass(slots=True)
class Matched:
    """The whole state of matching: households, and what links identifiers to them."""

    households: dict[int, Household] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    unmatched: dict[tuple[str, str, str], str] = field(default_factory=dict)
    lost: list[Known] = field(default_factory=list)
    """People of whom their own agency does not say where they live."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The household that an identifier was given before, and since when that household is known."""

    household: int
    formed_on: date


Held = Mapping[tuple[str, str, str], Holder]
"""Which household an identifier (scheme, agency, value) was given before: it keeps it."""


def match(
    homes: Mapping[str, Home],
    tenures: Iterable[Tenure],
    people: Iterable[Known],
    held: Held,
    written: Mapping[str, tuple[str, float]] = MappingProxyType({}),
    by_person: Collection[str] = (),
) -> Matched:
    """Say who lives where, from the registers and from what was said before.

    1. A tenancy makes a household at its address. The same tenant with a later tenancy is the same
       household, moved. 2. A dwelling where health knows somebody and no tenancy stands makes a household
       from the day that is first known. 3. People belong to the household that lives at their address.
    A new household's number follows from the address at which it was first known, and how many were known
    there before; whoever has one keeps it, so that cases stay with those they are about. Whom health knew
    at an address before the landlord told us of a tenancy that is older still are the tenants.

    ``written`` are addresses in rows without UPRN, with the residence each means and how sure that is.
    ``by_person`` are the agencies whose rows name a person by the agency's own number.
    """
    numbers = frozenset(holder.household for holder in held.values())
    tenants = frozenset(holder.household for key, holder in held.items() if key[0] == "account")
    matched, before = Matched(), _Held(held, numbers, tenants)
    people = sorted(people, key=lambda p: (p.agency, p.record_id))
    homes = _without_crowds(homes, people, matched)
    stays = _stays_of_tenants(homes, tenures, before, matched)
    _stays_of_others(homes, people, stays, before, matched)
    for uprn, spells in stays.items():
        for from_on, to_on, number in spells:
            matched.links.append(Link("uprn", "", uprn, number, from_on, to_on, "address"))
    for text, (uprn, sure) in sorted(written.items()):
        for from_on, to_on, number in stays.get(uprn, []):
            matched.links.append(Link("uprn", "", text, number, from_on, to_on, WRITTEN, sure))
        if uprn not in stays:
            matched.unmatched["uprn", "", text] = _no_home(homes, uprn) or NOT_SEEN
    _people(homes, people, stays, matched, frozenset(by_person))
    return matched


WRITTEN = "written address"


def _without_crowds(
    homes: Mapping[str, Home], people: Iterable[Known], matched: Matched
) -> Mapping[str, Home]:
    """The residences, without those for homes at which far too many people live.

    Agencies are not added up, for each may know the same people.
    """
    known = Counter((one.agency, one.uprn) for one in people if one.uprn)
    crowded = {uprn for (_, uprn), count in known.items() if count > MOST_AT_HOME and uprn in homes}
    if not crowded:
        return homes
    matched.unmatched |= {("uprn", "", uprn): CROWDED for uprn in crowded}
    return {**homes, **{uprn: replace(homes[uprn], usage="crowded") for uprn in crowded}}


Stays = dict[str, list[tuple[date, date, int]]]
"""For each address, who lives there: from, until (exclusive), household."""


HOUSEHOLDS_AT_AN_ADDRESS = 1_000
"""More than were ever known at one address, one after another."""


def _new_number(uprn: str, matched: Matched, held: "_Held") -> int:
    """The first number of that address that no household has or ever had."""
    first = int(uprn) * HOUSEHOLDS_AT_AN_ADDRESS
    numbers = range(first, first + HOUSEHOLDS_AT_AN_ADDRESS)
    return next(n for n in numbers if n not in matched.households and n not in held.numbers)


def _number_of(tenure: Tenure, uprn: str, held: "_Held", matched: Matched) -> int:
    """The household of a tenancy: as before; else whom we knew there already; else a new one."""
    before = held.by.get(("account", tenure.agency, tenure.account))
    if before:
        return before.household
    there = held.by.get(("uprn", "", uprn))
    free = there and there.household not in held.tenants and there.household not in matched.households
    if there and free and tenure.started_on <= there.formed_on:
        return there.household
    return _new_number(uprn, matched, held)


@dataclass(frozen=True, slots=True)
class _Held:
    """What identifiers were given before: the numbers taken by it, and those of tenants."""

    by: Held
    numbers: frozenset[int]
    tenants: frozenset[int]


def _stays_of_tenants(
    homes: Mapping[str, Home], tenures: Iterable[Tenure], held: _Held, matched: Matched
) -> Stays:
    """Households of tenants, each tenancy a stay; an account links for as long as its tenancy ever did."""
    stays: Stays = {}
    of_tenant: dict[tuple[str, str], int] = {}
    for tenure in sorted(tenures, key=lambda t: (t.started_on, t.agency, t.account)):
        fault = _no_home(homes, tenure.uprn)
        if fault or tenure.uprn is None:
            matched.unmatched["account", tenure.agency, tenure.account] = fault
            continue
        number = of_tenant.get((tenure.agency, tenure.tenants[0])) or _number_of(
            tenure, tenure.uprn, held, matched
        )
        of_tenant[tenure.agency, tenure.tenants[0]] = number
        _lives(matched, number, tenure.started_on, homes[tenure.uprn])
        spells = stays.setdefault(tenure.uprn, [])
        if spells and spells[-1][1] > tenure.started_on:  # the next tenancy ends the last
            spells[-1] = (spells[-1][0], tenure.started_on, spells[-1][2])
        spells.append((tenure.started_on, tenure.ended_on or LAST, number))
        matched.links.append(Link("account", tenure.agency, tenure.account, number, FIRST, LAST, "tenancy"))
        for tenant in tenure.tenants:
            until = tenure.ended_on or LAST
            matched.members.append(Member(tenure.agency, tenant, number, tenure.started_on, until))
    return stays


def _lives(matched: Matched, number: int, since: date, home: Home) -> None:
    """The household lives there now; it was formed when it was first known anywhere."""
    formed_on = matched.households[number].formed_on if number in matched.households else since
    matched.households[number] = Household(number, formed_on, home.ward, home.uprn)


def _stays_of_others(
    homes: Mapping[str, Home], people: list[Known], stays: Stays, held: _Held, matched: Matched
) -> None:
    """A home where somebody is known and no tenancy stands: one household, as long as that is so."""
    first_known: dict[str, date] = {}
    for known in people:
        if known.uprn and not _no_home(homes, known.uprn) and known.uprn not in stays:
            first_known[known.uprn] = min(known.since, first_known.get(known.uprn, LAST))
    for uprn, since in first_known.items():
        there = held.by.get(("uprn", "", uprn))
        number = there.household if there else _new_number(uprn, matched, held)
        _lives(matched, number, since, homes[uprn])
        stays[uprn] = [(FIRST, LAST, number)]


def _people(
    homes: Mapping[str, Home], people: list[Known], stays: Stays, matched: Matched, by_person: frozenset[str]
) -> None:
    """Link each person's numbers to the household at the address where the agency knows them."""
    tenants: dict[tuple[str, str], list[Member]] = {}
    for member in matched.members:
        tenants.setdefault((member.agency, member.record_id), []).append(member)
    for known in people:
        if mine := tenants.get((known.agency, known.record_id)):
            for member in mine if known.agency in by_person else ():
                whole = (FIRST, LAST) if len(mine) == 1 else (member.from_on, member.to_on)
                matched.links.append(
                    Link("person", known.agency, known.record_id, member.household, *whole, "tenancy")
                )
            continue
        fault = _no_home(homes, known.uprn) if known.uprn else INSTITUTION if known.away else NOT_SEEN
        spells = [] if fault or known.uprn is None else stays.get(known.uprn, [])
        spell = next((s for s in reversed(spells) if s[0] <= known.since), spells[0] if spells else None)
        if spell is None:
            if fault not in (INSTITUTION, CROWDED):  # their agency says where they live, and it is no home
                matched.lost.append(known)
            if known.nhs_number:
                matched.unmatched["nhs_number", "", known.nhs_number] = fault or NOT_SEEN
            if known.agency in by_person:
                matched.unmatched["person", known.agency, known.record_id] = fault or NOT_SEEN
            continue
        matched.members.append(Member(known.agency, known.record_id, spell[2], spell[0], spell[1]))
        matched.links += numbers_of(known, spell[2], FIRST, LAST, known.agency in by_person)


def numbers_of(
    known: Known, household: int, from_on: date, to_on: date, named: bool,
    rule: str | None = None, sure: float | None = None, model: str | None = None,
) -> list[Link]:  # fmt: skip
    """Links of somebody's numbers to a household: the national one, and their agency's if rows bear it."""
    how = rule or ("address" if known.sure is None else WRITTEN)
    said = (household, from_on, to_on, how, known.sure if rule is None else sure, model)
    links = [Link("nhs_number", "", known.nhs_number, *said)] if known.nhs_number else []
    return [*links, Link("person", known.agency, known.record_id, *said)] if named else links


def _no_home(homes: Mapping[str, Home], uprn: str | None) -> str:
    """Why nobody in particular lives there; empty when somebody may."""
    if uprn is None:
        return NO_REFERENCE
    home = homes.get(uprn)
    if home is None:
        return UNKNOWN
    return WHY_NOT.get(home.usage, "")
