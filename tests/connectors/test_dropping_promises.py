"""The promises, kept to every layout and to each sign by which a file is whole."""

from datetime import date, timedelta

from earlyhelp.connecting.agency import Agency
from earlyhelp.connecting.dialects import (
    british_day,
    british_time,
    coded,
    either_day,
    excel_day,
    named,
    padded_uprn,
    reference,
    spelt,
    unless_blank,
)
from earlyhelp.connecting.dropping import FILE_BEGAN, FILE_DAY, FILE_DROPPED, FileFeed
from earlyhelp.connecting.files.sheets import Excel
from earlyhelp.connecting.layouts import Csv, FixedWidth, JsonLines
from earlyhelp.connecting.whole import Sentinel, Settled, Trailer
from earlyhelp.law.policy import Sector
from earlyhelp.promises.dropping import DropPromises
from schemas.fire_visit import FireVisit
from schemas.tenancy import Tenancy

MONTH = timedelta(days=31)
OUTCOMES = {"done": "visited", "refused": "refused"}
VISIT = named(record_id="Ref", recorded_at="Written", occurred_on="Day", uprn="UPRN", outcome="Outcome")


class _Visit(FireVisit, extra="ignore", alias_generator=VISIT):
    _record_id = spelt("record_id", reference)
    _recorded_at = spelt("recorded_at", british_time)
    _occurred_on = spelt("occurred_on", either_day)
    _uprn = spelt("uprn", padded_uprn)
    _outcome = spelt("outcome", coded(OUTCOMES))


class _Stamped(
    FireVisit,
    extra="ignore",
    alias_generator=named(
        record_id="Ref", recorded_at=FILE_BEGAN, occurred_on=FILE_DAY, uprn="UPRN", outcome="Outcome"
    ),
):
    _outcome = spelt("outcome", coded(OUTCOMES))


class _Let(
    Tenancy,
    extra="ignore",
    alias_generator=named(
        record_id="Ref", recorded_at=FILE_DROPPED, account="Account", uprn="UPRN", started_on="From",
        ended_on="To", tenant="Tenant",
    ),
):  # fmt: skip
    """Of spreadsheets: numbers where there should be text, and a serial day beside a real one."""

    _record_id = spelt("record_id", reference)
    _account = spelt("account", reference)
    _uprn = spelt("uprn", padded_uprn)
    _started_on = spelt("started_on", excel_day)
    _ended_on = spelt("ended_on", unless_blank(british_day))
    _tenant = spelt("tenant", reference)


class Hilltop(Agency):
    """One of each."""

    name = "hilltop"
    sector = Sector.COUNCIL
    feeds = (
        FileFeed(
            "semicolons", schema=FireVisit, theirs=_Visit, stale_after=MONTH, pattern="visits-*.txt",
            layout=Csv(";", "windows-1252"), whole=Settled(), totals=("Total",),
        ),
        FileFeed(
            "workbook", schema=Tenancy, theirs=_Let, stale_after=MONTH, pattern="lets_????????.xlsx",
            layout=Excel("Lets"), whole=Settled(), snapshot=True, may_lack=("To",),
        ),
        FileFeed(
            "counted", schema=Tenancy, theirs=_Let, stale_after=MONTH, pattern="counted_*.xlsx",
            layout=Excel(), whole=Trailer("Total"), totals=("Total",), snapshot=True,
        ),
        FileFeed(
            "columns", schema=FireVisit, theirs=_Visit, stale_after=MONTH, pattern="visits_*.dat",
            layout=FixedWidth(
                (("Ref", 10), ("", 2), ("Written", 16), ("Day", 10), ("UPRN", 12), ("Outcome", 24)),
                "windows-1252", above=1,
            ),
            whole=Trailer("TRL"),
        ),
        FileFeed(
            "objects", schema=FireVisit, theirs=_Visit, stale_after=MONTH, pattern="visits_*.jsonl",
            layout=JsonLines(), whole=Sentinel(),
        ),
        FileFeed(
            "one-name", schema=FireVisit, theirs=_Stamped, stale_after=MONTH, pattern="visits.csv",
            whole=Settled(), dated=False, snapshot=True,
        ),
    )  # fmt: skip


ROW = {
    "Ref": "V0000001",
    "Written": "31/10/2026 09:12",
    "Day": "2026-10-30",
    "UPRN": "10012345678",
    "Outcome": "done",
}
BARE = {"Ref": "V1", "UPRN": "010012345678", "Outcome": "done"}
LET = {"Ref": 1001.0, "Account": 55.0, "UPRN": 10012345678.0, "From": 46326.0, "To": "", "Tenant": "T1"}


class TestSemicolons(DropPromises):
    agency, feed, spoil, sample = Hilltop, "semicolons", "Outcome", ROW


class TestWorkbook(DropPromises):
    agency, feed, spoil, sample = Hilltop, "workbook", "From", LET

    def vary(self, row, number, moment):
        return {**row, "Ref": 1001.0 + number}

    def test_its_numbers_and_dates_are_read_as_what_they_were(self):
        self.drop(date(2026, 10, 31), self.written([{**LET, "To": date(2026, 10, 31)}]))
        ((row,),) = (page.rows for page in self.fetch())
        assert (row.record_id, row.account, row.uprn) == ("1001", "55", "010012345678")
        assert (row.started_on, row.ended_on) == (date(2026, 10, 31), date(2026, 10, 31))


class TestCounted(DropPromises):
    """The total at its end counts the rows, and so is its trailer."""

    agency, feed, spoil, sample = Hilltop, "counted", "From", LET

    def vary(self, row, number, moment):
        return {**row, "Ref": 1001.0 + number}


class TestColumns(DropPromises):
    agency, feed, spoil, sample = Hilltop, "columns", "Outcome", ROW


class TestObjects(DropPromises):
    agency, feed, spoil, sample = Hilltop, "objects", "Outcome", {**ROW, "UPRN": 10012345678}


class TestOneName(DropPromises):
    agency, feed, spoil, sample = Hilltop, "one-name", "Outcome", BARE
