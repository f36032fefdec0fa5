import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from earlyhelp.casework.weighing import BEND, bounded, by_sector, hashed, lots, rank, weigh
from earlyhelp.checking.check import Reading
from earlyhelp.law.policy import POLICY, Sector


def reading(*weights: float) -> Reading:
    return Reading(np.array(weights), np.zeros(len(weights), np.int32), {})


def test_two_checks_of_one_sector_share_one_ceiling():
    readings = {"a": reading(3.0, -0.8), "b": reading(3.0, -0.8), "c": reading(1.0, 0.0)}
    sectors = {"a": Sector.HOUSING, "b": Sector.HOUSING, "c": Sector.POLICE}
    heavy, light = by_sector(readings, sectors, POLICY)[Sector.HOUSING].tolist()
    assert POLICY.ceiling - BEND < heavy < POLICY.ceiling
    assert light == POLICY.floor
    assert weigh(readings, sectors, POLICY).tolist() == [heavy + 1.0, POLICY.floor]


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=30))
def test_a_sector_is_held_within_its_bounds_and_the_heaviest_do_not_tie(drawn: list[float]):
    weight = np.unique(np.round(drawn, 3))
    held = bounded(weight, POLICY.floor, POLICY.ceiling)
    assert ((held >= POLICY.floor) & (held < POLICY.ceiling)).all()
    assert (np.diff(held) >= 0).all()
    assert (np.diff(held)[weight[1:] > POLICY.floor] > 0).all()
    usual = (weight >= POLICY.floor) & (weight <= POLICY.ceiling - BEND)
    assert (held[usual] == weight[usual]).all()


def test_the_order_in_which_checks_are_given_changes_no_byte():
    readings = {name: reading(*np.random.default_rng(n).normal(size=50)) for n, name in enumerate("abcd")}
    sectors = dict.fromkeys("abcd", Sector.COUNCIL)
    turned = dict(reversed(readings.items()))
    assert weigh(readings, sectors, POLICY).tobytes() == weigh(turned, sectors, POLICY).tobytes()


def test_nothing_to_weigh_is_an_error():
    with pytest.raises(ValueError, match="no check"):
        weigh({}, {}, POLICY)


def test_the_heaviest_come_first_and_ties_are_drawn_by_lot():
    households = np.arange(1000, dtype=np.int64)
    total = np.zeros(1000)
    total[500] = 1.0
    first, again, other = (rank(households, total, seed) for seed in (7, 7, 8))
    assert first[0] == other[0] == 500
    assert first.tolist() == again.tolist() != other.tolist()
    assert abs(np.corrcoef(first[1:], np.arange(999))[0, 1]) < 0.1


@given(st.permutations(range(12)), st.integers(0, 2**40))
def test_the_order_does_not_depend_on_how_households_stand(order, seed):
    ids = np.array([5, 9, 11, 2**40, 17, 1, 3, 8, 21, 34, 55, 89], np.int64)
    total = np.array([1.0, 1, 1, 1, 2, 2, 2, 0, 0, 0, -1, -1])
    turned = np.array(order)
    assert (
        ids[rank(ids, total, seed)].tolist() == ids[turned][rank(ids[turned], total[turned], seed)].tolist()
    )


def test_what_is_no_number_is_not_ranked():
    with pytest.raises(ValueError, match="no number"):
        rank(np.array([1, 2]), np.array([0.0, np.nan]), 1)


def test_ids_that_are_text_have_stable_numbers():
    assert hashed(["HH-1", "HH-2"]).tolist() == [*hashed(["HH-1"]), *hashed(["HH-2"])]
    assert len(set(lots(hashed([str(n) for n in range(10_000)]), 3).tolist())) == 10_000
