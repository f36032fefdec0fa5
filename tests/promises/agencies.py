"""Small agencies for tests of the promises: one for every paging and every sign-in that the kit knows."""

from datetime import timedelta

from earlyhelp.connecting.agency import Agency, RestFeed
from earlyhelp.connecting.dialects import named, pence, spelt
from earlyhelp.connecting.dropping import FileFeed
from earlyhelp.connecting.paging import Bundle, Cursor, LinkHeader, NextLink, Offset, PageNumber
from earlyhelp.connecting.signing_in import ApiKey, Basic, ClientCredentials, MutualTls, SignedJwt
from earlyhelp.law.policy import Sector
from schemas.rent_account import RentTransaction

POSTING = {
    "no": "T000001",
    "account": "000123456/01",
    "kind": "charge",
    "pounds": "112.45",
    "day": "2026-10-26",
    "changed": "2026-10-26T09:12:00Z",
}


class Posting(
    RentTransaction,
    extra="ignore",
    alias_generator=named(
        record_id="no", recorded_at="changed", occurred_on="day", entry="kind", amount="pounds"
    ),
):
    _amount = spelt("amount", pence)


def agency(paging, sign_in=None, since="changedSince", **declared):
    feed = RestFeed(
        "rent", schema=RentTransaction, theirs=Posting, path="/rent", paging=paging, since=since,
        stale_after=timedelta(days=5), **declared,
    )  # fmt: skip
    own = {"name": "small-homes", "sector": Sector.HOUSING, "sign_in": sign_in, "feeds": (feed,)}
    return type("SmallHomes", (Agency,), own)


def drop():
    feed = FileFeed(
        "rent", schema=RentTransaction, theirs=Posting, pattern="rent_*.csv", stale_after=timedelta(days=5)
    )
    return type("SmallDrop", (Agency,), {"name": "small-drop", "sector": Sector.HOUSING, "feeds": (feed,)})


PAGINGS = {
    "numbered and counted": PageNumber(),
    "numbered from nought, not counted": PageNumber(pages_at=(), start=0),
    "so many from the so-many-eth": Offset(),
    "so many of so many": Offset(rows_at="data.rows", total_at="data.total"),
    "a mark": Cursor(),
    "a link in a header": LinkHeader(),
    "a link in the body": NextLink(rows_at="results", next_at="links.next"),
    "a bundle": Bundle(),
}
SIGN_INS = {
    "open to all": None,
    "a key": ApiKey(),
    "a name and a password": Basic(),
    "a secret for a token": ClientCredentials("/token"),
    "a signature for a token": SignedJwt("/token"),
    "a certificate": MutualTls(),
    "a certificate and a secret for a token": MutualTls(then=ClientCredentials("/token")),
}
