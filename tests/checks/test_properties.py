"""What must hold for the three checks, whatever the rows."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from checks.missed_appointments import MissedAppointments
from checks.rent_arrears_trend import RentArrearsTrend
from checks.repeat_police_callouts import RepeatPoliceCallouts
from earlyhelp.casework.weighing import by_sector
from earlyhelp.checking.check import Check
from earlyhelp.chronology import NEVER, Block
from earlyhelp.law.policy import POLICY
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


@given(drawn=rows, day=st.integers(0, DAYS), harm=st.integers(0, 40_000))
def test_one_more_call_about_people_never_lowers_concern(drawn: Rows, day: int, harm: int):
    check = RepeatPoliceCallouts()
    homes = [(home, at, 0, kind, size, other) for home, at, _, kind, size, other in drawn]
    before = check.ask(made(check, homes), DAYS)
    after = check.ask(made(check, [*homes, (0, day, 0, 0, harm, 1)]), DAYS)
    assert after.weight[0] >= before.weight[0] - 1e-12


@given(
    cycle=st.sampled_from([(0, 7), (1, 14), (2, 28), (3, 28)]),
    paid=st.lists(st.sampled_from([1.0] * 8 + [0.5, 0.0, 1.5]), min_size=60, max_size=60),
    which=st.integers(0, 12),
)
def test_one_more_payment_missed_never_lowers_concern(cycle: tuple[int, int], paid: list[float], which: int):
    """A usual payment of the last quarter that did not come, as long as what is usual stays the same."""
    check, (code, every) = RentArrearsTrend(), cycle
    charges = [(0, 7 * week, 0, 0, 10_000, 0) for week in range(60)]
    due = range(every + 2, 60 * 7, every)
    payments = [
        (0, day, 0, 1, round(10_000 * share * every / 7), code + 1)
        for day, share in zip(due, paid, strict=False)
        if share
    ]
    assume(sum(share == 1.0 for share in paid[: len(due)]) > 0.7 * len(due))
    lately = [at for at, one in enumerate(payments) if one[1] > 47 * 7 and one[4] == 10_000 * every // 7]
    if lately:
        gone = lately[which % len(lately)]
        fewer = [one for at, one in enumerate(payments) if at != gone]
        before, after = (
            check.ask(made(check, charges + some), 60 * 7).weight[0] for some in (payments, fewer)
        )
        assert after >= before - 1e-9


@given(drawn=rows)
def test_one_agency_heard_twice_is_one_agency(drawn: Rows):
    twice = {check.name: check.ask(made(check, [*drawn, *drawn]), DAYS) for check in CHECKS}
    sectors = by_sector(twice, {check.name: check.sector for check in CHECKS}, POLICY)
    assert len(sectors) == len({check.sector for check in CHECKS})
    assert all((weight <= POLICY.ceiling).all() for weight in sectors.values())
