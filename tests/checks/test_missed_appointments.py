from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from checks.missed_appointments import MissedAppointments
from earlyhelp.chronology import Block, day_number
from earlyhelp.law.policy import POLICY
from earlyhelp.testing import told

CHECK = MissedAppointments()
TODAY = date(2025, 6, 2)

FOUR_OF_FIVE = """
    2025-04-07 | noshow    | 1
    2025-04-28 | fulfilled | 1
    2025-05-12 | noshow    | 1
    2025-05-26 | noshow    | 1
    2025-05-27 | noshow    | 1
"""

ONE_OF_ONE = "2025-05-26 | noshow | 1"

CANCELLED = """
    2025-04-07 | cancelled | 1
    2025-04-28 | cancelled | 1
    2025-05-12 | cancelled | 1
    2025-05-26 | cancelled | 1
"""


def weight(text: str, on: date = TODAY) -> float:
    return float(CHECK.ask(told("appointment", text), day_number(on)).weight[0])


def test_most_of_the_appointments_not_kept_is_found():
    assert weight(FOUR_OF_FIVE) >= POLICY.notable


def test_one_missed_of_one_says_little():
    assert weight(ONE_OF_ONE) < POLICY.notable


def test_cancelled_in_time_is_not_missed():
    assert weight(CANCELLED) == 0.0


def test_what_is_still_booked_is_neither_kept_nor_missed():
    assert weight(FOUR_OF_FIVE + "    2025-08-01 | booked | 1 | 2025-05-01") == weight(FOUR_OF_FIVE)


def test_missing_many_of_very_many_is_ordinary():
    kept = "\n".join(f"2025-{n % 5 + 1:02}-{n % 27 + 1:02} | fulfilled | 1" for n in range(60))
    assert weight(FOUR_OF_FIVE + kept) < weight(FOUR_OF_FIVE)


def test_keeping_one_more_never_weighs_against_anybody():
    assert weight(FOUR_OF_FIVE + "    2025-05-30 | fulfilled | 1") < weight(FOUR_OF_FIVE)


def test_misses_of_one_person_weigh_more_than_the_same_spread_over_four():
    lines = FOUR_OF_FIVE.strip().splitlines()
    spread = "\n".join(f"{line.rsplit('|', 1)[0]}| {n}" for n, line in enumerate(lines))
    assert weight(spread) < weight(FOUR_OF_FIVE)


def test_it_says_how_many_of_how_many_with_the_missed_as_evidence():
    block, day = told("appointment", FOUR_OF_FIVE), day_number(TODAY)
    finding = CHECK.find(block, 0, CHECK.ask(block, day), day)
    assert finding.sentence == "Health: 4 of 5 appointments since 7 April 2025 were not kept."
    assert finding.evidence == (1, 3, 4, 5)


def test_does_not_see_the_future():
    late = FOUR_OF_FIVE.replace("2025-05-27 | noshow    | 1", "2025-05-27 | noshow | 1 | 2025-07-01")
    assert weight(late) == weight("\n".join(FOUR_OF_FIVE.strip().splitlines()[:4]))


def test_long_ago_is_forgotten():
    assert weight(FOUR_OF_FIVE, date(2045, 1, 1)) <= 1e-9


rows = st.tuples(st.integers(0, 4), st.integers(0, 800), st.integers(0, 4), st.integers(1, 3))


@given(st.lists(rows, max_size=40), st.integers(0, 1200))
def test_many_households_read_as_each_alone(drawn, as_of):
    days = np.array([row[1] for row in drawn], np.int32)
    block = Block.of(
        "appointment",
        np.arange(5, dtype=np.int64),
        household=np.array([row[0] for row in drawn], np.int64),
        occurred_on=days,
        known_on=np.maximum(days - 20, 0),
        record=np.arange(len(drawn), dtype=np.int64),
        columns={
            "status": np.array([row[2] for row in drawn], np.int8),
            "nhs_number": np.array([row[3] for row in drawn], np.int64),
        },
    )
    together = CHECK.ask(block, as_of)
    assert np.isfinite(together.weight).all()
    for place in range(5):
        assert CHECK.ask(block.only(place), as_of).weight[0] == together.weight[place]


NOT_BROUGHT = """
    2025-03-10 | fulfilled   | 1
    2025-04-28 | not_brought | 1
    2025-05-26 | not_brought | 1
"""


def said(text: str) -> str:
    block, day = told("appointment", text), day_number(TODAY)
    return CHECK.find(block, 0, CHECK.ask(block, day), day).sentence


def test_who_was_not_brought_weighs_more_than_who_missed_as_much():
    assert weight(NOT_BROUGHT) > weight(NOT_BROUGHT.replace("not_brought", "noshow"))


def test_it_is_worded_apart_and_against_its_own_number():
    assert said(NOT_BROUGHT) == (
        "Health: somebody who depends on others was not brought to 2 of 2 appointments since 28 April 2025."
    )
    assert said(NOT_BROUGHT + "2025-05-01 | noshow | 2\n2025-05-02 | fulfilled | 2") == (
        "Health: 1 of 2 appointments since 28 April 2025 was not kept; "
        "somebody who depends on others was not brought to 2 of 2 appointments."
    )


def test_the_two_are_counted_apart():
    day = day_number(TODAY)
    facts = CHECK.ask(told("appointment", NOT_BROUGHT + "2025-05-01 | noshow | 2"), day).facts
    assert {name: float(column[0]) for name, column in facts.items() if name != "beyond"} == {
        "missed": 1, "not_brought": 2, "offered": 4,
    }  # fmt: skip


def test_not_being_brought_once_more_never_weighs_less():
    assert weight(NOT_BROUGHT + "2025-05-27 | not_brought | 1") > weight(NOT_BROUGHT)
