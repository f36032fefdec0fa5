"""How far agencies agree beyond chance, and what that says of how common need is before anybody answers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from earlyhelp.casework.agreeing import Agreement, Pointed, agreement, rarer
from earlyhelp.casework.lines import line_of, lines
from earlyhelp.law.policy import POLICY, Sector

CITY = 20_000
COUNTS = st.integers(0, 500)
AGREEMENTS = st.builds(Agreement, seen=COUNTS, by_chance=COUNTS, of_need=COUNTS)


def pointed(sector, households, weight=2.0):
    return Pointed(sector, np.array(sorted(households), np.int64), np.full(len(households), weight))


def two_checks(in_need, seed=5, faint=2.0):
    """Each check points at 600 households of its own accord, and at four in ten of those in need."""
    lots = np.random.default_rng(seed)
    seen = [
        {*lots.choice(CITY, 600, replace=False).tolist()}
        | {*np.flatnonzero(lots.random(in_need) < 0.4).tolist()}
        for _ in range(2)
    ]
    return agreement(
        {"rent": pointed(Sector.HOUSING, seen[0], faint), "calls": pointed(Sector.POLICE, seen[1])},
        CITY,
        POLICY,
    )


def test_where_agencies_agree_by_chance_alone_the_line_rises_before_anybody_has_answered():
    calm = two_checks(in_need=0)
    assert calm.seen == pytest.approx(calm.by_chance, abs=10)
    assert line_of("housing", lines([], POLICY, calm), POLICY) > POLICY.worth_raising + 1.0


def test_where_they_agree_on_people_under_strain_the_policys_line_stands():
    strained = two_checks(in_need=400)
    assert strained.seen > 2 * strained.by_chance
    assert line_of("housing", lines([], POLICY, strained), POLICY) == pytest.approx(
        POLICY.worth_raising, abs=0.2
    )


@given(AGREEMENTS)
def test_agreement_never_lowers_the_line_and_each_household_more_never_raises_it(told):
    assert rarer(told) <= 0
    assert rarer(Agreement(told.seen + 1, told.by_chance, told.of_need)) >= rarer(told) - 1e-9
    for least in lines([], POLICY, told).values():
        assert POLICY.worth_raising <= least <= POLICY.ceiling


@given(COUNTS)
def test_where_no_pair_is_to_be_expected_nothing_is_concluded(seen):
    assert rarer(Agreement(seen, 0, 0)) == 0


def test_two_checks_of_one_sector_are_no_pair_and_neither_is_one_that_raises_nobody_alone():
    everybody = range(0, CITY, 40)
    same = {name: pointed(Sector.COUNCIL, everybody) for name in ("tax", "benefits")}
    assert agreement(same, CITY, POLICY) == Agreement()
    assert two_checks(in_need=400, faint=POLICY.worth_raising - 0.01) == Agreement()


def test_one_feed_that_is_silent_leaves_the_line_where_it_was():
    alone = {"rent": pointed(Sector.HOUSING, range(0, CITY, 40))}
    assert lines([], POLICY, agreement(alone, CITY, POLICY))[""] == pytest.approx(POLICY.worth_raising)


@given(AGREEMENTS)
def test_a_night_writes_it_down_and_reads_it_again(told):
    assert Agreement.told({**told.counts(), "woken": 3}) == told
    assert Agreement.told({}) == Agreement()
