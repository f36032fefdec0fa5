"""Broken doors: bad rows vanish, stop their neighbours, or are told with their values."""

from earlyhelp.connecting import reading
from earlyhelp.connecting.reading import AgencyFeed
from earlyhelp.errors import FeedStopped
from tests.promises.mutants.breaking import MARKS, mutant


@mutant("bad rows are dropped", f"{MARKS}::test_a_bad_row_is_refused_and_the_others_land")
def bad_rows_dropped(kit):
    kit.around(AgencyFeed, "_one_by_one", lambda good, *args: (good(*args)[0], []))


@mutant("a bad row takes its page with it", f"{MARKS}::test_a_bad_row_is_refused_and_the_others_land")
def bad_page_dropped(kit):
    kit.around(AgencyFeed, "_one_by_one", lambda good, *args: ([], good(*args)[1]))


@mutant("a bad row stops the feed", f"{MARKS}::test_a_bad_row_is_refused_and_the_others_land")
def bad_row_stops(kit):
    def judged(good, feed, agency, refused, rows):
        if refused:
            raise FeedStopped(f"{agency}/{feed.name}: a row is not as agreed")

    kit.around(AgencyFeed, "_judge", judged)


@mutant("a bad share never stops the feed", f"{MARKS}::test_a_feed_that_stopped_has_taken_nothing")
def never_stops(kit):
    kit.around(AgencyFeed, "_judge", lambda *_: None)


@mutant("a value is in the reason", f"{MARKS}::test_a_bad_row_is_refused_and_the_others_land")
def value_in_the_reason(kit):
    kit.around(reading, "_reason", lambda good, wrong: f"{good(wrong)} {wrong.errors()[0]['input']}")


@mutant("rows that are no rows are passed over", f"{MARKS}::test_rows_that_are_no_rows")
def no_rows_passed_over(kit):
    def living(good, feed, rows, place):
        return good(feed, [row for row in rows if isinstance(row, dict)], place)

    kit.around(AgencyFeed, "_living", living)


@mutant("kinds of fields are not looked at", f"{MARKS}::test_a_change_of_layout_is_reported_once[retyped]")
def kinds_unseen(kit):
    def shape(good, rows):
        return {name: frozenset({"text"}) for name in good(rows)}

    kit.around(reading, "shape_of", shape)
