"""What the schools drop: a workbook a week with every child's sessions.

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
from earlyhelp.demo.agencies.words import Pen, own_number
from earlyhelp.demo.city.records import Ints, Neighbourhood

FEEDS = ("attendance",)
TITLE = "Northmoor schools: weekly attendance return"
HEADINGS = (
    "School", "Pupil No", "UPRN", "Week Beginning", "Possible", "Missed", "Unauthorised", "Enrolled",
)  # fmt: skip
NAMES = (
    "Canal Street Primary", "St Aidan’s CE Primary", "Moor Lane Academy", "Our Lady’s Catholic Primary",
    "Potters & Weavers High", "Northmoor High",
)  # fmt: skip
NO_UPRN = 0.04
"""Share of children whose address nobody has looked up (our assumption)."""


def attendance(here: Neighbourhood, pen: Pen) -> Iterator[Statement]:
    """A line for each child and week, its cells apart by tabs."""
    weeks = here.school_absences
    serial = workbook.SERIAL_OF_EPOCH
    columns = zip(
        (weeks.enrolment % len(NAMES)).tolist(), own_number(weeks.enrolment, 6_607, 41_017, 9).tolist(),
        _uprns(weeks.enrolment, weeks.uprn, pen).tolist(), (weeks.week_of + serial).tolist(),
        weeks.possible_sessions.tolist(), weeks.missed_sessions.tolist(),
        weeks.unauthorised_sessions.tolist(), (weeks.enrolled_on + serial).tolist(), strict=True,
    )  # fmt: skip
    lines = [
        f"{NAMES[school]}\tP{pupil:09d}\t{uprn or ''}\t{monday}\t{possible}\t{missed}\t{not_allowed}\t{since}"
        for school, pupil, uprn, monday, possible, missed, not_allowed, since in columns
    ]
    sessions = weeks.possible_sessions, weeks.missed_sessions, weeks.unauthorised_sessions
    return bound(weeks.recorded_at, lines, *sessions)


def _uprns(enrolment: Ints, uprn: Ints, pen: Pen) -> Ints:
    """The child's address, 0 for some; the same child always or never."""
    known, which = np.unique(enrolment, return_inverse=True)
    return np.where(pen.chance(32).random(len(known))[which] < NO_UPRN, 0, uprn)


def drop(book: Book, folder: Path) -> None:
    """Write a workbook for each day with anything in it."""
    for day, bodies in day_by_day(book, "attendance"):
        path = folder / f"attendance_{day:%Y%m%d}.xlsx"
        workbook.write(path, _return(day, bodies))
        stamp(path, day)


def _return(day: date, bodies: Iterable[str]) -> Iterator[str]:
    """Title, an empty row, headings, children, total."""
    yield workbook.row(f"{TITLE}, printed {day:%d/%m/%Y}") + workbook.row() + workbook.row(*HEADINGS)
    heads = []
    for body in bodies:
        head, lines = unbound(body)
        heads.append(head)
        yield workbook.rows(lines, str, str, int, int, int, int, int, int)
    count, *sums = together(heads)
    yield workbook.row("Total", count, None, None, *sums, None)
