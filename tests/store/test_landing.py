import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from earlyhelp.feeds import Counts, Window
from earlyhelp.store import tables
from earlyhelp.store.incoming import feed_health, landing, refused, windows
from earlyhelp.store.unit_of_work import Work
from schemas.rent_account import RentTransaction
from tests.store.rows import (
    AGENCY,
    APPOINTMENTS,
    CLOCK,
    DAY,
    RENT,
    bad,
    current,
    held,
    land,
    page,
    rent,
    window,
)  # fmt: skip

drawn = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_twice_is_once(conn):
    rows = [rent("a"), rent("b", amount=-50)]
    assert land(conn, page(*rows)) == Counts(2, 2, 0, 0, 1)
    before = held(conn)
    assert land(conn, page(*rows)) == Counts(2, 0, 2, 0, 1)
    assert held(conn) == before


def test_a_row_twice_in_one_page_lands_once(conn):
    assert land(conn, page(rent("a"), rent("a"), rent("a", hours=1))) == Counts(3, 2, 1, 0, 1)


def test_a_private_subclass_lands_as_its_schema(conn):
    class _Theirs(RentTransaction):
        branch: str = "north"

    land(conn, page(_Theirs(**rent("a").model_dump()), rent("a")))
    assert len(held(conn)) == 1


def test_one_moment_in_two_zones_is_one_version(conn):
    at = datetime(2025, 6, 1, 12, 0, 0, 500, tzinfo=UTC)
    land(conn, page(rent("a", at=at), rent("a", at=at.astimezone(timezone(timedelta(hours=1))))))
    assert [row.recorded_at for row in current(conn).values()] == [at]
    assert len(held(conn)) == 1


def test_fractions_of_a_second_are_in_order(conn):
    at = datetime(2025, 6, 1, 12, tzinfo=UTC)
    land(conn, page(rent("a", at=at + timedelta(microseconds=5), amount=2), rent("a", at=at, amount=1)))
    assert current(conn)["a"].amount == 2


def test_older_never_overwrites_newer(conn):
    window(conn, page(rent("a", hours=5, amount=2)))
    land(conn, page(rent("a", hours=1, amount=1)))
    assert current(conn)["a"].amount == 2
    late = next(row for row in conn.execute(select(tables.landing["rent_transaction"])) if row.amount == 1)
    assert late.superseded_on == late.known_on == DAY


def test_back_to_what_it_was(conn):
    window(conn, page(rent("a", hours=1, amount=1)))
    window(conn, page(rent("a", hours=2, amount=2)), day=DAY + timedelta(days=1))
    window(conn, page(rent("a", hours=3, amount=1)), day=DAY + timedelta(days=2))
    assert current(conn)["a"].amount == 1
    assert [visible(conn, DAY + timedelta(days=n)) for n in (0, 1, 2)] == [[1], [2], [1]]


def visible(conn, day):
    t = tables.landing["rent_transaction"]
    ended = t.c.superseded_on.is_(None) | (t.c.superseded_on > day)
    return list(conn.execute(select(t.c.amount).where(t.c.known_on <= day, ended)).scalars())


versions = st.lists(
    st.builds(rent, st.sampled_from("ab"), hours=st.integers(0, 72), amount=st.integers(1, 4)),
    min_size=1, max_size=6,
)  # fmt: skip


@drawn
@given(rows=versions, data=st.data())
def test_the_order_of_arrival_does_not_matter(engine, rows, data):
    shuffled = data.draw(st.permutations(rows))
    cut = data.draw(st.integers(0, len(rows)))
    with Work(engine) as work:
        land(work.conn, page(*rows))
        at_once = held(work.conn)
    with Work(engine) as work:
        for part in (shuffled[:cut], shuffled[cut:]):
            land(work.conn, page(*part))
        assert held(work.conn) == at_once


