"""What goes with a page besides its rows: hashes, receipts, drift, days, and how far back windows reach."""

import zlib
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select

from earlyhelp.feeds import Receipt, Sweep, Terms, Window
from earlyhelp.store import tables
from earlyhelp.store.incoming import answers, circuits, drifts, feed_days, windows
from tests.store.rows import AGENCY, CLOCK, DAY, RENT, land, page, rent, window

KEY = f"{AGENCY}/rent"
TEXT, NUMBER, NULL = frozenset({"text"}), frozenset({"number"}), frozenset({"null"})


def rows_of(conn, table):
    return conn.execute(select(table)).all()


def test_an_answers_hash_is_kept_and_its_words_are_not(conn):
    window(conn, replace(page(rent("a")), raw=b'{"rows":[1]}'))
    (kept,) = rows_of(conn, tables.answer)
    assert (kept.feed, kept.sha256, kept.size) == (KEY, sha256(b'{"rows":[1]}').hexdigest(), 12)
    assert (kept.body, kept.keep_until) == (None, None)


def test_an_answers_words_are_kept_where_the_terms_allow_and_for_their_days(conn):
    keeping = replace(RENT, terms=Terms(keep_pages=timedelta(days=3)))
    window(conn, replace(page(rent("a")), raw=b"word for word"), feed=keeping)
    (kept,) = rows_of(conn, tables.answer)
    assert zlib.decompress(kept.body) == b"word for word"
    assert answers.purge_answers(conn, DAY + timedelta(days=3)) == 0
    assert answers.purge_answers(conn, DAY + timedelta(days=4)) == 1
    assert rows_of(conn, tables.answer)[0].sha256 == sha256(b"word for word").hexdigest()


def receipt(name="rent_20250609.csv", mark="a", **changed):
    return replace(Receipt(name, mark * 64, 99, CLOCK, 3, 1), **changed)


def test_a_file_gets_one_receipt_and_is_known_from_then_on(conn):
    for _ in range(2):
        window(conn, replace(page(rent("a")), files=[receipt()]))
    (kept,) = rows_of(conn, tables.receipt)
    assert (kept.name, kept.rows, kept.refused, kept.taken_on) == ("rent_20250609.csv", 3, 1, DAY)
    assert windows.open_window(conn, AGENCY, RENT, DAY).taken == {"a" * 64}
    assert windows.open_window(conn, AGENCY, RENT, DAY, full=True).taken == frozenset()


def test_the_same_bytes_under_another_name_get_a_receipt_that_says_so(conn):
    window(conn, replace(page(rent("a")), files=[receipt()]))
    window(conn, replace(page(), files=[receipt("rent_20250610.csv", again=True)]))
    assert [(r.name, r.again) for r in rows_of(conn, tables.receipt)] == [
        ("rent_20250609.csv", False), ("rent_20250610.csv", True),
    ]  # fmt: skip


def shaped(shape, count=25):
    return replace(page(*(rent(f"r{n}") for n in range(count))), shape=shape)


def changes(conn):
    return {(one["field"], one["what"]): one["detail"] for one in drifts.drifted(conn)}


def test_the_first_page_is_no_news(conn):
    window(conn, shaped({"ref": TEXT, "unasked": NUMBER}))
    assert changes(conn) == {}


def test_new_missing_and_retyped_fields_are_told_once(conn):
    window(conn, shaped({"ref": TEXT, "amount": NUMBER, "freq": TEXT}))
    for _ in range(2):
        window(conn, shaped({"ref": TEXT, "amount": TEXT | NULL, "cycle": NUMBER}))
    assert changes(conn) == {
        ("cycle", "new"): "number",
        ("amount", "retyped"): "number before, now also text",
        ("freq", "missing"): "text before",
    }


def test_a_blank_is_no_other_kind(conn):
    window(conn, shaped({"ref": TEXT, "end": NULL}))
    window(conn, shaped({"ref": TEXT | NULL, "end": TEXT}))
    assert changes(conn) == {}


def test_a_field_may_be_missing_from_a_few_rows(conn):
    window(conn, shaped({"ref": TEXT, "seldom": TEXT}))
    window(conn, shaped({"ref": TEXT}, count=5))
    assert changes(conn) == {}


