"""Pulling in: nothing is shared without a ground, and nothing that was not chosen."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earlyhelp.casework.desks import JOINT
from earlyhelp.keywork.pull_ins import (
    AGREEMENT,
    NEXT,
    OPEN,
    Ask,
    Fact,
    Standing,
    ground,
    is_late,
    may_follow,
    minimal,
    problems,
)
from earlyhelp.law.policy import DIGITAL_ECONOMY_ACT, POLICY, Sector

TODAY = date(2026, 11, 2)
FACTS = [Fact(str(number), "x", sector, "y") for number, sector in enumerate(Sector)]
SCOPES = st.sampled_from([JOINT, *(sector.value for sector in Sector)])
ASKS = st.builds(
    Ask,
    name=st.sampled_from(["", "Riverside Health"]),
    sector=st.none() | st.sampled_from(Sector),
    question=st.sampled_from(["", "Could you join a visit?"]),
    facts=st.lists(st.sampled_from(FACTS), unique=True).map(tuple),
    answer_by=st.none() | st.integers(-3, 30).map(lambda days: TODAY + timedelta(days=days)),
    agreed=st.booleans(),
    with_words=st.booleans(),
)


@given(ASKS, SCOPES)
def test_nothing_is_asked_without_a_ground(ask, scope):
    sound = not problems(ask, scope, TODAY, POLICY)
    if sound:
        assert ground(ask, scope, POLICY)
    if not ask.agreed and (ask.sector is None or ask.with_words):
        assert not sound, "a service and the household's own words need its agreement"


@given(ASKS, SCOPES)
def test_healths_data_reach_another_sector_by_agreement_alone(ask, scope):
    confidential = any(fact.sector is Sector.HEALTH for fact in ask.facts) and ask.sector != Sector.HEALTH
    power = ground(ask, scope, POLICY)
    if confidential and power and scope != ask.sector:
        assert power == AGREEMENT


@given(ASKS)
def test_a_case_of_one_sector_is_told_to_another_by_agreement_alone(ask):
    if ask.sector is not Sector.HOUSING:
        assert ground(ask, "housing", POLICY) in (None, AGREEMENT)


def test_a_joint_case_is_told_under_the_power_of_whom_is_asked():
    ask = Ask("Eastborough Police", Sector.POLICE, "Come along?", (FACTS[0],), TODAY, agreed=False)
    assert ground(ask, JOINT, POLICY) == DIGITAL_ECONOMY_ACT


@given(st.lists(st.sampled_from(Standing)))
def test_a_refusal_and_a_calling_off_are_the_end(said):
    now = Standing.ASKED
    for then in said:
        if may_follow(now, then):
            assert now not in (Standing.DECLINED, Standing.CALLED_OFF)
            assert then is not Standing.ASKED
            now = then


@pytest.mark.parametrize("standing", Standing)
def test_only_who_owes_an_answer_can_be_late(standing):
    assert is_late(standing, TODAY - timedelta(days=1), TODAY) == (standing in OPEN)
    assert not is_late(standing, TODAY, TODAY)
    assert set(NEXT) == set(Standing)


@given(st.sets(st.sampled_from([fact.key for fact in FACTS] + ["99"])))
def test_what_was_not_chosen_is_not_shared(chosen):
    assert {fact.key for fact in minimal(FACTS, chosen)} == chosen - {"99"}
