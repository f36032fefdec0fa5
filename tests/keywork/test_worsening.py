"""A case that was put off comes back early when things get worse, and only then."""

from hypothesis import given
from hypothesis import strategies as st

from earlyhelp.keywork.worsening import PutOff, wake
from earlyhelp.law.policy import POLICY

READ = st.dictionaries(st.sampled_from(["rent", "calls", "school"]), st.floats(-2, 4), max_size=3)


@given(READ)
def test_what_stands_still_stays_put_off(then):
    assert wake([PutOff(1, then, dict(then))], POLICY) == []


@given(READ, st.floats(0, 1))
def test_what_gets_better_stays_put_off(then, less):
    now = {check: weight - less for check, weight in then.items()}
    assert wake([PutOff(1, then, now)], POLICY) == []


@given(READ)
def test_a_marker_that_became_known_brings_it_back(then):
    assert [one.case for one in wake([PutOff(1, then, then, marked=True)], POLICY)] == [1]


def test_a_new_kind_of_signal_brings_it_back_and_is_named():
    woken = wake([PutOff(1, {"rent": 2.0}, {"rent": 2.0, "calls": POLICY.notable})], POLICY)
    assert [(one.case, one.checks) for one in woken] == [(1, ("calls",))]


def test_the_same_signal_brings_it_back_once_it_has_risen_by_the_policys_step():
    below = PutOff(1, {"rent": 1.0}, {"rent": 1.0 + POLICY.step_up - 0.01})
    risen = PutOff(2, {"rent": 1.0}, {"rent": 1.0 + POLICY.step_up})
    assert [(one.case, one.checks) for one in wake([below, risen], POLICY)] == [(2, ("rent",))]
