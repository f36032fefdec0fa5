"""The invented city keeps its promises: same plan, same city; as awkward as life; at the known rates."""

import gc
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest

from earlyhelp.demo.city.days import DAY, calendar, day_number, is_rent_free
from earlyhelp.demo.city.making import neighbourhood, neighbourhoods, silences, ward_names
from earlyhelp.demo.city.people import check_digits, misspell, surnames
from earlyhelp.demo.city.records import (
    BENEFITS,
    EPOCH,
    ESCALATIONS,
    NEVER,
    PAYMENT_CODES,
    STATUSES,
    TAX_STAGES,
    USAGES,
    CityPlan,
    Neighbourhood,
)

PLAN = CityPlan()
WEEKS = PLAN.history_weeks + PLAN.weeks_after
YEARS = WEEKS * 7 / 365.25
START = day_number(PLAN.start)
FEED_OF = {"rent": "housing", "tenancies": "housing", "callouts": "police", "appointments": "health"}
FEED_OF |= {"fire_visits": "fire"}


@cache
def pieces() -> tuple[Neighbourhood, ...]:
    return tuple(neighbourhoods(PLAN))


@pytest.fixture(params=range(4))
def piece(request: pytest.FixtureRequest) -> Neighbourhood:
    return pieces()[request.param]


def columns(one: Neighbourhood) -> Iterator[tuple[str, np.ndarray]]:
    for table in fields(one):
        for column in fields(getattr(one, table.name)):
            yield f"{table.name}.{column.name}", getattr(getattr(one, table.name), column.name)


def assert_same(one: Neighbourhood, other: Neighbourhood) -> None:
    for (name, left), (_, right) in zip(columns(one), columns(other), strict=True):
        assert left.dtype == right.dtype, name
        assert np.array_equal(left, right), name


def all_of(table: str, column: str) -> np.ndarray:
    return np.concatenate([getattr(getattr(one, table), column) for one in pieces()])


def latest(record: np.ndarray) -> np.ndarray:
    """Rows that say the last word on their record; the tables are in the order in which they became known."""
    return len(record) - 1 - np.unique(record[::-1], return_index=True)[1]


def weekly_balances(one: Neighbourhood) -> tuple[np.ndarray, np.ndarray]:
    """(accounts, balance in weeks of rent by account and week), with everything put right in the end."""
    rent, tenancies = one.rent, one.tenancies
    rows = latest(rent.record)
    rows = rows[~rent.void[rows]]
    account = np.unique(tenancies.account)
    weekly = np.zeros(len(account))
    weekly[np.searchsorted(account, tenancies.account)] = tenancies.weekly_rent
    balance = np.zeros((len(account), WEEKS))
    week = (rent.occurred_on[rows] - START) // 7
    np.add.at(balance, (np.searchsorted(account, rent.account[rows]), week), rent.amount[rows])
    return account, balance.cumsum(axis=1) / weekly[:, None]


def households_of(one: Neighbourhood, account: np.ndarray) -> np.ndarray:
    """Row of the truth for each of these accounts."""
    first = np.unique(one.tenancies.account, return_index=True)[1]
    by_account = one.tenancies.household[first]
    return np.searchsorted(
        one.truth.household, by_account[np.searchsorted(np.unique(one.tenancies.account), account)]
    )


# The same plan, the same city


def test_the_same_plan_makes_the_same_city() -> None:
    assert_same(neighbourhood(PLAN, 1), neighbourhood(CityPlan(), 1))


def test_another_seed_makes_another_city() -> None:
    here, there = neighbourhood(PLAN, 1), neighbourhood(replace(PLAN, seed=8), 1)
    assert not np.array_equal(here.persons.surname, there.persons.surname)
    assert not np.array_equal(here.truth.stress, there.truth.stress)


def test_a_neighbourhood_made_alone_is_the_one_in_the_stream(piece: Neighbourhood) -> None:
    number = next(n for n, one in enumerate(pieces()) if one is piece)
    assert_same(piece, neighbourhood(PLAN, number))


def test_there_is_no_neighbourhood_beyond_the_city() -> None:
    with pytest.raises(ValueError, match="no neighbourhood 4"):
        neighbourhood(PLAN, 4)


@pytest.mark.parametrize("households", [1, 7, 120, 2_501])
def test_a_city_may_be_of_any_size(households: int) -> None:
    plan = CityPlan(households=households, history_weeks=8, weeks_after=2)
    made = list(neighbourhoods(plan, size=1_250))
    assert sum(len(one.truth.household) for one in made) >= households


