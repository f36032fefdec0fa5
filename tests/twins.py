"""Agencies without a wire: connectors that answer from a list, for tests of what comes after fetching."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from earlyhelp.alerts.rules import LONDON
from earlyhelp.errors import EarlyHelpError
from earlyhelp.feeds import Feed, Page, Refused, Sweep, Terms, Window
from earlyhelp.law.policy import Sector
from schemas.appointment import Appointment
from schemas.feed import FeedRow
from schemas.person import Person
from schemas.police_callout import PoliceCallout
from schemas.rent_account import RentTransaction
from schemas.residence import Residence
from schemas.tenancy import Tenancy

NIGHT = date(2026, 11, 2)


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """That hour of a day in London: workers are told at nine, if the day is a working day."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)


@dataclass
class TwinFeed:
    name: str
    schema: type[FeedRow]
    rows: list[FeedRow] = field(default_factory=list)
    look_back: timedelta = timedelta(days=2)
    stale_after: timedelta = timedelta(days=8)
    snapshot: bool = False
    sweep: Sweep | None = None
    terms: Terms = field(default_factory=Terms)
    refused: list[Refused] = field(default_factory=list)

    @property
    def theirs(self) -> type[FeedRow]:
        return self.schema


@dataclass
class Twin:
    """Answers with rows recorded since and before its clock, so many to a page; or fails."""

    name: str
    sector: Sector
    feeds: Sequence[TwinFeed]
    clock: datetime = datetime(2026, 11, 2, 2, tzinfo=UTC)
    fails: EarlyHelpError | None = None
    fails_after_pages: int = 0
    page: int = 50
    rate: float | None = None
    ready: bool = True
    asked: list[Window] = field(default_factory=list)

    def pages(self, feed: Feed, window: Window) -> Iterator[Page]:
        assert isinstance(feed, TwinFeed)
        self.asked.append(window)
        since, position = window.since, window.position
        rows = sorted(
            (
                r
                for r in feed.rows
                if (since is None or r.recorded_at >= since)
                and (window.until is None or r.recorded_at < window.until)
                and r.recorded_at <= self.clock
            ),
            key=lambda r: (r.recorded_at, r.record_id),
        )
        at = int(position["at"]) if position else 0
        for served in range(len(rows) // self.page + 2):
            if self.fails and served >= self.fails_after_pages:
                raise self.fails
            part, at = rows[at : at + self.page], at + self.page
            more = at < len(rows)
            yield Page(part, [] if more else feed.refused, {"at": at} if more else None, self.clock)
            if not more:
                return


def moment(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def residence(uprn: str, usage: str = "dwelling", ward: str = "Aldren") -> Residence:
    return Residence(
        record_id=uprn, recorded_at=moment(date(2025, 1, 1)), uprn=uprn, usage=usage, ward=ward,
        address=f"{int(uprn) % 100} Quillfeather Street", postcode="ZZ1 1AA",
    )  # fmt: skip


def tenancy(account: str, uprn: str) -> Tenancy:
    start = date(2020, 1, 6)
    return Tenancy(
        record_id=account,
        recorded_at=moment(start),
        account=account,
        uprn=uprn,
        started_on=start,
        tenant=f"T{account}",
    )


def tenant(account: str, surname: str) -> Person:
    return Person(
        record_id=f"T{account}", recorded_at=moment(date(2020, 1, 6)), forename="Marigold", surname=surname,
        date_of_birth=date(1984, 5, 6),
    )  # fmt: skip


def patient(number: str, uprn: str) -> Person:
    return Person(
        record_id=f"P{number}", recorded_at=moment(date(2020, 1, 6)), nhs_number=number, uprn=uprn,
        forename="Marigold", surname="Thistlewood",
    )  # fmt: skip


def rent(account: str, weeks: int, paid_until: int, weekly: int = 10_000) -> list[RentTransaction]:
    """Weekly rent up to the night; paid a few days later, until ``paid_until`` weeks before it."""
    rows = []
    for week in range(weeks, 0, -1):
        monday = NIGHT - timedelta(weeks=week)
        rows.append(posting(f"{account}-c{week}", account, monday, "charge", weekly))
        if week > paid_until:
            rows.append(
                posting(f"{account}-p{week}", account, monday + timedelta(days=3), "payment", -weekly)
            )
    return rows


def posting(record: str, account: str, day: date, entry: Any, amount: int) -> RentTransaction:
    return RentTransaction(
        record_id=record, recorded_at=moment(day), occurred_on=day,
        account=account, entry=entry, amount=amount, payment_cycle="weekly",
    )  # fmt: skip


def callout(
    record: str, uprn: str | None, day: date, *, domestic_abuse: bool = False, harm: float = 40.0
) -> PoliceCallout:
    return PoliceCallout(
        record_id=record, recorded_at=moment(day, 23), occurred_on=day, occurred_at=moment(day, 21),
        uprn=uprn, incident=record, harm=harm, domestic_abuse=domestic_abuse,
        category="domestic" if domestic_abuse else "antisocial_behaviour",
    )  # fmt: skip


def appointment(record: str, number: str, day: date, status: Any) -> Appointment:
    return Appointment(
        record_id=record, recorded_at=moment(day, 18), occurred_on=day, starts_at=moment(day),
        nhs_number=number, booked_on=day - timedelta(days=20), status=status,
    )  # fmt: skip
