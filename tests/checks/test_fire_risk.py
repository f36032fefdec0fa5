from datetime import date

from checks.fire_risk import FireRisk
from earlyhelp.law.policy import POLICY
from tests.checks.drawing import finding, weight

CHECK = FireRisk()
NIGHT = date(2026, 11, 2)
BOTH = "2026-08-18 | refused\n2026-10-09 | small_fire"


def test_it_says_what_happened_and_when():
    found = finding(CHECK, "2025-03-03 | visited\n" + BOTH, NIGHT)
    assert found.sentence == (
        "Fire: 1 small fire (9 October 2026) and 1 safety visit refused (18 August 2026); "
        "a visit was made on 3 March 2025."
    )
    assert found.evidence == (2, 3)


def test_a_visit_refused_is_told_from_one_that_found_nobody_in():
    refused, shut = (
        weight(CHECK, "2026-10-09 | refused", NIGHT),
        weight(CHECK, "2026-10-09 | no_answer", NIGHT),
    )
    assert POLICY.notable > refused > shut > 0


def test_a_later_visit_that_was_let_in_halves_it():
    assert weight(CHECK, BOTH + "\n2026-10-20 | visited", NIGHT) == weight(CHECK, BOTH, NIGHT) / 2


def test_an_earlier_visit_changes_nothing():
    assert weight(CHECK, "2026-01-05 | visited\n" + BOTH, NIGHT) == weight(CHECK, BOTH, NIGHT)


def test_it_is_forgotten_in_time():
    assert weight(CHECK, BOTH, date(2028, 11, 2)) < 0.1


def test_a_visit_made_says_nothing():
    assert weight(CHECK, "2026-10-20 | visited", NIGHT) == 0
