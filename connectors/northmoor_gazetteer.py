"""Northmoor Council's own gazetteer: every address that can be lived at, and the buildings around them."""

from datetime import timedelta

from earlyhelp.connecting.agency import Agency
from earlyhelp.connecting.dialects import british_time, coded, named, padded_uprn, spelt
from earlyhelp.connecting.dropping import FileFeed
from earlyhelp.law.policy import Sector
from schemas.residence import Residence

USAGES = {"RD": "dwelling", "RH": "dwelling", "PP": "building", "RI": "institution", "CM": "institution",
          "CC": "institution"}  # fmt: skip
"""By the first two letters of the classification: RD04 is a terraced house, CM03 a hospital."""


class _Address(
    Residence,
    extra="ignore",
    alias_generator=named(
        record_id="UPRN", recorded_at="LastUpdated", uprn="UPRN", parent_uprn="ParentUPRN", usage="Class",
        address="Address", postcode="Postcode", ward="Ward",
    ),
):  # fmt: skip
    _recorded_at = spelt("recorded_at", british_time)
    _uprn = spelt("uprn", padded_uprn)
    _parent_uprn = spelt("parent_uprn", padded_uprn)
    _usage_of = spelt("usage", coded(USAGES, letters=2))


class NorthmoorGazetteer(Agency):
    """Addresses last: only a year of silence would mean that nobody keeps the gazetteer any more."""

    name = "northmoor-gazetteer"
    sector = Sector.COUNCIL
    feeds = (
        FileFeed("residences", schema=Residence, theirs=_Address, pattern="gazetteer_*.csv", page_size=5000,
                 stale_after=timedelta(days=365)),
    )  # fmt: skip
