"""Northmoor Voices: the directory of the city's voluntary sector, for services to pull in."""

from datetime import timedelta

from earlyhelp.connecting.agency import Agency
from earlyhelp.connecting.open_referral import OpenReferralFeed
from earlyhelp.law.policy import Sector


class NorthmoorVoices(Agency):
    """A directory changes when somebody minds it: two weeks without an answer mean that we do not know.

    Its mark on the first page stands for the whole list, as agreed, so that most nights bring one short
    answer. Both versions of the standard are read; it serves the older one under ``/v1``.
    """

    name = "northmoor-voices"
    sector = Sector.VOLUNTARY
    feeds = (OpenReferralFeed("services", conditional=True, stale_after=timedelta(days=14)),)
