"""data.police.uk as it is documented (https://data.police.uk/docs/), and as others have seen it behave.

Documented: the fields of a crime, ``crimes-street`` by polygon and month, 15 requests a second with a burst
of 30 and then 429, 400 for a GET of more than 4,094 characters, 503 for more than 10,000 crimes. Seen by
others, unchecked by us: the last 36 months, newest first; an empty list for a month that is not published,
404 for one that is no longer; a 503 without a word.
"""

import time
from email.utils import format_datetime
from urllib.parse import parse_qs

import httpx
import orjson

LONGEST_LINE, MOST_CRIMES, RATE, BURST = 4_094, 10_000, 15, 30


class PoliceUk:
    """The service over an invented town's crimes; ``clock`` is its own."""

    def __init__(self, clock, months):
        self.clock, self.months, self.crimes = clock, sorted(months, reverse=True), []
        self.asked, self.naps, self.down = [], [], 0
        self.level, self._leaked = 0.0, time.monotonic()

    def add(self, month, category, latitude, longitude, count=1):
        """So many crimes on one anonymous point."""
        for _ in range(count):
            number = len(self.crimes) + 1
            asb = category == "anti-social-behaviour"
            self.crimes.append({
                "category": category, "location_type": "Force", "context": "", "location_subtype": "",
                "location": {"latitude": f"{latitude:.6f}", "longitude": f"{longitude:.6f}",
                             "street": {"id": 1_737_432, "name": "On or near Vaughan Street"}},
                "persistent_id": "" if asb else f"{number:064x}", "id": 116_208_000 + number, "month": month,
                "outcome_status": None if asb else {"category": "Under investigation", "date": month},
            })  # fmt: skip

    def sleep(self, seconds):
        """Let a caller wait, in no time at all, until it may ask again."""
        self.naps.append(seconds)
        self.level = 0.0

    def transport(self):
        """What a connector speaks to instead of the wire."""
        return httpx.MockTransport(self.answer)

    def answer(self, request):
        """What it says to one request."""
        self.asked.append(request)
        if self._too_fast():
            return self._said(429)
        if self.down:
            self.down -= 1
            return self._said(503)
        if request.url.path == "/api/crimes-street-dates":
            return self._said(
                200, [{"date": month, "stop-and-search": ["staffordshire"]} for month in self.months]
            )
        if request.url.path != "/api/crimes-street/all-crime":
            return self._said(404)
        if len(f"{request.method} {request.url.raw_path.decode()} HTTP/1.1") > LONGEST_LINE:
            return self._said(400, text="<html><h1>400 Bad Request</h1></html>")
        return self._street(request.content.decode() or request.url.query.decode())

    def _street(self, wanted):
        asked = {name: values[0] for name, values in parse_qs(wanted).items()}
        if asked["date"] < self.months[-1]:
            return self._said(404)
        corners = [tuple(map(float, corner.split(","))) for corner in asked["poly"].split(":")]
        here = [crime for crime in self.crimes if crime["month"] == asked["date"] and _inside(crime, corners)]
        if asked["date"] not in self.months:
            here = []
        return self._said(503) if len(here) > MOST_CRIMES else self._said(200, here)

    def _said(self, status, body=None, text=""):
        content = text.encode() if body is None else orjson.dumps(body)
        return httpx.Response(
            status, content=content, headers={"Date": format_datetime(self.clock, usegmt=True)}
        )

    def _too_fast(self):
        now = time.monotonic()
        self.level, self._leaked = max(self.level - (now - self._leaked) * RATE, 0.0) + 1, now
        return self.level > BURST


def _inside(crime, corners):
    """Whether a crime lies within an outline, by counting the edges to its east."""
    north, east = (float(crime["location"][name]) for name in ("latitude", "longitude"))
    within = False
    for (north_1, east_1), (north_2, east_2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if (north_1 > north) != (north_2 > north) and east < (
            east_1 + (north - north_1) / (north_2 - north_1) * (east_2 - east_1)
        ):
            within = not within
    return within
