"""Fetching as the night does it: left alone, asked again, a past range, refused rows tried again."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import orjson
import pytest
from sqlalchemy import select, update

from earlyhelp.errors import FeedStopped, LeftAlone, SetUpWrong, SignInRefused, TryAgainLater
from earlyhelp.feeds import Refused
from earlyhelp.law.policy import Sector
from earlyhelp.services import fetching
from earlyhelp.store import tables
from schemas.person import Person
from schemas.rent_account import RentTransaction
from tests.twins import NIGHT, Twin, TwinFeed, moment, posting, tenant

RENT = tables.landing["rent_transaction"]


def landlord(*rows, feeds=(), **feed):
    return Twin(
        "northside-homes", Sector.HOUSING, [TwinFeed("rent", RentTransaction, list(rows), **feed), *feeds]
    )


def week(number, day=None):
    return posting(f"c{number}", "A1", day or NIGHT - timedelta(weeks=number), "charge", 10_000)


def landed(engine):
    with engine.connect() as conn:
        return {
            row.record_id: row for row in conn.execute(select(RENT).where(RENT.c.superseded_on.is_(None)))
        }


def fetch(engine, twin, day=NIGHT, **how):
    return fetching.fetch_agency(engine, twin, day, **how)


def test_an_agency_that_fails_on_and_on_is_left_alone(engine):
    twin = landlord(week(1))
    twin.fails = TryAgainLater("no answer")
    for _ in range(3):
        with pytest.raises(TryAgainLater, match="no answer"):
            fetch(engine, twin)
    asked = len(twin.asked)
    with pytest.raises(LeftAlone, match=r"left alone until \d\d:\d\d UTC; run again after that \(no-answer"):
        fetch(engine, twin)
    assert len(twin.asked) == asked


def test_its_other_feeds_are_left_alone_as_well(engine):
    twin = landlord(feeds=[TwinFeed("tenants", Person), TwinFeed("more", Person), TwinFeed("last", Person)])
    twin.fails = TryAgainLater("no answer")
    with pytest.raises(TryAgainLater):
        fetch(engine, twin)
    assert len(twin.asked) == 3, "the fourth was not asked"


def test_after_its_rest_it_is_asked_again_and_one_success_closes_the_matter(engine):
    twin = landlord(week(1))
    twin.fails = TryAgainLater("no answer")
    for _ in range(3):
        with pytest.raises(TryAgainLater):
            fetch(engine, twin)
    with engine.begin() as conn:
        conn.execute(update(tables.circuit).values(open_until=datetime.now(UTC)))
    twin.fails = None
    assert fetch(engine, twin)["rent"]["landed"] == 1
    with engine.connect() as conn:
        assert conn.execute(select(tables.circuit)).all() == []


def test_a_wrong_password_is_no_reason_to_leave_an_agency_alone(engine):
    twin = landlord(week(1))
    twin.fails = SignInRefused("our key was refused")
    for _ in range(4):
        with pytest.raises(SignInRefused):
            fetch(engine, twin)


def test_everything_may_be_asked_for_again(engine):
    twin = landlord(week(1), week(2))
    fetch(engine, twin)
    fetch(engine, twin)
    fetch(engine, twin, full=True)
    assert [window.since is None for window in twin.asked] == [True, False, True]


def test_a_past_range_is_fetched_slice_by_slice_and_the_window_stays(engine):
    twin = landlord(week(1))
    fetch(engine, twin)
    twin.feeds[0].rows += [week(10), week(12), week(30)]
    with engine.connect() as conn:
        before = conn.execute(select(tables.bookmark)).one()
    first, last = NIGHT - timedelta(weeks=14), NIGHT - timedelta(weeks=9)
    counts = fetching.backfill(engine, twin, "rent", first, last, NIGHT, timedelta(days=10))
    assert (counts.fetched, counts.landed) == (2, 2)
    assert set(landed(engine)) == {"c1", "c10", "c12"}
    assert landed(engine)["c10"].known_on == NIGHT, "what we learn today we know from today"
    with engine.connect() as conn:
        assert conn.execute(select(tables.bookmark)).one() == before
        assert conn.execute(select(tables.backfill)).all() == []
    bounds = [(window.since, window.until) for window in twin.asked[1:]]
    assert bounds[0][0] <= moment(first)
    assert bounds[-1][1] > moment(last)
    assert all(end == start for (_, end), (start, _) in pairwise(bounds))


def test_a_past_range_that_was_cut_short_goes_on_where_it_was(engine):
    twin = landlord(*(week(n) for n in range(1, 41)))
    twin.page = 3
    twin.fails, twin.fails_after_pages = TryAgainLater("no answer"), 2
    span = (NIGHT - timedelta(weeks=40), NIGHT)
    for _ in range(2):
        with pytest.raises(TryAgainLater):
            fetching.backfill(engine, twin, "rent", *span, NIGHT, timedelta(weeks=20))
    half = len(landed(engine))
    assert half == 12, "two pages a try"
    twin.fails = None
    counts = fetching.backfill(engine, twin, "rent", *span, NIGHT, timedelta(weeks=20))
    assert counts.fetched == 40 - half, "nothing was asked for twice"
    assert len(landed(engine)) == 40


@pytest.mark.parametrize(("first", "last", "days"), [(1, 0, 5), (0, 1, 0)])
def test_a_range_that_is_none_is_said(engine, first, last, days):
    span = [date(2026, 1, 1) + timedelta(days=day) for day in (first, last)]
    with pytest.raises(SetUpWrong, match="from a day to that day or a later one"):
        fetching.backfill(engine, landlord(), "rent", *span, NIGHT, timedelta(days=days))


def test_a_snapshot_not_believed_is_read_from_its_start_again(engine):
    everybody = [tenant(f"A{n}", "Thistlewood") for n in range(10)]
    twin = Twin("northside-homes", Sector.HOUSING, [TwinFeed("tenants", Person, everybody, snapshot=True)])
    twin.feeds[0].look_back = timedelta(days=4000)
    twin.page = 3
    fetch(engine, twin)
    twin.feeds[0].rows = everybody[:4]
    with pytest.raises(FeedStopped, match="names 4 of the 10 records held"):
        fetch(engine, twin, NIGHT + timedelta(days=1))
    twin.feeds[0].rows = everybody[:9]
    counts = fetch(engine, twin, NIGHT + timedelta(days=1))["tenants"]
    assert (counts["fetched"], counts["landed"], counts["known"]) == (10, 1, 9)
    assert twin.asked[-1].position is None
    with engine.connect() as conn:
        run = conn.execute(select(tables.fetch_run).order_by(tables.fetch_run.c.id.desc())).first()
    assert (run.fetched, run.landed, run.known) == (10, 1, 9), "what went is written down with what came"


def test_two_feeds_of_one_kind_cannot_both_be_told_from_a_snapshot(engine):
    twin = landlord(feeds=[TwinFeed("other", RentTransaction)], snapshot=True)
    with pytest.raises(SetUpWrong, match="declare one feed for both"):
        fetch(engine, twin)


def refusal(row, **how):
    text = orjson.dumps(row.model_dump(mode="json")).decode()
    return Refused("page 1, row 0", "amount: is not what was agreed", text, row.record_id, **how)


def test_refused_rows_are_tried_again_by_the_rules_as_they_are_now(engine):
    broken = Refused("page 1, row 1", "amount: missing", '{"record_id":"x"}', "x")
    twin = landlord(week(1), refused=[refusal(week(2)), broken])
    assert fetch(engine, twin)["rent"]["refused"] == 2
    counts = fetching.replay_refused(engine, {twin.name: twin}, NIGHT)
    assert counts == {"northside-homes/rent": {"tried": 2, "landed": 1, "known": 0, "still_refused": 1}}
    assert set(landed(engine)) == {"c1", "c2"}
    with engine.connect() as conn:
        states = conn.execute(
            select(tables.quarantine.c.record_id, tables.quarantine.c.state, tables.quarantine.c.row)
        )
        kept = {record: (state, row is None) for record, state, row in states}
    assert kept == {"c2": ("replayed", True), "x": ("open", False)}
    assert fetching.replay_refused(engine, {twin.name: twin}, NIGHT, "northside-homes/other") == {}


def test_an_older_version_tried_again_overwrites_nothing(engine):
    old = posting("c1", "A1", NIGHT - timedelta(weeks=3), "charge", 5_000)
    twin = landlord(week(1), refused=[refusal(old)])
    fetch(engine, twin)
    fetching.replay_refused(engine, {twin.name: twin}, NIGHT)
    assert landed(engine)["c1"].amount == 10_000


def test_a_row_whose_day_was_to_come_lands_by_itself_when_it_has_come(engine):
    early = RentTransaction(
        **week(1).model_dump() | {"record_id": "early", "occurred_on": NIGHT + timedelta(days=2)}
    )
    twin = landlord(early)
    assert fetch(engine, twin)["rent"]["refused"] == 1
    twin.feeds[0].rows = []
    fetch(engine, twin, NIGHT + timedelta(days=1))
    assert landed(engine) == {}
    fetch(engine, twin, NIGHT + timedelta(days=2))
    assert set(landed(engine)) == {"early"}
    with engine.connect() as conn:
        assert conn.execute(select(tables.quarantine.c.state)).scalar_one() == "replayed"
