"""What is packed is what the rows say, whatever happens to rows and links between two packings."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from earlyhelp.errors import SetUpWrong
from earlyhelp.feeds import Gone, Page
from earlyhelp.store import tables
from earlyhelp.store.events import packing
from earlyhelp.store.events.blocks import load_block
from earlyhelp.store.events.packing import pack, repack
from earlyhelp.store.events.packs import all_packed
from earlyhelp.store.unit_of_work import Work, reading
from tests.store.rows import AGENCY, CLOCK, DAY, FOREVER, RENT, land, page, rent

HARBOUR = "harbour-homes"
LONG_AGO = date(2020, 1, 1)
LANDED = tables.landing["rent_transaction"]
FOUR = range(1, 5)

days = st.dates(date(2025, 5, 20), DAY)
accounts = st.sampled_from(["A1", "A2", "A3"])
agencies = st.sampled_from([AGENCY, HARBOUR])
postings = st.builds(
    rent, st.sampled_from("abcd"), hours=st.integers(0, 200), on=days, amount=st.sampled_from([-70, 5, 9]),
    account=accounts, void=st.booleans(), cycle=st.sampled_from([None, "monthly"]),
)  # fmt: skip
links = st.lists(st.tuples(st.sampled_from(FOUR), agencies, accounts, days), max_size=5)
happenings = st.one_of(
    st.tuples(st.just("land"), agencies, st.lists(postings, min_size=1, max_size=5)),
    st.tuples(st.just("gone"), agencies, st.sampled_from("abcd")),
    st.tuples(st.just("relink"), links),
    st.tuples(st.just("delete"), st.integers(0, 2)),
    st.tuples(st.just("change"), st.integers(0, 2), accounts),
)


def happen(engine, day, what, *said):
    with Work(engine) as work:
        if what == "land":
            land(work.conn, page(*said[1]), agency=said[0], day=day)
        elif what == "gone":
            gone = Gone(said[1], datetime.combine(day, datetime.min.time(), UTC))
            land(work.conn, Page([], [], None, CLOCK, [gone]), agency=said[0], day=day)
        elif what == "relink":
            settle(work.conn, said[0])
        elif what == "delete":
            work.conn.execute(delete(LANDED).where(LANDED.c.id % 3 == said[0]))
        elif what == "change":
            work.conn.execute(
                update(LANDED).where(LANDED.c.id % 3 == said[0]).values(account=said[1], amount=7)
            )
        work.commit()


def settle(conn, said):
    """Links of four households, in place of those there were."""
    conn.execute(delete(tables.link))
    if conn.execute(select(tables.household.c.id)).first() is None:
        conn.execute(insert(tables.household), [
            {"id": n, "reference": f"h{n}", "formed_on": LONG_AGO, "ward": "North", "uprn": f"{n:012d}"}
            for n in FOUR
        ])  # fmt: skip
    unique = {(agency, account, start): number for number, agency, account, start in said}
    for (agency, account, start), number in unique.items():
        conn.execute(insert(tables.link).values(
            household_id=number, scheme="account", agency=agency, value=account, from_on=start,
            to_on=FOREVER, rule="test", made_on=DAY,
        ))  # fmt: skip


def packed(engine):
    """What is packed, byte by byte."""
    with reading(engine) as conn:
        t = tables.packed
        return {(a, v): (n, crc, bytes(body)) for a, v, n, crc, body in conn.execute(
            select(t.c.agency, t.c.value, t.c.rows, t.c.crc, t.c.body))}  # fmt: skip


def block(conn, since, known_by, without):
    found = load_block(conn, RENT.schema, FOUR, since, known_by, without)
    columns = (
        found.households,
        found.starts,
        found.occurred_on,
        found.known_on,
        found.superseded_on,
        found.record,
    )
    return [(x.dtype, x.tolist()) for x in (*columns, *found.columns.values())]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    story=st.lists(st.tuples(happenings, st.booleans()), min_size=2, max_size=9),
    settled=links,
    since=days,
    known_by=st.none() | st.dates(DAY - timedelta(days=3), DAY + timedelta(days=9)),
    at_once=st.sampled_from([1, 3, 1000]),
    without=st.sampled_from([(), {HARBOUR}]),
)
def test_what_is_packed_is_what_the_rows_say_whatever_happened(
    engine, story, settled, since, known_by, at_once, without
):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "ROWS_AT_ONCE", at_once)
        patch.setattr(packing, "SUBJECTS_AT_ONCE", at_once)
        with Work(engine) as work:  # the last story's rows: forgotten with them is what was packed
            work.conn.execute(delete(LANDED))
            settle(work.conn, settled)
            work.commit()
        for number, (happening, packs) in enumerate(story):
            happen(engine, DAY + timedelta(days=number), *happening)
            if packs:
                pack(engine, [RENT.schema])
        pack(engine, [RENT.schema])
        step_by_step = packed(engine)
        with Work(engine) as work:
            assert all_packed(work.conn, RENT.schema)
            from_packs = block(work.conn, since, known_by, without)
            work.conn.execute(delete(tables.packed_to))
            assert not all_packed(work.conn, RENT.schema)
            assert from_packs == block(work.conn, since, known_by, without)
        repack(engine, [RENT.schema])
        assert step_by_step == packed(engine)


def test_nothing_that_is_packed_outlives_its_row(engine):
    with Work(engine) as work:
        land(work.conn, page(rent("a", account="A1"), rent("b", account="A2")))
        work.commit()
    pack(engine, [RENT.schema])
    assert set(packed(engine)) == {(AGENCY, "A1"), (AGENCY, "A2")}
    with Work(engine) as work:
        work.conn.execute(delete(LANDED).where(LANDED.c.account == "A1"))
        work.commit()
    assert set(packed(engine)) == {(AGENCY, "A2")}


def test_rows_that_landed_since_are_read_at_once(engine):
    with Work(engine) as work:
        settle(work.conn, [(1, AGENCY, "A1", LONG_AGO)])
        land(work.conn, page(rent("a")))
        work.commit()
    pack(engine, [RENT.schema])
    with Work(engine) as work:
        land(work.conn, page(rent("b")))
        assert len(load_block(work.conn, RENT.schema, [1], LONG_AGO, None).record) == 2


def test_a_damaged_packed_row_is_not_believed(engine):
    with Work(engine) as work:
        settle(work.conn, [(1, AGENCY, "A1", LONG_AGO)])
        land(work.conn, page(rent("a")))
        work.commit()
    pack(engine, [RENT.schema])
    with Work(engine) as work:
        body = bytearray(work.conn.execute(select(tables.packed.c.body)).scalar_one())
        body[0] ^= 1
        work.conn.execute(update(tables.packed).values(body=bytes(body)))
        with pytest.raises(SetUpWrong, match="earlyhelp rebuild"):
            load_block(work.conn, RENT.schema, [1], LONG_AGO, None)


def test_another_layout_is_packed_anew(engine):
    with Work(engine) as work:
        land(work.conn, page(rent("a")))
        work.commit()
    pack(engine, [RENT.schema])
    with Work(engine) as work:
        work.conn.execute(update(tables.packed_to).values(layout=1))
        work.commit()
    with reading(engine) as conn:
        assert not all_packed(conn, RENT.schema)
    assert pack(engine, [RENT.schema]) == 1
    with reading(engine) as conn:
        assert all_packed(conn, RENT.schema)
