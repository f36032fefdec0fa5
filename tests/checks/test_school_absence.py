from datetime import date, timedelta

from checks.school_absence import SchoolAbsence
from earlyhelp.law.policy import POLICY
from tests.checks.drawing import finding, weight

CHECK = SchoolAbsence()
NIGHT = date(2026, 11, 2)


def weeks(last, missed, *, without_leave=0, possible=10, pupil=1):
    """A line a week up to ``last``, with what was missed in each."""
    first = last - timedelta(weeks=len(missed) - 1)
    return "".join(
        f"{first + timedelta(weeks=n)} | {possible} | {gone} | {min(gone, without_leave)} | {pupil}\n"
        for n, gone in enumerate(missed)
    )


BEFORE = weeks(date(2026, 7, 13), [0, 1] * 8)
LAST = date(2026, 10, 26)
CHANGED = BEFORE + weeks(LAST, [4, 5, 4, 6, 4, 5, 4], without_leave=4)


def test_it_says_how_many_of_how_many_lately_and_before():
    found = finding(CHECK, CHANGED, NIGHT)
    assert found.sentence == (
        "School: a child missed 32 of 70 half-day sessions since 14 September 2026, 28 of them without "
        "leave; 8 of 160 before that."
    )
    assert found.evidence == tuple(range(17, 24))


def test_as_much_absence_as_ever_is_no_change():
    assert weight(CHECK, weeks(LAST, [3] * 30), NIGHT) < POLICY.notable / 2


def test_absence_that_the_school_allowed_weighs_less():
    allowed = BEFORE + weeks(LAST, [4, 5, 4, 6, 4, 5, 4])
    assert 0 < weight(CHECK, allowed, NIGHT) < weight(CHECK, CHANGED, NIGHT)


def test_half_of_all_sessions_weighs_more_than_a_tenth():
    severe = BEFORE + weeks(LAST, [8, 9, 8, 9, 8, 9, 8], without_leave=4)
    assert weight(CHECK, severe, NIGHT) > weight(CHECK, CHANGED, NIGHT) >= POLICY.notable


def test_a_short_enrolment_is_hardly_believed():
    for number in (1, 2, 3):
        assert weight(CHECK, weeks(LAST, [5] * number, without_leave=5), NIGHT) < POLICY.notable


def test_a_summer_without_school_changes_nothing():
    july = date(2026, 7, 20)
    story = weeks(july - timedelta(weeks=7), [0] * 20) + weeks(july, [4] * 7, without_leave=4)
    assert weight(CHECK, story, date(2026, 9, 1)) == weight(CHECK, story, july) > POLICY.notable


def test_a_child_who_has_left_says_nothing():
    assert weight(CHECK, CHANGED, LAST + timedelta(weeks=11)) == 0


def test_a_second_child_adds_part_of_its_own_and_is_told():
    second = weeks(date(2026, 7, 13), [0] * 16, pupil=2) + weeks(LAST, [3] * 7, without_leave=3, pupil=2)
    assert weight(CHECK, CHANGED, NIGHT) < weight(CHECK, CHANGED + second, NIGHT) <= 1.4
    assert (
        "1 other child here missed more than before, too." in finding(CHECK, CHANGED + second, NIGHT).sentence
    )


def test_weeks_of_no_sessions_are_no_denominator():
    assert weight(CHECK, weeks(LAST, [0] * 6, possible=0), NIGHT) == 0


def test_what_counts_as_persistent_is_the_law_of_the_day():
    """From a fifth of sessions until August 2010, from a tenth since September 2015."""
    years_ago = NIGHT.replace(year=2009)
    back = (NIGHT - years_ago).days
    told_then = "".join(
        f"{date.fromisoformat(line[:10]) - timedelta(days=back)}{line[10:]}\n"
        for line in (weeks(date(2026, 7, 13), [0] * 16) + weeks(LAST, [2] * 7)).splitlines()
    )
    told_now = weeks(date(2026, 7, 13), [0] * 16) + weeks(LAST, [2] * 7)
    assert weight(CHECK, told_then, years_ago) < weight(CHECK, told_now, NIGHT)
