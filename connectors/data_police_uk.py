"""data.police.uk: how many crimes of each category every ward had in a month, for the picture of an area.

``EARLYHELP_DATA_POLICE_UK_URL`` is https://data.police.uk/api, ``..._WARDS`` a GeoJSON file of the wards.

As documented at https://data.police.uk/docs/ (read): no key; fewer than 15 requests a second, else 429; an
area of more than 10,000 crimes is answered with 503; a GET of more than 4,094 characters with 400, so that
a long outline is posted. As others have observed: the months are the last 36, newest first; a month
that is not published is an empty list; a 503 says nothing more, so that it looks like an outage.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from urllib.parse import urlencode

from earlyhelp.connecting.agency import Agency
from earlyhelp.connecting.dialects import coded, named, spelt
from earlyhelp.connecting.outlines import Outline, outlines
from earlyhelp.connecting.paging import Answer, Ask, found
from earlyhelp.connecting.reading import AgencyFeed, Line
from earlyhelp.connecting.shaping import shape_of
from earlyhelp.connecting.wire.calling import Caller, PositionGone
from earlyhelp.errors import AgencyAnsweredOddly, EarlyHelpError, SetUpWrong, TryAgainLater
from earlyhelp.feeds import Page, Sweep, Window
from earlyhelp.law.policy import Sector
from schemas.area_crime import AreaCrime

CATEGORIES = {
    "anti-social-behaviour": "anti_social_behaviour", "bicycle-theft": "bicycle_theft",
    "burglary": "burglary", "criminal-damage-arson": "criminal_damage_and_arson", "drugs": "drugs",
    "other-crime": "other_crime", "other-theft": "other_theft",
    "possession-of-weapons": "possession_of_weapons", "public-order": "public_order", "robbery": "robbery",
    "shoplifting": "shoplifting", "theft-from-the-person": "theft_from_the_person",
    "vehicle-crime": "vehicle_crime", "violent-crime": "violence_and_sexual_offences",
}  # fmt: skip
STREET, DATES = "/crimes-street/all-crime", "/crimes-street-dates"
LONGEST_GET = 4_000
"""Characters of path and query above which we post; theirs is 4,094 with what stands around them."""
_MONTH = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])")

log = logging.getLogger(__name__)


class _Count(AreaCrime, alias_generator=named(record_id="key", recorded_at="published")):
    """A count that we have made of their crimes, one category at a time."""

    _category = spelt("category", coded(CATEGORIES))


@dataclass(frozen=True, slots=True)
class _Published:
    """The months that are published, oldest first, and the service's clock when it said so."""

    months: Sequence[str]
    clock: datetime

    @property
    def newest(self) -> str:
        """The month by which the service dates all that it tells."""
        return self.months[-1]


class _WardMonths(AgencyFeed):
    """A page for each month and ward; while nothing new is published one short question is all."""

    def fetch(self, line: Line, window: Window) -> Iterator[Page]:
        """The counts of the window's months, oldest first. Raises the errors of the house."""
        areas = outlines(line.credentials, "WARDS")
        with Caller(line, self.name) as caller:
            published = _published(caller)
            if window.position is None and window.validator == published.newest:
                yield Page([], [], None, published.clock, unchanged=True, validator=published.newest)
                return
            steps = list(product((month for month in published.months if _wanted(month, window)), areas))
            at, newest = _resumed(caller, steps, window, published)
            if not steps:
                yield Page([], [], None, published.clock, validator=newest)
            for number, (month, ward) in enumerate(steps[at:], start=at + 1):
                answers = [_asked(line, caller, month, ward, outline) for outline in areas[ward]]
                page = self._counted(line, month, ward, answers, published)
                if number == len(steps):
                    yield replace(page, validator=newest)
                else:
                    following = {"month": steps[number][0], "ward": steps[number][1], "newest": newest}
                    yield replace(page, position=following)

    def _counted(
        self, line: Line, month: str, ward: str, answers: Sequence[Answer], published: _Published
    ) -> Page:
        """What one ward had in one month. An empty answer says nothing: it is no count of nought."""
        crimes = {
            str(found(crime, "id") or f"{part}/{n}"): crime
            for part, answer in enumerate(answers)
            for n, crime in enumerate(answer.rows)
        }
        counts = Counter(str(found(crime, "category")) for crime in crimes.values())
        rows = [
            {
                "key": f"{ward}/{month}/{category}",
                "ward": ward,
                "month": f"{month}-01",
                "category": category,
                "crimes": counts[category],
                "published": f"{published.newest}-01T00:00:00Z",
            }
            for category in (dict.fromkeys([*CATEGORIES, *counts]) if crimes else ())
        ]
        page = self.page(line.agency, rows, f"{month} {ward}, category {{}}".format, answers[-1].clock)
        return replace(page, shape=shape_of(list(crimes.values())))


