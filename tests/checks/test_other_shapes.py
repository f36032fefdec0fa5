"""Extracts that look nothing like the invented city: no check may order them worse than a naive rule."""

import numpy as np
import pytest

from checks.missed_appointments import MissedAppointments
from checks.rent_arrears_trend import RentArrearsTrend
from checks.repeat_police_callouts import RepeatPoliceCallouts
from earlyhelp.chronology import Block
from schemas.appointment import Appointment
from schemas.police_callout import PoliceCallout

MONTH = 30.44
FIRST = 20_000
KEPT, MISSED = Appointment.codes["status"].index("fulfilled"), Appointment.codes["status"].index("noshow")


def average_precision(score: np.ndarray, came: np.ndarray) -> float:
    """Over all orders of what is tied, so that a coarse rule is neither flattered nor hurt."""
    order = np.lexsort((np.random.default_rng(0).random(len(score)), -score))
    hits = came[order]
    at = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(at[hits].mean())


def block(kind: str, households: int, whose: np.ndarray, day: np.ndarray, columns: dict) -> Block:
    return Block.of(
        kind,
        np.arange(households, dtype=np.int64),
        household=whose.astype(np.int64),
        occurred_on=day.astype(np.int32),
        known_on=day.astype(np.int32),
        record=np.arange(len(whose), dtype=np.int64),
        columns=columns,
    )


def accounts(seed: int, months: int, size: int = 3_000) -> tuple[Block, np.ndarray, np.ndarray, int]:
    """Bills of another amount each month, paid about three weeks later, short, or not at all.

    Answers with the block, months now behind, who pays nothing in the month after, and the last day.
    """
    rng = np.random.default_rng(seed)
    bill = rng.lognormal(5, 0.8, (size, 1)) * rng.lognormal(0, 0.25, (size, months + 1))
    trouble = np.where(rng.random((size, 1)) < 0.2, rng.integers(0, months + 1, (size, 1)), 99)
    unwell = np.arange(months + 1)[None, :] >= trouble
    skips = rng.random(bill.shape) < np.where(unwell, 0.55, rng.beta(1, 15, (size, 1)))
    part = np.where(rng.random(bill.shape) < np.where(unwell, 0.3, 0.05), 0.4, 1.0)
    paid = np.where(skips, 0.0, part * bill)
    behind = np.zeros(size)
    for month in range(months):
        owed = behind * bill[:, month]
        makes_good = ~unwell[:, month] & ~skips[:, month] & (rng.random(size) < 0.6)
        paid[:, month] += np.where(makes_good, owed, 0.0)
        behind = np.where(makes_good, 0.0, behind + 1 - paid[:, month] / bill[:, month])
    due = (FIRST + MONTH * np.arange(months)).astype(int)
    whose, month = np.nonzero(paid[:, :months] > 0)
    every = np.repeat(np.arange(size), months)
    made = block(
        "rent_transaction",
        size,
        np.concatenate([every, whose]),
        np.concatenate([np.tile(due, size), due[month] + 18 + rng.integers(0, 6, len(month))]),
        {
            "entry": np.repeat([0, 1], [len(every), len(whose)]).astype(np.int8),
            "amount": np.concatenate([100 * bill[:, :months].ravel(), -100 * paid[whose, month]]).astype(
                np.int64
            ),
            "payment_cycle": np.full(len(every) + len(whose), -1, np.int8),
        },
    )
    return made, behind, skips[:, months] & unwell[:, months], int(due[-1] + 29)


def kept(scores: list[tuple[float, ...]]) -> list[float]:
    """The mean over the seeds: one invented table of some thousand rows is a matter of luck."""
    return [float(mean) for mean in np.mean(scores, axis=0)]


@pytest.mark.parametrize("months", [6, 12])
def test_monthly_accounts_are_ordered_better_than_by_two_months_behind(months: int):
    scores = []
    for seed in (1, 2, 3):
        made, behind, came, today = accounts(seed, months)
        weight = RentArrearsTrend().ask(made, today).weight
        scores.append(
            (
                average_precision(weight, came),
                average_precision((behind >= 2).astype(float), came),
                average_precision(behind, came),
            )
        )
    ours, two_behind, months_behind = kept(scores)
    assert ours > 1.1 * two_behind
    assert ours > 0.93 * months_behind


def appointments(seed: int, size: int = 6_000) -> tuple[Block, np.ndarray, int]:
    """Half a year of appointments, one in five not kept; who misses two or more in the next five weeks."""
    rng = np.random.default_rng(seed)
    rate, often = rng.beta(1.0, 4.0, size), rng.gamma(0.7, 6.0, size)
    number, ahead = rng.poisson(often), rng.poisson(often * 5 / 26)
    whose = np.repeat(np.arange(size), number)
    status = np.where(rng.random(len(whose)) < rate[whose], MISSED, KEPT)
    day = FIRST + rng.integers(0, 182, len(whose))
    made = block(
        "appointment",
        size,
        whose,
        day,
        {"status": status.astype(np.int8), "nhs_number": whose.astype(np.int64)},
    )
    return made, rng.binomial(ahead, rate) >= 2, FIRST + 182


def test_people_are_ordered_better_than_by_two_missed_and_by_the_raw_share():
    scores = []
    for seed in (1, 2, 3):
        made, came, today = appointments(seed)
        missed = np.bincount(made.row_household, made.columns["status"] == MISSED, len(made))
        share = missed / np.maximum(np.bincount(made.row_household, minlength=len(made)), 1)
        weight = MissedAppointments().ask(made, today).weight
        two = (missed >= 2).astype(float)
        scores.append(tuple(average_precision(each, came) for each in (weight, two, share)))
    ours, two_missed, raw_share = kept(scores)
    assert ours > 1.3 * two_missed
    assert ours > 1.3 * raw_share


