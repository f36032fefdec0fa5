"""The one question at the end of every promise: does the store hold the agency's truth?

What is missing from the landing table must be in quarantine with its reason, and every row that was fetched
must be accounted for. Nothing here knows how the kit or the store work inside.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Protocol

import orjson
from sqlalchemy import Engine, select

from earlyhelp.connecting.agency import Agency
from earlyhelp.feeds import Counts, Feed
from earlyhelp.promises.truth import Held, Truth, lies_ahead
from earlyhelp.services import fetching
from earlyhelp.sharing.agreements import Share
from earlyhelp.store.tables import bookmark, fetch_run, landing, quarantine
from schemas.feed import FeedRow, london_midnight

BAD_VALUE = "a-value-nobody-may-read"
SKEW = timedelta(minutes=5)
"""What every test allows an agency's clock to differ from the stamps of its own rows."""


class Partner(Protocol):
    """Somebody who can be fetched from, and of whom the truth is known."""

    @property
    def connector(self) -> Agency:
        """How we ask."""

    @property
    def feed(self) -> Feed:
        """For what."""

    @property
    def truth(self) -> Truth:
        """What there is."""

    @property
    def clock(self) -> datetime:
        """What time it is there."""


def fetch(store: Engine, partner: Partner, *, full: bool = False) -> Counts:
    """Fetch the partner's feed the whole way into the store, on the day of the partner's clock."""
    return fetching.fetch_feed(
        store, partner.connector, partner.feed, today(partner), full=full, share=made_up(partner.feed)
    )


def made_up(feed: Feed) -> Share:
    """Made-up rows need no sharing agreement: everything they say may land."""
    return Share.whole(feed.schema.kind)


def today(partner: Partner) -> date:
    """The day of a run: the one on the partner's clock."""
    return partner.clock.date()


def assert_truth(store: Engine, partner: Partner) -> None:
    """Assert that the store holds the partner's truth and nothing else, and that no window is left open."""
    assert_rows(store, partner)
    _assert_window_closed(store, partner)


def assert_rows(store: Engine, partner: Partner) -> None:
    """Assert that rows and quarantine hold the partner's truth, wherever the bookmark is."""
    truth, landed = partner.truth.must_land(partner.clock + SKEW), in_force(store, partner)
    for number in partner.truth.gone:
        if number not in truth and number in landed:
            assert landed.pop(number)["void"], "what was taken away is void"
    later = partner.truth.must_land(_midnight(partner))
    assert set(truth) <= set(landed) <= set(later), "the records in force are those of the agency"
    for number, row in landed.items():
        may = [_told(told[number]) for told in (truth, later) if number in told]
        if number in partner.truth.returned:
            may = [{**one, "recorded_at": row["recorded_at"]} for one in may]
        assert row in may, "each record in force is the agency's newest version of it"
    _assert_missing_waits(store, partner)
    _assert_counts_add_up(store, partner)


def _midnight(partner: Partner) -> datetime:
    """Until when a row may be stamped to be believed on this day: what lies between may land or wait."""
    return london_midnight(today(partner) + timedelta(days=1))


def in_force(store: Engine, partner: Partner) -> dict[str, dict[str, Any]]:
    """The rows in force in the landing table, by record, as their schema has them."""
    table = landing[partner.feed.schema.kind]
    wanted = select(table).where(table.c.agency == partner.connector.name, table.c.superseded_on.is_(None))
    with store.connect() as conn:
        rows = [dict(row) for row in conn.execute(wanted).mappings()]
    fields = partner.feed.schema.model_fields
    found = {row["record_id"]: {name: row[name] for name in fields} for row in rows}
    assert len(found) == len(rows), "one version of each record is in force"
    return found


def refusals(store: Engine, partner: Partner) -> list[dict[str, Any]]:
    """What waits in quarantine for this feed."""
    wanted = select(quarantine).where(quarantine.c.feed == key(partner)).order_by(quarantine.c.id)
    with store.connect() as conn:
        return [dict(row) for row in conn.execute(wanted).mappings()]


