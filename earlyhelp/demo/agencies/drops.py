"""What is dropped as files: the fire service's visits, and the council's gazetteer of residences.

A file holds what was written down on one day in London, and ends in a trailer with its count of rows.
"""

import os
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from pathlib import Path

import numpy as np

from earlyhelp.demo.agencies.books import Book, Statement
from earlyhelp.demo.agencies.police import incident_numbers
from earlyhelp.demo.agencies.words import Pen, british, british_days, british_times, own_number, statements
from earlyhelp.demo.agencies.writing import addresses, by_hand
from earlyhelp.demo.city.records import FIRE_OUTCOMES, Bools, Ints, Neighbourhood
from schemas.feed import LONDON, london_day

FEEDS = ("visits", "gazetteer")
HEADERS = {
    "visits": "VisitRef,VisitDate,Called,UPRN,Address,Outcome,PoliceRef,Recorded",
    "gazetteer": "UPRN,ParentUPRN,Class,Address,Postcode,Ward,LastUpdated",
}
OUTCOMES = dict(
    zip(FIRE_OUTCOMES, ("HFSV-DONE", "HFSV-REFUSED", "HFSV-NO-ANSWER", "FIRE-SMALL"), strict=True)
)
CLASSES = ("RD04", "PP", "CM03")
"""Of a dwelling, a building that holds flats and an institution, by the gazetteer's classification."""
DONE_AT = time(0, 5)
"""When a day's file is dropped, by London's clock in the night after."""


def visit_numbers(record: Ints) -> list[str]:
    """The fire service's own numbers for visits."""
    return [f"HV{number:012d}" for number in own_number(record, 3_119, 901, 12).tolist()]


def written(here: Neighbourhood, pen: Pen) -> Bools:
    """Of which visits the crew wrote the address, and no property reference."""
    return by_hand(here.fire_visits.uprn, pen.chance(44))


def visits(here: Neighbourhood, pen: Pen) -> Iterator[Statement]:
    """Visits and small fires, a line each."""
    made = here.fire_visits
    visited = british_days(made.occurred_on)
    hand = written(here, pen)
    columns = zip(
        visit_numbers(made.record), visited, british_times(made.occurred_at),
        np.where(hand, 0, made.uprn).tolist(), addresses(here, np.where(hand, made.uprn, 0), pen.chance(45)),
        np.array(list(OUTCOMES.values()))[made.outcome].tolist(),
        zip(made.police_incident.tolist(), incident_numbers(made.police_incident), strict=True),
        *british(made.recorded_at), strict=True,
    )  # fmt: skip
    return statements(
        made.recorded_at,
        (
            f'{number},{day},{at},{uprn or ""},"{place}",{outcome},'
            f"{theirs if came else ''},{recorded} {clock}"
            for number, day, at, uprn, place, outcome, (came, theirs), recorded, clock in columns
        ),
    )


def gazetteer(here: Neighbourhood, pen: Pen) -> Iterator[Statement]:
    """Every address; commas in it are why the field is quoted."""
    known = here.residences
    recorded_at = np.full(len(known.uprn), pen.before)
    updated = [f"{day} {clock}" for day, clock in zip(*british(recorded_at), strict=True)]
    columns = zip(
        known.uprn.tolist(), known.parent_uprn.tolist(), np.array(CLASSES)[known.usage].tolist(),
        known.address.tolist(), known.postcode.tolist(), known.ward.tolist(), updated, strict=True,
    )  # fmt: skip
    return statements(
        recorded_at,
        (
            f'{uprn},{parent or ""},{usage},"{address}",{postcode},{ward},{changed}'
            for uprn, parent, usage, address, postcode, ward, changed in columns
        ),
    )


def drop(book: Book, folder: Path) -> None:
    """Write the files of both feeds, one for each day with anything in it, stamped when they were dropped."""
    for feed in FEEDS:
        for day, bodies in day_by_day(book, feed):
            path = folder / f"{feed}_{day:%Y%m%d}.csv"
            write(path, HEADERS[feed], bodies)
            stamp(path, day)


def day_by_day(book: Book, feed: str) -> Iterator[tuple[date, Iterator[str]]]:
    """What was written down on each day in London, from the first on."""
    for day, rows in groupby(book.in_order(feed), key=lambda row: _day(row[0])):
        yield day, (body for _, body in rows)


def stamp(path: Path, day: date) -> None:
    """Let a file be dropped in the night after its day."""
    dropped = datetime.combine(day + timedelta(days=1), DONE_AT, LONDON).timestamp()
    os.utime(path, (dropped, dropped))


def write(path: Path, header: str, lines: Iterable[str]) -> None:
    """A file as it is dropped: with a byte-order mark and Windows line ends, the trailer last."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="\r\n") as file:
        file.write(f"{header}\n")
        for count, line in enumerate(lines, start=1):  # noqa: B007
            file.write(f"{line}\n")
        file.write(f"TRAILER,{count}\n")


@lru_cache(4096)
def _day(minute: int) -> date:
    """The day in London on which something was written down."""
    return london_day(datetime.fromtimestamp(minute * 60, UTC))
