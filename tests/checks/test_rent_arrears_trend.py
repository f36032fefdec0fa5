from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.rent_arrears_trend import RentArrearsTrend
from earlyhelp.checking import rent_ledger, rent_words
from earlyhelp.chronology import Block, day_number
from earlyhelp.law.policy import POLICY
from earlyhelp.testing import told

CHECK = RentArrearsTrend()
MONDAY = date(2025, 1, 6)


def week(number: int) -> date:
    return MONDAY + timedelta(weeks=number)


def charges(weeks: int, *, rent_free: tuple[int, ...] = ()) -> list[str]:
    return [f"{week(n)} | charge | 100" for n in range(weeks) if n not in rent_free]


def story(*lines: list[str]) -> str:
    return "\n".join(line for part in lines for line in part)


def weight(text: str, on: date) -> float:
    return float(CHECK.ask(told("rent_transaction", text), day_number(on)).weight[0])


def found(text: str, on: date):
    block, day = told("rent_transaction", text), day_number(on)
    return CHECK.find(block, 0, CHECK.ask(block, day), day)


def weekly_payer(paid: range) -> list[str]:
    return [f"{week(n) + timedelta(days=2)} | payment | 100 | weekly" for n in paid]


RISING = """
    2025-01-06 | charge  | 100
    2025-01-08 | payment | 100
    2025-01-13 | charge  | 100
    2025-01-15 | payment | 100
    2025-01-20 | charge  | 100
    2025-01-27 | charge  | 100
    2025-02-03 | charge  | 100
    2025-02-05 | payment |  50
    2025-02-10 | charge  | 100
    2025-02-17 | charge  | 100
    2025-02-24 | charge  | 100
    2025-03-03 | charge  | 100
    2025-03-10 | charge  | 100
    2025-03-17 | charge  | 100
    2025-03-24 | charge  | 100
    2025-03-31 | charge  | 100
    2025-04-07 | charge  | 100
"""

STEADY_DEBT = "2025-01-06 | adjustment | 900\n" + story(charges(60), weekly_payer(range(60)))


def test_rising_arrears_are_found():
    assert weight(RISING, date(2025, 4, 10)) >= POLICY.notable


def test_steady_arrears_are_not_a_trend_however_high():
    assert weight(STEADY_DEBT, week(59)) < POLICY.notable


def test_the_last_payment_and_the_charges_it_did_not_meet_are_the_evidence():
    finding = found(RISING, date(2025, 4, 10))
    assert 8 in finding.evidence
    assert 17 in finding.evidence
    assert len(finding.evidence) <= 12


def test_it_says_in_weeks_what_was_owed_and_since_when_nothing_was_paid():
    finding = found(RISING, date(2025, 4, 10))
    assert finding.sentence.startswith("Rent: ")
    assert "11.5 weeks of rent are owed now" in finding.sentence
    assert "no payment for 9 weeks" in finding.sentence
    assert "payment of at least one week’s rent" in finding.would_lower


def test_a_new_account_waiting_five_weeks_for_its_first_benefit_nearly_fires():
    waiting = story(charges(9), [f"{week(5)} | payment | 500 | monthly"])
    assert weight(waiting, week(5) - timedelta(days=1)) < POLICY.notable
    assert weight(waiting, week(8)) < POLICY.notable


def test_the_saw_tooth_of_a_monthly_payer_is_no_trend():
    monthly = [f"{date(2025 + n // 12, n % 12 + 1, 19)} | payment | 435 | monthly" for n in range(18)]
    text = story(charges(78), monthly)
    assert max(weight(text, week(40) + timedelta(days=n)) for n in range(0, 180, 6)) < POLICY.notable


def test_the_monthly_payment_that_stays_away_is_seen():
    monthly = [f"{date(2025 + n // 12, n % 12 + 1, 19)} | payment | 435 | monthly" for n in range(12)]
    assert weight(story(charges(78), monthly), week(66)) >= POLICY.notable


def managed(missing: tuple[int, ...]) -> str:
    batches = [f"{week(4 * n) + timedelta(days=3)} | payment | 433.33 | four_weekly" for n in range(26)]
    return story(charges(104), [line for n, line in enumerate(batches) if n not in missing])


def test_a_managed_payment_may_miss_one_batch_of_thirteen():
    one = managed((12, 25))
    assert weight(one, week(55)) < POLICY.notable
    assert weight(managed((12, 15, 16, 17)), week(71)) >= POLICY.notable


def test_rent_free_weeks_charge_nothing_and_raise_nothing():
    free = (24, 25, 50, 51)
    text = story(charges(60, rent_free=free), weekly_payer(range(60)))
    assert max(weight(text, week(n)) for n in range(20, 60)) < POLICY.notable


def test_a_balance_brought_forward_is_a_level_and_no_rise():
    text = "2025-01-06 | adjustment | 2000\n" + story(charges(40), weekly_payer(range(40)))
    assert weight(text, week(39)) < POLICY.notable


