"""The reports that revenues and schools drop, fetched through SFTP: exactly what is true in the city."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import numpy as np
import pytest
from sqlalchemy import select

from earlyhelp.demo.agencies.reports import bound, together, unbound
from earlyhelp.demo.agencies.revenues import pounds
from earlyhelp.demo.agencies.running import build, start
from earlyhelp.demo.agencies.schools import pupil_numbers
from earlyhelp.demo.agencies.words import own_number
from earlyhelp.demo.city.days import day_number
from earlyhelp.demo.city.making import neighbourhoods
from earlyhelp.demo.city.records import BENEFITS, EPOCH, TAX_STAGES, CityPlan
from earlyhelp.errors import AgencyAnsweredOddly, SignInRefused, TryAgainLater
from earlyhelp.feeds import Window
from earlyhelp.plugins import connectors
from earlyhelp.services import fetching
from earlyhelp.store.tables import landing
from earlyhelp.store.unit_of_work import migrate, open_store
from schemas.feed import LONDON

PLAN = CityPlan(households=250, history_weeks=20, weeks_after=6)
NIGHT = PLAN.first_night


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    build(PLAN, folder, lambda *_: None)
    return folder


@pytest.fixture(scope="module")
def agencies(folder):
    with start(folder, NIGHT) as running:
        yield running


@pytest.fixture(scope="module")
def city():
    (here,) = neighbourhoods(PLAN)
    return here


@pytest.fixture(autouse=True)
def all_is_well(agencies):
    yield
    agencies.set_clock(NIGHT)
    agencies.set_faults()


def connector(agencies, name):
    return type(connectors()[name])(agencies.environment, sleep=lambda _: None)


def rows_of(agencies, name, feed):
    """Every row of a feed, none of them refused."""
    agency = connector(agencies, name)
    pages = list(agency.pages(next(one for one in agency.feeds if one.name == feed), Window()))
    assert not [bad for page in pages for bad in page.refused]
    return [row for page in pages for row in page.rows]


def fetched(agencies, name, feed):
    """Every row of a feed by its record, each once."""
    rows = rows_of(agencies, name, feed)
    found = {row.record_id: row for row in rows}
    assert len(found) == len(rows)
    return found


def by_midnight(recorded_at, day=NIGHT):
    """Rows written down on days that are over."""
    return recorded_at < int(datetime.combine(day, time(), LONDON).timestamp()) // 60


def a_day(number):
    return EPOCH + timedelta(days=int(number))


def test_council_tax_is_told_to_the_penny(agencies, city):
    found, owed = fetched(agencies, "northmoor-revenues", "council-tax"), city.council_tax
    told = by_midnight(owed.recorded_at)
    accounts = [f"{number:09d}" for number in own_number(owed.account, 50_033, 7_711, 9).tolist()]
    truth = {
        f"{accounts[at]}/{a_day(owed.occurred_on[at])}": (
            accounts[at], f"{owed.uprn[at]:012d}", a_day(owed.occurred_on[at]), int(owed.arrears[at]),
            TAX_STAGES[owed.stage[at]],
        )
        for at in np.flatnonzero(told).tolist()
    }  # fmt: skip
    assert len(truth) > 100
    assert truth == {
        key: (row.account, row.uprn, row.occurred_on, row.arrears, row.stage) for key, row in found.items()
    }
    assert sum(row.arrears for row in found.values()) == owed.arrears[told].sum()
    assert min(row.arrears for row in found.values()) < 0


def test_benefits_are_the_newest_list_and_no_other(agencies, city):
    made = city.benefit_awards
    claims = [f"HB{number:012d}" for number in own_number(made.claim, 3_907, 66_301, 12).tolist()]
    lists = []
    for day in (NIGHT, NIGHT + timedelta(weeks=4)):
        agencies.set_clock(day)
        sunday = day_number(day) - 1
        listed = np.flatnonzero((made.from_on <= sunday) & (made.to_on > sunday))
        found = fetched(agencies, "northmoor-revenues", "benefits")
        assert {
            key: (row.uprn, row.benefit, row.weekly_amount, row.occurred_on) for key, row in found.items()
        } == {
            claims[at]: (f"{made.uprn[at]:012d}", BENEFITS[made.benefit[at]], int(made.weekly_amount[at]),
                         a_day(made.started_on[at]))
            for at in listed.tolist()
        }  # fmt: skip
        dropped = datetime.combine(day, time(0, 5), LONDON).astimezone(UTC)
        assert {row.recorded_at for row in found.values()} == {dropped}
        lists.append(found.keys())
    assert lists[0] - lists[1]
    assert lists[1] - lists[0]


def test_every_childs_week_is_told(agencies, city):
    found, weeks = fetched(agencies, "northmoor-schools", "attendance"), city.school_absences
    told = np.flatnonzero(by_midnight(weeks.recorded_at))
    pupils = [f"P{number:09d}" for number in own_number(weeks.enrolment, 6_607, 41_017, 9).tolist()]
    assert len(told) > 500
    truth = {
        f"{pupils[at]}/{a_day(weeks.week_of[at])}": (
            int(weeks.possible_sessions[at]), int(weeks.missed_sessions[at]),
            int(weeks.unauthorised_sessions[at]), a_day(weeks.enrolled_on[at]), a_day(weeks.week_of[at]),
        )
        for at in told.tolist()
    }  # fmt: skip
    assert truth == {
        key: (row.possible_sessions, row.missed_sessions, row.unauthorised_sessions, row.enrolled_on,
              row.occurred_on)
        for key, row in found.items()
    }  # fmt: skip
    assert {row.pupil for row in found.values()} <= {
        row.record_id for row in rows_of(agencies, "northmoor-schools", "pupils")
    }


def test_a_pupil_stands_where_the_child_lives(agencies, city):
    """Where a UPRN is known it is that of the child's home, and else the address is written."""
    rows, weeks = rows_of(agencies, "northmoor-schools", "pupils"), city.school_absences
    found = {row.record_id: row for row in sorted(rows, key=lambda row: row.recorded_at)}
    told = np.flatnonzero(by_midnight(weeks.recorded_at))
    homes = {}
    for number, uprn in zip(pupil_numbers(weeks.enrolment[told]), weeks.uprn[told].tolist(), strict=True):
        homes.setdefault(number, set()).add(uprn)
    known = {number: int(row.uprn) for number, row in found.items() if row.uprn}
    assert all(known[number] in homes[number] for number in known.keys() & homes.keys())
    assert 0.1 < len(known) / len(found) < 0.3
    assert all(row.address for row in found.values())


