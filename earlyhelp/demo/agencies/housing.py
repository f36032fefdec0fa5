"""Northside Homes' books, in the dialect of an old rent system (domain.md 3.1).

Codes are padded with blanks, no date is the first of January 1900, amounts are pounds as text, and a
property reference is sometimes a number.
"""

from collections.abc import Iterator

import numpy as np

from earlyhelp.demo.agencies.books import Statement
from earlyhelp.demo.agencies.words import Pen, iso_days, own_number, row_of, spelt_by, statements, utc
from earlyhelp.demo.agencies.writing import birth_dates
from earlyhelp.demo.city.records import NEVER, PAYMENT_CODES, Bools, Ints, Neighbourhood

MISSPELT = 0.06
"""Share of forenames and of surnames that housing writes wrongly (our assumption)."""
DATES_SWAPPED = 0.03
"""Share of dates of birth with day and month changed round, where that gives a date (our assumption)."""
NO_BIRTH_DATE = 0.02
NO_UPRN = 0.03
"""Share of addresses that nobody has looked up in the gazetteer (our assumption)."""
UPRN_AS_NUMBER = 0.08
"""Share of property references that are sent as a number (our assumption)."""
CYCLE_UNKNOWN = 0.15
"""Share of accounts for which it is not noted how they pay (our assumption)."""

FEEDS = ("tenancies", "tenants", "rent")
CYCLE_CODES = np.array(["W  ", "F  ", "4  ", "M  ", "   "])
_UNKNOWN = 4


def tag_refs(account: Ints) -> list[str]:
    """Tenancy references, padded to eleven places as the old system keeps them."""
    return [f"{number:09d}/01" for number in own_number(account, 387_420_489, 52_711, 9).tolist()]


def person_numbers(person: Ints) -> list[str]:
    """The landlord's own numbers for people; a blank where there is nobody."""
    numbers = own_number(person, 91_733, 4_005, 9).tolist()
    return [f"{number:09d}" if there else "" for number, there in zip(numbers, person >= 0, strict=True)]


def tenancies(here: Neighbourhood, pen: Pen) -> Iterator[Statement]:
    """Every version of every tenancy."""
    held = here.tenancies
    ended = np.where(held.ended_on == NEVER, -25_567, held.ended_on)  # 1900-01-01
    columns = zip(
        tag_refs(held.account), _uprns(held.uprn, held.account, pen), iso_days(held.started_on).tolist(),
        iso_days(ended).tolist(), person_numbers(held.tenant), person_numbers(held.joint_tenant),
        utc(held.recorded_at).tolist(), strict=True,
    )  # fmt: skip
    return statements(
        held.recorded_at,
        (
            f'{{"tagRef":"{tag} ","uprn":{uprn},"cotDate":"{start}","eotDate":"{end}","tenantNo":"{tenant}",'
            f'"jointNo":"{joint:<9}","lastChanged":"{changed}","patch":"N4 "}}'
            for tag, uprn, start, end, tenant, joint, changed in columns
        ),
    )


def tenants(here: Neighbourhood, pen: Pen) -> Iterator[Statement]:
    """Tenants and joint tenants, once for each tenancy they sign."""
    held, rng = here.tenancies, pen.chance(0)
    _, first = np.unique(held.account, return_index=True)
    joint = first[held.joint_tenant[first] >= 0]
    signed = np.concatenate([first, joint])
    person = np.concatenate([held.tenant[first], held.joint_tenant[joint]])
    row = row_of(person, here.persons.person)
    forenames = spelt_by(here.persons.forename, MISSPELT, rng)
    surnames = spelt_by(here.persons.surname, MISSPELT, rng)
    born = birth_dates(here.persons.born_on, rng, DATES_SWAPPED, NO_BIRTH_DATE)
    address = here.residences.address[row_of(held.uprn[signed], here.residences.uprn)]
    columns = zip(
        person_numbers(person), row.tolist(), here.persons.sex[row].tolist(), address.tolist(),
        _uprns(held.uprn[signed], held.account[signed], pen), utc(held.recorded_at[signed]).tolist(),
        strict=True,
    )  # fmt: skip
    return statements(
        held.recorded_at[signed],
        (
            f'{{"personNo":"{number}","forename":"{forenames[at]}","surname":"{surnames[at]}",'
            f'"dob":"{born[at]}","gender":"{sex[0].upper()} ","shortAddress":"{address}","uprn":{uprn},'
            f'"lastChanged":"{changed}"}}'
            for number, at, sex, address, uprn, changed in columns
        ),
    )


def rent(here: Neighbourhood, pen: Pen) -> Iterator[Statement]:
    """Every posting and every correction of one."""
    posted = here.rent
    numbers = own_number(posted.record, 7_919, 38_211, 12).tolist()
    accounts, inverse = np.unique(posted.account, return_inverse=True)
    tags = np.array(tag_refs(accounts))[inverse]
    columns = zip(
        numbers, tags.tolist(), np.array(PAYMENT_CODES)[posted.code].tolist(), _cycles(here, pen),
        posted.amount.tolist(), iso_days(posted.occurred_on).tolist(), utc(posted.recorded_at).tolist(),
        posted.void.tolist(), strict=True,
    )  # fmt: skip
    return statements(
        posted.recorded_at,
        (
            f'{{"transNo":"{number:012d}","tagRef":"{tag} ","transType":"{code} ","payFreq":"{cycle}",'
            f'"realValue":"{amount / 100:.2f}","postDate":"{day}","lastChanged":"{changed}",'
            f'"reversed":{"true" if void else "false"}}}'
            for number, tag, code, cycle, amount, day, changed, void in columns
        ),
    )


def _cycles(here: Neighbourhood, pen: Pen) -> list[str]:
    """How each account paid, as far as it was noted when the posting was made."""
    held, posted = here.tenancies, here.rent
    key = held.account * 2**32 + held.recorded_at
    order = np.argsort(key)
    wanted = posted.account * 2**32 + posted.recorded_at
    at = np.maximum(np.searchsorted(key, wanted, side="right", sorter=order) - 1, 0)
    at = np.where(held.account[order[at]] == posted.account, at, np.minimum(at + 1, len(order) - 1))
    unknown = _share(posted.account, CYCLE_UNKNOWN, 1, pen) | (held.account[order[at]] != posted.account)
    cycle = np.where(unknown, _UNKNOWN, held.cycle[order[at]])
    codes: list[str] = CYCLE_CODES[np.where(posted.cycle >= 0, posted.cycle, cycle)].tolist()
    return codes


def _share(key: Ints, share: float, salt: int, pen: Pen) -> Bools:
    """A share of the keys, the same key always in or always out."""
    keys, inverse = np.unique(key, return_inverse=True)
    chosen: Bools = (pen.chance(10 + salt).random(len(keys)) < share)[inverse]
    return chosen


def _uprns(uprn: Ints, account: Ints, pen: Pen) -> list[str]:
    """Property references as JSON: text, a number now and then, or blank."""
    missing, bare = _share(account, NO_UPRN, 2, pen), pen.chance(3).random(len(uprn)) < UPRN_AS_NUMBER
    return [
        '""' if none else str(number) if naked else f'"{number:012d}"'
        for number, none, naked in zip(uprn.tolist(), missing.tolist(), bare.tolist(), strict=True)
    ]
