from datetime import date

import pytest

from checks.repeat_offending import RepeatOffending
from earlyhelp.law.policy import POLICY
from tests.checks.drawing import finding, weight

CHECK = RepeatOffending()
NIGHT = date(2026, 11, 2)
MISSING = """
    2026-02-02 | order_made
    2026-07-06 | appointment_kept
    2026-08-31 | appointment_kept
    2026-09-28 | appointment_missed
    2026-10-12 | appointment_missed
    2026-10-16 | breach
    2026-10-26 | appointment_missed
"""


def test_it_says_how_many_of_how_many_and_what_followed():
    found = finding(CHECK, MISSING, NIGHT)
    assert found.sentence == (
        "Probation: since 28 September 2026, all 3 appointments were missed and supervision was breached on "
        "16 October 2026."
    )
    assert found.evidence == (4, 5, 6, 7)


def test_appointments_kept_as_always_say_hardly_anything():
    kept = "2026-01-05 | order_made\n" + "".join(f"2026-{m:02}-10 | appointment_kept\n" for m in range(2, 11))
    assert weight(CHECK, kept, NIGHT) < 0.1


def test_a_new_order_alone_is_no_finding():
    assert 0 < weight(CHECK, "2026-11-01 | order_made", NIGHT) < POLICY.notable


def test_an_order_that_has_ended_says_nothing():
    assert weight(CHECK, "2026-10-30 | order_ended", NIGHT) == 0


@pytest.mark.parametrize("event", ["appointment_missed", "breach", "reoffence"])
def test_one_more_never_lowers_concern_and_time_does(event):
    more = MISSING + f"    2026-11-01 | {event}"
    assert weight(CHECK, more, NIGHT) > weight(CHECK, MISSING, NIGHT)
    assert weight(CHECK, more, date(2027, 11, 1)) < 0.1


def test_keeping_the_next_ones_lowers_it():
    kept = MISSING + "    2026-10-30 | appointment_kept\n    2026-11-01 | appointment_kept"
    assert weight(CHECK, kept, NIGHT) < weight(CHECK, MISSING, NIGHT)


def test_nothing_is_said_of_an_offence_but_that_it_was_recorded():
    words = finding(CHECK, "2026-10-01 | appointment_kept\n2026-10-26 | reoffence", NIGHT).sentence
    assert words == "Probation: since 26 October 2026, a new offence was recorded on 26 October 2026."
