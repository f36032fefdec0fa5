from datetime import UTC, date, datetime, timedelta
from math import cos, pi, sin

import httpx
import orjson
import pytest
from sqlalchemy import select

from connectors.data_police_uk import CATEGORIES, DataPoliceUk
from earlyhelp.errors import AgencyAnsweredOddly, SetUpWrong, TryAgainLater
from earlyhelp.feeds import Window
from earlyhelp.promises.stores import sqlite_store
from earlyhelp.services.fetching import fetch_agency
from earlyhelp.store.tables import KINDS, landing, quarantine
from schemas.area_crime import AreaCrime
from schemas.feed import EventRow
from tests.connectors.police_uk import PoliceUk

NIGHT = datetime(2026, 10, 4, 2, 0, tzinfo=UTC)
MONTHS = ["2026-05", "2026-06", "2026-07", "2026-08"]
OLD_TOWN, HARBOUR = (53.025, -2.15), (53.075, -2.15)


def square(south, west, north, east):
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def area(name, kind, coordinates):
    return {"type": "Feature", "properties": {"WD24CD": "E05000001", "WD24NM": name},
            "geometry": {"type": kind, "coordinates": coordinates}}  # fmt: skip


WARDS = [
    area("Old Town", "Polygon", [square(53.0, -2.2, 53.05, -2.1)]),
    area("Harbour", "Polygon", [square(53.05, -2.2, 53.1, -2.1)]),
]


@pytest.fixture
def service():
    town = PoliceUk(NIGHT, MONTHS)
    for month in MONTHS:
        town.add(month, "burglary", *OLD_TOWN, count=2)
        town.add(month, "anti-social-behaviour", *OLD_TOWN, count=5)
        town.add(month, "shoplifting", *HARBOUR)
    return town


@pytest.fixture
def ask(service, tmp_path):
    """Makes a connector that asks the service, with these wards."""

    def made(wards=WARDS, **settings):
        file = tmp_path / "wards.geojson"
        file.write_bytes(orjson.dumps({"type": "FeatureCollection", "features": wards}))
        environment = {
            "EARLYHELP_DATA_POLICE_UK_URL": "https://data.police.uk/api",
            "EARLYHELP_DATA_POLICE_UK_WARDS": str(file),
        }
        connector = DataPoliceUk(environment | settings, transport=service.transport(), sleep=service.sleep)
        connector.pace = lambda: None
        return connector

    return made


def pages(connector, **window):
    return list(connector.pages(connector.feeds[0], Window(**window)))


def counted(found):
    """Counts by ward, month and category, without the noughts."""
    rows = [row for page in found for row in page.rows]
    return {(row.ward, f"{row.month:%Y-%m}", row.category): row.crimes for row in rows if row.crimes}


def test_crimes_are_counted_by_ward_month_and_category(ask, service):
    found = pages(ask())
    assert counted(found) == {
        (ward, month, category): crimes
        for month in MONTHS
        for ward, category, crimes in [
            ("Old Town", "burglary", 2),
            ("Old Town", "anti_social_behaviour", 5),
            ("Harbour", "shoplifting", 1),
        ]
    }
    assert all(not page.refused for page in found)
    assert {page.clock for page in found} == {NIGHT}


def test_nothing_smaller_than_a_ward_is_kept(ask):
    (row, *_) = (row for page in pages(ask()) for row in page.rows)
    assert set(row.model_dump()) == {
        "record_id",
        "recorded_at",
        "void",
        "ward",
        "month",
        "category",
        "crimes",
    }
    assert "Vaughan" not in row.model_dump_json()


def test_it_can_never_be_joined_to_a_household():
    assert not issubclass(AreaCrime, EventRow)
    assert not hasattr(AreaCrime, "subject")


def test_a_category_without_a_crime_is_a_nought_where_there_was_any(ask):
    (first, *_) = pages(ask())
    assert len(first.rows) == len(CATEGORIES)
    assert sum(row.crimes for row in first.rows) == 1


def test_a_ward_without_an_answer_is_no_nought(ask, service):
    """A force that has not published says so with an empty list."""
    service.crimes = [crime for crime in service.crimes if crime["category"] != "shoplifting"]
    assert {row.ward for page in pages(ask()) for row in page.rows} == {"Old Town"}


