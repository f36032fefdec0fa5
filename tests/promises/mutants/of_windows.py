"""Broken windows: asked from too late, closed too soon, moved too far."""

from dataclasses import replace

from earlyhelp.store.incoming import landing, windows
from tests.promises.mutants.breaking import MARKS, mutant


@mutant("no look-back", f"{MARKS}::test_late_rows_within_the_look_back_are_found")
def no_look_back(kit):
    def since(good, mark, feed, day):
        moment, sweeps = good(mark, feed, day)
        return moment + feed.look_back, sweeps

    kit.around(windows, "_since", since)


@mutant("the watermark never moves", f"{MARKS}::test_asks_only_for_what_is_new_and_a_little_more")
def watermark_stays(kit):
    def moved(good, conn, key, **values):
        values.pop("watermark", None)
        good(conn, key, **values)

    kit.around(windows, "set_bookmark", moved)


@mutant("the watermark moves with every page", f"{MARKS}::test_dies_before_every_single_statement")
def watermark_too_soon(kit):
    def move(good, conn, mark, page, sifted):
        good(conn, mark, page, sifted)
        if sifted.newest:
            landing.set_bookmark(conn, mark.feed, watermark=sifted.newest)

    kit.around(landing, "_move", move)


@mutant(
    "the watermark is that of a row of 2999", f"{MARKS}::test_a_row_from_the_future_does_not_blind_the_feed"
)
def watermark_from_the_future(kit):
    def sift(good, schema, page, day):
        newest = max((row.recorded_at for row in page.rows), default=None)
        return replace(good(schema, page, day), newest=newest)

    kit.around(landing, "sift", sift)
    kit.patch.setattr(windows, "min", lambda first, *_: first, raising=False)


@mutant(
    "the window closes at the last page's clock",
    f"{MARKS}::test_what_is_recorded_while_we_read_is_found_the_next_night",
)
def closes_too_late(kit):
    def move(good, conn, mark, page, sifted):
        good(conn, mark, page, sifted)
        landing.set_bookmark(conn, mark.feed, window_clock=page.clock)

    kit.around(landing, "_move", move)


@mutant("a far sweep is never made", f"{MARKS}::test_a_far_sweep_finds_what_is_later_than_the_look_back")
def no_sweep(kit):
    kit.around(windows, "_since", lambda good, mark, feed, day: (mark.watermark - feed.look_back, False))


@mutant("a full refresh is as any other", f"{MARKS}::test_a_full_refresh_asks_for_everything")
def not_full(kit):
    kit.around(windows, "open_window", lambda good, *args, full=False: good(*args))


@mutant(
    "a snapshot's emptiness is believed", f"{MARKS}::test_a_snapshot_that_shrank_too_far_is_not_believed[0]"
)
def emptiness_believed(kit):
    kit.around(windows, "compare_snapshot", lambda good, *args, believed: good(*args, believed=True))


@mutant(
    "what a snapshot leaves out stays",
    f"{MARKS}::test_what_a_snapshot_no_longer_names_is_gone_and_may_come_back",
)
def nothing_compared(kit):
    kit.around(windows, "compare_snapshot", lambda *_, believed: 0)


@mutant("a delta is taken for a snapshot", f"{MARKS}::test_late_rows_within_the_look_back_are_found")
def delta_compared(kit):
    def close(good, conn, agency, feed, page, run, day):
        return good(conn, agency, replace(feed, snapshot=True), page, run, day)

    kit.around(windows, "close_window", close)


@mutant(
    "nothing has changed is taken for nothing is there", f"{MARKS}::test_nothing_has_changed_is_an_answer"
)
def unchanged_is_empty(kit):
    def close(good, conn, agency, feed, page, run, day):
        return good(conn, agency, feed, replace(page, unchanged=False), run, day)

    kit.around(windows, "close_window", close)