def test_a_file_a_week_and_a_file_a_month(folder):
    names = sorted(path.name for path in (folder / "city" / "drop").iterdir())
    days = {
        feed: [name[-12:-4] for name in names if name.startswith(feed)] for feed in ("benefits", "counciltax")
    }
    weekly = [datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC) for day in days["benefits"]]
    assert {(later - one).days for one, later in pairwise(weekly)} == {7}
    assert weekly[0].date() == NIGHT - timedelta(days=22)
    assert len({day[:6] for day in days["counciltax"]}) == len(days["counciltax"]) > 4


def test_reports_are_in_windows_letters_with_a_title_and_a_total(folder):
    for path in (folder / "city" / "drop").glob("counciltax_*.csv"):
        title, empty, header, *rows, total = path.read_bytes().decode("cp1252").split("\r\n")[:-1]
        assert title.startswith("Northmoor Council – Revenues")
        assert (empty, header.split(",")[3]) == ("", "Overdue")
        assert total.startswith(f"Total,{len(rows)},")
        assert b"\xa3" in path.read_bytes()


def test_who_is_on_the_list_no_more_has_no_award_any_more(agencies, city, tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    migrate(store)
    table = landing["benefit_award"]
    for week in range(5):
        day = NIGHT + timedelta(weeks=week)
        agencies.set_clock(day)
        fetching.fetch_agency(store, connector(agencies, "northmoor-revenues"), day)
        held = select(table.c.record_id, table.c.weekly_amount, table.c.void).where(
            table.c.superseded_on.is_(None)
        )
        with store.connect() as conn:
            rows = conn.execute(held).all()
        in_force = {row.record_id: row.weekly_amount for row in rows if not row.void}
        listed = fetched(agencies, "northmoor-revenues", "benefits")
        assert in_force == {key: row.weekly_amount for key, row in listed.items()}
    assert [row for row in rows if row.void]
    store.dispose()


@pytest.mark.parametrize("name", ["northmoor-revenues", "northmoor-schools"])
@pytest.mark.parametrize(
    ("trouble", "error", "words"),
    [
        ("down", TryAgainLater, "SFTPFailure"),
        ("half", AgencyAnsweredOddly, "only half there"),
        ("wrong-password", SignInRefused, "password"),
    ],
)
def test_trouble_at_the_drop_is_said(agencies, name, trouble, error, words):
    agencies.set_faults(drop=trouble)
    agency = connector(agencies, name)
    for feed in agency.feeds:
        with pytest.raises(error, match=words):
            list(agency.pages(feed, Window()))


def test_a_sheaf_is_counted_and_added_up():
    minutes = np.array([5, 5, 9], dtype=np.int64)
    pence = np.array([100, 250, -30], dtype=np.int64)
    sheaves = list(bound(minutes, ["a", "b", "c"], pence))
    assert [minute for minute, _ in sheaves] == [5, 9]
    heads = [unbound(text) for _, text in sheaves]
    assert heads == [([2, 350], "a\nb\n"), ([1, -30], "c\n")]
    assert together([head for head, _ in heads]) == [3, 320]
    assert list(bound(minutes[:0], [], pence[:0])) == []


@pytest.mark.parametrize(
    ("pence", "written"),
    [(123_450, "£1,234.50"), (0, "£0.00"), (-1_200, "12.00 CR"), (-123_456, "1,234.56 CR")],
)
def test_the_council_writes_what_it_owes_with_two_letters(pence, written):
    assert pounds(pence) == written
