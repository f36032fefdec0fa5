from datetime import date

import pytest

from checks.antisocial_behaviour import AntisocialBehaviour
from earlyhelp.law.policy import POLICY
from tests.checks.drawing import finding, weight

CHECK = AntisocialBehaviour()
NIGHT = date(2026, 11, 2)
SUFFERED = """
    2026-09-21 | victim | noise        | 41
    2026-10-09 | victim | intimidation | 42
    2026-10-24 | victim | noise        | 43
"""


def test_of_a_victim_it_says_how_often_since_when_and_what_they_may_ask_for():
    found = finding(CHECK, SUFFERED, NIGHT)
    assert found.sentence == (
        "Anti-social behaviour: somebody here has reported 3 incidents since 21 September 2026, mostly "
        "noise. "
        "With 3 in 6 months they may ask for a case review."
    )
    assert found.evidence == (1, 2, 3)


def test_of_a_home_that_is_named_it_says_that_reports_are_not_proof():
    named = SUFFERED.replace("victim", "cause")
    assert finding(CHECK, named, NIGHT).sentence == (
        "Anti-social behaviour: 3 incidents reported since 21 September 2026 are said to come from here, "
        "mostly noise; a report is not proof."
    )


def test_the_two_sides_are_never_added_up():
    named = SUFFERED.replace("victim", "cause").replace("| 4", "| 9")
    assert len({weight(CHECK, story, NIGHT) for story in (SUFFERED, named, SUFFERED + named)}) == 1
    words = finding(CHECK, SUFFERED + named, NIGHT).sentence
    assert "somebody here has reported 3 incidents" in words
    assert "3 incidents reported since 21 September 2026 are said to come from here" in words
    assert "case review. 3 incidents" in words, "a second sentence follows the first"


@pytest.mark.parametrize("role", ["victim", "cause"])
def test_one_event_counts_once_however_often_reported(role):
    once = f"2026-10-24 | {role} | noise | 61\n"
    assert weight(CHECK, once * 5, NIGHT) == weight(CHECK, once, NIGHT) < POLICY.notable


def test_an_event_without_a_number_is_one_of_its_own():
    none = "2026-10-24 | cause | noise | -1\n"
    assert weight(CHECK, none * 2, NIGHT) > weight(CHECK, none, NIGHT) > 0


def test_a_home_named_for_years_is_no_news():
    years = "".join(f"202{n // 12 + 5}-{n % 12 + 1:02}-02 | cause | noise | {n}\n" for n in range(22))
    assert weight(CHECK, years, NIGHT) < POLICY.notable / 2


def test_it_is_forgotten_in_time():
    assert weight(CHECK, SUFFERED, date(2027, 10, 1)) == 0
