from datetime import date, timedelta

import pytest

from earlyhelp.volumes import judge

TODAY = date(2026, 11, 12)
YESTERDAY = TODAY - timedelta(days=1)


def weeks(*rows, last):
    """So many rows on each such weekday before the last one, oldest first, and ``last`` on that."""
    days = {YESTERDAY - timedelta(weeks=len(rows) - n): count for n, count in enumerate(rows)}
    return days | {YESTERDAY: last}


@pytest.mark.parametrize(
    ("last", "state"), [(100, "usual"), (80, "usual"), (40, "low"), (0, "low"), (190, "high")]
)
def test_a_day_is_compared_with_the_same_weekday(last, state):
    volume = judge(weeks(100, 110, 90, 105, 95, 100, 108, 92, 100, 97, 103, 100, last=last), TODAY)
    assert (volume.day, volume.rows, volume.state, volume.trial) == (YESTERDAY, last, state, False)


def test_limits_are_those_of_an_xmr_chart():
    volume = judge(weeks(100, 110, 100, 110, last=100), TODAY)
    assert (volume.usual, volume.low, volume.high) == pytest.approx((105, 105 - 26.6, 105 + 26.6))
    assert volume.trial


def test_a_day_that_brought_nothing_counts_as_nothing():
    days = weeks(100, 100, 101, 100, 100, last=100)
    del days[YESTERDAY]
    volume = judge(days, TODAY)
    assert (volume.rows, volume.state) == (0, "low")


def test_with_too_few_weeks_nothing_is_said():
    assert judge(weeks(100, 100, 100, last=0), TODAY) is None
    assert judge({}, TODAY) is None


def test_a_small_feed_is_never_low():
    assert judge(weeks(3, 3, 3, 3, 3, last=0), TODAY).state == "usual"


def test_other_weekdays_do_not_count():
    days = weeks(100, 100, 100, 100, 100, last=100)
    days |= {day - timedelta(days=1): 5_000 for day in days}
    assert judge(days, TODAY).state == "usual"


def test_a_bank_holiday_is_neither_judged_nor_compared_with():
    day_after = date(2026, 9, 1)  # the late summer bank holiday was on 31 August 2026
    mondays = {day_after - timedelta(days=1, weeks=n): 100 for n in range(1, 8)}
    assert judge(mondays, day_after) is None
    later = mondays | {date(2026, 9, 7): 100}
    assert judge(later, date(2026, 9, 8)).usual == 100