def test_months_are_asked_for_one_ward_at_a_time_oldest_first(ask, service):
    found = pages(ask())
    asked = [dict(one.url.params) for one in service.asked[1:]]
    assert [one["date"] for one in asked] == [month for month in MONTHS for _ in WARDS]
    assert asked[1]["poly"] == "53.0,-2.2:53.0,-2.1:53.05,-2.1:53.05,-2.2"
    assert found[0].position == {"month": "2026-05", "ward": "Old Town", "newest": "2026-08"}
    assert [page.position is None for page in found] == [False] * 7 + [True]


def test_a_window_begins_with_the_month_of_its_first_day_and_ends_before_its_last(ask, service):
    since, until = datetime(2026, 6, 30, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC)
    assert {month for _, month, _ in counted(pages(ask(), since=since, until=until))} == {
        "2026-06",
        "2026-07",
    }


def test_a_window_before_all_that_is_published_is_one_empty_page(ask):
    (page,) = pages(ask(), until=datetime(2020, 1, 1, tzinfo=UTC))
    assert (list(page.rows), page.position, page.unchanged) == ([], None, False)


def test_while_nothing_new_is_published_one_question_is_asked(ask, service):
    last = pages(ask())[-1]
    service.asked.clear()
    (page,) = pages(ask(), validator=last.validator)
    assert (page.unchanged, page.validator, len(service.asked)) == (True, "2026-08", 1)


def test_a_killed_window_goes_on_with_the_next_ward(ask, service):
    whole = pages(ask())
    rest = pages(ask(), position=whole[2].position)
    assert counted(rest) == counted(whole[3:])
    assert rest[-1].validator == "2026-08"


def test_what_is_published_in_the_middle_of_a_window_is_for_the_next(ask, service):
    whole = pages(ask())
    service.months.insert(0, "2026-09")
    assert pages(ask(), position=whole[2].position)[-1].validator == "2026-08"


@pytest.mark.parametrize("gone", [{"ward": "Renamed"}, {"month": "2020-01"}])
def test_a_saved_place_that_is_no_more_starts_the_window_again(ask, gone):
    position = {"month": "2026-06", "ward": "Harbour", "newest": "2026-08", **gone}
    assert counted(pages(ask(), position=position)) == counted(pages(ask()))


def test_a_long_outline_is_posted(ask, service):
    """A real ward's outline has thousands of corners; a GET of it is refused."""
    circle = [
        [-2.15 + 0.05 * cos(turn * pi / 600), 53.025 + 0.025 * sin(turn * pi / 600)] for turn in range(1_200)
    ]
    assert (
        counted(pages(ask([area("Old Town", "Polygon", [circle])])))["Old Town", "2026-08", "burglary"] == 2
    )
    assert {one.method for one in service.asked[1:]} == {"POST"}


@pytest.mark.parametrize("corners", range(60, 180, 7))
def test_no_outline_is_too_long_for_how_it_is_sent(ask, service, corners):
    """Nor is one posted that would have fitted well."""
    circle = [
        [-2.15 + 0.05 * cos(turn * 2 * pi / corners), 53.025 + 0.025 * sin(turn * 2 * pi / corners)]
        for turn in range(corners)
    ]
    assert pages(ask([area("Old Town", "Polygon", [circle])]), since=datetime(2026, 8, 1, tzinfo=UTC))
    (asked,) = service.asked[1:]
    assert asked.method == "GET" or len(asked.content) > 3_500


def test_a_ward_of_several_parts_is_counted_once(ask, service):
    """Also where they overlap, as outlines drawn by hand do."""
    parts = [[square(53.0, -2.2, 53.05, -2.1)], [square(53.0, -2.16, 53.1, -2.14)]]
    found = counted(pages(ask([area("Both", "MultiPolygon", parts)]), since=datetime(2026, 8, 1, tzinfo=UTC)))
    assert found == {
        ("Both", "2026-08", "burglary"): 2,
        ("Both", "2026-08", "anti_social_behaviour"): 5,
        ("Both", "2026-08", "shoplifting"): 1,
    }


