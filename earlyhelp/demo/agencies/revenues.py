"""What the council's revenues department drops: who owes council tax, and who gets help with it or with rent.

Reports of an old system for people to read: Windows-1252, a title above the headings and a total below, a
name in every line, pounds with their sign. Council tax comes once a month; benefits are the whole list as
it stands on each Sunday night, and whoever is no longer helped is simply not there.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from earlyhelp.demo.agencies.books import Book, Statement
from earlyhelp.demo.agencies.drops import day_by_day, stamp
from earlyhelp.demo.agencies.reports import bound, together, unbound
from earlyhelp.demo.agencies.words import Pen, british_days, own_number, row_of, spelt_by
from earlyhelp.demo.city.days import DAY, day_number
from earlyhelp.demo.city.records import BENEFITS, TAX_ARRANGEMENTS, TAX_STAGES, Ints, Neighbourhood

FEEDS = ("counciltax", "benefits")
TITLES = {
    "counciltax": "Northmoor Council – Revenues: accounts overdue",
    "benefits": "Northmoor Council – Benefits: awards in payment",
}
HEADERS = {
    "counciltax": "Account No,Liable Person,UPRN,Overdue,Recovery Stage,Statement Date,Discount,Arrangement",
    "benefits": "Claim Ref,Claimant,UPRN,Benefit,Award Start,Weekly Award",
}
TOTALS = {
    "counciltax": 'Total,{count},,"{sum}",,,,',
    "benefits": 'Total,{count},,,,"{sum}"',
}
STAGES = dict(zip(TAX_STAGES, ("", "REM1", "FINL", "SUMM", "LORD"), strict=True))
ARRANGEMENTS = dict(zip(TAX_ARRANGEMENTS, ("", "PLAN", "BSPC"), strict=True))
CODES = dict(zip(BENEFITS, ("HB", "CTR"), strict=True))
MISSPELT = 0.03
"""Share of names that the department writes wrongly (our assumption)."""
TYPED = {"'": "’", "Chloe": "Chloé", "Helen": "Hélène", "Irene": "Irène"}
"""Letters that tell Windows-1252 from plain ASCII and from UTF-8."""
KEPT_WEEKS = 4
"""Lists of benefits older than this at the first night are no longer in the drop."""
LISTED_AT = 21 * 60
"""The minute of Sunday at which the list is printed."""


def counciltax(here: Neighbourhood, pen: Pen) -> Iterator[Statement]:
    """A line for each account of a monthly statement."""
    owed = here.council_tax
    columns = zip(
        own_number(owed.account, 50_033, 7_711, 9).tolist(), _names(owed.liable, here, pen),
        owed.uprn.tolist(), owed.arrears.tolist(), np.array(list(STAGES.values()))[owed.stage].tolist(),
        british_days(owed.occurred_on), np.where(owed.alone, "SPD", "").tolist(),
        np.array(list(ARRANGEMENTS.values()))[owed.arrangement].tolist(), strict=True,
    )  # fmt: skip
    lines = [
        f'{number:09d},"{name}",{uprn},"{pounds(arrears)}",{stage},{day},{discount},{arranged}'
        for number, name, uprn, arrears, stage, day, discount, arranged in columns
    ]
    return bound(owed.recorded_at, lines, owed.arrears)


def benefits(here: Neighbourhood, pen: Pen) -> Iterator[Statement]:
    """The whole list for each Sunday: every award in payment that night."""
    made = here.benefit_awards
    sundays = _sundays(pen)
    which, row = np.nonzero((made.from_on <= sundays[:, None]) & (made.to_on > sundays[:, None]))
    names, begun = _names(made.person, here, pen), british_days(made.started_on)
    claims = own_number(made.claim, 3_907, 66_301, 12).tolist()
    lines = [
        f'HB{claim:012d},"{name}",{uprn},{code},{start},"{pounds(pence)}"'
        for pence, claim, name, uprn, code, start in zip(
            made.weekly_amount.tolist(), claims, names, made.uprn.tolist(),
            np.array(list(CODES.values()))[made.benefit].tolist(), begun, strict=True,
        )
    ]  # fmt: skip
    listed = [lines[at] for at in row.tolist()]
    return bound(sundays[which] * DAY + LISTED_AT, listed, made.weekly_amount[row])


def _sundays(pen: Pen) -> Ints:
    """The days of the lists: Sundays, from some weeks before the first night."""
    night = pen.plan.first_night
    first = max(night - timedelta(days=night.isoweekday()) - timedelta(weeks=KEPT_WEEKS - 1), pen.plan.start)
    return np.arange(day_number(first), day_number(pen.plan.end), 7, dtype=np.int64)


def _names(person: Ints, here: Neighbourhood, pen: Pen) -> list[str]:
    """Surname, comma, forename, as the department types them."""
    folk, rng = here.persons, pen.chance(31)
    both = [spelt_by(names, MISSPELT, rng) for names in (folk.surname, folk.forename)]
    written = [_typed(f"{surname}, {forename}") for surname, forename in zip(*both, strict=True)]
    return [written[at] for at in row_of(person, folk.person).tolist()]


def _typed(name: str) -> str:
    for plain, typed in TYPED.items():
        name = name.replace(plain, typed)
    return name


def pounds(pence: int) -> str:
    """£1,234.50, or 12.00 CR where the council owes it."""
    return f"£{pence / 100:,.2f}" if pence >= 0 else f"{-pence / 100:,.2f} CR"


def drop(book: Book, folder: Path) -> None:
    """Write the files of both feeds, one for each day with anything in it."""
    for feed in FEEDS:
        for day, bodies in day_by_day(book, feed):
            path = folder / f"{feed}_{day:%Y%m%d}.csv"
            write(path, feed, day, bodies)
            stamp(path, day)


def write(path: Path, feed: str, day: date, bodies: Iterable[str]) -> None:
    """A report: title, an empty line, headings, lines, total."""
    heads = []
    with path.open("w", encoding="cp1252", newline="\r\n") as file:
        file.write(f"{TITLES[feed]} at {day:%d/%m/%Y}\n\n{HEADERS[feed]}\n")
        for body in bodies:
            head, lines = unbound(body)
            heads.append(head)
            file.write(lines)
        count, total = together(heads)
        file.write(TOTALS[feed].format(count=count, sum=pounds(total)) + "\n")
