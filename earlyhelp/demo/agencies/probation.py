"""Moorland Probation's books: who is under supervision, and one line an event, in codes of their own.

Of the register little is checked: names and birthdays are as somebody said them, and addresses as typed.
"""

from collections.abc import Iterator

import numpy as np

from earlyhelp.demo.agencies.books import Statement
from earlyhelp.demo.agencies.words import (
    Pen,
    iso_days,
    london,
    own_number,
    row_of,
    spelt_by,
    statements,
)
from earlyhelp.demo.agencies.writing import (
    addresses,
    birth_dates,
    homes_told,
    registered,
    surnames_of_before,
)
from earlyhelp.demo.city.days import DAY
from earlyhelp.demo.city.records import NEVER, SUPERVISION_EVENTS, Ints, Neighbourhood

FEEDS = ("people", "contacts")
MISSPELT = 0.08
"""Share of forenames and of surnames that probation writes wrongly (our assumption)."""
DATES_SWAPPED, NO_BIRTH_DATE = 0.04, 0.02
"""Share of dates of birth with day and month changed round, and of those not known (our assumption)."""
KNOWN_BY_FORMER, FORMER_TOLD = 0.05, 0.05
"""Share of women known by a surname of before alone, and of those whose surname of before is noted."""
CODES = dict(
    zip(SUPERVISION_EVENTS, ("ORD-MADE", "APP-ATT", "APP-FTA", "ENF-BRCH", "ORD-TERM", "RE-OFF"), strict=True)
)
OFFICES = ("Canal Street", "Kiln Road", "Market Square")
"""Where an event was seen to; nobody has agreed to be told."""


def case_numbers(person: Ints) -> list[str]:
    """Probation's own numbers for people."""
    return [f"M{number:09d}" for number in own_number(person, 64_231, 9_127, 9).tolist()]


def people(here: Neighbourhood, pen: Pen) -> Iterator[Statement]:
    """Everybody under supervision, from their first contact on, and again after each move."""
    told, folk, rng = here.supervision, here.persons, pen.chance(40)
    person, first = np.unique(told.person, return_index=True)
    nowhere = np.isin(person, told.person[(told.uprn == 0) & ~told.deleted])
    forenames, surnames = (spelt_by(names, MISSPELT, rng) for names in (folk.forename, folk.surname))
    known_by, noted = (surnames_of_before(folk.sex, s, rng) for s in (KNOWN_BY_FORMER, FORMER_TOLD))
    born = birth_dates(folk.born_on, rng, DATES_SWAPPED, NO_BIRTH_DATE)
    row = row_of(person, folk.person)
    which, uprn, minute = registered(
        homes_told(here, pen, rng), row, told.recorded_at[first], np.full(len(row), NEVER * DAY)
    )
    written = addresses(here, np.where(nowhere[which], 0, uprn), rng)
    columns = zip(
        case_numbers(person[which]), row[which].tolist(), folk.sex[row[which]].tolist(), written,
        london(minute).tolist(), strict=True,
    )  # fmt: skip
    return statements(
        minute,
        (
            supervised(
                crn, (forenames[at], known_by[at] or surnames[at], noted[at]), born[at], sex, address, when
            )
            for crn, at, sex, address, when in columns
        ),
    )


def supervised(crn: str, name: tuple[str, str, str], born: str, sex: str, address: str, recorded: str) -> str:
    """An entry of the register: forename, surname and the one before; no fixed abode is said in two ways."""
    nowhere = '"NFA"' if crn[-1] in "02468" else "null"
    shown = f'"{address}"' if address else nowhere
    return (
        f'{{"crn":"{crn}","forename":"{name[0]}","surname":"{name[1]}","previousSurname":"{name[2]}",'
        f'"dateOfBirth":"{born}","sexCode":"{1 if sex == "male" else 2}",'
        f'"mainAddress":{shown},"recordedAt":"{recorded}"}}'
    )


def contacts(here: Neighbourhood, pen: Pen) -> Iterator[Statement]:
    """Every event; of one that was entered for the wrong person, later no more than that it is gone."""
    told = here.supervision
    columns = zip(
        own_number(told.record, 7_177, 20_011, 12).tolist(), iso_days(told.occurred_on).tolist(),
        case_numbers(told.person), np.array(list(CODES.values()))[told.event].tolist(),
        london(told.recorded_at).tolist(), told.deleted.tolist(), strict=True,
    )  # fmt: skip
    return statements(
        told.recorded_at,
        (
            f'{{"ref":"C{ref:012d}","deleted":true,"recordedAt":"{recorded}"}}'
            if deleted
            else f'{{"ref":"C{ref:012d}","deleted":false,"type":"{code}","contactDate":"{day}",'
            f'"crn":"{crn}","office":"{OFFICES[ref % len(OFFICES)]}","recordedAt":"{recorded}"}}'
            for ref, day, crn, code, recorded, deleted in columns
        ),
    )