def calls(seed: int, weeks: int, size: int = 5_000) -> tuple[Block, np.ndarray, np.ndarray, int]:
    """Calls by address with no persons and, for half of them, no harm told; who calls in four weeks more.

    The last two addresses are a hospital and a police station.
    """
    rng = np.random.default_rng(seed)
    rate = rng.gamma(0.35, 0.35, size) / 28
    rate[-2:] = 2.0, 1.5
    harmful = rng.beta(0.3, 1.5, size)
    swings = np.exp(rng.normal(0, 0.6, (size, weeks // 4 + 1)).cumsum(axis=1))
    swings /= swings.mean(axis=1, keepdims=True)
    days = 28 * swings.shape[1] - 28
    each = rng.poisson(np.repeat(rate[:, None] * swings[:, :-1], 28, axis=1))
    whose, day = np.repeat(np.argwhere(each), each[each > 0], axis=0).T
    serious = rng.random(len(whose)) < harmful[whose]
    harm = np.where(rng.random(len(whose)) < 0.5, 0.0, np.where(serious, 150.0, 2.0))
    violence = PoliceCallout.codes["category"].index("violence")
    other = PoliceCallout.codes["category"].index("other")
    columns = {
        "category": np.where(serious, violence, other).astype(np.int8),
        "harm": harm,
        "domestic_abuse": np.zeros(len(whose), np.int8),
    }
    made = block("police_callout", size, whose, FIRST + day, columns)
    ahead = rng.poisson(28 * rate * swings[:, -1])
    return made, ahead > 0, rng.binomial(ahead, harmful) > 0, FIRST + days - 1


@pytest.mark.parametrize("weeks", [4, 12, 104])
def test_addresses_are_ordered_as_well_as_by_their_count_and_better_by_harm(weeks: int):
    scores = []
    for seed in (1, 2, 3):
        made, called, serious, today = calls(seed, weeks)
        homes = np.arange(len(made)) < len(made) - 2
        weight = RepeatPoliceCallouts().ask(made, today).weight[homes]
        count = np.bincount(made.row_household, minlength=len(made))[homes]
        three = (count >= 3).astype(float)
        scores.append(
            tuple(average_precision(each, called[homes]) for each in (weight, count, three))
            + tuple(average_precision(each, serious[homes]) for each in (weight, count))
        )
    ours, by_count, by_three, ours_serious, serious_by_count = kept(scores)
    assert ours > 0.95 * by_count
    assert ours > 1.2 * by_three
    assert ours_serious > 1.2 * serious_by_count


def test_a_hospital_and_a_station_top_no_list():
    made, _, _, today = calls(5, 26)
    weight = RepeatPoliceCallouts().ask(made, today).weight
    assert weight[-2:].tolist() == [0.0, 0.0]
    assert weight[:-2].max() > 1.0


def cards(seed: int, months: int = 6, size: int = 3_000) -> tuple[Block, np.ndarray, np.ndarray, int]:
    """Cards: what is spent is charged, and most pay back a small part of what they owe, or at times nothing.

    Answers with the block, what is owed at the end, who pays nothing in two months more, and the last day.
    """
    rng = np.random.default_rng(seed)
    owed = rng.lognormal(7, 0.9, size)
    spends, share = rng.lognormal(4, 0.8, size), rng.beta(1.5, 8, size)
    unwell = np.where(rng.random(size) < 0.2, rng.integers(1, months + 2, size), 99)
    rows = [(np.arange(size), np.full(size, FIRST), np.zeros(size, np.int8), owed.copy())]
    later = np.zeros(size, np.int64)
    for month in range(months + 2):
        skips = rng.random(size) < np.where(unwell <= month, 0.7, 0.04)
        paid = np.where(skips, 0.0, owed * np.clip(share * rng.lognormal(0, 0.5, size), 0.02, 1))
        spent = spends * rng.exponential(1, size)
        owed += spent - paid
        later += skips & (month >= months)
        if month < months:
            day = FIRST + int(MONTH * (month + 1))
            rows.append((np.arange(size), np.full(size, day), np.zeros(size, np.int8), spent))
            who = np.flatnonzero(~skips)
            rows.append((who, day - rng.integers(1, 15, len(who)), np.ones(len(who), np.int8), -paid[who]))
    whose, on, entry, amount = (np.concatenate(each) for each in zip(*rows, strict=True))
    columns = {
        "entry": entry,
        "amount": np.trunc(100 * amount).astype(np.int64),
        "payment_cycle": np.full(len(whose), -1, np.int8),
    }
    return (
        block("rent_transaction", size, whose, on, columns),
        owed,
        later == 2,
        FIRST + int(MONTH * months) + 12,
    )


def test_cards_on_which_little_is_paid_are_ordered_by_what_did_not_come_and_not_by_what_is_owed():
    scores = []
    for seed in (1, 2, 3):
        made, owed, came, today = cards(seed)
        weight = RentArrearsTrend().ask(made, today).weight
        first = came[np.argsort(-weight)[:60]].mean()
        scores.append((average_precision(weight, came), average_precision(owed, came), first, came.mean()))
        assert (weight > 0).mean() < 0.5
    ours, by_owed, first, usual = kept(scores)
    assert ours > 1.8 * by_owed
    assert first > 4 * usual
