from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.council_tax_arrears import CouncilTaxArrears
from earlyhelp.chronology import day_number
from earlyhelp.law.policy import POLICY
from earlyhelp.testing import told
from tests.checks.drawing import finding, weight

CHECK = CouncilTaxArrears()
NIGHT = date(2026, 11, 2)
THREE_MISSED = """
    2026-08-01 | 132.00 | reminder
    2026-09-01 | 264.00 | reminder
    2026-10-01 | 396.00 | final_notice
"""


def test_it_says_what_was_overdue_and_is_now_in_its_own_instalments():
    found = finding(CHECK, THREE_MISSED, NIGHT)
    assert found.sentence == (
        "Council tax: nothing was overdue before 1 August 2026, and £396.00 is now, about 3 monthly "
        "instalments "
        "more; a final notice has been sent."
    )
    assert found.evidence == (1, 2, 3)


def test_the_same_money_is_more_to_a_smaller_plan():
    halves = (
        "2026-06-01 | 66 | none\n2026-07-01 | 132 | none\n2026-08-01 | 198 | none\n2026-10-01 | 264 | none"
    )
    wholes = "2026-08-01 | 132 | none\n2026-10-01 | 264 | none"
    assert weight(CHECK, halves, NIGHT) > weight(CHECK, wholes, NIGHT)


def test_one_missed_and_a_reminder_is_no_finding():
    assert 0 < weight(CHECK, "2026-10-01 | 132.00 | reminder", NIGHT) < POLICY.notable


@pytest.mark.parametrize("stage", ["final_notice", "summons", "liability_order"])
def test_arrears_that_were_old_when_we_first_heard_are_no_rise(stage):
    assert weight(CHECK, f"2026-09-01 | 900 | {stage}\n2026-10-01 | 900 | {stage}", NIGHT) == 0


def test_paying_off_weighs_nothing():
    falling = "2026-07-01 | 528 | summons\n2026-08-01 | 396 | summons\n2026-10-01 | 264 | summons"
    assert weight(CHECK, falling, NIGHT) == 0


def test_a_step_further_in_recovery_weighs_without_a_rise():
    steady = "2026-07-01 | 400 | final_notice\n2026-08-01 | 400 | final_notice\n2026-10-01 | 400 | {}"
    assert (
        weight(CHECK, steady.format("summons"), NIGHT)
        > weight(CHECK, steady.format("final_notice"), NIGHT)
        == 0
    )


def test_the_whole_year_falling_due_at_once_is_not_ten_missed():
    due = "2026-08-01 | 132 | reminder\n2026-09-01 | 264 | final_notice\n2026-10-01 | 1188 | summons"
    assert weight(CHECK, due, NIGHT) <= 1.4


def test_what_was_caught_up_with_says_nothing():
    assert weight(CHECK, THREE_MISSED + "2026-11-01 | 0.00 | none", NIGHT) == 0
    assert weight(CHECK, THREE_MISSED + "2026-11-01 | -12.00 | none", NIGHT) == 0


def test_a_statement_long_ago_says_nothing_of_today():
    assert weight(CHECK, THREE_MISSED, date(2027, 3, 1)) == 0


def test_somebody_who_has_left_or_come_adds_little_and_is_told():
    story = "2026-09-01 | 132 | reminder | 1 | none\n2026-10-01 | 132 | reminder | 1 | {}"
    same, left = story.format("none"), story.format("single_person")
    assert 0 < weight(CHECK, left, NIGHT) - weight(CHECK, same, NIGHT) < POLICY.notable / 2
    words = finding(CHECK, left, NIGHT).sentence
    assert words.endswith("; by 1 October 2026 the discount for one adult had changed.")
    assert weight(CHECK, story.replace("| none\n", "|\n").format("none"), NIGHT) == weight(CHECK, same, NIGHT)


def test_two_accounts_at_one_address_are_read_apart():
    old = "\n".join(f"2026-{month:02}-01 | 900 | liability_order | 7" for month in range(4, 11))
    assert weight(CHECK, old + THREE_MISSED, NIGHT) == weight(CHECK, THREE_MISSED, NIGHT)


PLANNED = """
    2026-07-01 | 132.00 | reminder     | | none | none
    2026-08-01 | 264.00 | reminder     | | none | none
    2026-09-01 | 396.00 | final_notice | | none | payment_plan
    2026-10-01 | 363.00 | final_notice | | none | payment_plan
"""


def arranged(story):
    block, day = told("council_tax_account", story), day_number(date(2026, 11, 2))
    reading = CHECK.ask(block, day)
    return float(reading.weight[0]), CHECK.find(block, 0, reading, day).sentence


def test_a_plan_that_is_kept_silences_what_was_missed_before_it():
    weight, sentence = arranged(PLANNED)
    assert weight == 0.0
    assert "being paid off as agreed" in sentence
    assert arranged(PLANNED.replace("payment_plan", "none"))[0] >= POLICY.notable


def test_a_plan_that_is_not_kept_speaks_sooner():
    broken = PLANNED.replace("363.00", "528.00")
    assert arranged(broken)[0] > arranged(broken.replace("payment_plan", "none"))[0]
    assert "not being paid off as agreed" in arranged(broken)[1]


def test_in_breathing_space_nothing_is_said_of_it():
    weight, sentence = arranged(PLANNED.replace("363.00 | final_notice | | none | payment_plan",
                                                "528.00 | summons | | none | breathing_space"))  # fmt: skip
    assert weight == 0.0
    assert not any(word in sentence for word in ("528", "summons", "notice"))


def test_a_council_that_tells_of_no_arrangement_is_read_as_before():
    block, day = (
        told("council_tax_account", PLANNED.replace("payment_plan", "")),
        day_number(date(2026, 11, 2)),
    )
    bare = {name: column for name, column in block.columns.items() if name != "arrangement"}
    assert CHECK.ask(replace(block, columns=bare), day).weight[0] == CHECK.ask(block, day).weight[0]


def test_the_day_named_is_that_of_the_rise_from_the_least_and_not_of_an_earlier_one():
    story = """
        2026-06-01 | 300.00 | reminder
        2026-07-01 | 400.00 | reminder
        2026-08-01 | 0      | none
        2026-09-01 | 132.00 | reminder
        2026-10-01 | 264.00 | final_notice
    """
    assert finding(CHECK, story, date(2026, 11, 2)).sentence.startswith(
        "Council tax: nothing was overdue before 1 September 2026, and £264.00 is now"
    )


def test_where_nothing_rose_no_earlier_sum_is_named():
    story = """
        2026-03-01 | 264.00 | final_notice
        2026-09-01 | 264.00 | summons
    """
    assert finding(CHECK, story, date(2026, 11, 2)).sentence.startswith("Council tax: £264.00 is overdue; ")


@given(owed=st.lists(st.sampled_from((0, 66, 132, 264, 400)), min_size=1, max_size=12))
def test_what_is_said_of_before_is_what_the_statement_before_told(owed):
    first = date(2025, 11, 1)
    story = "\n".join(f"{first + timedelta(days=30 * n)} | {sum_} | reminder" for n, sum_ in enumerate(owed))
    block, as_of = told(CHECK.reads.kind, story), day_number(first) + 30 * len(owed)
    facts = {name: column[0] for name, column in CHECK.ask(block, as_of).facts.items()}
    before = [sum_ for n, sum_ in enumerate(owed) if day_number(first) + 30 * n < facts["since"]]
    assert facts["owed_now"] == 100 * owed[-1]
    if facts["owed_now"] > facts["owed_then"]:
        assert facts["owed_then"] == 100 * (before[-1] if before else 0)
