"""A folder for tests of dropped files, and a feed declared in the test itself."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from earlyhelp.connecting.agency import Agency
from earlyhelp.connecting.dialects import british_day, coded, named, padded_uprn, reference, spelt
from earlyhelp.connecting.dropping import FILE_BEGAN, FILE_DAY, FILE_DROPPED, FileFeed
from earlyhelp.connecting.whole import Trailer
from earlyhelp.errors import AgencyAnsweredOddly
from earlyhelp.feeds import Window
from earlyhelp.law.policy import Sector
from schemas.fire_visit import FireVisit

DROPPED = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
WORDS = named(record_id="Ref", recorded_at=FILE_DROPPED, occurred_on="Day", uprn="UPRN", outcome="Outcome")


class _Visit(FireVisit, extra="ignore", alias_generator=WORDS):
    _record_id = spelt("record_id", reference)
    _occurred_on = spelt("occurred_on", british_day)
    _uprn = spelt("uprn", padded_uprn)
    _outcome = spelt("outcome", coded({"done": "visited"}))


class Stamped(
    FireVisit,
    extra="ignore",
    alias_generator=named(
        record_id="Ref", recorded_at=FILE_BEGAN, occurred_on=FILE_DAY, uprn="UPRN", outcome="Outcome"
    ),
):
    _outcome = spelt("outcome", coded({"done": "visited"}))


HEADINGS = "Ref,Day,UPRN,Outcome"
ROW = "V1,31/10/2026,10012345678,done"


class Drop:
    def __init__(self, folder):
        self.folder, self.dozed, self.meanwhile = folder, [], lambda: None

    def put(self, name, content, at=DROPPED):
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(path, (at.timestamp(), at.timestamp()))

    def agency(self, budget=timedelta(hours=3), theirs=_Visit, **declared):
        told = {"pattern": "visits_*.csv", "whole": Trailer(), **declared}
        feed = FileFeed("visits", schema=FireVisit, theirs=theirs, stale_after=timedelta(days=9), **told)
        made = type(
            "Hill", (Agency,), {"name": "hill", "sector": Sector.FIRE, "feeds": (feed,), "budget": budget}
        )
        return made({"EARLYHELP_HILL_DROP": str(self.folder)}, sleep=self.doze)

    def doze(self, seconds):
        self.dozed.append(seconds)
        self.meanwhile()

    def fetch(self, window=None, **declared):
        agency = self.agency(**declared)
        return list(agency.pages(agency.feeds[0], window or Window()))

    def odd(self, match, error=AgencyAnsweredOddly, **declared):
        with pytest.raises(error, match=match) as odd:
            self.fetch(**declared)
        return str(odd.value)


def csv(*rows, headings=HEADINGS, trailer=True):
    last = [f"TRAILER,{len(rows)}"] if trailer else []
    return "".join(f"{line}\n" for line in [headings, *rows, *last])
