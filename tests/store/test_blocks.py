from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from earlyhelp.chronology import NEVER, day_number, identity
from earlyhelp.feeds import Gone
from earlyhelp.store import tables
from earlyhelp.store.events.blocks import chronology, evidence_rows, load_block
from earlyhelp.store.unit_of_work import Work
from schemas.benefit_award import BenefitAward
from tests.store.rows import (
    APPOINTMENTS,
    CALLS,
    CLOCK,
    DAY,
    FOREVER,
    RENT,
    SmallFeed,
    land,
    page,
    rent,
    window,
)  # fmt: skip

HARBOUR, NORTH = "harbour-homes", "northside-homes"
LONG_AGO = date(2020, 1, 1)
FOUR = range(1, 5)
AWARDS = SmallFeed("benefits", BenefitAward)


def settle(conn, *links):
    """Four households, and links given as (household, scheme, agency, value, from, to)."""
    homes = [
        {"id": n, "reference": f"h{n}", "formed_on": LONG_AGO, "ward": "North", "uprn": f"{n:012d}"}
        for n in FOUR
    ]
    conn.execute(insert(tables.household), homes)
    for household, scheme, agency, value, start, end in links:
        conn.execute(insert(tables.link).values(
            household_id=household, scheme=scheme, agency=agency, value=value, from_on=start, to_on=end,
            rule="test", made_on=DAY,
        ))  # fmt: skip


@pytest.fixture
def conn(engine):
    with Work(engine) as work:
        yield work.conn


def plainly(conn, households, links, since, known_by):
    """What a block must hold, read row by row."""
    found = []
    for row in conn.execute(select(tables.landing["rent_transaction"])):
        ended = day_number(row.superseded_on) if row.superseded_on else NEVER
        if row.void or row.occurred_on < since:
            continue
        if known_by and (row.known_on > known_by or ended <= day_number(known_by)):
            continue
        for household, scheme, agency, value, start, end in links:
            theirs = (scheme, agency, value) == ("account", row.agency, row.account)
            if theirs and start <= row.occurred_on < end and household in households:
                entry = ("charge", "payment", "adjustment").index(row.entry)
                cycles = ("weekly", "fortnightly", "four_weekly", "monthly")
                cycle = cycles.index(row.payment_cycle) if row.payment_cycle else -1
                found.append((household, day_number(row.occurred_on), row.id, day_number(row.known_on),
                              ended, entry, row.amount, cycle))  # fmt: skip
    return sorted(found)


def listed(block):
    """A block, row by row."""
    columns = [
        block.households[block.row_household], block.occurred_on, block.record, block.known_on,
        block.superseded_on, *(block.columns[name] for name in ("entry", "amount", "payment_cycle")),
    ]  # fmt: skip
    return [tuple(int(x) for x in row) for row in zip(*columns, strict=True)]


days = st.dates(date(2025, 5, 20), DAY)
postings = st.builds(
    rent, st.sampled_from("abcd"), hours=st.integers(0, 200), on=days, amount=st.sampled_from([-70, 5, 9]),
    account=st.sampled_from(["A1", "A2"]), void=st.booleans(), cycle=st.sampled_from([None, "monthly"]),
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    nights=st.lists(st.lists(postings, max_size=6), min_size=1, max_size=3),
    moves=st.lists(days, min_size=2, max_size=2),
    since=days,
    known_by=st.none() | st.dates(DAY - timedelta(days=9), DAY + timedelta(days=3)),
    households=st.sampled_from([FOUR, range(2, 4), [3, 1], np.array([1]), [], range(9, 9)]),
)
def test_a_block_is_what_a_plain_reading_gives(engine, nights, moves, since, known_by, households):
    links = [
        (1, "account", NORTH, "A1", LONG_AGO, moves[0]),
        (2, "account", NORTH, "A1", moves[0], FOREVER),
        (3, "account", NORTH, "A2", moves[1], FOREVER),
        (4, "account", HARBOUR, "A2", LONG_AGO, FOREVER),
        (4, "uprn", "", "A1", LONG_AGO, FOREVER),
    ]
    with Work(engine) as work:
        settle(work.conn, *links)
        for number, rows in enumerate(nights):
            window(work.conn, page(*rows), day=DAY + timedelta(days=number))
        window(work.conn, page(*nights[0][:2]), agency=HARBOUR)
        block = load_block(work.conn, RENT.schema, households, since, known_by)
        assert listed(block) == plainly(work.conn, households, links, since, known_by)
    wanted = sorted(set(households) & set(FOUR)) if isinstance(households, range) else sorted(households)
    assert list(block.households) == wanted
    assert len(block.starts) == len(wanted) + 1


def test_a_move_takes_later_rows_along_and_leaves_earlier_ones(conn):
    moved = date(2025, 6, 3)
    settle(conn, (1, "account", NORTH, "A1", LONG_AGO, moved), (2, "account", NORTH, "A1", moved, FOREVER))
    land(conn, page(*(rent(f"r{day}", on=date(2025, 6, day)) for day in (1, 2, 3, 4))))
    block = load_block(conn, RENT.schema, FOUR, LONG_AGO, None)
    assert block.starts.tolist() == [0, 2, 4, 4, 4]
    assert [line.occurred_on.day for line in chronology(conn, 1, None, 10)] == [2, 1]
    assert [line.occurred_on.day for line in chronology(conn, 2, None, 10)] == [4, 3]


def call(record, **more):
    said = {"recorded_at": CLOCK, "occurred_on": DAY, "uprn": "000000000001", "incident": "i1",
            "occurred_at": CLOCK, "category": "domestic", "harm": 2.5, "domestic_abuse": True}  # fmt: skip
    return CALLS.schema(record_id=record, **said | more)


