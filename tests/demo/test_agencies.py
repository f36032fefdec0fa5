import sqlite3
from contextlib import closing
from datetime import UTC, datetime, time, timedelta

import numpy as np
import pytest

from earlyhelp.demo.agencies import police
from earlyhelp.demo.agencies.housing import tag_refs
from earlyhelp.demo.agencies.running import build, start
from earlyhelp.demo.agencies.words import Pen
from earlyhelp.demo.city.making import neighbourhoods
from earlyhelp.demo.city.records import CityPlan
from earlyhelp.errors import AgencyAnsweredOddly, SignInRefused, TryAgainLater
from earlyhelp.feeds import Window
from earlyhelp.plugins import connectors
from schemas.feed import LONDON

PLAN = CityPlan(households=120, history_weeks=8, weeks_after=2)
NIGHT = PLAN.first_night


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("agencies")
    build(PLAN, folder, lambda *_: None)
    return folder


@pytest.fixture(scope="module")
def agencies(folder):
    with start(folder, NIGHT) as running:
        yield running


@pytest.fixture(autouse=True)
def all_is_well(agencies):
    yield
    agencies.set_clock(NIGHT)
    agencies.set_faults()


def connector(agencies, name, **settings):
    made = connectors()[name]
    return type(made)({**agencies.environment, **settings}, sleep=lambda _: None)


def fetched(agency, since=None):
    """All rows of all feeds of an agency, none of them refused."""
    pages = {feed.name: list(agency.pages(feed, Window(since))) for feed in agency.feeds}
    assert not [bad for found in pages.values() for page in found for bad in page.refused]
    return {name: [row for page in found for row in page.rows] for name, found in pages.items()}


def minute(day):
    return int(datetime.combine(day, time(2, 0), LONDON).timestamp()) // 60


def told(table, day):
    """How many rows of a table of the city are written down before the clock."""
    return sum(int((getattr(here, table).recorded_at < minute(day)).sum()) for here in neighbourhoods(PLAN))


@pytest.mark.parametrize("day", [NIGHT, NIGHT + timedelta(days=1)])
def test_housing_tells_all_that_is_written_down_by_then(agencies, day):
    agencies.set_clock(day)
    rows = fetched(connector(agencies, "northside-homes"))
    assert len(rows["rent"]) == told("rent", day)
    assert len(rows["tenancies"]) == told("tenancies", day)
    assert max(row.recorded_at for row in rows["rent"]) < datetime.combine(day, time(2), LONDON)
    assert {row.account for row in rows["rent"]} <= {row.account for row in rows["tenancies"]}
    assert {row.tenant for row in rows["tenancies"]} <= {row.record_id for row in rows["tenants"]}


def test_rent_adds_up_to_the_penny(agencies):
    paid = {}
    for row in fetched(connector(agencies, "northside-homes"))["rent"]:
        paid[row.record_id] = row
    balances = {}
    for row in paid.values():
        balances[row.account] = balances.get(row.account, 0) + (0 if row.void else row.amount)
    (here,) = neighbourhoods(PLAN)
    latest = {}
    known = here.rent.recorded_at < minute(NIGHT)
    for place in np.flatnonzero(known):
        latest[int(here.rent.record[place])] = place
    truth = {}
    for place in latest.values():
        tag = int(here.rent.account[place])
        truth[tag] = truth.get(tag, 0) + (0 if here.rent.void[place] else int(here.rent.amount[place]))
    tags = tag_refs(np.array(list(truth)))
    assert balances == dict(zip(tags, truth.values(), strict=True))