def runs(store: Engine, partner: Partner) -> list[dict[str, Any]]:
    """Every run of this feed, in order."""
    wanted = select(fetch_run).where(fetch_run.c.feed == key(partner)).order_by(fetch_run.c.id)
    with store.connect() as conn:
        return [dict(row) for row in conn.execute(wanted).mappings()]


def mark(store: Engine, partner: Partner) -> dict[str, Any]:
    """How far the feed has told us; nothing where nobody has asked it yet."""
    with store.connect() as conn:
        found = conn.execute(select(bookmark).where(bookmark.c.feed == key(partner))).mappings().one_or_none()
        return dict(found) if found else {}


def key(partner: Partner) -> str:
    """How the feed is named among all agencies' feeds."""
    return f"{partner.connector.name}/{partner.feed.name}"


def _told(row: FeedRow) -> dict[str, Any]:
    """A row as its table holds it: what the connector's own class adds is no part of it."""
    return {name: getattr(row, name) for name in _schema_of(row).model_fields}


def _schema_of(row: FeedRow) -> type[FeedRow]:
    """The schema that an agency's own class of rows stands for: the nearest that names the kind."""
    return next(cls for cls in type(row).__mro__ if "kind" in vars(cls) and issubclass(cls, FeedRow))


def _assert_missing_waits(store: Engine, partner: Partner) -> None:
    """What did not land is in quarantine with a reason that shows no value; and nothing else is there."""
    waiting = refusals(store, partner)
    missing = list(_missing(partner))
    for row in missing:
        mine = [one for one in waiting if one["state"] == "open" and _is_about(one, row)]
        assert mine, "a row that did not land waits in quarantine"
        assert any(row.refused in one["reason"] and one["reason"] for one in mine), "with its reason"
    for one in waiting:
        assert BAD_VALUE not in one["reason"] + one["place"], "a reason shows no value"
        assert any(_is_about(one, row) for row in partner.truth if _may_wait(row)), "nothing else waits"


def _missing(partner: Partner) -> Iterator[Held]:
    """The rows that cannot land: not as agreed, or from a time that has not come."""
    for row in partner.truth:
        if row.buried:
            continue
        later = max(_midnight(partner), partner.clock + SKEW)
        if row.ours is None or row.recorded_at > later or lies_ahead(row.ours, partner.clock):
            yield row


def _may_wait(row: Held) -> bool:
    """Whether a row was ever refused; one from tomorrow lands when tomorrow has come."""
    return row.ours is None or bool(row.refused)


def _is_about(refusal: dict[str, Any], row: Held) -> bool:
    """Whether a refusal is that of this row: by its words as they came, else by its number."""
    as_json = orjson.loads(orjson.dumps(row.theirs))  # a row may bear the moment of its file
    if refusal["row"] is not None and not refusal["ours"] and orjson.loads(refusal["row"]) == as_json:
        return True
    return bool(refusal["record_id"] == row.known_as)


def _assert_counts_add_up(store: Engine, partner: Partner) -> None:
    """Every row fetched has landed, was known or was refused; every row landed is in the table."""
    table = landing[partner.feed.schema.kind]
    with store.connect() as conn:
        pages = (
            conn.execute(select(table.c.page).where(table.c.agency == partner.connector.name)).scalars().all()
        )
    for run in runs(store, partner):
        assert run["fetched"] == run["landed"] + run["known"] + run["refused"], "the counts of a run add up"
        mine = [page for page in pages if page.partition(".")[0] == str(run["id"])]
        assert len(mine) == run["landed"], "a run has landed what it counts"


def _assert_window_closed(store: Engine, partner: Partner) -> None:
    """All is in: no position is left, the last run is complete, and the watermark is believable."""
    found = mark(store, partner)
    assert found["position"] is None, "no window is left open"
    assert runs(store, partner)[-1]["state"] == "complete", "the last run says that it is complete"
    if found["watermark"] is not None:
        assert found["watermark"] <= partner.clock, "the watermark never passes the agency's clock"
