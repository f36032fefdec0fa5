"""Ours: the connector with its schema, run by the service that the night runs."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from earlyhelp.connecting.agency import Agency, RestFeed
from earlyhelp.connecting.dialects import named
from earlyhelp.connecting.paging import Cursor
from earlyhelp.connecting.signing_in import ApiKey
from earlyhelp.law.policy import Sector
from schemas.feed import EventRow, Reference


class Posting(EventRow):
    """A posting to a rent account."""

    kind: ClassVar[str] = "posting"
    subject: ClassVar[tuple[str, str]] = ("account", "account")

    account: Reference
    tenancy: int
    property: Reference
    type: Literal["charge", "payment", "adjustment"]
    amount: Annotated[int, Field(ge=-10_000_000, le=10_000_000)]
    balance: int
    cycle: Literal["weekly", "fortnightly", "four_weekly", "monthly"] | None = None
    narrative: str


class _Posting(
    Posting,
    alias_generator=named(record_id="id", recorded_at="changed", void="reversed", occurred_on="posted"),
):
    pass


class Loopback(Agency):
    """The loopback agency."""

    name = "loopback"
    sector = Sector.HOUSING
    sign_in = ApiKey()
    feeds = (
        RestFeed(
            "postings",
            schema=Posting,
            theirs=_Posting,
            path="/postings",
            paging=Cursor(),
            since="changed_since",
            stale_after=timedelta(days=5),
        ),
    )


# How it is run

AGREEMENT = """
title = "Postings of a loopback agency, for a measurement"
agency = "loopback"
sector = "housing"
parties = ["one process", "another"]
purpose = "to be measured"
contact = "nobody@example.org"
signed_on = 2020-01-01
begins_on = 2020-01-01
review_on = 2090-01-01
expires_on = 2099-12-31

[gateway]
power = "Crime and Disorder Act 1998 s.115"
lawful_basis = "made up"
special_category = "made up"
source = "https://example.org/"

[feeds.postings]
rows = "posting"
fields = ["occurred_on", "account", "tenancy", "property", "type", "amount", "balance", "cycle", "narrative"]
why = "measured"
keep_months = 36
"""


def main(address: str, store: str) -> None:
    """Fetch everything into an empty store."""
    import os
    from pathlib import Path

    from earlyhelp.sharing.kinds import KINDS

    folder = Path("agreements")  # each run has a working folder of its own
    folder.mkdir()
    (folder / "loopback.toml").write_text(AGREEMENT)
    os.environ["EARLYHELP_AGREEMENTS"] = str(folder)
    KINDS[Posting.kind] = Posting  # as if `schemas/` held it
    from earlyhelp.services.fetching import fetch_agency
    from earlyhelp.store import tables
    from earlyhelp.store.unit_of_work import migrate, open_store

    engine = open_store(store)
    migrate(engine)
    tables.landing[Posting.kind].create(engine)
    environment = {"EARLYHELP_LOOPBACK_URL": address, "EARLYHELP_LOOPBACK_KEY": "loopback"}
    fetch_agency(engine, Loopback(environment), datetime.now(UTC).date())
    engine.dispose()


if __name__ == "__main__":
    import sys

    main(*sys.argv[1:])
