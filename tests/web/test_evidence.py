"""A chart and its table for each kind of check: nothing outside the frame, and the table adds up."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earlyhelp import plugins
from earlyhelp.web.shown import bars, charts, evidence
from earlyhelp.web.shown.evidence import PICTURES
from tests.web.seed import TODAY

COUNTS = st.lists(st.integers(0, 5_000), min_size=12, max_size=12)
ROW = {
    "occurred_on": TODAY - timedelta(days=40), "known_on": TODAY - timedelta(days=39), "void": False,
    "entry": "charge", "amount": 5_000, "arrears": 5_000, "incident": "i", "status": "noshow",
    "missed_sessions": 3,
    "unauthorised_sessions": 2, "possible_sessions": 10, "role": "cause", "outcome": "small_fire",
    "event": "breach",
}  # fmt: skip


def test_every_kind_that_a_check_reads_has_a_chart_of_its_own():
    assert {check.reads.kind for check in plugins.checks().values()} <= set(PICTURES)


@pytest.mark.parametrize("kind", sorted(PICTURES))
def test_each_kind_is_drawn_said_and_tabled(kind):
    picture = PICTURES[kind](kind, [ROW], TODAY, TODAY, [])
    assert picture is not None
    assert picture.title[0].isupper()
    assert picture.sentence.endswith(".")
    assert len({len(row) for row in [picture.chart.headings, *picture.chart.table]}) == 1
    assert picture.chart.bars or picture.chart.line
    assert "_" not in picture.title + picture.sentence


@pytest.mark.parametrize("kind", sorted(PICTURES))
def test_a_silent_source_is_said_beside_its_chart(kind):
    picture = PICTURES[kind](kind, [ROW], TODAY - timedelta(days=21), TODAY, [])
    assert "We have been told nothing since 12 October 2026." in picture.sentence


@given(COUNTS, COUNTS)
def test_bars_stand_in_their_frame_one_upon_the_other_and_the_table_holds_every_count(lower, upper):
    months = bars.months_until(TODAY)
    drawn = bars.chart(months, {"Missed": lower, "Kept": upper})
    for bar in drawn.bars:
        assert charts.LEFT <= bar.x < bar.x + bar.width <= charts.RIGHT
        assert bar.y >= charts.TOP - 0.11
        assert bar.y + bar.height <= charts.BOTTOM + 0.11
    assert len(drawn.bars) == sum(count > 0 for count in lower + upper)
    assert 2 <= len(drawn.ticks) <= 5
    told = [(int(low.replace(",", "")), int(high.replace(",", ""))) for _, low, high in drawn.table[::-1]]
    assert told == list(zip(lower, upper, strict=True))


@given(st.dates(min_value=date(2, 1, 1)))
def test_the_last_twelve_months_end_with_this_one(day):
    months = bars.months_until(day)
    assert len(set(months)) == 12
    assert months == sorted(months)
    assert months[-1] == day.replace(day=1)


def test_a_kind_that_nobody_drew_has_its_records_counted():
    picture = evidence._records("flood_warning", [ROW], TODAY, TODAY, [])
    assert picture.title == "Flood warning: records, month by month"
    assert picture.sentence == "1 record in 12 months."
