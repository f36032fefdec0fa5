"""What the chronology says of school, council tax and benefits."""

from datetime import date

import pytest

from earlyhelp.web.shown.story import lines, school_by_month
from earlyhelp.web.words import recorded
from schemas.benefit_award import BenefitAward
from schemas.council_tax_account import CouncilTaxAccount

MONDAYS = [date(2026, 9, 7), date(2026, 9, 14), date(2026, 9, 21), date(2026, 9, 28), date(2026, 10, 5)]


def week(monday, pupil="P1", missed=0, unauthorised=0):
    return {
        "agency": "northmoor-schools",
        "occurred_on": monday,
        "known_on": monday,
        "pupil": pupil,
        "possible_sessions": 10,
        "missed_sessions": missed,
        "unauthorised_sessions": unauthorised,
    }


def test_school_is_one_line_a_month_however_many_children():
    rows = [week(monday, pupil, missed=3, unauthorised=1) for monday in MONDAYS for pupil in ("P1", "P2")]
    assert [(line.day, line.words) for line in school_by_month(rows)] == [
        (MONDAYS[3], "School in September (2 children): 24 of 80 sessions missed, 8 of them without leave."),
        (MONDAYS[4], "School in October (2 children): 6 of 20 sessions missed, 2 of them without leave."),
    ]


def test_a_month_in_which_nothing_was_missed_is_told_too():
    (line,) = school_by_month([week(MONDAYS[4])])
    assert line.words == "School in October (1 child): all 10 sessions kept."
    assert line.agency == "Northmoor Schools"


def test_weeks_of_school_are_no_lines_of_their_own():
    behind, ahead = lines({"school_attendance": [week(monday) for monday in MONDAYS]}, MONDAYS[-1])
    assert [line.day for line in behind] == [MONDAYS[4], MONDAYS[3]]
    assert ahead == []


@pytest.mark.parametrize(
    ("kind", "row", "words"),
    [
        (
            "council_tax_account",
            {"arrears": 42_000, "stage": "summons"},
            "Council tax statement: £420.00 overdue, summons",
        ),
        ("council_tax_account", {"arrears": 0, "stage": "none"}, "Council tax statement: nothing overdue"),
        (
            "council_tax_account",
            {"arrears": -1_200, "stage": "none"},
            "Council tax statement: £12.00 in credit",
        ),
        (
            "benefit_award",
            {"benefit": "housing_benefit", "weekly_amount": 8_500},
            "Housing benefit award of £85.00 a week",
        ),
        ("school_attendance", week(MONDAYS[0], missed=3), "School week: 3 of 10 sessions missed"),
    ],
)
def test_a_record_is_said_in_plain_words(kind, row, words):
    assert recorded(kind, row) == words


def test_an_award_that_has_ended_stands_where_we_heard_of_it():
    award = {
        "agency": "northmoor-revenues", "occurred_on": date(2019, 6, 10), "known_on": MONDAYS[3],
        "void": True, "benefit": "housing_benefit", "weekly_amount": 8_500,
    }  # fmt: skip
    behind, _ = lines({"benefit_award": [award]}, MONDAYS[-1])
    assert [(line.day, line.words, line.known_on) for line in behind] == [
        (MONDAYS[3], "Housing benefit award of £85.00 a week has ended", None)
    ]


def test_every_stage_of_recovery_and_every_benefit_has_words():
    for stage in CouncilTaxAccount.codes["stage"]:
        assert "_" not in recorded("council_tax_account", {"arrears": 1, "stage": stage})
    for benefit in BenefitAward.codes["benefit"]:
        assert "_" not in recorded("benefit_award", {"benefit": benefit, "weekly_amount": 1})