@drawn
@given(nights=st.lists(versions, min_size=1, max_size=3))
def test_each_day_sees_the_last_recorded_of_what_was_known(engine, nights):
    t = tables.landing["rent_transaction"]
    with Work(engine) as work:
        for number, rows in enumerate(nights):
            window(work.conn, page(*rows), day=DAY + timedelta(days=number))
        found = work.conn.execute(select(t)).all()
    for day in {row.known_on for row in found} | {DAY + timedelta(days=9)}:
        known = sorted((r for r in found if r.known_on <= day), key=lambda r: (r.recorded_at, r.digest))
        seen = {r.record_id: r.id for r in found
                if r.known_on <= day and (r.superseded_on is None or r.superseded_on > day)}  # fmt: skip
        assert seen == {row.record_id: row.id for row in known}
        assert len(seen) == sum(
            r.known_on <= day and (r.superseded_on is None or r.superseded_on > day) for r in found
        )


def test_the_permutations_of_three_versions_agree(engine):
    stories = set()
    for order in itertools.permutations([rent(hours=h, amount=h + 1) for h in (0, 30, 60)]):
        with Work(engine) as work:
            for row in order:
                land(work.conn, page(row))
            stories.add(repr(held(work.conn)))
    assert len(stories) == 1


anything = st.one_of(
    versions.map(lambda rows: rows[0]),
    st.builds(rent, st.sampled_from("abc"), on=st.dates(DAY, date(2999, 1, 1))),
    st.builds(
        rent,
        st.sampled_from("abc"),
        at=st.integers(-24, 9_000_000).map(lambda hours: CLOCK + timedelta(hours=hours)),
        on=st.just(DAY),
    ),
)  # fmt: skip


@drawn
@given(pages=st.lists(st.tuples(
    st.lists(anything, max_size=6), st.lists(st.builds(bad, st.text(max_size=4)), max_size=3),
), max_size=3))  # fmt: skip
def test_counts_add_up_to_what_is_kept(engine, pages):
    with Work(engine) as work:
        total = Counts()
        for rows, refused in pages:
            counts = land(work.conn, page(*rows, refused=refused))
            assert counts.fetched == counts.landed + counts.known + counts.refused == len(rows) + len(refused)
            total += counts
        assert total.landed == len(held(work.conn))
        kept = work.conn.execute(select(func.count()).select_from(tables.quarantine)).scalar_one()
        assert kept <= total.refused
        assert (kept == 0) == (total.refused == 0)


def test_a_refused_row_is_kept_once_and_its_last_day_moves(conn):
    land(conn, page(refused=[bad("x" * 500, record="r" * 200), bad("x" * 500)]))
    later = DAY + timedelta(days=3)
    assert land(conn, page(refused=[bad("x" * 500)]), day=later).refused == 1
    kept = conn.execute(select(tables.quarantine)).one()
    assert (kept.first_seen_on, kept.last_seen_on) == (DAY, later)
    assert kept.keep_until == DAY + timedelta(days=30)


def test_the_text_of_a_refused_row_goes_after_its_days(conn):
    land(conn, page(refused=[bad("secret")]))
    assert refused.purge_quarantine(conn, DAY + timedelta(days=30)) == 0
    assert refused.purge_quarantine(conn, DAY + timedelta(days=31)) == 1
    kept = conn.execute(select(tables.quarantine)).one()
    assert kept.row is None
    assert kept.reason == "amount: not a whole number"


@pytest.mark.parametrize("text", ["nul \0 in it", "a \\u0000 spelt out"])
def test_no_text_stops_a_page(conn, text):
    counts = land(conn, page(rent("a", account=text), rent("b"), refused=[bad(text, place=text)]))
    assert counts.landed == (1 if "\0" in text else 2)


def test_a_row_from_tomorrow_lands_when_its_day_has_come(conn):
    window(conn, page(rent("old", hours=1)))
    early = rent("early", at=CLOCK - timedelta(days=1), on=DAY + timedelta(days=2))
    window(conn, page(early, rent("a", at=CLOCK - timedelta(hours=1))))
    assert "early" not in current(conn)
    assert windows.open_window(conn, AGENCY, RENT, DAY).since <= early.recorded_at
    then = CLOCK + timedelta(days=2)
    window(conn, page(early, clock=then), day=DAY + timedelta(days=2))
    assert "early" in current(conn)
    window(conn, page(rent("b", at=then), clock=then), day=DAY + timedelta(days=2))
    assert windows.open_window(conn, AGENCY, RENT, DAY).since == then - RENT.look_back