def test_a_plan_may_begin_on_any_weekday() -> None:
    plan = CityPlan(households=300, first_night=date(2026, 11, 5), history_weeks=10, weeks_after=4)
    for one in neighbourhoods(plan):
        charged = one.rent.occurred_on[one.rent.entry == 0]
        assert ((charged + 3) % 7 == 0).all()
        assert_recorded_after(one)


def test_ten_thousand_households_take_less_than_four_seconds() -> None:
    neighbourhood(PLAN, 0)
    begun = time.process_time()
    for _ in neighbourhoods(PLAN):
        pass
    assert time.process_time() - begun < 4


def test_a_city_streams_in_the_memory_of_one_neighbourhood() -> None:
    plan = CityPlan(households=20_000)

    def peak(made: Iterator[Neighbourhood]) -> int:
        gc.collect()
        tracemalloc.start()
        for one in made:
            del one
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    alone = peak(neighbourhood(plan, number) for number in (0, 4))
    assert peak(neighbourhoods(plan)) < 1.3 * alone


# Who and where


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("residences", "uprn"),
        ("persons", "person"),
        ("persons", "nhs_number"),
        ("truth", "household"),
        ("callouts", "record"),
        ("fire_visits", "record"),
    ],
)
def test_numbers_are_unique_over_the_whole_city(table: str, column: str) -> None:
    numbers = all_of(table, column)
    assert len(np.unique(numbers)) == len(numbers)


def test_no_two_kinds_of_record_share_a_number() -> None:
    kinds = [
        np.unique(all_of(table, "record")) for table in ("rent", "callouts", "appointments", "fire_visits")
    ]
    kinds += [np.unique(one.benefit_awards.claim) for one in pieces()]
    assert len(np.unique(np.concatenate(kinds))) == sum(map(len, kinds))
    accounts = [np.unique(all_of(table, "account")) for table in ("tenancies", "council_tax")]
    assert len(np.unique(np.concatenate(accounts))) == sum(map(len, accounts))