def _published(caller: Caller) -> _Published:
    """What is published, as the service lists it."""
    answer = caller.ask({"path": DATES}, _months)
    return _Published(sorted(one["date"] for one in answer.rows), answer.clock)


def _months(body: Any) -> list[Any] | None:
    """The list, if it is one of months and not empty."""
    known = isinstance(body, list) and all(_MONTH.fullmatch(str(found(one, "date"))) for one in body)
    return (body or None) if known else None


def _wanted(month: str, window: Window) -> bool:
    """Whether a month lies in the window: counts are of whole months."""
    if window.since is not None and month < f"{window.since:%Y-%m}":
        return False
    return window.until is None or datetime.fromisoformat(f"{month}-01T00:00Z") < window.until


def _resumed(
    caller: Caller, steps: list[tuple[str, str]], window: Window, published: _Published
) -> tuple[int, str]:
    """Where to go on, and what was newest when the window began: what came since is for the next one."""
    position = window.position
    if position is not None and (step := (position["month"], position["ward"])) in steps:
        return steps.index(step), str(position["newest"])
    if position is not None:
        log.info("%s: the saved month or ward is gone, the window starts again", caller.label)
    return 0, published.newest


def _asked(line: Line, caller: Caller, month: str, ward: str, outline: Outline) -> Answer:
    """All crimes within one outline. Raises `SetUpWrong` for one that holds too many to be told."""
    try:
        return caller.ask(_ask(month, outline), _crimes)
    except PositionGone as gone:
        raise AgencyAnsweredOddly(
            f"{caller.label}: {gone} for {ward} in {month}; look at its outline, or ask the agency"
        ) from None
    except TryAgainLater as failure:
        if "status 503" not in str(failure) or not _answers(caller):
            raise
        raise SetUpWrong(
            f"{caller.label}: status 503 for {ward} in {month} though the service is well: an area of more "
            f"than 10,000 crimes is not told; draw it as two wards in {line.credentials.variable('WARDS')}"
        ) from None


def _ask(month: str, outline: Outline) -> Ask:
    """The request for one outline and month: posted, where an address would be too long."""
    wanted = {"poly": ":".join(f"{north},{east}" for north, east in outline), "date": month}
    long = len(STREET) + len(urlencode(wanted)) > LONGEST_GET
    return {"path": STREET, "form" if long else "query": wanted}


def _crimes(body: Any) -> list[Any] | None:
    return body if isinstance(body, list) else None


def _answers(caller: Caller) -> bool:
    """Whether the service is well otherwise."""
    try:
        return bool(_published(caller).months)
    except EarlyHelpError:
        return False


class DataPoliceUk(Agency):
    """Counts are published some two months after; forces revise them for a while, and now and then much
    later (our assumption). So each new month brings the three before it again, and twice a year all do.
    Four months and more without a new month mean that we do not know.
    """

    name = "data-police-uk"
    sector = Sector.POLICE
    rate = 14
    feeds = (
        _WardMonths("street-crime", schema=AreaCrime, theirs=_Count, look_back=timedelta(days=92),
                    sweep=Sweep(every=timedelta(days=182), back=timedelta(days=1100)),
                    stale_after=timedelta(days=130)),
    )  # fmt: skip