def test_every_documented_category_is_known(ask, service):
    for category in CATEGORIES:
        service.add("2026-08", category, *HARBOUR, count=3)
    rows = [row for row in pages(ask())[-2].rows if row.ward == "Harbour"]
    assert len(rows) == 14
    assert all(row.crimes >= 3 for row in rows)


def test_a_category_nobody_agreed_on_is_put_aside(ask, service):
    service.add("2026-08", "time-travel", *HARBOUR)
    page = pages(ask())[-2]
    (bad,) = page.refused
    assert bad.reason == "category: is not a code that was agreed"
    assert "Harbour" in bad.place
    assert sum(row.crimes for row in page.rows) == 1


NINE_WARDS = [area(f"Ward {n}", "Polygon", [square(53.0, -2.2, 53.05, -2.1)]) for n in range(9)]


def test_the_pace_that_was_agreed_is_kept(ask, service):
    """Thirty-seven questions, more than may come at once, and not one was told to slow down."""
    connector = ask(NINE_WARDS)
    connector.pace = None
    pages(connector)
    assert (len(service.asked), service.naps) == (37, [])
    assert connector.rate == 14


def test_a_429_is_waited_out(ask, service):
    """As it comes where nobody keeps the pace."""
    assert len(pages(ask(NINE_WARDS))) == 36
    assert service.naps


def test_an_area_of_too_many_crimes_is_to_be_drawn_smaller(ask, service):
    service.add("2026-07", "drugs", *HARBOUR, count=10_001)
    reader = ask().pages(DataPoliceUk.feeds[0], Window())
    with pytest.raises(SetUpWrong, match="more than 10,000 crimes is not told") as refused:
        list(reader)
    assert "Harbour in 2026-07" in str(refused.value)
    assert "EARLYHELP_DATA_POLICE_UK_WARDS" in str(refused.value)


def test_a_service_that_is_down_is_not_taken_for_a_large_area(ask, service):
    service.down = 1_000
    with pytest.raises(TryAgainLater, match="status 503 after 5 attempts"):
        pages(ask())


def test_a_service_that_goes_down_meanwhile_is_asked_again_another_day(ask, service):
    reader = ask().pages(DataPoliceUk.feeds[0], Window())
    next(reader)
    service.down = 1_000
    with pytest.raises(TryAgainLater, match="status 503"):
        list(reader)


def test_trouble_for_a_moment_is_ridden_out(ask, service):
    service.down = 3
    assert len(counted(pages(ask()))) == 12


@pytest.mark.parametrize("dates", [[], {}, [{"date": "August"}], [7], None, "x"])
def test_no_list_of_months_is_no_answer(ask, service, dates):
    service.answer = lambda _: httpx.Response(200, content=orjson.dumps(dates))
    with pytest.raises(TryAgainLater, match="no list of rows"):
        pages(ask())


def test_an_outline_that_is_refused_names_the_ward(ask, service):
    plain = service.answer
    service.answer = lambda request: httpx.Response(400) if "street/" in request.url.path else plain(request)
    with pytest.raises(AgencyAnsweredOddly, match="status 400 for Harbour in 2026-05; look at its outline"):
        pages(ask())


METRES = [[388_000, 345_000], [389_000, 345_000], [389_000, 346_000]]


@pytest.mark.parametrize(
    "wards",
    [
        [{"type": "Feature", "properties": {"code": "E05"}, "geometry": WARDS[0]["geometry"]}],
        [area("  ", "Polygon", [square(53.0, -2.2, 53.05, -2.1)])],
        [area("Old Town", "Polygon", [METRES])],
        [area("Old Town", "Polygon", [[[north, east] for east, north in square(53.0, -2.2, 53.05, -2.1)]])],
        [area("Old Town", "Polygon", [[[-2.2, 53.0], [-2.1, 53.0]]])],
        [area("Old Town", "Point", [-2.2, 53.0])],
        [area("Old Town", "Polygon", [["a", "b", "c"]])],
        [7],
    ],
    ids=["no name", "blank name", "metres", "north first", "two corners", "a point", "letters", "no feature"],
)
def test_a_file_of_wards_that_will_not_do_is_said_to_be_so(ask, service, wards):
    with pytest.raises(SetUpWrong, match=r"an area has no name .* or no outline in degrees"):
        pages(ask(wards))
    assert not service.asked