def test_police_tell_all_that_is_written_down_by_then(agencies):
    rows = fetched(connector(agencies, "eastborough-police"))["incidents"]
    assert len(rows) == told("callouts", NIGHT)
    (here,) = neighbourhoods(PLAN)
    calls = here.callouts
    known = calls.recorded_at < minute(NIGHT)
    assert sum(row.domestic_abuse for row in rows) == calls.domestic_abuse[known].sum()
    assert sum(row.police_initiated for row in rows) == calls.police_initiated[known].sum()
    hand = police.written(here, Pen(PLAN, 0))
    assert [int(row.uprn or 0) for row in rows] == np.where(hand, 0, calls.uprn)[known].tolist()
    assert [row.address is not None for row in rows] == hand[known].tolist()
    assert [row.occurred_at.timestamp() // 60 for row in rows] == calls.occurred_at[known].tolist()
    assert len({row.incident for row in rows}) == len(set(calls.incident[known].tolist()))


def test_health_leaves_out_the_restricted_and_the_hidden(agencies):
    rows = fetched(connector(agencies, "riverside-health"))
    (here,) = neighbourhoods(PLAN)
    folk, made = here.persons, here.appointments
    open_to_all = set(folk.nhs_number[~folk.restricted].tolist())
    assert {int(row.nhs_number) for row in rows["patients"]} <= open_to_all
    secret = set(folk.person[folk.restricted].tolist())
    seen = ~made.hidden & (made.recorded_at < minute(NIGHT)) & ~np.isin(made.person, list(secret))
    assert len(rows["appointments"]) == seen.sum()
    told = {row.status for row in rows["appointments"]}
    assert told == {"booked", "fulfilled", "cancelled", "noshow", "not_brought"}
    born = {row.nhs_number: row.date_of_birth for row in rows["patients"]}
    left = [row for row in rows["appointments"] if row.status == "not_brought"]
    assert all((row.occurred_on - born[row.nhs_number]).days < 18 * 365.25 + 1 for row in left)


def test_files_hold_what_was_written_down_on_days_that_are_over(agencies):
    midnight = int(datetime.combine(NIGHT, time(0), LONDON).timestamp()) // 60
    expected = sum(int((here.fire_visits.recorded_at < midnight).sum()) for here in neighbourhoods(PLAN))
    assert len(fetched(connector(agencies, "moorland-fire"))["visits"]) == expected
    residences = fetched(connector(agencies, "northmoor-gazetteer"))["residences"]
    assert len(residences) == sum(len(here.residences.uprn) for here in neighbourhoods(PLAN))


def test_a_day_later_only_what_is_new_is_told(agencies):
    since = datetime.combine(NIGHT, time(2, 0), LONDON)
    later = NIGHT + timedelta(days=1)
    agency = connector(agencies, "northside-homes")
    assert fetched(agency, since)["rent"] == []
    agencies.set_clock(later)
    assert len(fetched(agency, since)["rent"]) == told("rent", later) - told("rent", NIGHT) > 0
    (page, *_) = agency.pages(agency.feeds[0], Window(since))
    assert page.clock == datetime.combine(later, time(2), LONDON).astimezone(UTC)


def test_no_agency_uses_the_keys_of_another(agencies):
    homes = fetched(connector(agencies, "northside-homes"))
    health = fetched(connector(agencies, "riverside-health"))
    keys = [{row.record_id for row in rows} for rows in [*homes.values(), *health.values()]]
    assert sum(map(len, keys)) == len(set().union(*keys))


@pytest.mark.parametrize("trouble", ["down", "busy", "half", "html"])
def test_trouble_on_demand(agencies, trouble):
    agencies.set_faults(police=trouble)
    with pytest.raises(TryAgainLater, match="5 attempts"):
        fetched(connector(agencies, "eastborough-police"))
    agencies.set_faults()
    assert fetched(connector(agencies, "eastborough-police"))["incidents"]


@pytest.mark.parametrize(
    ("agency", "setting"),
    [
        ("northside-homes", "EARLYHELP_NORTHSIDE_HOMES_SECRET"),
        ("eastborough-police", "EARLYHELP_EASTBOROUGH_POLICE_KEY"),
        ("riverside-health", "EARLYHELP_RIVERSIDE_HEALTH_KEY_ID"),
        ("moorland-fire", "EARLYHELP_MOORLAND_FIRE_SECRET"),
    ],
)
def test_a_wrong_secret_opens_no_door(agencies, agency, setting):
    with pytest.raises(SignInRefused) as shut_out:
        fetched(connector(agencies, agency, **{setting: "wrong-secret"}))
    assert "wrong-secret" not in str(shut_out.value)


def test_a_drop_that_shows_another_host_key_gets_no_password(agencies):
    stranger = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8tKq1xkq1LnI2L0tqO0T3mD9k0m8X0iV1l8m2oXv5Q"
    with pytest.raises(SignInRefused, match="host key"):
        fetched(connector(agencies, "moorland-fire", EARLYHELP_MOORLAND_FIRE_HOST_KEY=stranger))


def test_nobody_answers_at_the_drop(agencies):
    nowhere = {"EARLYHELP_MOORLAND_FIRE_DROP": "sftp://earlyhelp@127.0.0.1:1/"}
    with pytest.raises(TryAgainLater, match="4 attempts"):
        fetched(connector(agencies, "moorland-fire", **nowhere))


def test_the_drop_is_out_of_order(agencies):
    agencies.set_faults(drop="down")
    with pytest.raises(TryAgainLater, match="SFTPFailure"):
        fetched(connector(agencies, "moorland-fire"))


def test_half_a_file_at_the_drop(agencies):
    agencies.set_faults(drop="half")
    with pytest.raises(AgencyAnsweredOddly, match="only half there"):
        fetched(connector(agencies, "moorland-fire"))


def test_a_folder_serves_as_well_as_sftp(agencies, folder):
    here = {"EARLYHELP_NORTHMOOR_GAZETTEER_DROP": str(folder / "city" / "drop")}
    assert len(fetched(connector(agencies, "northmoor-gazetteer", **here))["residences"]) > 100


def test_the_same_plan_is_built_once_and_another_anew(tmp_path):
    heard = []
    build(PLAN, tmp_path, lambda *told: heard.append(told))
    assert heard[-1] == ("building the city", 120, 120)
    stamp = (tmp_path / "city" / "plan.json").stat().st_mtime_ns
    build(PLAN, tmp_path, lambda *_: pytest.fail("built again"))
    assert (tmp_path / "city" / "plan.json").stat().st_mtime_ns == stamp
    build(CityPlan(households=60, history_weeks=8, weeks_after=2), tmp_path, lambda *_: None)
    assert (tmp_path / "city" / "plan.json").stat().st_mtime_ns > stamp
    assert not (tmp_path / "city.new").exists()


def test_a_city_is_written_the_same_every_time(folder, tmp_path):
    build(PLAN, tmp_path, lambda *_: None)

    def said(where):
        with closing(sqlite3.connect(where / "city" / "housing.sqlite")) as book:
            return [book.execute(f"select * from {feed}").fetchall() for feed in ("tenants", "rent")]

    assert said(tmp_path) == said(folder)
    with np.load(tmp_path / "city" / "truth" / "0000.npz") as truth:
        assert truth["stress"].shape == (len(truth["household"]), 10)


def test_numbers_are_in_order_of_time(folder):
    with closing(sqlite3.connect(folder / "city" / "health.sqlite")) as book:
        minutes = [row[0] for row in book.execute("select recorded_at from patients order by n")]
    assert minutes == sorted(minutes)
