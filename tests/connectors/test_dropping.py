"""What the promises cannot ask of every feed: odd text, and windows of snapshots."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from earlyhelp.connecting.files import found
from earlyhelp.connecting.files.drops import Folder
from earlyhelp.connecting.files.walking import day_in
from earlyhelp.connecting.layouts import Csv, FixedWidth, JsonLines
from earlyhelp.connecting.whole import BETWEEN_LOOKS, Sentinel, Settled
from earlyhelp.errors import EarlyHelpError, FeedStopped, TryAgainLater
from earlyhelp.feeds import Window
from tests.connectors.dropped import DROPPED, HEADINGS, ROW, Drop, Stamped, csv


@pytest.fixture
def drop(tmp_path):
    return Drop(tmp_path)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("visits_20261031.csv", date(2026, 10, 31)), ("2026-10-31 visits.csv", date(2026, 10, 31)),
        ("visits_2026_10_31.csv", date(2026, 10, 31)), ("visits_20261031T0915.csv", date(2026, 10, 31)),
        ("visits_202610310915.csv", date(2026, 10, 31)), ("batch_12345678_20261031.csv", date(2026, 10, 31)),
        ("visits_20261331.csv", None), ("visits_31102026.csv", None), ("visits.csv", None),
        ("visits_120261031.csv", None), ("visits_2026-1031.csv", None),
    ],
)  # fmt: skip
def test_the_day_in_a_name(name, day):
    assert day_in(name) == day


def test_rows_without_a_stamp_take_that_of_their_file(drop):
    drop.put("visits_20260731.csv", csv("V1,010012345678,done", headings="Ref,UPRN,Outcome"))
    ((row,),) = (page.rows for page in drop.fetch(theirs=Stamped))
    assert row.occurred_on == date(2026, 7, 31)
    assert row.recorded_at == datetime(2026, 7, 30, 23, 0, tzinfo=UTC)
    drop.put("visits_20260731.csv", csv(ROW))
    ((row,),) = (page.rows for page in drop.fetch())
    assert row.recorded_at == DROPPED


def test_a_refused_row_bears_the_stamp_of_its_file_to_be_replayed(drop):
    drop.put("visits_20261031.csv", csv("V1,31/10/2026,,later"))
    ((bad,),) = (page.refused for page in drop.fetch())
    assert '"2026-11-01T05:30:00+00:00"' in bad.row
    assert bad.record_id == "V1"


def test_where_an_agency_begins_to_write_the_month_first_its_page_stops(drop):
    days = [date(2026, 1, 1) + timedelta(days=11 * number) for number in range(30)]
    drop.put("visits_20261031.csv", csv(*(f"V{day:%j},{day:%m/%d/%Y},,done" for day in days)))
    assert "31/10/2026" in drop.odd("rows do not keep the agreement", FeedStopped)


def test_windows_1252_keeps_its_letters(drop):
    text = csv("Höchst–1,31/10/2026,,done").encode("cp1252")
    drop.put("visits_20261031.csv", text)
    ((row,),) = (page.rows for page in drop.fetch(layout=Csv(encoding="windows-1252")))
    assert row.record_id == "Höchst–1"
    drop.odd("no CSV in utf-8")


def test_utf_8_is_not_taken_for_windows_1252(drop):
    drop.put("visits_20261031.csv", csv("Höchst,31/10/2026,,done"))
    drop.odd("written in UTF-8 where cp1252 was agreed", layout=Csv(encoding="cp1252"))


def test_bytes_of_nothing_are_a_broken_copy(drop):
    drop.put("visits_20261031.csv", csv(ROW, ROW) + "\0" * 512)
    drop.odd("bytes of nothing, so it is broken or only half there")


def test_a_quotation_mark_that_never_closes_swallows_no_row(drop):
    drop.put("visits_20261031.csv", csv('V1,31/10/2026,"10012345678,done', ROW, trailer=False), DROPPED)
    drop.odd("ends inside quotation marks", whole=Settled())


def test_a_cell_may_go_over_lines(drop):
    drop.put("visits_20261031.csv", csv('"V1",31/10/2026,"\n",done', "V2,soon,,done"))
    (page,) = drop.fetch()
    assert [bad.place for bad in page.refused] == ["visits_20261031.csv line 4"]
    assert len(page.rows) == 1


def test_lines_without_anything_are_no_rows(drop):
    drop.put("visits_20261031.csv", f"{HEADINGS}\n\n{ROW}\n,,,\n\nTRAILER,1\n\n")
    (page,) = drop.fetch()
    assert (len(page.rows), page.refused) == (1, [])


def test_a_column_twice_is_nobody_s_to_choose(drop):
    drop.put("visits_20261031.csv", csv(f"{ROW},x", headings=f"{HEADINGS},UPRN"))
    drop.odd("more than one column for UPRN")
    drop.put("visits_20261031.csv", csv(f"{ROW},x,y", headings=f"{HEADINGS},Note,Note"))
    assert len(drop.fetch()[0].rows) == 1


def test_missing_headings_are_those_of_the_line_that_comes_nearest(drop):
    drop.put("visits_20261031.csv", "Visits\n" + csv("V1,10012345678", headings="Ref,uprn,Extra"))
    told = drop.odd("missing: Day, Outcome;")
    assert "Extra" not in told


def test_a_column_that_may_be_lacking_is_a_blank(drop):
    drop.put("visits_20261031.csv", csv("V1,31/10/2026,done", headings="Ref,Day,Outcome"))
    drop.odd("missing: UPRN")
    ((row,),) = (page.rows for page in drop.fetch(may_lack=("UPRN",)))
    assert row.uprn is None


@pytest.mark.parametrize(
    "last", ["Total,,,", "TOTAL:,12,,", "Grand  total,,,12", "Total visits,,,2", ",,Total,2"]
)
def test_totals_are_no_rows(drop, last):
    drop.put("visits_20261031.csv", csv(ROW, ROW, last, "Printed by the system,,,", trailer=False))
    (page,) = drop.fetch(whole=Settled(), totals=("Total", "Grand total"))
    assert (len(page.rows), page.refused) == (2, [])


def test_a_row_that_only_begins_like_a_total_is_a_row(drop):
    drop.put("visits_20261031.csv", csv("Total Care,31/10/2026,10012345678,done", ROW))
    assert len(drop.fetch(totals=("Total",))[0].rows) == 2


def test_blanks_are_nothing_in_the_shape(drop):
    drop.put(
        "visits_20261031.csv",
        csv("V1,31/10/2026,,done, ,", "V2,31/10/2026,7,done,,", headings=f"{HEADINGS},Note,"),
    )
    (page,) = drop.fetch()
    assert page.shape == {
        "Ref": {"text"}, "Day": {"text"}, "UPRN": {"text", "null"}, "Outcome": {"text"}, "Note": {"null"},
    }  # fmt: skip


def test_a_line_of_json_that_is_none_is_refused_but_a_last_one_is_half_there(drop):
    good = '{"Ref": "V1", "Day": "31/10/2026", "UPRN": 10012345678, "Outcome": "done"}\n'
    drop.put("visits_20261031.csv", good + "[1]\n" + "{oops\n" + good)
    (page,) = drop.fetch(layout=JsonLines(), whole=Settled())
    assert [bad.reason for bad in page.refused] == ["row: is not laid out as agreed"] * 2
    assert page.shape["UPRN"] == {"number"}
    drop.put("visits_20261031.csv", good + good[:40])
    drop.odd("ends within a line, so it is only half there", layout=JsonLines(), whole=Settled())


def test_a_renamed_key_is_known_in_json(drop):
    drop.put("visits_20261031.csv", '{"Id": "V1", "Day": "31/10/2026", "UPRN": null, "Outcome": "done"}\n')
    ((row,),) = (
        page.rows for page in drop.fetch(layout=JsonLines(), whole=Settled(), headings={"Ref": ("No", "Id")})
    )
    assert row.record_id == "V1"


def test_columns_of_fixed_width_may_have_lost_their_end(drop):
    layout = FixedWidth((("Ref", 4), ("Day", 10), ("Outcome", 6), ("UPRN", 12)))
    drop.put(
        "visits_20261031.csv", "V1  31/10/2026done  \nV2  31/10/2026done\nV3  31/10/2026done  000000000001x\n"
    )
    (page,) = drop.fetch(layout=layout, whole=Settled())
    assert [row.uprn for row in page.rows] == [None, None]
    assert [bad.reason for bad in page.refused] == ["row: is not laid out as agreed"]


def test_a_file_that_grows_while_it_is_copied_is_left(drop, monkeypatch):
    drop.put("visits_20261030.csv", csv(ROW, trailer=False))
    drop.put("visits_20261031.csv", csv(ROW, ROW, trailer=False))

    def take(self, name, into, taking=Folder.take):
        taking(self, name, into)
        if name == "visits_20261031.csv":
            into.write(b"V9,")

    monkeypatch.setattr(Folder, "take", take)
    (page,) = drop.fetch(whole=Settled())
    assert [one.name for one in page.files] == ["visits_20261030.csv"]
    assert (page.position, page.unchanged) == (None, False)


def test_a_file_from_the_future_is_looked_at_twice(drop):
    ahead = datetime.now(UTC) + timedelta(days=300)
    drop.put("visits_20261031.csv", csv(ROW, trailer=False), ahead)
    assert len(drop.fetch(whole=Settled())[0].rows) == 1
    assert drop.dozed == [BETWEEN_LOOKS]

    for later, rows in ((ahead, (ROW, ROW)), (ahead + timedelta(seconds=1), (ROW,))):
        drop.put("visits_20261031.csv", csv(ROW, trailer=False), ahead)
        drop.meanwhile = partial(drop.put, "visits_20261031.csv", csv(*rows, trailer=False), later)
        (page,) = drop.fetch(whole=Settled())
        assert (page.rows, page.unchanged) == ([], True)


def test_a_sentinel_may_take_the_place_of_the_ending(drop):
    drop.put("visits_20261030.csv", csv(ROW, trailer=False))
    drop.put("visits_20261031.csv", csv(ROW, ROW, trailer=False))
    drop.put("visits_20261031.ok", "")
    assert [len(page.rows) for page in drop.fetch(whole=Sentinel(".ok"))] == [2]


def test_a_window_that_takes_too_long_is_left_for_the_next_run(drop):
    drop.put("visits_20261031.csv", csv(ROW))
    with pytest.raises(TryAgainLater, match="out of time"):
        drop.fetch(budget=timedelta(0))


def test_what_came_before_an_odd_file_is_landed(drop):
    drop.put("visits_20261030.csv", csv(ROW))
    drop.put("visits_20261031.csv", "<html>")
    agency = drop.agency()
    pages = agency.pages(agency.feeds[0], Window())
    assert next(pages).position == {"file": "visits_20261031.csv", "line": 1}
    with pytest.raises(EarlyHelpError):
        next(pages)


def test_a_snapshot_that_was_cut_short_is_read_to_its_end_before_a_newer_one(drop):
    drop.put("visits_20261030.csv", csv(*[ROW] * 5))
    first, _ = drop.fetch(snapshot=True, page_size=3)
    drop.put("visits_20261031.csv", csv(*[ROW] * 7))
    (rest,) = drop.fetch(Window(position=first.position), snapshot=True, page_size=3)
    assert (len(rest.rows), rest.position, len(rest.files)) == (2, None, 1)
    (newer,) = drop.fetch(Window(validator=rest.validator), snapshot=True)
    assert (len(newer.rows), newer.unchanged) == (7, False)
    assert [one.superseded for one in newer.files] == [True, False]


def test_quiet_days_are_no_repetitions_of_each_other(drop):
    for day in (29, 30, 31):
        drop.put(f"visits_202610{day}.csv", csv())
    (page,) = drop.fetch()
    assert [one.again for one in page.files] == [False] * 3


def test_a_file_too_large_for_any_drop_is_not_copied(drop, monkeypatch):
    drop.put("visits_20261030.csv", csv(ROW))
    monkeypatch.setattr("earlyhelp.connecting.files.walking.MOST_BYTES", 10)
    drop.odd("larger than any file should be")
    assert found.MOST_BYTES > 10**9
