"""What agencies take away: tombstones, snapshots, and the snapshots that are not to be believed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from earlyhelp.errors import FeedStopped
from earlyhelp.feeds import Gone, Receipt, Terms
from earlyhelp.store import tables
from earlyhelp.store.incoming import landing, windows
from tests.store.rows import AGENCY, CLOCK, DAY, RENT, bad, current, held, land, page, rent, window

ALL = replace(RENT, snapshot=True)
NEXT = DAY + timedelta(days=1)
FIRST = date(2025, 6, 1)
LATER = CLOCK + timedelta(days=1)


def gone(record="a", at=CLOCK):
    return Gone(record, at)


def alive(conn):
    return {record for record, row in current(conn).items() if not row.void}


def test_a_tombstone_withdraws_and_keeps_what_was_known(conn):
    window(conn, page(rent("a", hours=1, amount=7), rent("b", hours=1)))
    counts = land(conn, page_with(gone("a", LATER), clock=LATER), day=NEXT)
    assert (counts.fetched, counts.landed, counts.known, counts.refused) == (1, 1, 0, 0)
    assert alive(conn) == {"b"}
    first, last = sorted((r for r in rows(conn) if r.record_id == "a"), key=lambda r: r.id)
    assert (first.superseded_on, first.void, first.amount) == (NEXT, False, 7)
    assert (last.known_on, last.void, last.amount, last.recorded_at) == (NEXT, True, 7, LATER)


def test_the_same_tombstone_again_changes_nothing(conn):
    window(conn, page(rent("a", hours=1)))
    for expected in (1, 0):
        counts = land(conn, page_with(gone("a", LATER), clock=LATER), day=NEXT)
        assert (counts.landed, counts.known) == (expected, 1 - expected)
    assert len(rows(conn)) == 2


def test_a_tombstone_of_nobody_is_known(conn):
    counts = land(conn, page_with(gone("nobody")))
    assert (counts.fetched, counts.landed, counts.known) == (1, 0, 1)


def test_a_tombstone_older_than_the_row_does_not_take_it(conn):
    window(conn, page(rent("a", hours=9)))
    land(conn, page_with(gone("a", rent("a", hours=5).recorded_at)))
    assert alive(conn) == {"a"}


def test_a_record_may_come_back(conn):
    window(conn, page(rent("a", hours=1)))
    land(conn, page_with(gone("a", CLOCK - timedelta(hours=2))))
    land(conn, page(rent("a", at=CLOCK - timedelta(hours=1))))
    assert alive(conn) == {"a"}


def test_what_a_snapshot_no_longer_names_is_gone(conn):
    names = "abcdefgh"
    window(conn, page(*(rent(n, hours=1) for n in names)), feed=ALL)
    window(conn, page(*(rent(n, at=LATER, on=FIRST) for n in names[:-1]), clock=LATER), feed=ALL, day=NEXT)
    assert alive(conn) == set(names[:-1])
    assert len(rows(conn)) == len(names) + 1, "unchanged rows are no new versions, however they are stamped"


def test_a_snapshot_brings_only_what_differs(conn):
    window(conn, page(rent("a", hours=1), rent("b", hours=1)), feed=ALL)
    run = landing.start_run(conn, f"{AGENCY}/rent", NEXT)
    windows.open_window(conn, AGENCY, ALL, NEXT)
    told = page(rent("a", at=LATER, on=FIRST), rent("b", at=LATER, on=FIRST, amount=9), clock=LATER)
    counts = landing.land(conn, AGENCY, ALL, told, run, 0, NEXT)
    assert (counts.landed, counts.known) == (1, 1)
    assert current(conn)["b"].amount == 9


def test_a_record_of_a_snapshot_may_come_back(conn):
    everybody = [rent(n, hours=1) for n in "abcdefgh"]
    window(conn, page(*everybody), feed=ALL)
    window(conn, page(*everybody[1:], clock=LATER), feed=ALL, day=NEXT)
    after = LATER + timedelta(days=1)
    back = [rent(n, at=after, on=FIRST) for n in "abcdefgh"]
    window(conn, page(*back, clock=after), feed=ALL, day=NEXT + timedelta(days=1))
    assert alive(conn) == set("abcdefgh")


def test_a_record_that_comes_back_as_old_as_it_was_is_there_again(conn):
    everybody = [rent(n, hours=1) for n in "abcdefgh"]
    for days, named in enumerate((everybody, everybody[1:], everybody, everybody)):
        clock = CLOCK + timedelta(days=days)
        window(conn, page(*named, clock=clock), feed=ALL, day=DAY + timedelta(days=days))
    assert alive(conn) == set("abcdefgh")
    assert [row.void for row in sorted(rows(conn), key=lambda r: r.id) if row.record_id == "a"] == [
        False, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize("left", [0, 5])
def test_a_snapshot_that_shrank_too_far_is_not_believed(conn, left):
    window(conn, page(*(rent(n, hours=1) for n in "abcdefgh")), feed=ALL)
    with pytest.raises(FeedStopped, match=f"names {left} of the 8 records"):
        window(conn, page(*(rent(n, hours=1) for n in "abcdefgh"[:left])), feed=ALL, day=NEXT)


def test_the_share_is_the_terms(conn):
    patient = replace(ALL, terms=Terms(most_shrunk=0.9))
    window(conn, page(*(rent(n, hours=1) for n in "abcdefgh")), feed=patient)
    window(conn, page(rent("a", hours=1)), feed=patient, day=NEXT)
    assert alive(conn) == {"a"}


def test_somebody_who_asks_for_all_of_it_is_believed(conn):
    window(conn, page(*(rent(n, hours=1) for n in "abcdefgh")), feed=ALL)
    assert windows.open_window(conn, AGENCY, ALL, NEXT, full=True).since is None
    run = landing.start_run(conn, f"{AGENCY}/rent", NEXT)
    told = page(rent("a", hours=1), clock=LATER)
    landing.land(conn, AGENCY, ALL, told, run, 0, NEXT)
    assert windows.close_window(conn, AGENCY, ALL, told, run, NEXT) == 7
    assert alive(conn) == {"a"}


def test_nothing_is_taken_away_where_a_refused_row_may_be_anybody(conn):
    window(conn, page(*(rent(n, hours=1) for n in "abcdefgh")), feed=ALL)
    window(conn, page(*(rent(n, hours=1) for n in "abcdefg"), refused=[bad("?")]), feed=ALL, day=NEXT)
    assert alive(conn) == set("abcdefgh")


def test_a_refused_row_that_can_be_told_is_still_there(conn):
    window(conn, page(*(rent(n, hours=1) for n in "abcdefgh")), feed=ALL)
    told = page(*(rent(n, hours=1) for n in "abcdef"), refused=[bad("?", record="g")])
    window(conn, told, feed=ALL, day=NEXT)
    assert alive(conn) == set("abcdefg")


def test_an_answer_as_before_takes_nothing_away(conn):
    window(conn, page(rent("a", hours=1)), feed=ALL)
    window(conn, replace(page(), unchanged=True), feed=ALL, day=NEXT)
    again = Receipt("f.csv", "0" * 64, 3, CLOCK, 0, 0, again=True)
    window(conn, replace(page(), files=[again]), feed=ALL, day=NEXT)
    assert alive(conn) == {"a"}


def test_a_snapshot_over_several_pages_is_compared_whole(conn):
    names = "abcdefgh"
    window(conn, page(*(rent(n, hours=1) for n in names)), feed=ALL)
    half = page(*(rent(n, hours=1) for n in names[:4]), position={"page": 1})
    window(conn, half, page(*(rent(n, hours=1) for n in names[4:-1])), feed=ALL, day=NEXT)
    assert alive(conn) == set(names[:-1])


def page_with(*taken, clock=CLOCK):
    return replace(page(clock=clock), gone=taken)


def rows(conn):
    return conn.execute(select(tables.landing["rent_transaction"])).all()


def test_another_agencys_records_are_left_alone(conn):
    window(conn, page(*(rent(n, hours=1) for n in "abcd")), feed=ALL)
    window(conn, page(*(rent(n, hours=1) for n in "xy")), feed=ALL, agency="southside-homes")
    assert len(held(conn)) == 6
    assert alive(conn) == set("abcdxy")
