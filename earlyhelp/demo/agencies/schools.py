"""What the schools drop: a workbook a week with every child's sessions, and one of pupils new or moved.

A spreadsheet: property references are numbers, days are Excel's serial numbers, a title stands above the
headings and a total below.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import numpy as np

from earlyhelp.demo.agencies import workbook
from earlyhelp.demo.agencies.books import Book, Statement
from earlyhelp.demo.agencies.drops import day_by_day, stamp
from earlyhelp.demo.agencies.reports import bound, together, unbound
from earlyhelp.demo.agencies.words import Pen, own_number, row_of, spelt_by
from earlyhelp.demo.agencies.writing import (
    NO_DATE,
    addresses,
    birth_dates,
    homes_told,
    registered,
    surnames_of_before,
)
from earlyhelp.demo.city.days import DAY, day_number
from earlyhelp.demo.city.records import NEVER, Bools, Ints, Neighbourhood

FEEDS = ("pupils", "attendance")
TITLES = {"pupils": "Northmoor schools: pupils new or changed",
          "attendance": "Northmoor schools: weekly attendance return"}  # fmt: skip
PUPIL = (
    "School", "Pupil No", "Forename", "Surname", "Former Surname", "Date of Birth", "Sex", "Home Address",
    "UPRN",
)  # fmt: skip
HEADINGS = (
    "School", "Pupil No", "Week Beginning", "Possible", "Missed", "Unauthorised", "Enrolled",
)  # fmt: skip
NAMES = (
    "Canal Street Primary", "St Aidan’s CE Primary", "Moor Lane Academy", "Our Lady’s Catholic Primary",
    "Potters & Weavers High", "Northmoor High",
)  # fmt: skip
UPRN_KNOWN = 0.2
"""Share of children whose home somebody has looked up in the gazetteer (our assumption)."""
MISSPELT, DATES_SWAPPED = 0.04, 0.01
"""Share of forenames and of surnames written wrongly, of birthdays with day and month swapped (ours)."""
KNOWN_BY_FORMER = 0.01
"""Share of girls whom the school still knows by a surname of before (our assumption)."""


def pupil_numbers(enrolment: Ints) -> list[str]:
    """The schools' own numbers: of a child at two schools there are two."""
    return [f"P{number:09d}" for number in own_number(enrolment, 6_607, 41_017, 9).tolist()]


def enrolments(here: Neighbourhood) -> tuple[Ints, Ints, Ints]:
    """(enrolment, person, the day it began) of every child at every school, in order."""
    weeks = here.school_absences
    enrolment, first = np.unique(weeks.enrolment, return_index=True)
    return enrolment, weeks.person[first], weeks.enrolled_on[first].astype(np.int64)


def pupils(here: Neighbourhood, pen: Pen) -> Iterator[Statement]:
    """A line for each child at each school, and another after each move, its cells apart by tabs."""
    folk, rng = here.persons, pen.chance(41)
    enrolment, person, began = enrolments(here)
    row = row_of(person, folk.person)
    left = np.append(began[1:], NEVER)
    left = np.where(np.append(person[1:] == person[:-1], False), left, NEVER) * DAY
    since = np.maximum(began * DAY + 9 * 60, pen.before)
    which, uprn, minute = registered(homes_told(here, pen, rng), row, since, left)
    order = np.argsort(minute, kind="stable")
    which, uprn, minute = which[order], uprn[order], minute[order]
    forenames, surnames = (spelt_by(names, MISSPELT, rng) for names in (folk.forename, folk.surname))
    before = surnames_of_before(folk.sex, KNOWN_BY_FORMER, rng)
    born = birth_dates(folk.born_on, rng, DATES_SWAPPED, 0.0)
    looked_up: Bools = rng.random(len(enrolment)) < UPRN_KNOWN
    columns = zip(
        enrolment[which].tolist(), pupil_numbers(enrolment[which]), row[which].tolist(),
        addresses(here, uprn, rng), np.where(looked_up[which], uprn, 0).tolist(), strict=True,
    )  # fmt: skip
    lines = [
        pupil_line(school, number, forenames[at], before[at] or surnames[at], "", born[at],
                   str(folk.sex[at]), address, known)
        for school, number, at, address, known in columns
    ]  # fmt: skip
    return zip(minute.tolist(), lines, strict=True)


def pupil_line(
    school: int, number: str, forename: str, surname: str, before: str, born: str, sex: str, address: str,
    uprn: int,
) -> str:  # fmt: skip
    """A child as the school has it, the birthday as a spreadsheet counts days."""
    day = "" if born == NO_DATE else day_number(date.fromisoformat(born)) + workbook.SERIAL_OF_EPOCH
    return (
        f"{NAMES[school % len(NAMES)]}\t{number}\t{forename}\t{surname}\t{before}\t{day}\t{sex[0].upper()}"
        f"\t{address}\t{uprn or ''}"
    )


def attendance(here: Neighbourhood, pen: Pen) -> Iterator[Statement]:
    """A line for each child and week, its cells apart by tabs."""
    weeks = here.school_absences
    serial = workbook.SERIAL_OF_EPOCH
    columns = zip(
        (weeks.enrolment % len(NAMES)).tolist(), pupil_numbers(weeks.enrolment),
        (weeks.week_of + serial).tolist(),
        weeks.possible_sessions.tolist(), weeks.missed_sessions.tolist(),
        weeks.unauthorised_sessions.tolist(), (weeks.enrolled_on + serial).tolist(), strict=True,
    )  # fmt: skip
    lines = [
        f"{NAMES[school]}\t{pupil}\t{monday}\t{possible}\t{missed}\t{not_allowed}\t{since}"
        for school, pupil, monday, possible, missed, not_allowed, since in columns
    ]
    sessions = weeks.possible_sessions, weeks.missed_sessions, weeks.unauthorised_sessions
    return bound(weeks.recorded_at, lines, *sessions)


def drop(book: Book, folder: Path) -> None:
    """Write a workbook for each day with anything in it."""
    for feed, layout in (("pupils", _register), ("attendance", _return)):
        for day, bodies in day_by_day(book, feed):
            path = folder / f"{feed}_{day:%Y%m%d}.xlsx"
            workbook.write(path, layout(day, bodies))
            stamp(path, day)


def _register(day: date, bodies: Iterable[str]) -> Iterator[str]:
    """Title, an empty row, headings, pupils, total."""
    yield _head("pupils", day, PUPIL)
    count = 0
    for body in bodies:
        count += 1
        yield workbook.rows(f"{body}\n", str, str, str, str, str, int, str, str, int)
    yield workbook.row("Total", count)


def _return(day: date, bodies: Iterable[str]) -> Iterator[str]:
    """Title, an empty row, headings, children, total."""
    yield _head("attendance", day, HEADINGS)
    heads = []
    for body in bodies:
        head, lines = unbound(body)
        heads.append(head)
        yield workbook.rows(lines, str, str, int, int, int, int, int)
    count, *sums = together(heads)
    yield workbook.row("Total", count, None, *sums, None)


def _head(feed: str, day: date, headings: tuple[str, ...]) -> str:
    return workbook.row(f"{TITLES[feed]}, printed {day:%d/%m/%Y}") + workbook.row() + workbook.row(*headings)
