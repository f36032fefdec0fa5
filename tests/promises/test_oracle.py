"""The oracle notices whatever is done to a store behind its back: one that notices nothing proves nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from earlyhelp.connecting.paging import Cursor
from earlyhelp.promises.asked import Asked
from earlyhelp.promises.oracle import BAD_VALUE, assert_truth, fetch
from earlyhelp.promises.pretending import NOW
from earlyhelp.promises.stores import sqlite_store
from earlyhelp.store.tables import bookmark, fetch_run, landing, quarantine
from tests.promises.agencies import POSTING, agency

rent = landing["rent_transaction"]


class Small(Asked):
    agency = agency(Cursor())
    feed, spoil, sample = "rent", "pounds", POSTING


@pytest.fixture
def landed():
    with sqlite_store() as store:
        pretend = Small().pretend(6, bad=1)
        fetch(store, pretend)
        assert_truth(store, pretend)
        yield store, pretend


def twice(conn):
    """One row once more, as a later version that the agency never sent."""
    row = dict(conn.execute(select(rent).order_by(rent.c.id.desc())).mappings().first())
    row |= {"id": row["id"] + 1, "digest": 1}
    conn.execute(insert(rent), row)


def invent(conn):
    row = dict(conn.execute(select(rent).order_by(rent.c.id.desc())).mappings().first())
    row |= {"id": row["id"] + 1, "record_id": "nobody's"}
    conn.execute(insert(rent), row)


def one(table):
    return table.c.id == select(table.c.id).limit(1).scalar_subquery()


TAMPERING = {
    "a row is gone": rent.delete().where(one(rent)),
    "a row is superseded by nothing": update(rent).where(one(rent)).values(superseded_on=NOW.date()),
    "an amount is another": update(rent).where(one(rent)).values(amount=1),
    "a stamp is another": update(rent).where(one(rent)).values(recorded_at=NOW),
    "a row is void": update(rent).where(one(rent)).values(void=True),
    "a row is there twice": twice,
    "a row was never sent": invent,
    "a refused row is gone": quarantine.delete(),
    "a refused row was discarded": update(quarantine).values(state="discarded"),
    "a refusal has no reason": update(quarantine).values(reason=""),
    "a refusal names another field": update(quarantine).values(reason="kind: is wrong"),
    "a refusal shows the value": update(quarantine).values(reason=f"pounds: {BAD_VALUE}"),
    "a refusal is of nobody": update(quarantine).values(record_id="nobody's", row='{"no":"nobody"}'),
    "a row is not accounted for": update(fetch_run).values(fetched=fetch_run.c.fetched + 1),
    "a row is counted that is not there": update(fetch_run).values(landed=fetch_run.c.landed + 1, known=-1),
    "a run never ended": update(fetch_run).values(state="running"),
    "a window is open": update(bookmark).values(position={"page": 2}),
    "the watermark is in the future": update(bookmark).values(watermark=NOW + timedelta(days=1)),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_is_noticed(landed, what):
    store, pretend = landed
    done = TAMPERING[what]
    with store.begin() as conn:
        done(conn) if callable(done) else conn.execute(done)
    with pytest.raises(AssertionError):
        assert_truth(store, pretend)


def test_a_row_that_the_agency_has_and_we_do_not_is_noticed(landed):
    store, pretend = landed
    pretend.truth.add()
    with pytest.raises(AssertionError, match="the records in force"):
        assert_truth(store, pretend)
