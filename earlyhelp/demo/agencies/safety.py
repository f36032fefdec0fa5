"""What the council's community safety team drops: reports of anti-social behaviour, a file for each day."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from earlyhelp.demo.agencies.books import Book, Statement
from earlyhelp.demo.agencies.drops import day_by_day, stamp, write
from earlyhelp.demo.agencies.words import Pen, british, british_days, own_number, statements
from earlyhelp.demo.agencies.writing import addresses, by_hand
from earlyhelp.demo.city.records import NUISANCES, REPORT_ROLES, Bools, Ints, Neighbourhood

FEEDS = ("asb",)
HEADER = "Report No,Incident No,Date of Incident,Party,UPRN,Address,Category,Entered,Officer"
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
        own_number(told.incident, 8_887, 271, 12).tolist(),
        british_days(told.occurred_on), np.array(list(PARTIES.values()))[told.role].tolist(),
        np.where(hand, 0, told.uprn).tolist(), addresses(here, np.where(hand, told.uprn, 0), pen.chance(47)),
        np.array(list(CATEGORIES.values()))[told.nuisance].tolist(),
        *british(told.recorded_at), strict=True,
    )  # fmt: skip
    return statements(
        told.recorded_at,
        (
            f'{report},I{incident:012d},{day},{party},{uprn or ""},"{place}",{category},{entered} {clock},'
            f"{OFFICERS[incident % len(OFFICERS)]}"
            for report, incident, day, party, uprn, place, category, entered, clock in columns
        ),
    )


def drop(book: Book, folder: Path) -> None:
    """Write a file for each day with anything in it."""
    for day, bodies in day_by_day(book, "asb"):
        path = folder / f"asb_{day:%Y%m%d}.csv"
        write(path, HEADER, bodies)
        stamp(path, day)
