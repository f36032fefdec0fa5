"""Eastborough Police: calls about an address."""

from datetime import timedelta
from typing import Any

from pydantic import AliasPath
from pydantic_core import PydanticCustomError

from earlyhelp.connecting.agency import Agency, RestFeed
from earlyhelp.connecting.dialects import coded, day_in_london, named, or_none, padded_uprn, spelt
from earlyhelp.connecting.paging import Cursor
from earlyhelp.connecting.signing_in import ApiKey
from earlyhelp.law.policy import Sector
from schemas.police_callout import PoliceCallout

HARM_IN_DAYS = {
    "S01": 0.5, "S02": 1, "S03": 1.5, "S04": 2, "S05": 3, "S06": 5, "S07": 8, "S08": 12, "S09": 20,
    "S10": 30, "S11": 50, "S12": 80, "S13": 130, "S14": 200, "S15": 365, "S16": 730, "S17": 1825,
}  # fmt: skip
"""Days of harm for each of their grades, agreed with their analysts (domain.md 4.4)."""
GROUPS = {
    "ASB": "antisocial_behaviour", "DOM": "domestic", "VIO": "violence", "THE": "theft",
    "DAM": "damage", "PSW": "concern", "ADM": "other", "TRA": "other",
}  # fmt: skip
"""Our categories by the group of their incident codes: ASB-NUIS, DOM-INC, PSW-CONC …"""
SOURCES = {"OFFICER": True, "PUBLIC": False, "PARTNER": False}
"""Whether the police themselves began it, by who reported it."""


def _marked(qualifiers: Any) -> bool:
    """Whether DA stands among them; what is no list of codes says nothing, and must not read as "no"."""
    if isinstance(qualifiers, list) and all(isinstance(code, str) for code in qualifiers):
        return "DA" in qualifiers
    raise PydanticCustomError("qualifiers", "is not a list of codes")


class _Incident(
    PoliceCallout,
    extra="ignore",
    alias_generator=named(
        record_id="log_no", recorded_at="updated", occurred_on="opened", occurred_at="opened",
        incident="incident_no", category="type", harm="severity", police_initiated="source",
        domestic_abuse="qualifiers", address="location",
        person=AliasPath("concerns", 0), other_person=AliasPath("concerns", 1),
    ),
):  # fmt: skip
    """Times are local with their offset; two logs of one incident are one event, reported twice.

    Whom a call concerns are the force's own numbers, two at most where it is between two.
    The domestic-abuse marker decides who may see a household: a row that does not say is refused.
    """

    domestic_abuse: bool

    _uprn, _address = spelt("uprn", padded_uprn), spelt("address", or_none)
    _occurred_on = spelt("occurred_on", day_in_london)
    _harm = spelt("harm", coded(HARM_IN_DAYS))
    _police_initiated = spelt("police_initiated", coded(SOURCES))
    _category = spelt("category", coded(GROUPS, letters=3))
    _domestic_abuse = spelt("domestic_abuse", _marked)


class EastboroughPolice(Agency):
    """Somebody calls every day: four days without a log, weekend or not, mean that we do not know."""

    name = "eastborough-police"
    sector = Sector.POLICE
    sign_in = ApiKey("X-Api-Key")
    feeds = (
        RestFeed("incidents", schema=PoliceCallout, theirs=_Incident, path="/v2/incidents",
                 paging=Cursor(rows_at="incidents", cursor_at="next_cursor"), since="updated_from",
                 page_size=2000, stale_after=timedelta(days=4)),
    )  # fmt: skip
