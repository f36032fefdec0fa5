"""Arithmetic that checks share, beside the same said plainly, household by household."""

from collections import defaultdict

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from earlyhelp.checking.measures import middle

HOUSEHOLDS = 4
WHOLE = st.one_of(st.integers(-50, 50), st.integers(-(2**62), 2**62))
NUMBERS = st.one_of(st.floats(-50, 50).map(round).map(float), st.floats(allow_nan=False))


@given(
    st.sampled_from([WHOLE, NUMBERS]).flatmap(
        lambda value: st.lists(st.tuples(st.integers(0, HOUSEHOLDS - 1), value), max_size=40)
    ),
    st.booleans(),
)
def test_the_middle_is_each_households_own_lower_median_whatever_the_numbers(rows, sort):
    rows = sorted(rows, key=lambda row: row[0]) if sort else rows
    told = defaultdict(list)
    for place, value in rows:
        told[place].append(value)
    kind = np.int64 if all(isinstance(value, int) for _, value in rows) else np.float64
    place = np.array([place for place, _ in rows], np.int64)
    found = middle(place, np.array([value for _, value in rows], kind), HOUSEHOLDS, without=-1.0)
    plain = [
        float(sorted(told[at])[(len(told[at]) - 1) // 2]) if told[at] else -1.0 for at in range(HOUSEHOLDS)
    ]
    assert found.tolist() == plain
