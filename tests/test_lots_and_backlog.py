"""A few places by lot, and what waits for room."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from earlyhelp import plugins
from earlyhelp.casework.backlog import Backlog
from earlyhelp.casework.deciding import decide
from earlyhelp.casework.decisions import Candidate, LeaveAlone, OpenCase, Voice
from earlyhelp.casework.desks import Room
from earlyhelp.casework.drawing_lots import Lots, places_by_lot
from earlyhelp.law.policy import POLICY, Factor, Sector
from earlyhelp.running.reporting import standing
from earlyhelp.services import fetching, stages
from earlyhelp.store.judged import weighed
from earlyhelp.store.tables import case, worker
from schemas.rent_account import RentTransaction
from schemas.residence import Residence
from schemas.tenancy import Tenancy
from tests.test_services import a_night, agencies, hire
from tests.twins import NIGHT, Twin, TwinFeed, rent, residence, tenancy


def candidate(number, weight):
    """A household of which the landlord's rows alone speak."""
    voice = Voice("rent_arrears_trend", Sector.HOUSING, Factor.FINANCIAL_EXCLUSION, weight)
    return Candidate(number, "Aldren", False, weight, {Sector.HOUSING: weight}, [voice])


def rooms(places):
    return [Room(1, Sector.HOUSING, None, places, False)]


NIGHTS = range(739_000, 739_400)


def a_crowd(heavy, light):
    """So many who weigh enough, and so many below them who are just notable."""
    return [candidate(n, 3.0 - n / 1000) for n in range(heavy)] + [
        candidate(1000 + n, 0.9 - n / 10_000) for n in range(light)
    ]


def decide_by_lot(crowd, places, lots):
    return decide(crowd, [], {}, rooms(places), frozenset(), POLICY, lots=lots)


def opened(seed, heavy=60, light=100, places=20):
    decisions = decide(a_crowd(heavy, light), [], {}, rooms(places), frozenset(), POLICY, lots=Lots(seed))
    assert len(decisions) == heavy + light
    return [d for d in decisions if isinstance(d, OpenCase)]


@given(st.integers(0, 300), st.integers(0, 10**6))
def test_as_many_places_go_by_lot_as_the_share_says(places, seed):
    assert abs(places_by_lot(places, 0.05, seed) - places * 0.05) < 1


def test_over_many_nights_it_is_the_share_also_where_places_are_few():
    assert sum(places_by_lot(3, 0.05, night) for night in range(10_000)) == pytest.approx(1500, rel=0.1)


def test_a_twentieth_goes_by_lot_to_those_below_and_no_place_is_lost():
    made = opened(NIGHTS[0])
    assert len(made) == 20
    (drawn,) = [one for one in made if one.by_lot]
    assert drawn.household in range(19, 60), (
        "from the places after the last that was ranked, as far as three times"
    )
    assert "by lot" in drawn.reason
    assert [one.household for one in made if not one.by_lot] == list(range(19))
    assert [one.household for one in opened(NIGHTS[0])] == [one.household for one in made], (
        "drawn again the same"
    )


def test_everyone_below_is_as_likely_to_be_drawn():
    drawn = Counter(
        one.household for seed in NIGHTS for one in opened(seed, heavy=19, light=12) if one.by_lot
    )
    assert set(drawn) == set(range(1000, 1012))
    assert max(drawn.values()) < 2.2 * min(drawn.values())


@given(st.integers(0, 200), st.floats(0.0, 1.0), st.integers(0, 160), st.integers(0, 10**6))
def test_a_night_in_two_runs_gives_as_many_by_lot_as_in_one(places, heard, light, seed):
    """An agency was down: the first run hears of some, and the second of all who have no case yet."""
    crowd = a_crowd(60, light)
    early = [one for one in crowd if one.household % 10 < 10 * heard]
    first = [d for d in decide_by_lot(early, places, Lots(seed)) if isinstance(d, OpenCase)]
    given_first = Lots(seed, len(first), sum(one.by_lot for one in first))
    late = [one for one in crowd if one.household not in {d.household for d in first}]
    second = [d for d in decide_by_lot(late, places - len(first), given_first) if isinstance(d, OpenCase)]
    given = given_first.by_lot + sum(one.by_lot for one in second)
    assert given <= places_by_lot(places, POLICY.lot_share, seed)
    if light >= 20:  # enough to draw from, whichever run they are heard in
        assert given == places_by_lot(places, POLICY.lot_share, seed), "and no fewer"


