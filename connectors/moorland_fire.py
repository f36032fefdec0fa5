"""Moorland Fire and Rescue: home safety visits and small fires, dropped as a file a day."""

from datetime import timedelta

from earlyhelp.connecting.agency import Agency
from earlyhelp.connecting.dialects import coded, named, spelt
from earlyhelp.connecting.dropping import FileFeed
from earlyhelp.connecting.usual import FromText
from earlyhelp.law.policy import Sector
from schemas.fire_visit import FireVisit

OUTCOMES = {"HFSV-DONE": "visited", "HFSV-REFUSED": "refused", "HFSV-NO-ANSWER": "no_answer",
            "FIRE-SMALL": "small_fire"}  # fmt: skip


class _Visit(
    FromText,
    FireVisit,
    extra="ignore",
    alias_generator=named(
        record_id="VisitRef", recorded_at="Recorded", occurred_on="VisitDate", uprn="UPRN", outcome="Outcome",
        address="Address", incident="PoliceRef", occurred_at="Called",
    ),
):  # fmt: skip
    """Dates are British and by the clock on the wall; a spreadsheet has eaten the UPRN's leading zeros.

    Of some visits only the address is known, as the crew wrote it. Where a patrol came as well, a fire bears
    the police's number of the event.
    """

    _outcome = spelt("outcome", coded(OUTCOMES))


class MoorlandFire(Agency):
    """A few visits a week and none over Christmas: three weeks without mean that we do not know."""

    name = "moorland-fire"
    sector = Sector.FIRE
    feeds = (
        FileFeed("visits", schema=FireVisit, theirs=_Visit, pattern="visits_*.csv", may_lack=("Address",),
                 stale_after=timedelta(days=21)),
    )  # fmt: skip
