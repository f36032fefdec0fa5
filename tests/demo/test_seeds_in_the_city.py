"""What the newer checks make of the invented city: few are spoken of, and those more often in need."""

import numpy as np
import pytest

from benchmarks.seeds import asked
from earlyhelp.law.policy import POLICY

Nights = dict[str, list[tuple[np.ndarray, np.ndarray]]]
"""For each check and night who is spoken of, and who is in need."""

MOST_SPOKEN_OF = 0.015
"""Share of households of which a seed may speak on one night: the city has 1.7 % in need."""


def night(**world: float) -> Nights:
    """For each check who is spoken of and who is in need, night by night."""
    found: Nights = {}
    for name, weight, need, _, _ in asked(4_000, 21, **world):
        found.setdefault(name, []).append((weight >= POLICY.notable, need))
    return found


@pytest.fixture(scope="module")
def city() -> Nights:
    return night()


def test_no_check_floods_the_list_and_none_is_alone_enough_for_a_case(
    city: Nights,
) -> None:
    assert len(city) >= 6
    for name, nights in city.items():
        assert np.mean([loud.mean() for loud, _ in nights]) < MOST_SPOKEN_OF, name
    assert max(weight.max() for _, weight, *_ in asked(4_000, 21)) < POLICY.worth_raising


def test_households_spoken_of_are_far_more_often_in_need(
    city: Nights,
) -> None:
    loud, need = (
        np.concatenate(c) for c in zip(*(n for nights in city.values() for n in nights), strict=True)
    )
    assert need[loud].mean() > 4 * need.mean()


def test_where_nobody_is_under_strain_less_is_said(
    city: Nights,
) -> None:
    calm = night(hardship=0.0)
    spoken, usual = (sum(loud.sum() for nights in one.values() for loud, _ in nights) for one in (calm, city))
    assert spoken < 0.8 * usual
