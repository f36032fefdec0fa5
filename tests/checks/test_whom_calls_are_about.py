"""Person, address and pair, counted apart; and what nobody may learn of it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from checks.repeat_police_callouts import RepeatPoliceCallouts
from earlyhelp.checking import whom
from earlyhelp.chronology import Block
from earlyhelp.testing import told

CHECK = RepeatPoliceCallouts()
ROWS = st.tuples(
    st.integers(0, 3), st.integers(20_000, 20_500), st.integers(0, 6), st.integers(-1, 4), st.integers(-1, 4)
)
AS_OF = 20_500


def block(rows, *, people=True):
    household, day, category, person, other = (
        np.array(column, np.int64) for column in zip(*rows, strict=True)
    )
    nobody = np.full(len(day), -1)
    return Block.of(
        "police_callout",
        np.arange(4, dtype=np.int64),
        household=household,
        occurred_on=day.astype(np.int32),
        known_on=day.astype(np.int32),
        record=np.arange(len(day), dtype=np.int64),
        columns={
            "category": category.astype(np.int8),
            "harm": np.full(len(day), 2.0),
            "police_initiated": np.zeros(len(day), np.int8),
            "person": person if people else nobody,
            "other_person": other if people else nobody,
        },
    )


def about(story):
    reading = CHECK.ask(told("police_callout", story), 20_200)
    return {name: float(column[0]) for name, column in reading.facts.items()}


def test_each_of_the_three_is_told_apart():
    line = "2025-0{0} | other | 1 | 6{1} | | {2} | {3}"
    between = [
        line.format(day, n, *both) for n, (day, both) in enumerate({"1-05": (7, 8), "2-05": (8, 7)}.items())
    ]
    one = [
        line.format(day, n, *both) for n, (day, both) in enumerate({"1-05": (7, 8), "2-05": (9, 7)}.items())
    ]
    none = [
        line.format(day, n, *both) for n, (day, both) in enumerate({"1-05": (7, 8), "2-05": (5, 6)}.items())
    ]
    found = [about("\n".join(lines)) for lines in (between, one, none)]
    assert [facts["about"] for facts in found] == [whom.PAIR, whom.PERSON, whom.ADDRESS]
    assert [(facts["person_days"], facts["pair_days"]) for facts in found] == [(2, 2), (2, 1), (1, 1)]


def test_one_evening_is_one_day_whoever_rang():
    twice = "2025-01-05 | other | 1 | 61 | | 7 | 8\n2025-01-05 | other | 1 | 61 | | 8 | 7"
    assert (about(twice)["person_days"], about(twice)["pair_days"]) == (1, 1)


@given(st.lists(ROWS, min_size=1, max_size=30))
def test_no_sentence_tells_whom_calls_are_about(rows):
    with_people, without = (block(rows, people=told_of) for told_of in (True, False))
    heard, plain = CHECK.ask(with_people, AS_OF), CHECK.ask(without, AS_OF)
    for place in {row[0] for row in rows}:
        one, two = CHECK.find(with_people, place, heard, AS_OF), CHECK.find(without, place, plain, AS_OF)
        assert one == two


@given(st.lists(ROWS, min_size=1, max_size=30))
def test_to_know_whom_calls_are_about_never_weighs_less(rows):
    more, less = (CHECK.ask(block(rows, people=told_of), AS_OF).weight for told_of in (True, False))
    assert (more >= less).all()


@given(st.lists(ROWS, min_size=1, max_size=30))
def test_a_pair_is_never_on_more_days_than_one_of_them(rows):
    calls = block(rows)
    once = np.ones(len(calls.record))
    days = np.array([len({row[1] for row in rows if row[0] == place}) for place in range(4)])
    assert (whom.by_pair(calls, once) <= whom.by_person(calls, once)).all()
    assert (whom.by_person(calls, once) <= days).all()


def test_a_force_that_tells_nobody_has_columns_that_are_not_there():
    calls = block([(0, 20_400, 1, 7, 8), (0, 20_450, 1, 7, 8)], people=False)
    bare = {name: column for name, column in calls.columns.items() if "person" not in name}
    without = Block.of(
        calls.kind, calls.households, household=calls.row_household, occurred_on=calls.occurred_on,
        known_on=calls.known_on, record=calls.record, columns=bare,
    )  # fmt: skip
    assert CHECK.ask(without, AS_OF).weight[0] == CHECK.ask(calls, AS_OF).weight[0]
