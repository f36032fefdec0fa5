"""Ours: the connector with its schema, run by the service that the night runs."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from earlyhelp.connecting.agency import Agency, RestFeed
from earlyhelp.connecting.dialects import named
from earlyhelp.connecting.paging import Cursor
from earlyhelp.connecting.signing_in import ApiKey
from earlyhelp.policy import Sector
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


def main(address: str, store: str) -> None:
    """Fetch everything into an empty store."""
    from earlyhelp.fetching import fetch_agency
    from earlyhelp.store import tables
    from earlyhelp.store.unit_of_work import migrate, open_store

    tables.landing[Posting.kind] = table = tables._landing(Posting)  # as if `schemas/` held it
    engine = open_store(store)
    migrate(engine)
    table.create(engine)
    environment = {"EARLYHELP_LOOPBACK_URL": address, "EARLYHELP_LOOPBACK_KEY": "loopback"}
    fetch_agency(engine, Loopback(environment), datetime.now(UTC).date())
    engine.dispose()


if __name__ == "__main__":
    import sys

    main(*sys.argv[1:])
