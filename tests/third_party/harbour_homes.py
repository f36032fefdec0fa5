"""Harbour Homes, a landlord: every posting to a rent account."""

from datetime import timedelta

from earlyhelp.connecting.agency import Agency, RestFeed
from earlyhelp.connecting.dialects import coded, named, pence, spelt
from earlyhelp.connecting.paging import NextLink
from earlyhelp.connecting.signing_in import Basic
from earlyhelp.law.policy import Sector
from schemas.rent_account import RentTransaction

ENTRY = {"RENT": "charge", "PAID": "payment", "CORR": "adjustment"}
WORDS = named(
    record_id="ref", recorded_at="touched", occurred_on="day", account="acct", entry="what",
    amount="pounds",
)  # fmt: skip


class _Row(RentTransaction, extra="ignore", alias_generator=WORDS):
    """What is paid is below nothing with them as with us; amounts are pounds as text."""

    _entry = spelt("entry", coded(ENTRY))
    _amount = spelt("amount", pence)


class HarbourHomes(Agency):
    """Rent is posted every working day: five days without mean that we do not know."""

    name = "harbour-homes"
    sector = Sector.HOUSING
    sign_in = Basic()
    feeds = (
        RestFeed("postings", schema=RentTransaction, theirs=_Row, path="/postings",
                 paging=NextLink(rows_at="postings", next_at="links.next"), since="touched_from",
                 stale_after=timedelta(days=5)),
    )  # fmt: skip
