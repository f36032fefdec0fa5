"""What must hold for the three checks, whatever the rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.missed_appointments import MissedAppointments
from checks.rent_arrears_trend import RentArrearsTrend
from checks.repeat_police_callouts import RepeatPoliceCallouts
from earlyhelp.checking import Check
from earlyhelp.chronology import NEVER, Block
from schemas.appointment import Appointment

CHECKS = (RentArrearsTrend(), RepeatPoliceCallouts(), MissedAppointments())
HOMES, DAYS = 4, 800
MISSED = Appointment.codes["status"].index("noshow")

rows = st.lists(
    st.tuples(
        st.integers(0, HOMES - 1),
        st.integers(0, DAYS),
        st.integers(0, 60),  # days until it is known
        st.integers(0, 2),
        st.integers(1, 40_000),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=40,
)
Rows = list[tuple[int, int, int, int, int, int]]


def made(check: Check, drawn: Rows, records: np.ndarray | None = None) -> Block:
    whose, day, late, kind, size, other = (np.array([row[i] for row in drawn], np.int64) for i in range(6))
    columns = {
        "rent_transaction": {
            "entry": kind.astype(np.int8),
            "amount": np.where(kind == 1, -size, size),
            "payment_cycle": (other - 1).astype(np.int8),
        },
        "police_callout": {
            "category": other.astype(np.int8),
            "harm": size / 100.0,
            "police_initiated": (kind == 2).astype(np.int8),
            "domestic_abuse": np.zeros(len(drawn), np.int8),
        },
        "appointment": {"status": other.astype(np.int8), "nhs_number": kind},
    }[check.reads.kind]
    return Block.of(
        check.reads.kind,
        np.arange(HOMES, dtype=np.int64),
        household=whose,
        occurred_on=day.astype(np.int32),
        known_on=(day + late).astype(np.int32),
        superseded_on=np.full(len(drawn), NEVER, np.int32),
        record=np.arange(len(drawn), dtype=np.int64) if records is None else records,
        columns=columns,
    )


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
@given(drawn=rows, as_of=st.integers(0, DAYS + 100))
def test_what_becomes_known_later_never_changes_yesterday(check: Check, drawn: Rows, as_of: int):
    known = [row for row in drawn if row[1] + row[2] <= as_of]
    if known:
        all_rows, then = check.ask(made(check, drawn), as_of), check.ask(made(check, known), as_of)
        assert all_rows.weight.tolist() == then.weight.tolist()
        assert all_rows.since.tolist() == then.since.tolist()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
@given(drawn=rows, chance=st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(check: Check, drawn: Rows, chance):
    turned = chance.sample(drawn, len(drawn))
    one, other = check.ask(made(check, drawn), DAYS), check.ask(made(check, turned), DAYS)
    assert one.weight == pytest.approx(other.weight, abs=1e-9)


@pytest.mark.parametrize("check", CHECKS[:2], ids=lambda check: check.name)
@given(drawn=rows)
def test_the_same_rows_sent_twice_say_no_more(check: Check, drawn: Rows):
    once, twice = check.ask(made(check, drawn), DAYS), check.ask(made(check, [*drawn, *drawn]), DAYS)
    assert twice.weight == pytest.approx(once.weight, abs=1e-9)


@given(drawn=rows, more=st.tuples(st.integers(0, DAYS), st.integers(0, 4)))
def test_one_more_miss_never_lowers_concern(drawn: Rows, more: tuple[int, int]):
    check = MissedAppointments()
    missed = (0, more[0], 0, more[1], 1, MISSED)
    before, after = check.ask(made(check, drawn), DAYS), check.ask(made(check, [*drawn, missed]), DAYS)
    assert after.weight[0] >= before.weight[0] - 1e-12
    assert after.weight[1:].tolist() == before.weight[1:].tolist()


@pytest.mark.parametrize("day", [0, 400, DAYS])
@given(drawn=rows, harm=st.integers(0, 40_000))
def test_one_more_call_about_people_never_lowers_concern(day: int, drawn: Rows, harm: int):
    """Half a year old and younger; older calls are a habit, which weighs against (see the check)."""
    check = RepeatPoliceCallouts()
    recent = [(home, DAYS - at % 180, 0, kind, size, other) for home, at, _, kind, size, other in drawn]
    call = (0, DAYS - day % 180, 0, 0, harm, 1)
    before, after = check.ask(made(check, recent), DAYS), check.ask(made(check, [*recent, call]), DAYS)
    assert after.weight[0] >= before.weight[0] - 1e-12
