"""What the council's community safety team drops: reports of anti-social behaviour, a file for each day."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from earlyhelp.demo.agencies.books import Book, Statement
from earlyhelp.demo.agencies.drops import day_by_day, stamp, write
from earlyhelp.demo.agencies.police import incident_numbers
from earlyhelp.demo.agencies.words import Pen, british, british_days, british_times, own_number, statements
from earlyhelp.demo.agencies.writing import addresses, by_hand
from earlyhelp.demo.city.records import (
    NUISANCES,
    REPORT_ROLES,
    AntisocialReports,
    Bools,
    Ints,
    Neighbourhood,
)

FEEDS = ("asb",)
HEADER = "Report No,Incident No,Date of Incident,Time of Incident,Party,UPRN,Address,Category,Entered,Officer"
PARTIES = dict(zip(REPORT_ROLES, ("COMPLAINANT", "SUBJECT"), strict=True))
CATEGORIES = dict(
    zip(NUISANCES, ("NOISE", "ROWDY", "INTIM", "RUBBISH", "VEHICLE", "ANIMAL", "OTHER"), strict=True)
)
OFFICERS = ("J. Shaw", "P. Malik", "R. Whitfield")
"""Who took the report; nobody has agreed to be told."""


def report_numbers(record: Ints) -> list[str]:
    """The team's own numbers for reports."""
    return [f"R{number:012d}" for number in own_number(record, 4_987, 1_313, 12).tolist()]


def written(here: Neighbourhood, pen: Pen) -> Bools:
    """In which lines the address stands as it was said, and no property reference."""
    return by_hand(here.antisocial_reports.uprn, pen.chance(46))


def asb(here: Neighbourhood, pen: Pen) -> Iterator[Statement]:
    """A line for each home's part in a report."""
    told = here.antisocial_reports
    hand = written(here, pen)
    columns = zip(
        report_numbers(told.record),
        _incidents(told),
        told.incident.tolist(),
        british_days(told.occurred_on), british_times(told.occurred_at),
        np.array(list(PARTIES.values()))[told.role].tolist(),
        np.where(hand, 0, told.uprn).tolist(), addresses(here, np.where(hand, told.uprn, 0), pen.chance(47)),
        np.array(list(CATEGORIES.values()))[told.nuisance].tolist(),
        *british(told.recorded_at), strict=True,
    )  # fmt: skip
    return statements(
        told.recorded_at,
        (
            f'{report},{incident},{day},{at},{party},{uprn or ""},"{place}",{category},{entered} {clock},'
            f"{OFFICERS[own % len(OFFICERS)]}"
            for report, incident, own, day, at, party, uprn, place, category, entered, clock in columns
        ),
    )


def _incidents(told: AntisocialReports) -> list[str]:
    """The team's own number of each event; the police's where they passed it on."""
    own = own_number(told.incident, 8_887, 271, 12).tolist()
    theirs = zip(told.police_incident.tolist(), incident_numbers(told.police_incident), strict=True)
    return [
        known if passed_on else f"I{number:012d}"
        for number, (passed_on, known) in zip(own, theirs, strict=True)
    ]


def drop(book: Book, folder: Path) -> None:
    """Write a file for each day with anything in it."""
    for day, bodies in day_by_day(book, "asb"):
        path = folder / f"asb_{day:%Y%m%d}.csv"
        write(path, HEADER, bodies)
        stamp(path, day)
