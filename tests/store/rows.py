"""Small feeds and rows for the tests of the store."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from earlyhelp.feeds import Counts, Page, Refused, Sweep, Terms, Window
from earlyhelp.store import tables
from earlyhelp.store.incoming import bookmarks, landing, windows
from earlyhelp.store.unit_of_work import Work, reading
from schemas.appointment import Appointment
from schemas.police_callout import PoliceCallout
from schemas.rent_account import RentTransaction

AGENCY = "northside-homes"
DAY = date(2025, 6, 10)
CLOCK = datetime(2025, 6, 10, 2, 0, tzinfo=UTC)
FOREVER = date(9999, 12, 31)


@dataclass(frozen=True)
class SmallFeed:
    name: str
    schema: type
    look_back: timedelta = timedelta(hours=6)
    theirs: Any = None
    stale_after: timedelta = timedelta(days=3)
    snapshot: bool = False
    sweep: Sweep | None = None
    terms: Terms = field(default_factory=Terms)


RENT = SmallFeed("rent", RentTransaction)
CALLS = SmallFeed("callouts", PoliceCallout)
APPOINTMENTS = SmallFeed("appointments", Appointment)


def rent(record="r1", *, at=None, hours=0, amount=100, account="A1", on=None, void=False, cycle=None):
    """A posting, recorded so many hours after midnight of 1 June (or ``at``)."""
    at = at or datetime(2025, 6, 1, tzinfo=UTC) + timedelta(hours=hours)
    return RentTransaction(
        record_id=record, recorded_at=at, void=void, occurred_on=on or min(at.date(), DAY),
        account=account, entry="charge" if amount > 0 else "payment", amount=amount, payment_cycle=cycle,
    )  # fmt: skip


def bad(words="{}", place="row 1", record=None):
    return Refused(place, "amount: not a whole number", words, record)


def page(*rows, refused=(), position=None, clock=CLOCK):
    return Page(list(rows), list(refused), position, clock)


def land(conn, the_page, *, feed=RENT, day=DAY, agency=AGENCY, run=None) -> Counts:
    """Land one page, in a run of its own."""
    run = run or landing.start_run(conn, bookmarks.feed_key(agency, feed), day)
    return landing.land(conn, agency, feed, the_page, run, 0, day)


def window(conn, *pages, feed=RENT, day=DAY, agency=AGENCY) -> Window:
    """A whole window from opening to closing."""
    opened = windows.open_window(conn, agency, feed, day)
    run = landing.start_run(conn, bookmarks.feed_key(agency, feed), day)
    for number, the_page in enumerate(pages):
        landing.land(conn, agency, feed, the_page, run, number, day)
    windows.close_window(conn, agency, feed, pages[-1] if pages else page(), run, day)
    return opened


def fetch(engine, pages: dict[Any, Page], *, feed=RENT, day=DAY) -> None:
    """A feed's whole way, as the service goes it: each page and its position in one transaction."""
    with Work(engine) as work:
        opened = windows.open_window(work.conn, AGENCY, feed, day)
        run = landing.start_run(work.conn, bookmarks.feed_key(AGENCY, feed), day)
        work.commit()
    at = None if opened.position is None else opened.position["page"]
    while True:
        the_page = pages[at]
        with Work(engine) as work:
            landing.land(work.conn, AGENCY, feed, the_page, run, at or 0, day)
            if the_page.position is None:
                windows.close_window(work.conn, AGENCY, feed, the_page, run, day)
            work.commit()
        if the_page.position is None:
            return
        at = the_page.position["page"]


def held(conn, kind="rent_transaction", *, without=("id", "page")) -> list[tuple[Any, ...]]:
    """What a landing table holds, but for numbers and lineage, in order."""
    table = tables.landing[kind]
    kept = [column for column in table.c if column.name not in without]
    return sorted(conn.execute(select(*kept)).all(), key=repr)


def everything(engine) -> dict[str, Any]:
    """Rows, refused rows and bookmark: what two stores must share to be the same."""
    with reading(engine) as conn:
        refused = [c for c in tables.quarantine.c if c.name != "id"]
        return {
            "rows": held(conn),
            "refused": sorted(conn.execute(select(*refused)).all(), key=repr),
            "bookmark": conn.execute(select(tables.bookmark)).all(),
        }


def current(conn, kind="rent_transaction") -> dict[str, Any]:
    """The row that holds now, for each record that has one."""
    t = tables.landing[kind]
    return {row.record_id: row for row in conn.execute(select(t).where(t.c.superseded_on.is_(None)))}