def test_an_account_in_credit_that_drifts_is_seen_before_it_owes():
    text = "2025-01-06 | adjustment | -2000\n" + story(charges(70), weekly_payer(range(50)))
    block = told("rent_transaction", text)
    reading = CHECK.ask(block, day_number(week(62)))
    assert reading.facts["owed_now"][0] < 0
    assert reading.weight[0] >= POLICY.notable


def test_rent_charged_monthly_is_measured_in_weeks_too():
    months = [date(2025 + n // 12, n % 12 + 1, 1) for n in range(18)]
    lines = [f"{day} | charge | 435" for day in months]
    paid = [f"{day} | payment | 435 | monthly" for day in months[:14]]
    text = story(lines, paid)
    assert weight(text, date(2026, 1, 30)) < POLICY.notable
    assert weight(text, date(2026, 6, 20)) >= POLICY.notable
    assert "17.4 weeks of rent are owed now" in found(text, date(2026, 6, 20)).sentence


def test_an_account_gone_silent_charges_and_all_fades():
    text = story(charges(40), weekly_payer(range(20)))
    at_the_end = weight(text, week(40))
    assert weight(text, week(44)) < at_the_end
    assert abs(weight(text, week(400))) < 0.01


def test_does_not_see_the_future():
    known_late = RISING.replace("2025-02-05 | payment |  50", "2025-02-05 | payment |  50 | 2025-05-01")
    earlier = "\n".join(line for line in RISING.strip().splitlines() if "payment |  50" not in line)
    assert weight(known_late, date(2025, 4, 10)) == weight(earlier, date(2025, 4, 10))
    until = "\n".join(RISING.strip().splitlines()[:9])
    assert weight(RISING, date(2025, 2, 10)) == weight(until, date(2025, 2, 10))


@pytest.mark.parametrize("days", [-400, 0, 30, 4000])
def test_a_single_row_says_little_and_breaks_nothing(days):
    for line in ("2025-01-06 | charge | 100", "2025-01-06 | payment | 100", "2025-01-06 | adjustment | 50"):
        assert abs(weight(line, date(2025, 1, 6) + timedelta(days=days))) < POLICY.notable


def test_no_rows_at_all_is_nothing_known():
    block = told("rent_transaction", RISING)
    reading = CHECK.ask(block.where(np.zeros(len(block.record), bool)), day_number(date(2025, 4, 10)))
    assert reading.weight.tolist() == [0.0]


rows = st.tuples(
    st.integers(0, 6),
    st.integers(0, 500),
    st.integers(0, 2),
    st.integers(-90_000, 90_000),
    st.integers(-1, 3),
)


@given(st.lists(rows, max_size=60), st.integers(0, 900))
def test_many_households_read_as_each_alone(drawn, as_of):
    whose, days, entry, amount, cycle = (np.array([row[i] for row in drawn], np.int64) for i in range(5))
    block = Block.of(
        "rent_transaction",
        np.arange(7, dtype=np.int64),
        household=whose,
        occurred_on=days.astype(np.int32),
        known_on=days.astype(np.int32),
        record=np.arange(len(drawn), dtype=np.int64),
        columns={"entry": entry, "amount": amount, "payment_cycle": cycle},
    )
    together = CHECK.ask(block, as_of)
    assert np.isfinite(together.weight).all()
    for place in range(7):
        alone = CHECK.ask(block.only(place), as_of)
        assert alone.weight[0] == together.weight[place]
        assert alone.since[0] == together.since[place]


@st.composite
def accounts(draw) -> str:
    """An account of one to forty weeks: rent by the week or the month, and whatever was paid of it."""
    every = draw(st.sampled_from((7, 28, 30)))
    paid = draw(st.lists(st.tuples(st.integers(0, 290), st.integers(1, 500)), max_size=30))
    brought = draw(st.sampled_from(("", f"{MONDAY} | adjustment | 250", f"{MONDAY} | adjustment | -80")))
    lines = [f"{MONDAY + timedelta(days=n)} | charge | {100 * every / 7:.2f}" for n in range(0, 280, every)]
    paid_on = [f"{MONDAY + timedelta(days=day)} | payment | {pounds}" for day, pounds in paid]
    return "\n".join([brought, *lines[: draw(st.integers(1, 40))], *paid_on])


@given(drawn=accounts(), day=st.integers(0, 300))
def test_what_is_said_to_have_been_owed_on_a_day_is_what_the_chart_shows_on_it(drawn, day):
    block, as_of = told("rent_transaction", drawn), day_number(MONDAY) + day
    reading = CHECK.ask(block, as_of)
    rent = rent_ledger.read(block.up_to(as_of), as_of).rent[0]
    until = [as_of, int(reading.since[0])]
    owed_now, owed_then = (block.columns["amount"][block.occurred_on <= end].sum() / rent for end in until)
    assert reading.facts["owed_now"][0] == pytest.approx(owed_now, abs=1e-6)
    assert reading.facts["owed_then"][0] == pytest.approx(owed_then, abs=1e-6)


def test_where_nothing_began_earlier_only_what_is_owed_now_is_said():
    assert rent_words.then_and_now({"since": 9.0, "owed_then": 4.2, "owed_now": 4.2}, 9) == (
        "4.2 weeks of rent are owed"
    )
