"""Broken ways to put a page away: what belongs together is parted, or told otherwise."""

from dataclasses import replace

from earlyhelp.services import fetching
from earlyhelp.store.incoming import circuits, landing
from earlyhelp.store.incoming.bookmarks import bookmark_of, feed_key, set_bookmark
from tests.promises.mutants.breaking import MARKS, mutant

SWEEP = f"{MARKS}::test_dies_before_every_single_statement"


def commit(conn):
    """End the transaction in the middle."""
    conn.exec_driver_sql("COMMIT")
    conn.exec_driver_sql("BEGIN IMMEDIATE")


@mutant("bookmark before the rows", SWEEP, f"{MARKS}::test_killed_around_every_commit[before]")
def bookmark_before_the_rows(kit):
    def land(good, conn, agency, feed, page, *rest, **how):
        key = feed_key(agency, feed)
        bookmark_of(conn, key)
        set_bookmark(conn, key, position=page.position)
        commit(conn)
        return good(conn, agency, feed, page, *rest, **how)

    kit.around(landing, "land", land)


@mutant("bookmark after the commit", SWEEP)
def bookmark_after_the_commit(kit):
    def move(good, conn, *rest):
        commit(conn)
        good(conn, *rest)

    kit.around(landing, "_move", move)


@mutant("refused rows in a transaction of their own", SWEEP)
def refused_apart(kit):
    def put_aside(good, conn, *rest):
        commit(conn)
        good(conn, *rest)
        commit(conn)

    kit.around(landing, "put_aside", put_aside)


@mutant("counts in a transaction of their own", SWEEP)
def counts_apart(kit):
    def counted(good, conn, *rest):
        commit(conn)
        good(conn, *rest)

    kit.around(landing, "add_counts", counted)


@mutant("position not saved", f"{MARKS}::test_what_was_landed_stays_and_the_rest_follows")
def position_not_saved(kit):
    kit.around(
        landing,
        "_move",
        lambda good, conn, mark, page, seen: good(conn, mark, replace(page, position=None), seen),
    )


@mutant("position not word for word", SWEEP, f"{MARKS}::test_what_was_landed_stays_and_the_rest_follows")
def position_not_verbatim(kit):
    def move(good, conn, mark, page, sifted):
        if page.position is not None:
            page = replace(
                page, position={**page.position, "query": {"cursor": page.position["query"]["cursor"]}}
            )
        good(conn, mark, page, sifted)

    kit.around(landing, "_move", move)


@mutant("known rows are counted as landed", f"{MARKS}::test_twice_is_the_same_as_once")
def counts_wrong(kit):
    def counted(good, conn, run, counts):
        good(conn, run, replace(counts, landed=counts.landed + counts.known, known=0))

    kit.around(landing, "add_counts", counted)


@mutant("a run that failed is called complete", f"{MARKS}::test_what_was_landed_stays_and_the_rest_follows")
def failure_hidden(kit):
    kit.around(landing, "fail_run", lambda good, conn, run, words: landing.end_run(conn, run))


@mutant(
    "an agency in trouble is asked on and on", f"{MARKS}::test_an_agency_that_keeps_failing_is_left_alone"
)
def never_left_alone(kit):
    kit.around(circuits, "note_failure", lambda *_: None)


@mutant(
    "a slice cut short is taken for done",
    f"{MARKS}::test_the_past_is_filled_in_by_slices_that_may_be_cut_short",
)
def slice_cut_short(kit):
    def move_slice(good, *of):
        move = good(*of)
        return lambda mark, page, sifted: move(mark, replace(page, position=None), sifted)

    kit.around(fetching.slices, "move_slice", move_slice)
