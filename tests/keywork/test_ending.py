"""How help ends: closing with a reason, half a year on, and when what raised a case has eased."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from earlyhelp.keywork.ending import ENDINGS, Ending, has_eased, months_after, problems
from earlyhelp.law.policy import POLICY, Sector

RESTS = st.dictionaries(st.sampled_from(["rent", "calls", "school"]), st.sampled_from(Sector), max_size=3)
READS = st.dictionaries(st.sampled_from(["rent", "calls", "school"]), st.floats(-2, 4))


@given(RESTS, READS, st.sets(st.sampled_from(Sector)))
def test_a_silent_source_is_never_a_sign_that_all_is_well(rests_on, reads, unheard):
    eased = has_eased(rests_on, reads, unheard, POLICY)
    if eased:
        assert rests_on
        assert not set(rests_on.values()) & unheard
        assert all(reads.get(check, 0.0) < POLICY.notable for check in rests_on)
    elif rests_on and not unheard:
        assert any(reads.get(check, 0.0) >= POLICY.notable for check in rests_on)


@given(st.dates(max_value=date(9000, 1, 1)))
def test_half_a_year_on_is_the_same_day_or_the_last_of_its_month(day):
    later = months_after(day)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == 6
    assert later.day == day.day or (later.day < day.day and months_after(later, 1).day <= 31)
    assert 180 <= (later - day).days <= 185


def test_half_a_year_after_the_end_of_august_is_the_end_of_february():
    assert months_after(date(2026, 8, 31)) == date(2027, 2, 28)


def test_a_case_is_closed_with_a_reason_and_reached_only_where_something_was():
    assert set(problems(None, " ", 0)) == {"ending", "why"}
    assert set(problems(Ending.REACHED, "Done.", 0)) == {"ending"}
    assert problems(Ending.REACHED, "Done.", 1) == {}
    assert all(problems(ending, "Done.", 1) == {} for ending in ENDINGS)
