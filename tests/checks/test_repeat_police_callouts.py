from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from checks.repeat_police_callouts import RepeatPoliceCallouts
from earlyhelp.chronology import Block, day_number
from earlyhelp.law.policy import POLICY
from earlyhelp.testing import told

CHECK = RepeatPoliceCallouts()
TODAY = date(2025, 3, 10)

THREE_DAYS = """
    2025-01-20 | antisocial_behaviour | 2
    2025-02-14 | violence             | 150
    2025-03-03 | domestic             | 20
"""

ONE_NIGHT = """
    2025-01-03 | theft | 5
    2025-01-03 | theft | 5
    2025-01-03 | theft | 5
"""


def weight(text: str, on: date = TODAY) -> float:
    return float(CHECK.ask(told("police_callout", text), day_number(on)).weight[0])


def test_calls_on_three_days_are_found():
    assert weight(THREE_DAYS) >= POLICY.notable


def test_three_calls_in_one_night_are_one_day():
    assert weight(ONE_NIGHT) == weight("2025-01-03 | theft | 5")
    assert weight(ONE_NIGHT) < POLICY.notable


def test_it_says_on_how_many_days_since_when_and_how_serious():
    block, day = told("police_callout", THREE_DAYS), day_number(TODAY)
    finding = CHECK.find(block, 0, CHECK.ask(block, day), day)
    assert finding.sentence == (
        "Police: called on 3 days since 20 January 2025, 1 of them to something serious; "
        "no calls known before that."
    )
    assert finding.evidence == (1, 2, 3)


def test_what_the_police_started_themselves_is_no_call():
    patrols = "\n".join(f"2025-03-0{n} | other | 1 | police-initiated" for n in range(1, 6))
    assert weight(patrols) == 0.0


def test_harm_adds_to_the_count():
    assert weight("2025-03-01 | violence | 365") > weight("2025-03-01 | violence | 1")


def test_old_calls_fade():
    assert weight(THREE_DAYS, date(2025, 12, 1)) < POLICY.notable
    assert 0 <= weight(THREE_DAYS, date(2040, 1, 1)) < 0.05


def test_does_not_see_the_future():
    late = THREE_DAYS.replace("| 20", "| 20 | 2025-04-01")
    assert weight(late) == weight("\n".join(THREE_DAYS.strip().splitlines()[:2]))


def test_nothing_known_weighs_nothing():
    block = told("police_callout", THREE_DAYS)
    assert CHECK.ask(block, day_number(date(2020, 1, 1))).weight.tolist() == [0.0]


rows = st.tuples(st.integers(0, 4), st.integers(0, 1000), st.floats(0, 5000), st.integers(0, 1))


@given(st.lists(rows, max_size=40), st.integers(0, 1500))
def test_many_households_read_as_each_alone(drawn, as_of):
    days = np.array([row[1] for row in drawn], np.int32)
    block = Block.of(
        "police_callout",
        np.arange(5, dtype=np.int64),
        household=np.array([row[0] for row in drawn], np.int64),
        occurred_on=days,
        known_on=days,
        record=np.arange(len(drawn), dtype=np.int64),
        columns={
            "category": np.zeros(len(drawn), np.int8),
            "harm": np.array([row[2] for row in drawn], np.float64),
            "police_initiated": np.array([row[3] for row in drawn], np.int8),
            "domestic_abuse": np.zeros(len(drawn), np.int8),
        },
    )
    together = CHECK.ask(block, as_of)
    assert np.isfinite(together.weight).all()
    for place in range(5):
        assert CHECK.ask(block.only(place), as_of).weight[0] == together.weight[place]
