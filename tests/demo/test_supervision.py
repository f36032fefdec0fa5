"""Supervision in the invented city: as common as it may be, tied to strain, and as untidy as offices are."""

from dataclasses import fields, replace
from functools import cache

import numpy as np
import pytest

from earlyhelp.demo.city.days import DAY, calendar, day_number
from earlyhelp.demo.city.making import neighbourhood, neighbourhoods
from earlyhelp.demo.city.records import SUPERVISION_EVENTS, CityPlan, Neighbourhood

PLAN = CityPlan()
WEEKS = PLAN.history_weeks + PLAN.weeks_after
START, END = day_number(PLAN.start), day_number(PLAN.end)
MADE, KEPT, MISSED, BREACH, ENDED, REOFFENCE = range(len(SUPERVISION_EVENTS))


@cache
def pieces() -> tuple[Neighbourhood, ...]:
    return tuple(neighbourhoods(PLAN))


@pytest.fixture(params=range(4))
def piece(request: pytest.FixtureRequest) -> Neighbourhood:
    return pieces()[request.param]


def every(column: str) -> np.ndarray:
    return np.concatenate([getattr(one.supervision, column) for one in pieces()])


def first_rows(record: np.ndarray) -> np.ndarray:
    """The row in which each record was first written down."""
    return np.unique(record, return_index=True)[1]


def seen_at(one: Neighbourhood) -> dict[int, int]:
    """Household by the place where it lived last."""
    return dict(zip(one.occupancies.uprn.tolist(), one.occupancies.household.tolist(), strict=True))


def test_it_is_made_of_its_own_chance(piece: Neighbourhood) -> None:
    """The same plan makes the same orders, another seed others."""
    number = next(n for n, one in enumerate(pieces()) if one is piece)
    again, other = neighbourhood(PLAN, number), neighbourhood(replace(PLAN, seed=8), number)
    for column in fields(piece.supervision):
        mine = getattr(piece.supervision, column.name)
        assert np.array_equal(mine, getattr(again.supervision, column.name))
    assert not np.array_equal(piece.supervision.uprn, other.supervision.uprn)


def test_one_or_two_households_in_a_hundred_have_somebody_under_supervision() -> None:
    """Those seen in the month before the first night, by address; those of no fixed abode come on top."""
    night = day_number(PLAN.first_night)
    lately = (every("occurred_on") > night - 28) & (every("occurred_on") <= night) & ~every("deleted")
    homes = len(np.unique(every("uprn")[lately & (every("uprn") > 0)]))
    assert 0.010 < homes / PLAN.households < 0.020


def test_everything_that_can_happen_does() -> None:
    kinds = np.bincount(every("event"), minlength=len(SUPERVISION_EVENTS))
    assert (kinds > 20).all()
    assert kinds[KEPT] > 3 * kinds[MISSED]
    assert kinds[MISSED] > kinds[BREACH] > 0
    assert kinds[KEPT] + kinds[MISSED] > 10 * kinds[REOFFENCE]


def test_a_breach_follows_at_least_two_missed_appointments(piece: Neighbourhood) -> None:
    told = piece.supervision
    breaches = np.flatnonzero((told.event == BREACH) & (told.uprn > 0) & (told.occurred_on > START + 365))
    moved = 0
    for row in breaches[np.isin(breaches, first_rows(told.record))].tolist():
        missed = (told.uprn == told.uprn[row]) & (told.event == MISSED)
        days = told.occurred_on[row] - np.unique(told.occurred_on[missed])
        moved += ((days > 0) & (days < 365)).sum() < 2 or not ((days > 0) & (days < 14)).any()
    assert moved <= 0.1 * len(breaches), "only a move, or somebody else's entry, may hide the reason"


def test_stress_means_more_orders_and_more_missed_appointments() -> None:
    rates, misses = np.zeros((2, 2)), np.zeros((2, 2))
    for one in pieces():
        stress, told, lives = one.truth.stress, one.supervision, seen_at(one)
        rates[1] += [(stress == 0).sum(), (stress > 0.3).sum()]
        first = first_rows(told.record)
        for row in first[told.occurred_on[first] >= START].tolist():
            if (household := lives.get(int(told.uprn[row]))) is None:
                continue
            level = stress[household - one.truth.household[0], (told.occurred_on[row] - START) // 7]
            group = 0 if level == 0 else 1 if level > 0.3 else None
            if group is None:
                continue
            rates[0, group] += told.event[row] == MADE
            misses[0, group] += told.event[row] == MISSED
            misses[1, group] += told.event[row] in (MISSED, KEPT)
    made, missed = rates[0] / rates[1], misses[0] / misses[1]
    assert made[1] > 1.5 * made[0]
    assert missed[1] > 1.3 * missed[0]


def test_the_city_begins_with_orders_that_stood_before(piece: Neighbourhood) -> None:
    told = piece.supervision
    earlier = told.occurred_on < START
    assert earlier.any()
    assert (told.event[earlier] == MADE).all(), "of what was before only that it was"


def test_appointments_are_on_working_days(piece: Neighbourhood) -> None:
    told = piece.supervision
    kept = told.occurred_on[np.isin(told.event, (KEPT, MISSED))]
    assert calendar(PLAN).working(kept).all()


def test_nothing_is_written_down_before_it_happened(piece: Neighbourhood) -> None:
    told = piece.supervision
    assert (told.recorded_at >= told.occurred_on.astype(np.int64) * DAY).all()
    assert (np.diff(told.recorded_at) >= 0).all()
    assert told.recorded_at.max() < END * DAY


def test_some_missed_appointments_are_put_right_later() -> None:
    record, event, deleted = every("record"), every("event"), every("deleted")
    first = first_rows(record)
    again = np.setdiff1d(np.arange(len(record)), first)
    before = first[np.searchsorted(record[first], record[again])]
    right = ~deleted[again]
    assert (event[before][right] == MISSED).all()
    assert (event[again][right] == KEPT).all()
    assert (every("recorded_at")[again] > every("recorded_at")[before]).all()
    assert 0.04 < right.sum() / (event[first] == MISSED).sum() < 0.12


def test_a_few_entries_were_for_the_wrong_person_and_are_deleted() -> None:
    record, deleted = every("record"), every("deleted")
    first = first_rows(record)
    assert not deleted[first].any()
    share = deleted.sum() / len(first)
    assert 0.002 < share < 0.012
    for one in pieces():
        told = one.supervision
        for gone in np.flatnonzero(told.deleted):
            entry = np.flatnonzero(told.record == told.record[gone])[0]
            meant = (told.occurred_on == told.occurred_on[entry]) & (told.event == told.event[entry])
            assert (told.uprn[meant] != told.uprn[entry]).any(), "it had happened to somebody else"


def test_some_are_of_no_fixed_abode_and_the_rest_live_somewhere() -> None:
    assert 0.02 < (every("uprn") == 0).mean() < 0.12
    for one in pieces():
        told = one.supervision
        assert np.isin(told.uprn[told.uprn > 0], one.residences.uprn).all()


def test_whoever_is_supervised_lives_where_the_household_does_on_the_day(piece: Neighbourhood) -> None:
    told, member, lived = piece.supervision, piece.memberships, piece.occupancies
    for row in np.flatnonzero(told.uprn > 0).tolist():
        day = told.occurred_on[row]
        theirs = member.household[
            (member.person == told.person[row]) & (member.from_on <= day) & (member.to_on > day)
        ]
        there = np.isin(lived.household, theirs) & (lived.from_on <= day) & (lived.to_on > day)
        assert told.uprn[row] in lived.uprn[there]
