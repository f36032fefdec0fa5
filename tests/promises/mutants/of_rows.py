"""Broken ways to tell rows apart: twice, too old, from the future, or not at all."""

from dataclasses import replace
from itertools import count

from earlyhelp.services import fetching
from earlyhelp.store.incoming import landing, pages, refused, snapshots
from tests.promises.mutants.breaking import MARKS, mutant


@mutant(
    "a duplicate in a page breaks it",
    f"{MARKS}::test_how_rows_are_cut_into_pages_does_not_matter[a row twice on a page]",
)
def duplicate_breaks(kit):
    def sift(good, schema, page, day):
        if len({row.record_id for row in page.rows}) < len(page.rows):
            raise RuntimeError("a statement cannot touch a row twice")
        return good(schema, page, day)

    kit.around(landing, "sift", sift)


@mutant("a duplicate is landed twice", f"{MARKS}::test_twice_is_the_same_as_once")
def duplicate_doubles(kit):
    number = count(1)

    def told_apart(row):
        stamp = row.recorded_at + next(number) * row.recorded_at.resolution
        return row.model_copy(update={"recorded_at": stamp})

    def sift(good, schema, page, day):
        return good(schema, replace(page, rows=[told_apart(row) for row in page.rows]), day)

    kit.around(landing, "sift", sift)


@mutant("an older version overwrites the newer", f"{MARKS}::test_an_older_version_overwrites_nothing")
def older_overwrites(kit):
    def last_wins(_, conn, schema, *rest):
        name = schema.kind
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
    kit.around(refused, "digest", lambda *_: next(number))


@mutant("a change of layout is not reported", f"{MARKS}::test_a_change_of_layout_is_reported_once[new]")
def drift_unreported(kit):
    kit.around(landing, "note_drift", lambda _, conn, key, page, before, day: before)


@mutant("a tombstone is ignored", f"{MARKS}::test_a_tombstone_takes_its_record_away")
def tombstone_ignored(kit):
    kit.around(landing, "take_away", lambda *_: (0, False))


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


@mutant("a day to come is believed", f"{MARKS}::test_a_day_to_come_waits_until_it_has_come")
def days_believed(kit):
    kit.around(pages, "_may_lie_ahead", lambda *_: True)


@mutant("a day to come never comes", f"{MARKS}::test_a_day_to_come_waits_until_it_has_come")
def never_comes(kit):
    kit.around(fetching, "_come_true", lambda *_: None)