def test_a_night_run_again_draws_no_more_lots(engine):
    """Three accounts slide, none so far as to be raised but by lot; of ten places two go by lot."""
    three = [f"99900000000{n}" for n in (1, 2, 3)]
    homes = [tenancy(f"A{n}", uprn) for n, uprn in enumerate(three)]
    owed = [row for n in range(3) for row in rent(f"A{n}", 60, paid_until=9)]
    twins = [
        Twin("gazetteer", Sector.COUNCIL, [TwinFeed("residences", Residence, list(map(residence, three)))]),
        Twin("homes", Sector.HOUSING, [
            TwinFeed("tenancies", Tenancy, homes), TwinFeed("rent", RentTransaction, owed),
        ]),
    ]  # fmt: skip
    hire(engine)
    with engine.begin() as conn:
        conn.execute(update(worker).values(new_cases_a_week=0))
        conn.execute(update(worker).where(worker.c.sector == "housing").values(new_cases_a_week=10))
    by_lot_alone = replace(POLICY, worth_raising=99.0, lot_share=0.2)
    for _ in range(2):
        for twin in twins:
            fetching.fetch_agency(engine, twin, NIGHT)
        stages.match(engine, NIGHT)
        stages.run_checks(engine, plugins.checks(), NIGHT)
        stages.decide(engine, plugins.checks(), NIGHT, by_lot_alone)
    with engine.connect() as conn:
        assert conn.execute(select(func.count()).select_from(case)).scalar_one() == 2
        assert weighed.lots(conn, NIGHT) == Lots(NIGHT.toordinal(), 2, 2)
        assert weighed.lots(conn, NIGHT + timedelta(days=1)).opened == 0, "the next night has its own"


def test_nobody_below_the_lower_line_is_drawn_and_a_place_that_finds_nobody_is_kept():
    light = [candidate(n, 0.6) for n in range(50)]
    made = decide(light, [], {}, rooms(20), frozenset(), POLICY, lots=Lots(NIGHTS[0]))
    assert all(isinstance(one, LeaveAlone) for one in made)


@given(st.integers(0, 500), st.integers(0, 60), st.floats(0, 80))
def test_the_forecast_works_what_waits_and_says_never_where_it_grows(held, a_week, new):
    nights = Backlog(held, a_week, new).nights
    if held == 0:
        assert nights == 0
    elif new >= a_week:
        assert nights is None
    else:
        assert (nights - 1) * (a_week - new) / 7 < held <= nights * (a_week - new) / 7 + 1e-6


def test_what_room_held_back_is_kept_and_told_with_its_forecast(engine, tmp_path):
    hire(engine)
    with engine.begin() as conn:
        conn.execute(update(worker).values(new_cases_a_week=0))
    a_night(engine, agencies(), tmp_path / "outbox")
    with engine.connect() as conn:
        told = weighed.backlog(conn, NIGHT)
    assert (told.held, told.a_week, told.nights) == (1, 0, None)
    status = standing(engine, NIGHT)["backlog"]
    assert "never worked at this room" in status["words"]
    with engine.begin() as conn:
        conn.execute(update(worker).values(new_cases_a_week=5))
    stages.begin_night(engine, NIGHT + timedelta(days=1))
    stages.run_checks(engine, plugins.checks(), NIGHT + timedelta(days=1))
    stages.decide(engine, plugins.checks(), NIGHT + timedelta(days=1))
    with engine.connect() as conn:
        assert weighed.backlog(conn, NIGHT + timedelta(days=1)).held == 0
