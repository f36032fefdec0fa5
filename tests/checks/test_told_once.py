"""One event told by several agencies weighs as told by one."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.antisocial_behaviour import AntisocialBehaviour
from checks.fire_risk import FireRisk
from checks.repeat_police_callouts import RepeatPoliceCallouts
from earlyhelp.casework.weighing import weigh
from earlyhelp.checking.told_once import KINDS, told_once
from earlyhelp.chronology import Block
from earlyhelp.law.policy import POLICY
from earlyhelp.testing import told

CHECKS = {check.name: check for check in (RepeatPoliceCallouts(), FireRisk(), AntisocialBehaviour())}
SECTORS = {name: check.sector for name, check in CHECKS.items()}
AS_OF = 20_200  # 22 April 2025
POLICE, FIRE, COUNCIL = KINDS

SHARED = {
    POLICE: "2025-04-01 | {call} | 2 | EB7",
    FIRE: "2025-04-01 | small_fire | EB7",
    COUNCIL: "2025-04-01 | cause | noise | EB7",
}


def told_by(*kinds, call="other"):
    return {kind: told(kind, SHARED[kind].format(call=call)) for kind in kinds}


def weighed(blocks):
    readings = {
        name: check.ask(blocks[check.reads.kind], AS_OF)
        for name, check in CHECKS.items()
        if check.reads.kind in blocks
    }
    return float(weigh(readings, SECTORS, POLICY)[0])


@pytest.mark.parametrize(("call", "keeper"), [("other", FIRE), ("domestic", POLICE), ("violence", POLICE)])
def test_one_event_told_by_three_agencies_weighs_as_told_by_one(call, keeper):
    assert weighed(told_once(told_by(*KINDS, call=call))) == weighed(told_by(keeper, call=call))
    assert weighed(told_by(*KINDS, call=call)) > weighed(told_by(keeper, call=call))


@pytest.mark.parametrize(
    ("kinds", "keeper"), [((POLICE, COUNCIL), POLICE), ((FIRE, COUNCIL), FIRE), ((POLICE, FIRE), FIRE)]
)
def test_told_by_two_it_weighs_as_told_by_one(kinds, keeper):
    assert weighed(told_once(told_by(*kinds))) == weighed(told_by(keeper))


def test_who_is_not_asked_takes_no_event_from_others():
    for kind in KINDS:
        alone = told_once(told_by(kind))
        assert len(alone[kind].record) == 1


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("2025-04-02 | cause | noise | EB7", True),
        ("2025-04-04 | cause | noise | EB7", False),
        ("2025-04-01 | cause | noise | 12 | 2025-04-01T21:30+01:00", True),
        ("2025-04-01 | cause | noise | 12 | 2025-04-01T03:30+01:00", False),
        ("2025-04-01 | cause | noise | 12", True),
        ("2025-04-02 | cause | noise | 12", False),
    ],
)
def test_it_is_the_same_by_its_number_or_by_day_and_hour(other, same):
    call = told(POLICE, "2025-04-01 | theft | 2 | EB7 | 2025-04-01T20:00+01:00")
    left = told_once({POLICE: call, COUNCIL: told(COUNCIL, other)})
    assert (len(left[COUNCIL].record) == 0) is same
    assert len(left[POLICE].record) == 1


def test_a_patrols_own_call_and_a_visit_take_nothing_away():
    patrol = told(POLICE, "2025-04-01 | other | 1 | EB7 | | | | police-initiated")
    visit = told(FIRE, "2025-04-01 | refused | EB7")
    left = told_once({POLICE: patrol, FIRE: visit, COUNCIL: told(COUNCIL, SHARED[COUNCIL])})
    assert [len(left[kind].record) for kind in KINDS] == [1, 1, 1]


EVENTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40), st.integers(0, 5)), max_size=12)


def drawn(kind, events):
    """Events of four households; of one place, day and number."""
    rows = np.array(events, np.int64).reshape(-1, 3)
    columns = {
        POLICE: {"category": rows[:, 2] % 7, "harm": np.ones(len(rows)), "police_initiated": rows[:, 2] * 0},
        FIRE: {"outcome": np.where(rows[:, 2] > 1, 3, 1)},
        COUNCIL: {"role": rows[:, 2] % 2, "nuisance": rows[:, 2] * 0},
    }[kind]
    return Block.of(
        kind,
        np.arange(4, dtype=np.int64),
        household=rows[:, 0],
        occurred_on=(AS_OF - rows[:, 1]).astype(np.int32),
        known_on=(AS_OF - rows[:, 1]).astype(np.int32),
        record=np.arange(len(rows), dtype=np.int64),
        columns={**columns, "incident": rows[:, 2] + 100},
    )


@given(st.tuples(EVENTS, EVENTS, EVENTS))
def test_every_event_is_left_with_somebody_and_no_two_tell_of_one(events):
    blocks = {kind: drawn(kind, told) for kind, told in zip(KINDS, events, strict=True)}
    left = told_once(blocks)
    there = {
        kind: set(zip(block.row_household.tolist(), block.occurred_on.tolist(), strict=True))
        for kind, block in left.items()
    }
    burnt = left[FIRE].where(left[FIRE].columns["outcome"] == 3)
    there[FIRE] = set(zip(burnt.row_household.tolist(), burnt.occurred_on.tolist(), strict=True))
    for one, two in combinations(KINDS, 2):
        assert not there[one] & there[two]
    assert told_once(left)[COUNCIL].record.tolist() == left[COUNCIL].record.tolist()


@given(st.tuples(EVENTS, EVENTS, EVENTS), st.integers(0, 3))
def test_a_household_is_told_alike_whoever_stands_beside_it(events, place):
    blocks = {kind: drawn(kind, told) for kind, told in zip(KINDS, events, strict=True)}
    together = {kind: block.only(place).record.tolist() for kind, block in told_once(blocks).items()}
    alone = told_once({kind: block.only(place) for kind, block in blocks.items()})
    assert {kind: block.record.tolist() for kind, block in alone.items()} == together
