"""Two demo nights over a small city with the twenty awkward families: each is handled as it is written.

What is right for each stands in `earlyhelp.demo.city.awkward`, with the same sentences as here. They come
through the real agencies' servers and connectors as everybody does.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import and_, or_, select

from earlyhelp.demo import workers
from earlyhelp.demo.agencies import running as agencies
from earlyhelp.demo.agencies.neighbours import neighbours
from earlyhelp.demo.awkward_page import SENTENCES, page
from earlyhelp.demo.city.awkward import FAMILIES
from earlyhelp.demo.city.records import CityPlan
from earlyhelp.store.people import objections
from earlyhelp.store.tables import case, fetch_run, household, landing, link, member, same_person
from earlyhelp.store.unit_of_work import migrate, open_store
from earlyhelp.web.entry.access import Door, Reader, Subject, relation
from tests.demo.test_faults import a_night

PLAN = CityPlan(households=400, awkward=True)
NIGHT = PLAN.first_night
LATER = NIGHT + timedelta(days=1)
FAMILY = {one.family.name: one for one in neighbours()}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """The city after two nights, between which one person has objected."""
    folder = tmp_path_factory.mktemp("awkward")
    agencies.build(PLAN, folder, lambda *_: None)
    with agencies.start(folder, NIGHT) as city, pytest.MonkeyPatch.context() as patch:
        for name, value in city.environment.items():
            patch.setenv(name, value)
        engine = open_store(f"sqlite:///{folder / 'earlyhelp.db'}")
        migrate(engine)
        workers.enrol(engine, PLAN)
        assert a_night(engine, folder / "outbox") == {}
        with engine.begin() as conn:
            for one in neighbours():
                for what, *words in one.family.lines("told"):
                    if what == "objects":
                        objections.object_to(
                            conn, one.agency(words[0]), one.number(words[0]), NIGHT, "asked us to stop"
                        )
        city.set_clock(LATER)
        assert a_night(engine, folder / "outbox", LATER) == {}
        yield engine
        engine.dispose()


@pytest.fixture
def conn(store):
    with store.connect() as conn:
        yield conn


# What is expected, sentence by sentence ------------------------------------------------------------------


def at(conn, one, key, place):
    """What is said of somebody, or of an account, belongs to the household that lives there."""
    there = _living(conn, one, place)
    assert there is not None, f"nobody lives at {place}"
    assert _led_to(conn, one, key) == {there}


def nowhere(conn, one, key):
    """What is said of them is landed, kept and belongs to no household."""
    assert _led_to(conn, one, key) == set()
    assert _has_landed(conn, one, key)


def same(conn, one, key, other):
    """One person: their records were joined."""
    assert _decision(conn, one, key, other) == "match"


def asked(conn, one, key, other):
    """A reviewer is asked whether they are one person."""
    assert _decision(conn, one, key, other) == "review"


def apart(conn, one, key, other):
    """Two people, and nobody is asked."""
    assert _decision(conn, one, key, other) in (None, "apart")


def quiet(conn, one, place):
    """No case is raised about who lives there."""
    assert not _cases(conn, one, place)


def raised(conn, one, place):
    """A case is raised."""
    assert _cases(conn, one, place)


def nobody(conn, one, place):
    """No household is known there."""
    assert _living(conn, one, place) is None


def restricted(conn, one, place):
    """Only whoever holds its case and is trained for domestic abuse may see it."""
    number = _living(conn, one, place)
    row = conn.execute(select(household).where(household.c.id == number)).one()
    assert row.restricted_from is not None
    about = Subject(row.id, row.reference, row.ward, row.uprn, row.restricted_from, 1, "joint", worker_id=1)
    holder, other = 1, 2
    may = {
        (who, trained): relation(
            Door.CASE, Reader(who, "W", "key_worker", None, row.ward, domestic_abuse_trained=trained), about
        ).allowed
        for who in (holder, other)
        for trained in (True, False)
    }
    assert may == {(1, True): True, (1, False): False, (2, True): False, (2, False): False}


SAID = {"at": at, "nowhere": nowhere, "is": same, "asked": asked, "apart": apart, "quiet": quiet,
        "raised": raised, "nobody": nobody, "restricted": restricted}  # fmt: skip


def _living(conn, one, place):
    """The household that lives at a place on the last night."""
    here = and_(link.c.scheme == "uprn", link.c.value == f"{one.uprn(place):012d}",
                link.c.from_on <= LATER, link.c.to_on > LATER)  # fmt: skip
    return conn.execute(select(link.c.household_id).where(here)).scalar_one_or_none()


def _led_to(conn, one, key):
    """The households to which what is said of somebody leads today."""
    agency, number = one.agency(key), one.number(key)
    schemes = ("account",) if key not in one.people else ("person",)
    by_number = and_(link.c.scheme.in_(schemes), link.c.agency == agency, link.c.value == number)
    led = select(link.c.household_id).where(by_number, link.c.from_on <= LATER, link.c.to_on > LATER)
    theirs = and_(member.c.agency == agency, member.c.record_id == number)
    lives = select(member.c.household_id).where(theirs, member.c.from_on <= LATER, member.c.to_on > LATER)
    return {*conn.execute(led).scalars(), *conn.execute(lives).scalars()}


def _has_landed(conn, one, key):
    person = landing["person"]
    mine = and_(person.c.agency == one.agency(key), person.c.record_id == one.number(key))
    return conn.execute(select(person.c.id).where(mine)).first() is not None


def _decision(conn, one, key, other):
    """What was made of two records; None where they were never thought alike."""
    s = same_person.c
    (left, number), (right, other_number) = sorted((one.agency(k), one.number(k)) for k in (key, other))
    pair = and_(s.left_agency == left, s.left_record == number,
                s.right_agency == right, s.right_record == other_number)  # fmt: skip
    return conn.execute(select(s.decision).where(pair)).scalar_one_or_none()


def _cases(conn, one, place):
    uprn = f"{one.uprn(place):012d}"
    led = select(link.c.household_id).where(link.c.scheme == "uprn", link.c.value == uprn)
    there = or_(case.c.household_id.in_(led), household.c.uprn == uprn)
    return conn.execute(
        select(case.c.id).join(household, household.c.id == case.c.household_id).where(there)
    ).all()


# The families -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(FAMILY))
def test_each_family_is_handled_as_it_is_written(conn, name):
    one = FAMILY[name]
    for line in one.family.lines("expected"):
        subject, sentence, *words = line
        try:
            SAID[sentence](conn, one, subject, *words)
        except AssertionError as not_so:
            raise AssertionError(f"{name}: {' '.join(line)}: {not_so}\n{one.family.handled}") from not_so


def test_there_are_twenty_and_each_says_how_it_is_handled():
    assert len(FAMILIES) == len(FAMILY) == 20
    for family in FAMILIES:
        assert family.handled.endswith(".")
        assert family.lines("expected"), family.name
        assert {line[1] for line in family.lines("expected")} <= set(SAID)


def test_the_page_about_them_is_as_they_are():
    told = (Path(__file__).parents[2] / "docs" / "awkward-families.md").read_text("utf-8")
    assert told == page(), "write it anew: python -m earlyhelp.demo.awkward_page > docs/awkward-families.md"
    assert set(SENTENCES) == set(SAID)


def test_what_the_agencies_told_of_them_landed_and_nothing_was_refused(conn):
    """So that quiet means that it was weighed and left, and not that it never came."""
    words = {"contacts": ("supervision", "person"), "school": ("school_attendance", "pupil")}
    for one in neighbours():
        for what, key, *_ in one.family.lines("told"):
            if what in words:
                kind, column = words[what]
                assert _rows(conn, kind, column, one.number(key)) > 10, (one.family.name, what)
            if what in ("calls", "reports"):
                kind = {"calls": "police_callout", "reports": "antisocial_report"}[what]
                column, place = (
                    ("uprn", f"{one.uprn(key):012d}") if one.uprn(key) else ("address", one.written(key))
                )
                assert _rows(conn, kind, column, place) >= 5, (one.family.name, what)
    refused = conn.execute(select(fetch_run.c.feed, fetch_run.c.refused).where(fetch_run.c.refused > 0)).all()
    assert {feed for feed, _ in refused} <= {"northmoor-voices/services"}


def _rows(conn, kind, column, value):
    table = landing[kind]
    return len(conn.execute(select(table.c.id).where(table.c[column] == value)).all())
