"""Northmoor's schools: a workbook a week with every child's sessions, and one of the pupils who changed.

A spreadsheet with a title and a total. Property references are numbers in it, days are counted from 1900;
a child's week has no number or stamp of its own, and a pupil is in a workbook as often as they changed.
"""

from datetime import timedelta
from functools import lru_cache
from typing import Self

from pydantic import model_validator

from earlyhelp.connecting.agency import Agency
from earlyhelp.connecting.dialects import (
    coded,
    excel_day,
    named,
    or_none,
    padded_uprn,
    reference,
    spelt,
    unless_blank,
)
from earlyhelp.connecting.dropping import FILE_DROPPED, FileFeed
from earlyhelp.connecting.files.sheets import Excel
from earlyhelp.connecting.whole import Trailer
from earlyhelp.feeds import Terms
from earlyhelp.law.policy import Sector
from schemas.person import Person
from schemas.school_attendance import SchoolAttendance

DAY = lru_cache(4096)(excel_day)
"""The same few Mondays come back on every row."""
SEXES = {"F": "female", "M": "male", "": None}


class _Pupil(
    Person,
    extra="ignore",
    alias_generator=named(
        record_id="Pupil No", recorded_at=FILE_DROPPED, forename="Forename", surname="Surname",
        former_surname="Former Surname", date_of_birth="Date of Birth", sex="Sex", address="Home Address",
        uprn="UPRN",
    ),
):  # fmt: skip
    """Where a child lives is what the parents wrote; somebody has looked up the UPRN of a few."""

    _record_id = spelt("record_id", reference)
    _date_of_birth = spelt("date_of_birth", unless_blank(excel_day))
    _sex = spelt("sex", coded(SEXES))
    _address, _former_surname = spelt("address", or_none), spelt("former_surname", or_none)
    _uprn = spelt("uprn", padded_uprn)


class _Week(
    SchoolAttendance,
    extra="ignore",
    alias_generator=named(
        record_id="Pupil No", recorded_at=FILE_DROPPED, occurred_on="Week Beginning",
        pupil="Pupil No", possible_sessions="Possible", missed_sessions="Missed",
        unauthorised_sessions="Unauthorised", enrolled_on="Enrolled",
    ),
):  # fmt: skip
    _occurred_on = spelt("occurred_on", DAY)
    _record_id, _pupil = spelt("record_id", reference), spelt("pupil", reference)
    _enrolled_on = spelt("enrolled_on", unless_blank(DAY))

    @model_validator(mode="after")
    def _one_a_week(self) -> Self:
        """A record is one child's at one school in one week."""
        return self.model_copy(update={"record_id": f"{self.pupil}/{self.occurred_on}"})


class NorthmoorSchools(Agency):
    """Nothing comes for seven weeks in summer: more than that means that we do not know."""

    name = "northmoor-schools"
    sector = Sector.EDUCATION
    feeds = (
        FileFeed("pupils", schema=Person, theirs=_Pupil, pattern="pupils_*.xlsx", layout=Excel(),
                 whole=Trailer("Total"), page_size=5000, stale_after=timedelta(days=120)),
        FileFeed("attendance", schema=SchoolAttendance, theirs=_Week, pattern="attendance_*.xlsx",
                 layout=Excel(), whole=Trailer("Total"), page_size=5000, stale_after=timedelta(days=56),
                 terms=Terms(steady=False)),
    )  # fmt: skip
