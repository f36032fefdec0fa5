"""Northmoor Council's community safety team: reports of anti-social behaviour, dropped as a file a day."""

from datetime import timedelta
from typing import Self

from pydantic import model_validator

from earlyhelp.connecting.agency import Agency
from earlyhelp.connecting.dialects import (
    british_day,
    british_time,
    coded,
    named,
    or_none,
    padded_uprn,
    spelt,
    unless_blank,
)
from earlyhelp.connecting.dropping import FileFeed
from earlyhelp.law.policy import Sector
from schemas.antisocial_report import AntisocialReport

PARTIES = {"COMPLAINANT": "victim", "SUBJECT": "cause"}
CATEGORIES = {"NOISE": "noise", "ROWDY": "rowdy_behaviour", "INTIM": "intimidation", "RUBBISH": "rubbish",
              "VEHICLE": "vehicles", "ANIMAL": "animals", "OTHER": "other"}  # fmt: skip


class _Party(
    AntisocialReport,
    extra="ignore",
    alias_generator=named(
        record_id="Report No", recorded_at="Entered", occurred_on="Date of Incident", uprn="UPRN",
        address="Address",
        incident="Incident No", role="Party", nuisance="Category",
        occurred_at="Time of Incident",
    ),
):  # fmt: skip
    """A line is one home's part in a report, which has a number; what was said in it was not agreed on.

    A call that the police passed on bears their number of the incident, and its time.
    """

    _recorded_at = spelt("recorded_at", british_time)
    _occurred_on = spelt("occurred_on", british_day)
    _uprn, _address = spelt("uprn", padded_uprn), spelt("address", or_none)
    _occurred_at = spelt("occurred_at", unless_blank(british_time))
    _role, _nuisance = spelt("role", coded(PARTIES)), spelt("nuisance", coded(CATEGORIES))

    @model_validator(mode="after")
    def _one_a_party(self) -> Self:
        """A record is one home's part in one report."""
        return self.model_copy(update={"record_id": f"{self.record_id}/{self.role}"})


class NorthmoorSafety(Agency):
    """Reports come most working days: ten days without one, longer than Christmas, leave us not knowing."""

    name = "northmoor-safety"
    sector = Sector.COUNCIL
    feeds = (
        FileFeed("reports", schema=AntisocialReport, theirs=_Party, pattern="asb_*.csv",
                 may_lack=("Address",), stale_after=timedelta(days=10)),
    )  # fmt: skip