def test_a_file_of_no_wards_or_none_at_all(ask, tmp_path):
    with pytest.raises(SetUpWrong, match="a file without a single area"):
        pages(ask([]))
    with pytest.raises(SetUpWrong, match="no GeoJSON file that can be read"):
        pages(ask(EARLYHELP_DATA_POLICE_UK_WARDS=str(tmp_path / "none.geojson")))
    with pytest.raises(SetUpWrong, match="set EARLYHELP_DATA_POLICE_UK_WARDS"):
        pages(ask(EARLYHELP_DATA_POLICE_UK_WARDS=""))


def test_a_property_called_ward_or_name_will_do_as_well(ask):
    wards = [
        {**WARDS[0], "properties": {"ward": " Old Town "}},
        {**WARDS[1], "properties": {"Name": "Harbour"}},
    ]
    assert counted(pages(ask(wards))) == counted(pages(ask()))


def test_without_a_setting_it_is_not_ready(ask):
    assert not DataPoliceUk({}).ready
    assert ask().ready


# In the store


@pytest.fixture
def store():
    with sqlite_store() as engine:
        yield engine


def in_force(engine):
    table = landing["area_crime"]
    with engine.connect() as conn:
        rows = conn.execute(select(table).where(table.c.superseded_on.is_(None))).all()
    return {(row.ward, f"{row.month:%Y-%m}", row.category): row.crimes for row in rows if row.crimes}


def versions(engine):
    with engine.connect() as conn:
        return len(conn.execute(select(landing["area_crime"].c.id)).all())


def test_it_has_a_table_of_its_own():
    assert KINDS["area_crime"] is AreaCrime


def test_what_is_landed_is_what_was_published(ask, store):
    fetch_agency(store, connector := ask(), date(2026, 10, 4))
    assert in_force(store) == counted(pages(connector))
    before = versions(store)
    fetch_agency(store, connector, date(2026, 10, 5))
    assert versions(store) == before


def test_a_new_month_brings_the_last_ones_again_with_their_corrections(ask, service, store):
    fetch_agency(store, connector := ask(), date(2026, 10, 4))
    service.clock += timedelta(days=30)
    service.months.insert(0, "2026-09")
    service.add("2026-09", "robbery", *HARBOUR)
    service.add("2026-06", "burglary", *OLD_TOWN, count=3)
    service.asked.clear()
    fetch_agency(store, connector, date(2026, 11, 3))
    assert sorted({one.url.params["date"] for one in service.asked[1:]}) == [*MONTHS, "2026-09"]
    assert in_force(store)["Old Town", "2026-06", "burglary"] == 5
    assert in_force(store)["Harbour", "2026-09", "robbery"] == 1


def test_a_crime_taken_back_leaves_a_nought(ask, service, store):
    fetch_agency(store, connector := ask(), date(2026, 10, 4))
    service.clock += timedelta(days=30)
    service.months.insert(0, "2026-09")
    service.crimes = [one for one in service.crimes if one["category"] != "burglary"]
    fetch_agency(store, connector, date(2026, 11, 3))
    assert ("Old Town", "2026-08", "burglary") not in in_force(store)


def test_a_run_that_stopped_half_way_goes_on_where_it_was(ask, service, store):
    service.add("2026-07", "drugs", *HARBOUR, count=10_001)
    with pytest.raises(SetUpWrong):
        fetch_agency(store, ask(), date(2026, 10, 4))
    service.crimes = [crime for crime in service.crimes if crime["category"] != "drugs"]
    service.asked.clear()
    fetch_agency(store, connector := ask(), date(2026, 10, 5))
    assert [one.url.params["date"] for one in service.asked[1:]] == ["2026-07"] * 2 + ["2026-08"] * 2
    assert in_force(store) == counted(pages(connector))


def test_what_was_put_aside_says_why(ask, service, store):
    service.add("2026-08", "time-travel", *HARBOUR)
    fetch_agency(store, ask(), date(2026, 10, 4))
    with store.connect() as conn:
        (row,) = conn.execute(select(quarantine)).all()
    assert row.reason == "category: is not a code that was agreed"
