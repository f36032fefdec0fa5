"""Raising, judging and what is withheld: against the same thing done slowly, and against drawn weeks."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from earlyhelp.casework.weighing import rank
from earlyhelp.sharing.disclosure import share, shown, withheld
from earlyhelp.trust.calibration import Calibration
from earlyhelp.trust.escalations import Escalations
from earlyhelp.trust.raising import AHEAD, judge, overlap, raise_weekly
from earlyhelp.trust.shortlist import Shortlist

DAYS = [20_000 + 7 * week for week in range(40)]
weeks_of_weights = st.lists(
    st.lists(st.sampled_from([-1.0, 0.0, 0.5, 1.0, 2.0]), min_size=30, max_size=30), min_size=40, max_size=40
)


def numbers(*ids):
    return np.array(ids, np.int64)


def came(*events, until=DAYS[-1] + 400):
    return Escalations(numbers(*(h for h, _ in events)), numbers(*(d for _, d in events)), "drawn", until)


@settings(max_examples=25, deadline=None)
@given(weeks_of_weights, st.integers(1, 3), st.integers(1, 29))
def test_a_shortlist_read_in_parts_raises_the_same_as_all_households_at_once(weekly, budget, cut):
    everyone = numbers(*range(100, 130))
    whole, short = [], []
    for day, row in zip(DAYS, weekly, strict=True):
        weight = np.array(row)
        over = weight > 0
        whole.append(everyone[over][rank(everyone[over], weight[over], day)])
        kept = Shortlist(day, budget * (AHEAD // 7 + 1))
        for part in (slice(cut), slice(cut, None)):
            kept.offer(everyone[part], weight[part], 0.0)
        short.append(kept.ranked())
    a, b = (raise_weekly(lists, DAYS, budget) for lists in (whole, short))
    assert (a.household.tolist(), a.day.tolist()) == (b.household.tolist(), b.day.tolist())
    for household in set(a.household.tolist()):
        assert (np.diff(np.sort(a.day[a.household == household])) >= AHEAD).all(), "it was not left in peace"
    assert all((a.day == day).sum() <= budget for day in DAYS)


def test_precision_counts_only_raises_whose_half_year_has_passed():
    lists = [numbers(5, 6), *[numbers()] * 30, numbers(7, 8), *[numbers()] * 8]
    raised = raise_weekly(lists, DAYS, 2)
    told = came((5, DAYS[0] + AHEAD), (6, DAYS[0] + AHEAD + 1), (7, DAYS[31] + 3), until=DAYS[31] + 100)
    score = judge(raised, told, DAYS, 0, 2)
    assert (score.raised, score.settled, score.right) == (4, 2, 1)
    assert score.filled == 4 / 80


def test_the_missed_count_as_no_lead_and_an_old_raise_catches_nothing():
    raised = raise_weekly([numbers(1, 2), *[numbers()] * 39], DAYS, 2)
    told = came((1, DAYS[0] + 7 * 10), (2, DAYS[0] + 7 * 27), (3, DAYS[5]))
    score = judge(raised, told, DAYS, 0, 2)
    assert score.leads == (0, 0, 10)
    assert (score.caught(), score.caught(8), score.caught(11)) == (1, 1, 0)
    assert score.mean_lead == 10 / 3


def test_a_raise_on_the_very_day_is_no_lead():
    raised = raise_weekly([numbers(1), *[numbers()] * 39], DAYS, 1)
    assert judge(raised, came((1, DAYS[0])), DAYS, 0, 1).caught() == 0


def test_stability_is_the_share_that_was_there_the_week_before():
    assert overlap([numbers(1, 2), numbers(2, 3), numbers(2, 3)], 2) == 0.75
    assert overlap([numbers(1)], 1) is None


def test_what_weights_said_is_set_so_that_it_agrees_over_all_and_not_band_by_band():
    counted = Calibration()
    weight = np.repeat([-0.5, 1.0, 3.0], [900, 90, 10])
    happened = np.zeros(1000, bool)
    happened[:9] = happened[900:904] = happened[990:997] = True
    counted.add(weight, happened)
    bands = counted.bands()
    assert [(name, seen, hits) for name, seen, hits, _ in bands] == [
        ("below 0", 900, 9), ("0.75 to 1.5", 90, 4), ("2.5 to 4", 10, 7),
    ]  # fmt: skip
    said = [expected for *_, expected in bands]
    assert said == sorted(said)
    assert abs(sum(seen * one for (_, seen, _, _), one in zip(bands, said, strict=True)) - 20) < 0.01


def test_numbers_that_point_at_a_few_are_withheld():
    assert [shown(n) for n in (0, 1, 4, 5)] == [0, None, None, 5]
    assert [share(*pair) for pair in ((0, 4), (3, 100), (97, 100), (5, 10), (0, 50))] == [
        None, None, None, 0.5, 0.0,
    ]  # fmt: skip
    assert withheld({"a": 3, "b": 9, "c": 50}) == {"a", "b"}, "a gap of one can be worked out from the total"
    assert withheld({"a": 3, "b": 2, "c": 50}) == {"a", "b"}
