"""Deciding is pure, so each rule is a drawn situation and the decision that must follow."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earlyhelp.casework.deciding import decide
from earlyhelp.casework.decisions import (
    COOLING,
    NO_ROOM,
    NOBODY_TRAINED,
    NOTHING_NEW,
    TOO_LITTLE,
    AddToCase,
    Candidate,
    Ease,
    HandOver,
    LeaveAlone,
    OpenCase,
    Standing,
    Voice,
    Withdraw,
)
from earlyhelp.casework.desks import JOINT, Room
from earlyhelp.law.policy import POLICY, Factor, Policy, Sector

RENT = Voice("rent_arrears_trend", Sector.HOUSING, Factor.FINANCIAL_EXCLUSION, 2.0)
CALLS = Voice("repeat_police_callouts", Sector.POLICE, Factor.ANTISOCIAL_BEHAVIOUR, 1.5)
MISSED = Voice("missed_appointments", Sector.HEALTH, Factor.ILL_HEALTH, 1.0)

KEY_WORKER = Room(worker=1, sector=None, ward="Aldren", places=3, trained=False)
TRAINED = Room(worker=2, sector=None, ward=None, places=1, trained=True)
HOUSING_OFFICER = Room(worker=3, sector=Sector.HOUSING, ward=None, places=2, trained=False)
NOBODY_UNHEARD: frozenset[Sector] = frozenset()


def of(*voices: Voice, household: int = 7, ward: str = "Aldren", restricted: bool = False) -> Candidate:
    by_sector: dict[Sector, float] = {}
    for voice in voices:
        by_sector[voice.sector] = by_sector.get(voice.sector, 0.0) + voice.weight
    return Candidate(household, ward, restricted, sum(by_sector.values()), by_sector, voices)


def one(candidate: Candidate, *rooms: Room, standing=(), cooling=None, unheard=NOBODY_UNHEARD, policy=POLICY):
    (decision,) = decide([candidate], standing, cooling or {}, rooms, unheard, policy)
    return decision


def standing(scope: str = JOINT, state: str = "new", *voices: Voice) -> Standing:
    return Standing(
        case=11,
        household=7,
        ward="Aldren",
        scope=scope,
        state=state,
        checks=frozenset(v.check for v in voices),
        sectors=frozenset(v.sector for v in voices),
    )


def test_two_kinds_of_need_open_a_joint_case_with_the_power_recorded():
    decision = one(of(RENT, CALLS), KEY_WORKER, HOUSING_OFFICER)
    assert isinstance(decision, OpenCase)
    assert (decision.worker, decision.scope, decision.weight) == (1, JOINT, 3.5)
    assert "Digital Economy Act 2017 s.35" in decision.gateway
    assert "anti-social behaviour, financial exclusion" in decision.gateway


def test_one_agency_alone_reaches_only_its_own_worker_with_its_own_data():
    decision = one(of(RENT), KEY_WORKER, HOUSING_OFFICER)
    assert isinstance(decision, OpenCase)
    assert (decision.worker, decision.scope) == (3, "housing")
    assert [v.sector for v in decision.voices] == [Sector.HOUSING]


def test_one_kind_of_need_from_two_agencies_is_no_joint_case():
    police_too = Voice("x", Sector.POLICE, Factor.FINANCIAL_EXCLUSION, 1.0)
    decision = one(of(RENT, police_too), KEY_WORKER, HOUSING_OFFICER)
    assert isinstance(decision, OpenCase)
    assert decision.scope == "housing"
    assert decision.weight == 2.0, "another agency's data may not weigh in"
    assert decision.voices == [RENT]


def test_a_sector_without_a_recorded_power_never_joins():
    alone = Policy(gateways={Sector.HOUSING: "an agreement"})
    decision = one(of(RENT, MISSED), KEY_WORKER, HOUSING_OFFICER, policy=alone)
    assert isinstance(decision, OpenCase)
    assert decision.scope == "housing"


def test_too_light_is_left_alone():
    light = Voice("rent_arrears_trend", Sector.HOUSING, Factor.FINANCIAL_EXCLUSION, 0.8)
    assert one(of(light), HOUSING_OFFICER) == LeaveAlone(7, TOO_LITTLE)
    assert one(of(), HOUSING_OFFICER) == LeaveAlone(7, TOO_LITTLE)


def test_without_room_it_is_held_back_and_says_so():
    assert one(of(RENT, CALLS), HOUSING_OFFICER) == LeaveAlone(7, NO_ROOM)
    elsewhere = Room(worker=4, sector=None, ward="Birkel", places=3, trained=False)
    assert one(of(RENT, CALLS), elsewhere) == LeaveAlone(7, NO_ROOM)


def test_a_domestic_abuse_marker_changes_who_may_have_it_first():
    marked = of(RENT, CALLS, restricted=True)
    assert one(marked, KEY_WORKER) == LeaveAlone(7, NO_ROOM)
    decision = one(marked, KEY_WORKER, TRAINED)
    assert isinstance(decision, OpenCase)
    assert decision.worker == TRAINED.worker


def test_a_marker_found_later_puts_an_open_case_into_trained_hands_first_of_all():
    unsafe = replace(standing(JOINT, "seen", RENT, CALLS), unsafe=True)
    marked = of(RENT, CALLS, restricted=True)
    assert one(marked, KEY_WORKER, TRAINED, standing=[unsafe]) == HandOver(
        7, 11, TRAINED.worker, "marked for domestic abuse: to somebody trained"
    )
    assert one(marked, KEY_WORKER, standing=[unsafe]) == LeaveAlone(7, NOBODY_TRAINED)
    (quiet,) = decide([], [unsafe], {}, [TRAINED], NOBODY_UNHEARD, POLICY)
    assert isinstance(quiet, HandOver), "also on a night on which nothing was heard"


def test_a_household_looked_at_lately_cools_down_unless_it_got_much_worse():
    assert one(of(RENT, CALLS), KEY_WORKER, cooling={7: 3.0}) == LeaveAlone(7, COOLING)
    assert isinstance(one(of(RENT, CALLS), KEY_WORKER, cooling={7: 1.9}), OpenCase)


def test_a_second_kind_of_need_widens_an_agencys_case_into_a_joint_one():
    decision = one(of(RENT, CALLS), KEY_WORKER, standing=[standing("housing", "seen", RENT)])
    assert isinstance(decision, AddToCase)
    assert (decision.scope, decision.worker) == (JOINT, 1)


def test_a_new_signal_joins_the_open_case_and_an_old_one_does_not():
    decision = one(of(RENT, CALLS), KEY_WORKER, standing=[standing(JOINT, "seen", RENT)])
    assert isinstance(decision, AddToCase)
    assert decision.voices == [CALLS]
    again = one(of(RENT, CALLS), KEY_WORKER, standing=[standing(JOINT, "seen", RENT, CALLS)])
    assert again == LeaveAlone(7, NOTHING_NEW)


def test_an_agencys_case_never_takes_in_another_agencys_signal():
    no_power = Policy(gateways={})
    decision = one(of(RENT, CALLS), KEY_WORKER, standing=[standing("housing", "seen", RENT)], policy=no_power)
    assert decision == LeaveAlone(7, NOTHING_NEW)


def test_withdrawn_when_the_cause_clears_before_anyone_looked():
    (decision,) = decide([], [standing(JOINT, "new", RENT, CALLS)], {}, [], NOBODY_UNHEARD, POLICY)
    assert isinstance(decision, Withdraw)
    assert decision.case == 11


@pytest.mark.parametrize("state", ["seen", "acting"])
def test_not_withdrawn_once_somebody_has_looked(state):
    (decision,) = decide([], [standing(JOINT, state, RENT)], {}, [], NOBODY_UNHEARD, POLICY)
    assert decision == LeaveAlone(7, NOTHING_NEW)


def test_silence_of_a_source_withdraws_nothing():
    (decision,) = decide([], [standing(JOINT, "new", CALLS)], {}, [], frozenset({Sector.POLICE}), POLICY)
    assert isinstance(decision, LeaveAlone)
    assert "silent" in decision.reason


@given(
    places=st.lists(st.integers(0, 4), min_size=1, max_size=5),
    count=st.integers(0, 30),
)
def test_nobody_gets_more_than_their_room_and_every_household_gets_one_decision(places, count):
    rooms = [Room(n, None, None, p, trained=True) for n, p in enumerate(places)]
    candidates = [of(RENT, CALLS, household=n) for n in range(count)]
    decisions = decide(candidates, [], {}, rooms, NOBODY_UNHEARD, POLICY)
    assert [d.household for d in decisions] == list(range(count))
    opened = [d for d in decisions if isinstance(d, OpenCase)]
    assert len(opened) == min(count, sum(places))
    for n, p in enumerate(places):
        assert sum(d.worker == n for d in opened) <= p


def test_the_heaviest_come_first():
    rooms = [Room(1, None, None, 1, trained=True)]
    first, second = decide(
        [of(RENT, CALLS, household=1), of(RENT, MISSED, household=2)], [], {}, rooms, NOBODY_UNHEARD, POLICY
    )
    assert isinstance(first, OpenCase)
    assert second == LeaveAlone(2, NO_ROOM)


def test_a_case_that_has_clearly_eased_says_so_once_and_stays_open():
    held = replace(standing(JOINT, "new", RENT, CALLS), weight=5.0)
    better = of(replace(RENT, weight=1.0), replace(CALLS, weight=1.0))
    eased = one(better, standing=[held])
    assert eased == Ease(7, 11, 2.0, "clearly less than when it was opened")
    assert one(better, standing=[replace(held, weight=eased.weight)]) == LeaveAlone(7, NOTHING_NEW)
    assert one(better, standing=[replace(held, weight=3.4)]) == LeaveAlone(7, NOTHING_NEW)


def test_a_silent_feed_is_no_easing():
    held = replace(standing(JOINT, "new", RENT, CALLS), weight=5.0)
    alone = of(replace(RENT, weight=1.0))
    assert one(alone, standing=[held], unheard=frozenset({Sector.POLICE})) == LeaveAlone(7, NOTHING_NEW)
