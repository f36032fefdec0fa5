"""Broken ways to put a page away: what belongs together is parted, or told otherwise."""

from dataclasses import replace
from itertools import count

from earlyhelp import fetching
from earlyhelp.store import circuits, landing, pages, shredding, snapshots
from earlyhelp.store.bookmarks import bookmark_of, feed_key, set_bookmark
from tests.promises.mutants.breaking import MARKS, mutant

SWEEP = f"{MARKS}::test_dies_before_every_single_statement"


def commit(conn):
    """End the transaction in the middle."""
    conn.exec_driver_sql("COMMIT")
    conn.exec_driver_sql("BEGIN IMMEDIATE")


@mutant("bookmark before the rows", SWEEP, f"{MARKS}::test_killed_around_every_commit[before]")
def bookmark_before_the_rows(kit):
    def land(good, conn, agency, feed, page, *rest):
        key = feed_key(agency, feed)
        bookmark_of(conn, key)
        set_bookmark(conn, key, position=page.position)
        commit(conn)
        return good(conn, agency, feed, page, *rest)

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

    kit.around(landing, "_count", counted)


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


@mutant(
    "a duplicate in a page breaks it",
    f"{MARKS}::test_how_rows_are_cut_into_pages_does_not_matter[a row twice on a page]",
)
def duplicate_breaks(kit):
    kit.around(
        shredding, "sqlite_insert", lambda good, schema: good(schema).replace("ON CONFLICT DO NOTHING", "")
    )


@mutant("a duplicate is landed twice", f"{MARKS}::test_twice_is_the_same_as_once")
def duplicate_doubles(kit):
    number = count()

    def tuples(good, schema, rows, *rest, **kwargs):
        names = shredding_columns(schema)
        at = names.index("digest")
        for told in good(schema, rows, *rest, **kwargs):
            yield (*told[:at], next(number), *told[at + 1 :])

    kit.around(shredding, "tuples", tuples)


def shredding_columns(schema):
    """The columns of the statement that lands rows, in its order."""
    listed = shredding.sqlite_insert(schema).partition("(")[2].partition(")")[0]
    return [name.strip(' "') for name in listed.split(",")]


@mutant("an older version overwrites the newer", f"{MARKS}::test_an_older_version_overwrites_nothing")
def older_overwrites(kit):
    def last_wins(_, conn, schema, *rest):
        name = landing.landing[schema.kind].name if hasattr(landing, "landing") else schema.kind
        last = f'SELECT max(id) FROM "{name}" GROUP BY agency, record_id'
        conn.exec_driver_sql(f'UPDATE "{name}" SET superseded_on = NULL WHERE id IN ({last})')
        conn.exec_driver_sql(f'UPDATE "{name}" SET superseded_on = known_on WHERE id NOT IN ({last})')

    kit.around(landing, "set_in_order", last_wins)


@mutant("a correction supersedes nothing", f"{MARKS}::test_a_correction_supersedes")
def nothing_superseded(kit):
    kit.around(landing, "set_in_order", lambda *_: None)


@mutant("refused rows are dropped", f"{MARKS}::test_a_bad_row_is_refused_and_the_others_land")
def refused_dropped(kit):
    kit.around(landing, "put_aside", lambda *_: None)


@mutant("a refused row waits anew each night", f"{MARKS}::test_a_bad_row_that_comes_again_waits_once")
def refused_again(kit):
    number = count()
    from earlyhelp.store import refused

    kit.around(refused, "digest", lambda *_: next(number))


@mutant("a change of layout is not reported", f"{MARKS}::test_a_change_of_layout_is_reported_once[new]")
def drift_unreported(kit):
    kit.around(landing, "note_drift", lambda _, conn, key, page, before, day: before)


@mutant("a tombstone is ignored", f"{MARKS}::test_a_tombstone_takes_its_record_away")
def tombstone_ignored(kit):
    kit.around(landing, "withdraw", lambda *_: 0)


@mutant(
    "a record that comes back stays away",
    f"{MARKS}::test_what_a_snapshot_no_longer_names_is_gone_and_may_come_back",
)
def gone_for_good(kit):
    kit.around(landing, "come_back", lambda good, conn, schema, agency, page: page)


@mutant(
    "a snapshot is judged by its last page",
    f"{MARKS}::test_what_a_snapshot_no_longer_names_is_gone_and_may_come_back",
)
def last_page_is_all(kit):
    def name_seen(good, conn, key, records):
        snapshots.begin_snapshot(conn, key)
        good(conn, key, records)

    kit.around(landing, "name_seen", name_seen)


@mutant("known rows are counted as landed", f"{MARKS}::test_twice_is_the_same_as_once")
def counts_wrong(kit):
    def counted(good, conn, run, counts):
        good(conn, run, replace(counts, landed=counts.landed + counts.known, known=0))

    kit.around(landing, "_count", counted)


@mutant("a run that failed is called complete", f"{MARKS}::test_what_was_landed_stays_and_the_rest_follows")
def failure_hidden(kit):
    kit.around(landing, "fail_run", lambda good, conn, run, words: landing.end_run(conn, run))


@mutant(
    "an agency in trouble is asked on and on", f"{MARKS}::test_an_agency_that_keeps_failing_is_left_alone"
)
def never_left_alone(kit):
    kit.around(circuits, "note_failure", lambda *_: None)


@mutant("a row from the future is believed", f"{MARKS}::test_a_row_from_the_future_does_not_blind_the_feed")
def future_believed(kit):
    def sift(good, schema, page, day):
        clock = max([page.clock, *(row.recorded_at for row in page.rows)])
        return good(schema, replace(page, clock=clock), day)

    kit.around(landing, "sift", sift)


@mutant(
    "a text that ends too soon stops its page",
    f"{MARKS}::test_an_odd_value_in_any_field[a text that ends too soon]",
)
def nul_not_looked_for(kit):
    kit.around(pages, "_holds_nul", lambda *_: False)


@mutant(
    "a slice cut short is taken for done",
    f"{MARKS}::test_the_past_is_filled_in_by_slices_that_may_be_cut_short",
)
def slice_cut_short(kit):
    def move_slice(good, *of):
        move = good(*of)
        return lambda mark, page, sifted: move(mark, replace(page, position=None), sifted)

    kit.around(fetching.slices, "move_slice", move_slice)