def test_nhs_numbers_are_of_the_testing_range_with_right_check_digits() -> None:
    numbers = all_of("persons", "nhs_number")
    assert (numbers // 10_000_000 == 999).all()
    assert (check_digits(numbers // 10) == numbers % 10).all()
    assert check_digits(np.array([943_476_591])).tolist() == [9]  # 943 476 5919, the published example


def test_addresses_cannot_be_real() -> None:
    assert (all_of("residences", "uprn") // 100_000_000 == 9_990).all()
    postcodes = all_of("residences", "postcode")
    assert np.char.startswith(postcodes, "ZZ").all()
    assert not np.char.startswith(postcodes, "ZZ99").any()


def test_flats_stand_under_their_building(piece: Neighbourhood) -> None:
    places = piece.residences
    flat = np.flatnonzero(places.parent_uprn > 0)
    parent = np.searchsorted(places.uprn, places.parent_uprn[flat])
    assert 0.15 < len(flat) / len(places.uprn) < 0.35
    assert (places.usage[flat] == USAGES.index("dwelling")).all()
    assert (places.usage[parent] == USAGES.index("building")).all()
    assert (places.postcode[parent] == places.postcode[flat]).all()
    assert places.address[flat[0]].endswith(", " + places.address[parent[0]])


def test_every_ward_has_its_residences() -> None:
    assert sorted(np.unique(all_of("residences", "ward"))) == sorted(ward_names(PLAN))
    assert len(ward_names(CityPlan(households=300))) == 2
    many = ward_names(CityPlan(households=1_000_000))
    assert len(set(many)) == len(many) == 1_000


def test_nobody_lives_where_others_do(piece: Neighbourhood) -> None:
    lived = piece.occupancies
    order = np.lexsort((lived.from_on, lived.uprn))
    same = lived.uprn[order][1:] == lived.uprn[order][:-1]
    assert (lived.from_on[order][1:][same] >= lived.to_on[order][:-1][same]).all()
    dwelling = piece.residences.usage[np.searchsorted(piece.residences.uprn, lived.uprn)]
    assert (dwelling == USAGES.index("dwelling")).all()


def test_households_move_split_and_join() -> None:
    household = all_of("occupancies", "household")
    moved = len(household) - len(np.unique(household))
    assert 0.04 < moved / PLAN.households / YEARS < 0.06
    founded = len(all_of("truth", "household")) - PLAN.households
    assert 0.003 < founded / PLAN.households / YEARS < 0.012
    last = np.maximum.reduceat(all_of("occupancies", "to_on"), np.unique(household, return_index=True)[1])
    assert 0.002 < (last < NEVER).sum() / PLAN.households / YEARS < 0.008


def test_people_belong_to_one_household_at_a_time(piece: Neighbourhood) -> None:
    belongs = piece.memberships
    order = np.lexsort((belongs.from_on, belongs.person))
    same = belongs.person[order][1:] == belongs.person[order][:-1]
    assert same.any()
    assert (belongs.from_on[order][1:][same] == belongs.to_on[order][:-1][same]).all()
    assert (np.diff(np.unique(belongs.person)) == 1).all()


def test_joint_tenants_are_other_people(piece: Neighbourhood) -> None:
    held = piece.tenancies
    joint = held.joint_tenant >= 0
    assert 0.2 < joint.mean() < 0.5
    assert (held.joint_tenant[joint] != held.tenant[joint]).all()
    assert np.isin(held.tenant, piece.persons.person).all()


# Rent


def test_every_rent_row_has_its_account(piece: Neighbourhood) -> None:
    assert np.isin(piece.rent.account, piece.tenancies.account).all()
    started = dict(zip(piece.tenancies.account.tolist(), piece.tenancies.started_on.tolist(), strict=True))
    begun = np.array([started[account] for account in piece.rent.account.tolist()])
    assert (piece.rent.occurred_on >= begun).all()


def test_seven_in_ten_households_have_a_rent_account() -> None:
    now = all_of("tenancies", "recorded_at") < START * DAY
    assert 0.66 < len(np.unique(all_of("tenancies", "household")[now])) / PLAN.households < 0.74


def test_an_account_opens_with_its_balance_brought_forward(piece: Neighbourhood) -> None:
    rent = piece.rent
    opening = np.flatnonzero(rent.code == PAYMENT_CODES.index("ADJ"))
    older = np.unique(piece.tenancies.account[piece.tenancies.started_on < START])
    assert np.array_equal(np.sort(rent.account[opening]), older)
    assert (rent.occurred_on[opening] == START).all()
    assert (rent.amount[opening] < 0).any()
    assert (rent.amount[opening] > 0).any()


def test_rent_is_charged_on_mondays_but_for_four_weeks_a_year(piece: Neighbourhood) -> None:
    charged = np.unique(piece.rent.occurred_on[piece.rent.code == PAYMENT_CODES.index("RNT")])
    mondays = [EPOCH + timedelta(days=int(day)) for day in range(START, day_number(PLAN.end), 7)]
    assert charged.tolist() == [day_number(day) for day in mondays if not is_rent_free(day)]
    for year in range(2020, 2040):
        free = [d for d in (date(year, 7, 1) + timedelta(days=n) for n in range(365)) if d.weekday() == 0]
        assert sum(map(is_rent_free, free)) == 4


def test_payments_arrive_on_working_days(piece: Neighbourhood) -> None:
    paid = piece.rent.occurred_on[piece.rent.entry == 1]
    assert calendar(PLAN).working(paid).all()
    assert day_number(date(2026, 12, 25)) not in paid
    assert day_number(date(2026, 12, 28)) not in paid  # Boxing Day's substitute


def test_a_monthly_payers_balance_is_a_saw(piece: Neighbourhood) -> None:
    """It climbs a week's rent at a time and falls by about four at once (domain.md 4.2)."""
    account, balance = weekly_balances(piece)
    rent = piece.rent
    monthly = np.unique(rent.account[rent.code == PAYMENT_CODES.index("RDD")])
    steps = np.diff(balance[np.searchsorted(account, monthly)], axis=1)
    assert 0.15 < (steps < -2.5).mean() < 0.27  # once in four to five weeks
    assert 0.60 < (np.abs(steps - 1) < 0.02).mean() < 0.80
    assert ((steps < -1.5).sum(axis=1) >= 3).mean() > 0.95


def test_managed_payments_come_thirteen_times_for_twelve() -> None:
    batches = full = 0
    for one in pieces():
        rent = one.rent
        rows = latest(rent.record)
        rows = rows[(rent.code[rows] == PAYMENT_CODES.index("RUC")) & ~rent.void[rows]]
        day = rent.occurred_on[rows]
        dates = np.unique(day)
        assert (np.abs(np.diff(dates) - 28) <= 4).all()  # a bank holiday moves one by a day or so
        year = np.isin(day, dates[:13])
        number, versions = np.unique(one.tenancies.account, return_counts=True)
        old = one.tenancies.account[one.tenancies.started_on < START - 60]
        steady = np.isin(rent.account[rows], np.intersect1d(number[versions == 1], old))
        times = np.unique(rent.account[rows][year & steady], return_counts=True)[1]
        assert times.max() == 12
        batches += len(times)
        full += (times == 12).sum()
    assert full / batches > 0.8


def test_some_payments_are_posted_weeks_late_and_some_put_right() -> None:
    entry, known, occurred = (all_of("rent", name) for name in ("entry", "recorded_at", "occurred_on"))
    record, amount, void = (all_of("rent", name) for name in ("record", "amount", "void"))
    _, first = np.unique(record, return_index=True)
    late = (known[first] // DAY - occurred[first] >= 14)[entry[first] == 1].mean()
    assert 0.015 < late < 0.03
    again = np.setdiff1d(np.arange(len(record)), first)
    assert void[again].any()
    assert not void[first].any()
    before = first[np.searchsorted(record[first], record[again])]
    assert (known[again] > known[before]).all()
    assert (amount[again] != amount[before])[~void[again]].all()


def test_a_new_claim_brings_the_five_week_wait() -> None:
    """Arrears rise by two to four weeks of rent around the claim and do not vanish (domain.md 4.2)."""
    rises = []
    for one in pieces():
        account, balance = weekly_balances(one)
        held = one.tenancies
        number, first, rows = np.unique(held.account, return_index=True, return_counts=True)
        for candidate in number[rows > 1]:
            versions = np.flatnonzero(held.account == candidate)
            if held.cycle[versions[0]] != held.cycle[versions[1]]:
                week = (held.recorded_at[versions[1]] // DAY - START) // 7
                if 4 <= week < WEEKS - 12:
                    own = balance[np.searchsorted(account, candidate)]
                    rises.append(own[week + 8 : week + 13].mean() - own[week - 3 : week + 1].mean())
        assert len(first) == len(number)
    assert len(rises) > 50
    assert 1.5 < np.mean(rises) < 4


# Calls, appointments and the rest


def test_calls_come_at_the_rate_the_research_has() -> None:
    first = np.unique(all_of("callouts", "incident"), return_index=True)[1]
    usage = usages_of_calls()
    homes = (usage[first] != USAGES.index("institution")).sum()
    assert 0.36 < homes / PLAN.households / YEARS < 0.48  # 0.42: detection.md 4.1


def usages_of_calls() -> np.ndarray:
    uprn, usage = all_of("residences", "uprn"), all_of("residences", "usage")
    called = all_of("callouts", "uprn")
    return np.where(called > 0, usage[np.minimum(np.searchsorted(uprn, called), len(uprn) - 1)], -1)


def test_calls_are_as_awkward_as_life() -> None:
    usage = usages_of_calls()
    homes = usage != USAGES.index("institution")
    assert 0.06 < (usage[homes] == -1).mean() < 0.10
    assert (usage == USAGES.index("building")).mean() > 0.01
    assert len(np.unique(all_of("callouts", "uprn")[~homes])) == 4 + 1
    busiest = np.unique(all_of("callouts", "uprn")[usage >= 0], return_counts=True)
    assert np.isin(busiest[0][np.argsort(busiest[1])[-4:]], all_of("callouts", "uprn")[~homes]).all()
    domestic = all_of("callouts", "category") == 1
    assert 0.6 < all_of("callouts", "domestic_abuse")[domestic].mean() < 0.8
    assert not all_of("callouts", "domestic_abuse")[~domestic].any()
    assert 0.08 < all_of("callouts", "police_initiated").mean() < 0.15


def test_one_event_is_reported_twice(piece: Neighbourhood) -> None:
    calls = piece.callouts
    incident, times = np.unique(calls.incident, return_counts=True)
    assert times.max() == 2
    assert 0.03 < (times == 2).mean() < 0.09
    rows = np.flatnonzero(calls.incident == incident[times == 2][0])
    assert calls.record[rows[0]] != calls.record[rows[1]]
    assert calls.occurred_at[rows[0]] == calls.occurred_at[rows[1]]


def test_appointments_come_and_are_missed_at_the_rates_the_research_has() -> None:
    rows = latest(all_of("appointments", "record"))
    day, status = all_of("appointments", "starts_at")[rows] // DAY, all_of("appointments", "status")[rows]
    due = (day >= START) & (day < day_number(PLAN.end))
    assert 3.4 < due.sum() / PLAN.households / YEARS < 3.8  # 3.6: detection.md 4.1
    share = {name: (status[due] == n).mean() for n, name in enumerate(STATUSES)}
    missed = share["noshow"] + share["not_brought"]
    assert 0.077 < missed / (missed + share["fulfilled"]) < 0.097  # 8.7 %
    assert 0.1 < share["not_brought"] / missed < 0.5  # children use less care than others, and miss as much
    assert 0.06 < share["cancelled"] < 0.10
    ahead = day >= day_number(PLAN.end)
    assert ahead.sum() > 100
    assert np.isin(status[ahead], [STATUSES.index("booked"), STATUSES.index("cancelled")]).all()


def test_an_appointment_is_booked_before_it_is_anything_else(piece: Neighbourhood) -> None:
    booked = piece.appointments
    _, first = np.unique(booked.record, return_index=True)
    assert (booked.status[first] == STATUSES.index("booked")).all()
    others = np.setdiff1d(np.arange(len(booked.record)), first)
    assert (booked.status[others] != STATUSES.index("booked")).all()
    child = piece.persons.born_on[booked.person - piece.persons.person[0]] > START - 16 * 365
    assert child.mean() > 0.05


def test_children_go_to_school_in_term_only(piece: Neighbourhood) -> None:
    school = piece.school_absences
    assert set(np.unique(school.possible_sessions)) <= {2, 4, 6, 8, 10}
    assert (school.missed_sessions <= school.possible_sessions).all()
    assert 0.04 < school.missed_sessions.sum() / school.possible_sessions.sum() < 0.09
    assert day_number(date(2026, 8, 10)) not in school.week_of
    assert 37 <= (np.unique(school.week_of) < START + 365).sum() <= 40


def test_a_child_lives_where_its_household_does(piece: Neighbourhood) -> None:
    school, belongs, lived = piece.school_absences, piece.memberships, piece.occupancies
    seen = np.random.default_rng(1).choice(len(school.person), 300, replace=False)
    for row in seen.tolist():
        day = school.week_of[row]
        mine = (belongs.person == school.person[row]) & (belongs.from_on <= day) & (belongs.to_on > day)
        there = np.isin(lived.household, belongs.household[mine]) & (lived.from_on <= day)
        assert school.uprn[row] in lived.uprn[there & (lived.to_on > day)]


def test_a_few_children_change_school_and_have_been_there_a_short_while(piece: Neighbourhood) -> None:
    school = piece.school_absences
    assert (school.unauthorised_sessions <= school.missed_sessions).all()
    assert 0.2 < school.unauthorised_sessions.sum() / school.missed_sessions.sum() < 0.4
    assert (school.enrolled_on <= school.week_of).all()
    assert 0.001 < (school.week_of - school.enrolled_on < 28).mean() < 0.01
    pupils = np.unique(np.stack([school.person, school.enrolment, school.enrolled_on]), axis=1)
    assert len(np.unique(pupils[1])) == pupils.shape[1]
    changed = pupils.shape[1] / len(np.unique(pupils[0])) - 1
    assert 0.03 < changed / YEARS < 0.09


def test_council_tax_tells_of_those_who_owe(piece: Neighbourhood) -> None:
    tax = piece.council_tax
    assert (tax.arrears >= -5_000).all()
    assert (tax.arrears == 0).any()
    assert 0 < (tax.arrears < 0).sum() < (tax.arrears == 0).sum()
    assert np.isin(tax.uprn, piece.residences.uprn).all()
    assert np.isin(tax.liable, piece.persons.person).all()


def test_recovery_of_council_tax_never_goes_back_while_something_is_owed(piece: Neighbourhood) -> None:
    tax = piece.council_tax
    assert ((tax.arrears > 0) == (tax.stage != TAX_STAGES.index("none"))).all()
    order = np.lexsort((tax.occurred_on, tax.account))
    same = tax.account[order][1:] == tax.account[order][:-1]
    stage = tax.stage[order]
    both = same & (stage[1:] > 0) & (stage[:-1] > 0)
    assert (stage[1:][both] >= stage[:-1][both]).all()
    assert set(np.unique(stage)) == set(range(len(TAX_STAGES)))


def awarded(one: Neighbourhood, day: int, benefit: str | None = None) -> np.ndarray:
    """Rows of the awards that are listed on a day."""
    made = one.benefit_awards
    listed = (made.from_on <= day) & (made.to_on > day)
    return np.flatnonzero(listed & ((made.benefit == BENEFITS.index(benefit)) if benefit else True))


def test_a_third_of_households_are_helped_with_council_tax() -> None:
    for night in (PLAN.start, PLAN.first_night):
        helped = sum(len(awarded(one, day_number(night), "council_tax_reduction")) for one in pieces())
        assert 0.28 < helped / PLAN.households < 0.38


def test_a_claim_stands_once_in_a_list_where_its_claimant_lives(piece: Neighbourhood) -> None:
    made, lived = piece.benefit_awards, piece.occupancies
    for day in range(START, day_number(PLAN.end), 7):
        assert len(np.unique(made.claim[awarded(piece, day)])) == len(awarded(piece, day))
    assert (made.from_on < made.to_on).all()
    assert (made.started_on < made.from_on).all()
    assert (np.diff(made.from_on) >= 0).all()
    assert np.isin(made.person, piece.persons.person).all()
    assert (made.weekly_amount > 0).all()
    for row in awarded(piece, START + 200)[:200].tolist():
        there = lived.uprn == made.uprn[row]
        assert ((lived.from_on[there] <= START + 200) & (lived.to_on[there] > START + 200)).any()


def test_who_pays_by_housing_benefit_is_awarded_it(piece: Neighbourhood) -> None:
    day = day_number(PLAN.first_night)
    rent, held = piece.rent, piece.tenancies
    paying = np.isin(held.account, rent.account[rent.code == PAYMENT_CODES.index("RHB")])
    over = np.isin(held.account, held.account[held.ended_on <= day])
    homes = held.uprn[paying & ~over & (held.started_on < day - 60)]
    assert len(homes) > 300
    made = piece.benefit_awards
    assert np.isin(homes, made.uprn[awarded(piece, day, "housing_benefit")]).all()


def test_every_award_changes_in_april() -> None:
    april = day_number(date(2026, 4, 6))
    for one in pieces():
        made = one.benefit_awards
        before, after = (
            dict(zip(made.claim[rows].tolist(), made.weekly_amount[rows].tolist(), strict=True))
            for rows in (awarded(one, april - 1), awarded(one, april))
        )
        assert all(after[claim] != before[claim] for claim in before.keys() & after.keys())


def test_awards_are_stopped_more_often_under_stress() -> None:
    stopped, strain, usual = 0, [], []
    for one in pieces():
        made, lived = one.benefit_awards, one.occupancies
        rows = latest(made.claim)
        day = made.to_on[rows]
        rows = rows[(day < day_number(PLAN.end)) & (day > START)]
        left = np.isin(made.uprn[rows] * 100_000 + made.to_on[rows], lived.uprn * 100_000 + lived.to_on)
        for row in rows[~left].tolist():
            day = made.to_on[row]
            here = (lived.uprn == made.uprn[row]) & (lived.from_on < day) & (lived.to_on >= day)
            who = np.searchsorted(one.truth.household, lived.household[here])
            strain.append(one.truth.stress[who[0], (day - START) // 7])
        stopped += (~left).sum()
        usual.append(one.truth.stress.mean())
    assert 0.03 < stopped / PLAN.households / YEARS < 0.09
    assert np.mean(strain) > 2 * np.mean(usual)


def test_some_stopped_awards_are_put_right_under_the_same_claim() -> None:
    gaps = 0
    for one in pieces():
        made = one.benefit_awards
        order = np.lexsort((made.from_on, made.claim))
        same = made.claim[order][1:] == made.claim[order][:-1]
        pause = made.from_on[order][1:][same] - made.to_on[order][:-1][same]
        assert (pause >= 0).all()
        gaps += (pause > 0).sum()
        assert ((pause == 0) | (pause >= 28)).all()
    assert gaps > 20


# Known when recorded


def assert_recorded_after(one: Neighbourhood) -> None:
    happened = {
        "rent": one.rent.occurred_on.astype(np.int64) * DAY,
        "tenancies": one.tenancies.started_on.astype(np.int64) * DAY,
        "callouts": one.callouts.occurred_at,
        "fire_visits": one.fire_visits.occurred_on.astype(np.int64) * DAY,
        "school_absences": (one.school_absences.week_of.astype(np.int64) + 5) * DAY,
        "council_tax": one.council_tax.occurred_on.astype(np.int64) * DAY,
        "appointments": one.appointments.booked_on.astype(np.int64) * DAY,
    }
    for table, minute in happened.items():
        known = getattr(one, table).recorded_at
        assert (known >= minute).all(), table
        assert (np.diff(known) >= 0).all(), table
        assert known.max(initial=0) < day_number(PLAN.end) * DAY, table


def test_nothing_is_recorded_before_it_happened(piece: Neighbourhood) -> None:
    assert_recorded_after(piece)
    booked = piece.appointments
    told = np.isin(booked.status, [STATUSES.index("fulfilled"), STATUSES.index("noshow")])
    assert (booked.recorded_at[told] > booked.starts_at[told]).all()
    ended = piece.tenancies.ended_on < NEVER
    assert (
        piece.tenancies.recorded_at[ended] >= piece.tenancies.ended_on[ended].astype(np.int64) * DAY
    ).all()


def test_nothing_is_recorded_while_its_agency_is_silent(piece: Neighbourhood) -> None:
    for table, agency in FEED_OF.items():
        known = getattr(piece, table).recorded_at
        for silence in silences(PLAN):
            if silence.agency == agency:
                begins, ends = day_number(silence.from_on) * DAY, day_number(silence.to_on) * DAY
                assert not ((known >= begins) & (known < ends)).any()
    lump = day_number(next(s for s in silences(PLAN) if s.agency == "housing").to_on) * DAY
    assert (piece.rent.recorded_at == lump).sum() > 100


@pytest.mark.parametrize("seed", range(20))
def test_the_first_night_has_every_feed_and_the_next_a_stale_one(seed: int) -> None:
    plan = replace(PLAN, seed=seed)
    night = plan.first_night
    near = [s for s in silences(plan) if s.to_on > night - timedelta(7) and s.from_on < night + timedelta(21)]
    assert [(s.agency, (s.to_on - s.from_on).days) for s in near] == [("police", 9)]
    assert 3 <= (near[0].from_on - night).days <= 10
    assert {s.agency for s in silences(plan)} <= {"housing", "police", "health", "fire"}
    for one, other in zip(silences(plan), silences(plan)[1:], strict=False):
        assert one.agency != other.agency or one.to_on < other.from_on


# The truth


def test_as_many_escalate_as_the_research_has() -> None:
    share = len(all_of("truth", "escalated")) / PLAN.households * 26 / WEEKS
    assert 0.004 < share < 0.012  # 0.75 % in 26 weeks: detection.md 4.1
    kinds = np.bincount(all_of("truth", "escalation"), minlength=len(ESCALATIONS)) / len(
        all_of("truth", "escalated")
    )
    assert (kinds > 0.08).all()


def test_nobody_escalates_twice_or_before_living(piece: Neighbourhood) -> None:
    truth = piece.truth
    assert len(np.unique(truth.escalated)) == len(truth.escalated)
    assert ((truth.escalated_on >= START) & (truth.escalated_on < day_number(PLAN.end))).all()
    assert truth.stress.shape == (len(truth.household), WEEKS)
    assert truth.stress.min() >= 0
    assert truth.stress.max() < 1.1
    assert (truth.stress[:, 0] > 0.2).any()  # some are under strain before the plan begins


def test_a_third_callout_is_a_call() -> None:
    for one in pieces():
        home = dict(zip(one.occupancies.household.tolist(), one.occupancies.uprn.tolist(), strict=True))
        moved = np.unique(one.occupancies.household, return_counts=True)
        settled = set(moved[0][moved[1] == 1].tolist())
        calls = set(zip(one.callouts.uprn.tolist(), (one.callouts.occurred_at // DAY).tolist(), strict=True))
        cut = day_number(PLAN.end) - 14  # later calls may be written down only after the plan's end
        for household, day, kind in zip(
            one.truth.escalated.tolist(),
            one.truth.escalated_on.tolist(),
            one.truth.escalation.tolist(),
            strict=True,
        ):
            if kind == ESCALATIONS.index("third_callout") and household in settled and day < cut:
                assert (home[household], day) in calls


def test_notices_are_served_on_those_who_owe() -> None:
    owed = []
    for one in pieces():
        account, balance = weekly_balances(one)
        row = households_of(one, account)
        for household, day, kind in zip(
            one.truth.escalated, one.truth.escalated_on, one.truth.escalation, strict=True
        ):
            if kind == ESCALATIONS.index("notice_seeking_possession"):
                own = row == np.searchsorted(one.truth.household, household)
                owed.append(balance[own, (day - START) // 7].max())
    assert np.mean(np.array(owed) >= 3) > 0.9
    assert np.median(owed) > 5


def test_stress_raises_the_rent_owed() -> None:
    calm, strained = [], []
    for one in pieces():
        account, balance = weekly_balances(one)
        stress = one.truth.stress[households_of(one, account)]
        rise = balance[:, 13:] - balance[:, :-13]
        over = np.lib.stride_tricks.sliding_window_view(stress, 14, axis=1).mean(axis=2)
        calm.append(rise[over == 0].mean())
        strained.append(rise[over > 0.3].mean())
    assert abs(np.mean(calm)) < 0.3
    assert np.mean(strained) > 1.0


def test_stress_raises_calls_and_misses() -> None:
    calls, weeks, missed, kept = np.zeros(2), np.zeros(2), np.zeros(2), np.zeros(2)
    for one in pieces():
        stress = one.truth.stress
        weeks += [(stress == 0).sum(), (stress > 0.3).sum()]
        homes = dict(zip(one.occupancies.uprn.tolist(), one.occupancies.household.tolist(), strict=True))
        for uprn, minute in zip(one.callouts.uprn.tolist(), one.callouts.occurred_at.tolist(), strict=True):
            if uprn in homes:
                level = stress[homes[uprn] - one.truth.household[0], (minute // DAY - START) // 7]
                calls += [level == 0, level > 0.3]
        booked, rows = one.appointments, latest(one.appointments.record)
        rows = rows[booked.starts_at[rows] // DAY < day_number(PLAN.end)]
        household = np.zeros(len(one.persons.person), dtype=np.int64)
        household[one.memberships.person - one.persons.person[0]] = one.memberships.household
        own = household[booked.person[rows] - one.persons.person[0]] - one.truth.household[0]
        level = stress[own, np.maximum(booked.starts_at[rows] // DAY - START, 0) // 7]
        for group, chosen in enumerate((level == 0, level > 0.3)):
            missed[group] += (booked.status[rows][chosen] == STATUSES.index("noshow")).sum()
            kept[group] += (booked.status[rows][chosen] == STATUSES.index("fulfilled")).sum()
    rate = calls / weeks
    assert rate[1] > 3 * rate[0]
    share = missed / (missed + kept)
    assert share[1] > 1.5 * share[0]


def test_no_one_feed_gives_the_escalation_away() -> None:
    """Of those who escalate, many owe no more than others; 30 to 45 % do not react in a given agency."""
    unseen, seen = 0, 0
    for one in pieces():
        account, balance = weekly_balances(one)
        row = households_of(one, account)
        for household, day in zip(one.truth.escalated, one.truth.escalated_on, strict=True):
            own = row == np.searchsorted(one.truth.household, household)
            week = (day - START) // 7
            if own.any() and week >= 13:
                rise = (balance[own, week] - balance[own, week - 13]).max()
                unseen += rise < 1.5
                seen += rise >= 1.5
    assert 0.25 < unseen / (seen + unseen) < 0.8


# Names


def test_misspelt_names_differ_a_little() -> None:
    rng = np.random.default_rng(1)
    true = surnames(25_000, rng)
    begun = time.process_time()
    written = misspell(true, rng)
    assert time.process_time() - begun < 0.5
    assert (written != true).all()
    assert (np.abs(np.char.str_len(written) - np.char.str_len(true)) <= 1).all()
    assert (misspell(true, rng, share=0.1) != true).mean() == pytest.approx(0.1, abs=0.01)
    assert np.array_equal(misspell(true, np.random.default_rng(2)), misspell(true, np.random.default_rng(2)))


def test_misspelling_knows_nicknames_and_lost_marks() -> None:
    rng = np.random.default_rng(3)
    assert "Liz" in misspell(np.array(["Elizabeth"] * 30), rng)
    assert {"ONeill", "O Neill"} <= set(misspell(np.array(["O'Neill"] * 60), rng).tolist())
    assert {"SmithJones", "Smith Jones"} <= set(misspell(np.array(["Smith-Jones"] * 60), rng).tolist())
    assert misspell(np.array([], dtype="U5"), rng).size == 0
    assert misspell(np.array(["", "A"]), rng).tolist()[0] == ""