def test_a_row_stamped_2999_does_not_blind_the_feed(conn):
    mad = datetime(2999, 1, 1, tzinfo=UTC)
    window(conn, page(rent("mad", at=mad, on=DAY), rent("far", hours=3, on=date(2999, 1, 1)),
                      rent("a", hours=5)))  # fmt: skip
    mark = conn.execute(select(tables.bookmark)).one()
    assert mark.watermark == datetime(2025, 6, 1, 5, tzinfo=UTC)
    assert mark.newest_on == date(2025, 6, 1)
    assert set(current(conn)) == {"a"}


def test_appointments_may_lie_ahead(conn):
    booked = APPOINTMENTS.schema(
        record_id="p1", recorded_at=CLOCK, occurred_on=DAY + timedelta(days=40), nhs_number="9990000018",
        starts_at=CLOCK + timedelta(days=40), status="booked",
    )  # fmt: skip
    assert land(conn, page(booked), feed=APPOINTMENTS).landed == 1


def test_the_watermark_stays_behind_the_clock_of_the_first_page(conn):
    slow = CLOCK + timedelta(minutes=20)
    window(conn, page(rent("a", hours=1), position={"page": 1}),
           page(rent("b", at=CLOCK + timedelta(minutes=15)), clock=slow))  # fmt: skip
    assert conn.execute(select(tables.bookmark.c.watermark)).scalar_one() == CLOCK
    skewed = rent("c", at=slow + timedelta(minutes=4))
    window(conn, page(skewed, clock=slow))
    assert conn.execute(select(tables.bookmark.c.watermark)).scalar_one() == slow


def test_when_we_knew(conn):
    summer_midnight = datetime(2025, 6, 1, 23, 30, tzinfo=UTC)
    window(conn, page(rent("a", at=summer_midnight), rent("b", at=CLOCK)))
    assert {k: v.known_on for k, v in current(conn).items()} == {"a": date(2025, 6, 2), "b": DAY}
    window(conn, page(rent("late", hours=1)), day=DAY + timedelta(days=1))
    assert current(conn)["late"].known_on == DAY + timedelta(days=1)


def test_windows(conn):
    assert window(conn, page(rent("a", hours=10))) == Window()
    since = datetime(2025, 6, 1, 4, tzinfo=UTC)
    assert windows.open_window(conn, AGENCY, RENT, DAY) == Window(since)
    land(conn, page(rent("b", hours=20), position={"page": 7}))
    assert windows.open_window(conn, AGENCY, RENT, DAY) == Window(since, position={"page": 7})
    windows.rewind_window(conn, AGENCY, RENT)
    assert windows.open_window(conn, AGENCY, RENT, DAY) == Window(since)
    assert window(conn).since == since
    assert windows.open_window(conn, AGENCY, RENT, DAY).since == since


def test_agencies_do_not_supersede_each_other(conn):
    land(conn, page(rent("1", hours=1)))
    land(conn, page(rent("1", hours=2)), agency="harbour-homes")
    t = tables.landing["rent_transaction"]
    assert set(conn.execute(select(t.c.superseded_on)).scalars()) == {None}


def test_health(conn):
    window(conn, page(rent("a"), refused=[bad()]))
    run = landing.start_run(conn, f"{AGENCY}/rent", DAY)
    landing.fail_run(conn, run, "no-answer: no answer from /rent" + "!" * 300)
    landing.start_run(conn, "quiet/feed", DAY)
    landing.start_run(conn, "quiet/feed", DAY)
    ours, quiet = feed_health.feed_health(conn, DAY, CLOCK)
    assert replace(ours, last_error=None) == feed_health.FeedHealth(
        f"{AGENCY}/rent", DAY, date(2025, 6, 1), 1, 1, None
    )
    assert ours.last_error.startswith("no-answer")
    assert quiet == feed_health.FeedHealth("quiet/feed", None, None, 0, 0, None)
    states = conn.execute(select(tables.fetch_run.c.state).order_by(tables.fetch_run.c.id)).scalars()
    assert list(states) == ["complete", "failed", "failed", "running"]
