from datetime import date

from checks.unemployment import Unemployment
from earlyhelp.law.policy import POLICY
from tests.checks.drawing import finding, weight

CHECK = Unemployment()
NIGHT = date(2026, 11, 2)
BOTH_ENDED = """
    2019-06-10 | housing_benefit       | 85.00 | void | 2026-10-12
    2020-04-06 | council_tax_reduction | 14.20 | void | 2026-10-26
"""


def test_it_says_which_award_of_how_much_ended_and_when():
    found = finding(CHECK, BOTH_ENDED, NIGHT)
    assert found.sentence == (
        "Benefits: housing benefit of £85.00 a week had ended by 12 October 2026 and council tax reduction "
        "of £14.20 a week had ended by 26 October 2026."
    )
    assert found.evidence == (1, 2)


def test_awards_of_long_standing_say_nothing():
    assert (
        weight(
            CHECK, "2019-06-10 | housing_benefit | 85.00\n2020-04-06 | council_tax_reduction | 14.20", NIGHT
        )
        == 0
    )


def test_an_old_award_first_listed_lately_is_no_new_one():
    assert weight(CHECK, "2019-06-10 | housing_benefit | 85.00 | 2026-11-02", NIGHT) == 0


def test_a_fresh_change_is_a_finding_and_soon_no_more():
    for story in ("2019-06-10 | housing_benefit | 85.00 | void | 2026-10-26",
                  "2026-10-19 | council_tax_reduction | 14.20 | 2026-11-01"):  # fmt: skip
        assert weight(CHECK, story, date(2026, 12, 21)) < POLICY.notable < weight(CHECK, story, NIGHT)


def test_a_move_to_universal_credit_weighs_little():
    moved = """
        2019-06-10 | housing_benefit       | 85.00 | void | 2026-10-26
        2026-10-12 | council_tax_reduction | 14.20 | 2026-10-26
    """
    assert 0 < weight(CHECK, moved, NIGHT) < POLICY.notable / 2


def test_one_ends_and_another_begins_is_told_as_both():
    words = finding(
        CHECK,
        "2019-06-10 | housing_benefit | 85.00 | void | 2026-10-26\n"
        "2026-10-12 | council_tax_reduction | 14.20 | 2026-10-26",
        NIGHT,
    ).sentence
    assert "had ended by 26 October 2026 and council tax reduction" in words
    assert "was first given from 12 October 2026" in words


def test_an_award_given_anew_under_another_claim_has_not_ended():
    anew = """
        2020-04-06 | council_tax_reduction | 14.20 | void | 2026-08-17
        2026-08-10 | council_tax_reduction | 15.00
    """
    assert weight(CHECK, anew, NIGHT) == 0


def test_an_end_is_not_seen_before_it_is_known():
    assert weight(CHECK, BOTH_ENDED, date(2026, 10, 11)) == 0


def test_half_a_year_on_it_is_no_news():
    assert weight(CHECK, BOTH_ENDED, date(2027, 5, 1)) == 0