def booked(record, nhs_number="0990000018", *, on=DAY, status="booked", hours=0):
    at = datetime(2025, 6, 1, tzinfo=UTC) + timedelta(hours=hours)
    return APPOINTMENTS.schema(record_id=record, recorded_at=at, occurred_on=on, nhs_number=nhs_number,
                               starts_at=at, status=status)  # fmt: skip


def test_national_identifiers_are_anybodys(conn):
    settle(conn, (1, "uprn", "", "000000000001", LONG_AGO, FOREVER),
           (1, "nhs_number", "", "0990000018", LONG_AGO, FOREVER),
           (2, "nhs_number", "", "x-7", LONG_AGO, FOREVER))  # fmt: skip
    land(conn, page(call("c1"), call("c2", uprn=None)), feed=CALLS, agency="eastborough-police")
    calls = load_block(conn, CALLS.schema, FOUR, LONG_AGO, None)
    assert {name: column.tolist() for name, column in calls.columns.items()} == {
        "category": [1], "harm": [2.5], "police_initiated": [0], "domestic_abuse": [1],
        "incident": [identity("i1")], "occurred_at": [int(CLOCK.timestamp()) // 60],
        "person": [-1], "other_person": [-1],
    }  # fmt: skip
    land(conn, page(booked("a"), booked("b", "x-7")), feed=APPOINTMENTS, agency="riverside-health")
    due = load_block(conn, APPOINTMENTS.schema, FOUR, LONG_AGO, None)
    assert due.columns["nhs_number"].tolist() == [990000018, identity("x-7")]
    assert due.columns["nhs_number"].dtype == np.int64


def test_a_withdrawn_row_is_gone_from_the_day_we_knew(conn):
    settle(conn, (1, "account", NORTH, "A1", LONG_AGO, FOREVER))
    window(conn, page(rent("a", hours=1)))
    later = DAY + timedelta(days=1)
    window(conn, page(rent("a", hours=2, void=True)), day=later)
    assert len(load_block(conn, RENT.schema, [1], LONG_AGO, DAY).record) == 1
    assert len(load_block(conn, RENT.schema, [1], LONG_AGO, later).record) == 0
    whole = load_block(conn, RENT.schema, [1], LONG_AGO, None)
    assert whole.superseded_on.tolist() == [day_number(later)]
    assert [len(chronology(conn, 1, day, 9)) for day in (DAY, later, None)] == [1, 0, 0]


def test_an_award_that_has_ended_is_told_where_the_schema_names_void(conn):
    settle(conn, (1, "uprn", "", "000000000001", LONG_AGO, FOREVER))
    said = {"recorded_at": CLOCK, "uprn": "000000000001", "benefit": "housing_benefit", "weekly_amount": 8500}
    stays, ends = (
        BenefitAward(record_id=f"a{day}", occurred_on=date(2021, 4, day), **said) for day in (5, 6)
    )
    land(conn, page(stays, ends), feed=AWARDS)
    later = DAY + timedelta(days=7)
    land(conn, replace(page(), gone=[Gone("a6", CLOCK + timedelta(days=7))]), feed=AWARDS, day=later)
    before, after = (load_block(conn, BenefitAward, [1], LONG_AGO, day) for day in (DAY, later))
    assert before.columns["void"].tolist() == [0, 0]
    assert list(zip(after.columns["void"].tolist(), after.known_on.tolist(), strict=True)) == [
        (0, day_number(DAY)), (1, day_number(later)),
    ]  # fmt: skip
    assert [len(chronology(conn, 1, day, 9)) for day in (DAY, later)] == [2, 2]


def test_a_chronology_is_of_all_kinds_newest_first(conn):
    settle(conn, (1, "account", NORTH, "A1", LONG_AGO, FOREVER),
           (1, "uprn", "", "000000000001", LONG_AGO, FOREVER),
           (1, "nhs_number", "", "0990000018", LONG_AGO, FOREVER))  # fmt: skip
    window(conn, page(rent("a", on=DAY - timedelta(days=2)), rent("b", on=DAY - timedelta(days=9))))
    land(conn, page(call("c")), feed=CALLS, agency="eastborough-police")
    window(conn, page(booked("p", on=DAY - timedelta(days=4))), feed=APPOINTMENTS)
    window(conn, page(booked("p", on=DAY - timedelta(days=4), status="noshow", hours=9)), feed=APPOINTMENTS,
           day=DAY + timedelta(days=1))  # fmt: skip
    told = chronology(conn, 1, DAY, 3)
    assert [(line.kind, line.occurred_on) for line in told] == [
        ("police_callout", DAY),
        ("rent_transaction", DAY - timedelta(days=2)),
        ("appointment", DAY - timedelta(days=4)),
    ]
    assert told[2].fields["status"] == "booked"
    assert chronology(conn, 1, None, 3)[2].fields["status"] == "noshow"
    assert set(told[1].fields) == {"id", "record_id", "account", "entry", "amount", "payment_cycle"}


def test_evidence_is_read_by_number_oldest_first(conn):
    land(conn, page(rent("a", on=DAY), rent("b", on=DAY - timedelta(days=1)), rent("c")))
    numbers = dict(conn.execute(select(tables.landing["rent_transaction"].c["record_id", "id"])).all())
    rows = evidence_rows(conn, "rent_transaction", np.array([numbers["a"], numbers["b"], numbers["a"]]))
    assert [row["record_id"] for row in rows] == ["b", "a"]
    assert rows[0]["occurred_on"] == DAY - timedelta(days=1)
    assert evidence_rows(conn, "rent_transaction", []) == []