def test_an_accepted_change_is_told_no_more(conn):
    window(conn, shaped({"ref": TEXT}))
    window(conn, shaped({"ref": TEXT, "new": TEXT}))
    assert drifts.accept_drift(conn, KEY, DAY) == 1
    window(conn, shaped({"ref": TEXT, "new": TEXT}))
    assert changes(conn) == {}
    assert drifts.accept_drift(conn, KEY, DAY) == 0


def test_rows_are_counted_on_the_day_they_were_recorded(conn):
    window(conn, page(rent("a", hours=1), rent("b", hours=2), rent("c", hours=30)))
    window(conn, page(rent("c", hours=30), rent("d", hours=31)))
    told = feed_days.daily_rows(conn, KEY, DAY, weeks=3)
    assert told == {date(2025, 6, 1): 2, date(2025, 6, 2): 2}


def test_a_window_goes_far_back_when_its_sweep_is_due(conn):
    sweeping = replace(RENT, sweep=Sweep(every=timedelta(days=7), back=timedelta(days=30)))
    window(conn, page(rent("a", hours=100)), feed=sweeping)
    watermark = rent("a", hours=100).recorded_at

    def since(days):
        return window(conn, page(), feed=sweeping, day=DAY + timedelta(days=days)).since

    assert since(6) == watermark - RENT.look_back
    assert since(7) == watermark - timedelta(days=30)
    assert since(8) == watermark - RENT.look_back
    assert since(14) == watermark - timedelta(days=30)


def test_a_sweep_that_was_cut_short_is_not_forgotten(conn):
    sweeping = replace(RENT, sweep=Sweep(every=timedelta(days=7), back=timedelta(days=30)))
    window(conn, page(rent("a", hours=100)), feed=sweeping)
    due = DAY + timedelta(days=7)
    swept = windows.open_window(conn, AGENCY, sweeping, due)
    land(conn, page(rent("b", hours=1), position={"page": 1}), feed=sweeping, day=due)
    again = windows.open_window(conn, AGENCY, sweeping, due)
    assert (again.since, again.position) == (swept.since, {"page": 1})


def test_a_validator_is_handed_on_to_the_next_window_but_never_to_a_sweep(conn):
    sweeping = replace(RENT, sweep=Sweep(every=timedelta(days=7), back=timedelta(days=30)))
    window(conn, replace(page(rent("a")), validator='"v1"'), feed=sweeping)
    assert windows.open_window(conn, AGENCY, sweeping, DAY).validator == '"v1"'
    assert windows.open_window(conn, AGENCY, sweeping, DAY + timedelta(days=7)).validator is None
    assert windows.open_window(conn, AGENCY, sweeping, DAY, full=True) == Window()


def test_everything_again_forgets_where_a_window_was(conn):
    window(conn, page(rent("a", hours=9)))
    windows.open_window(conn, AGENCY, RENT, DAY)
    land(conn, page(rent("b"), position={"page": 4}))
    assert windows.open_window(conn, AGENCY, RENT, DAY, full=True) == Window()
    land(conn, page(rent("b"), position={"page": 1}))
    cut_short = windows.open_window(conn, AGENCY, RENT, DAY)
    assert (cut_short.since, cut_short.position) == (None, {"page": 1})


@pytest.mark.parametrize("failures", [1, 2])
def test_an_agency_that_failed_a_little_is_asked_again(conn, failures):
    for _ in range(failures):
        assert circuits.note_failure(conn, AGENCY, CLOCK) is None
    assert circuits.resting_until(conn, AGENCY, CLOCK) is None


def test_an_agency_that_fails_on_and_on_is_left_alone_longer_and_longer(conn):
    rests = [circuits.note_failure(conn, AGENCY, CLOCK) for _ in range(12)]
    minutes = [(until - CLOCK).total_seconds() / 60 for until in rests if until]
    assert minutes[:4] == [4, 8, 16, 32]
    assert minutes[-1] == 360
    assert circuits.resting(conn, CLOCK) == {AGENCY: CLOCK + timedelta(hours=6)}
    assert circuits.resting_until(conn, AGENCY, CLOCK + timedelta(hours=6)) is None


def test_one_success_closes_the_matter(conn):
    for _ in range(3):
        circuits.note_failure(conn, AGENCY, CLOCK)
    circuits.note_success(conn, AGENCY)
    assert circuits.resting_until(conn, AGENCY, CLOCK) is None
    assert circuits.note_failure(conn, AGENCY, CLOCK) is None
