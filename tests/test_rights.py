"""What people may ask: everything held on them, and no word that guards another; erasure; objection."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from earlyhelp import plugins
from earlyhelp.commands.subject_letter import letter
from earlyhelp.errors import SetUpWrong
from earlyhelp.services import fetching, replaying, sparing, stages
from earlyhelp.services.rehearsing import Plan, rehearse
from earlyhelp.store.access.audit import verify
from earlyhelp.store.people import objections, rights
from earlyhelp.store.people.subject import held_on
from earlyhelp.store.tables import (
    case,
    household,
    landing,
    operation,
    rights_request,
    signal,
    story,
)
from earlyhelp.store.unit_of_work import reading
from earlyhelp.store.unsaying import ERASED
from tests.practising import earlyhelp, home, told
from tests.test_services import TROUBLED, a_night, agencies, hire
from tests.twins import NIGHT, appointment, callout, moment, patient

__all__ = ["home"]
NHS = "9990000018"


@pytest.fixture
def night(engine, tmp_path):
    """A night over the made-up agencies, and how to run it again with other rows."""
    hire(engine)
    a_night(engine, twins := agencies(), tmp_path / "outbox")
    return twins


def kept(engine, ask, *words):
    with engine.begin() as conn:
        return ask(conn, *words)


def test_everything_held_on_somebody_is_exported_in_plain_english_and_as_data(engine, night):
    held = kept(engine, held_on, "homes", "TA1")
    assert [row["surname"] for row in held.persons] == ["Thistlewood"]
    assert {kind for kind, rows in held.records.items() if rows} == {
        "tenancy", "rent_transaction", "police_callout",
    }  # fmt: skip
    assert len(held.cases) == 1
    text = letter(held, NIGHT)
    assert "- Homes: Marigold Thistlewood, born 6 May 1984; told us on" in text
    assert "Police called: anti-social behaviour." in text
    assert "Rent charge of £100.00" in text
    assert "Nothing about you is decided by a machine alone." in text
    json.dumps([held.persons, held.records, held.cases, held.looks, held.households], default=str)


def test_other_agencies_entries_with_the_same_nhs_number_are_theirs_too(engine, night):
    held = kept(engine, held_on, "health", f"P{NHS}")
    assert len(held.records["appointment"]) == 4
    assert held.records["police_callout"], "they live there, so calls to the address are about them too"


def test_what_happened_before_they_lived_there_is_not_theirs(engine, night):
    older = callout("old", TROUBLED, NIGHT.replace(year=2015))
    night["police"].feeds[0].rows.append(older)
    fetching.fetch_agency(engine, night["police"], NIGHT)
    held = kept(engine, held_on, "homes", "TA1")
    assert "old" not in {row["record_id"] for row in held.records["police_callout"]}


def test_nobody_of_that_number_is_said(engine, night):
    with pytest.raises(SetUpWrong, match="nobody with that number"):
        kept(engine, held_on, "homes", "nobody")


def test_what_is_erased_does_not_come_back_and_the_others_stay(engine, night, tmp_path):
    counts = kept(engine, rights.erase, "health", f"P{NHS}", NIGHT, "asked by letter")
    assert (counts["person"], counts["appointment"]) == (1, 4)
    night["health"].feeds[1].rows.append(appointment("new", NHS, NIGHT, "noshow"))
    fetching.fetch_agency(engine, night["health"], NIGHT, full=True)
    with engine.connect() as conn:
        for kind in ("person", "appointment"):
            table = landing[kind]
            assert conn.execute(select(table).where(table.c.agency == "health")).all() == []
        assert conn.execute(select(landing["person"])).all(), "the landlord's tenants stay"
        (kept_request,) = conn.execute(select(rights_request)).mappings().all()
        assert verify(conn).broken == ()
    assert (kept_request["kind"], kept_request["state"], kept_request["note"]) == (
        "erasure",
        "done",
        "asked by letter",
    )
    assert NHS not in str(dict(kept_request))
    other = patient("9990000026", TROUBLED)
    night["health"].feeds[0].rows.append(other)
    assert fetching.fetch_agency(engine, night["health"], NIGHT, full=True)["patients"]["landed"] == 1


def test_what_was_concluded_from_what_is_erased_goes_with_it(engine, tmp_path):
    hire(engine)
    twins = agencies()
    missed = [appointment(f"a{n}", NHS, NIGHT - timedelta(days=4 + 9 * n), "noshow") for n in range(6)]
    twins["health"].feeds[1].rows = missed
    a_night(engine, twins, tmp_path / "outbox")
    with engine.begin() as conn:
        assert "Health" in conn.execute(select(case.c.reason)).scalar_one()
        home = conn.execute(select(case.c.household_id)).scalar_one()
        words = {"version": 1, "words": "told", "told_on": NIGHT, "worker_id": 1, "shared": False}
        conn.execute(insert(story).values(household_id=home, **words))
    counts = kept(engine, rights.erase, "health", f"P{NHS}", NIGHT, "asked by letter")
    assert (counts["signal"], counts["notes"]) == (1, 1)
    with engine.connect() as conn:
        said = conn.execute(select(signal.c.check)).scalars().all()
        line = conn.execute(select(case.c.reason)).scalar_one()
    assert "missed_appointments" not in said
    assert "rent_arrears_trend" in said, "what rests on others' rows stays"
    assert "Health" not in line
    assert line.endswith(ERASED)
    decided(engine, NIGHT + timedelta(days=1))
    with engine.connect() as conn:
        assert "missed_appointments" not in conn.execute(select(signal.c.check)).scalars().all()
        assert verify(conn).broken == ()


def test_while_an_objection_is_open_or_upheld_nothing_is_concluded_about_the_household(engine, tmp_path):
    hire(engine)
    twins = agencies()
    for twin in twins.values():
        fetching.fetch_agency(engine, twin, NIGHT)
    stages.match(engine, NIGHT)
    number, home_of = kept(engine, objections.object_to, "homes", "TA1", NIGHT, "by telephone")
    stages.run_checks(engine, plugins.checks(), NIGHT)
    stages.decide(engine, plugins.checks(), NIGHT)
    assert opened_by_replay(engine) == 0
    assert home_of not in looked_back_at(engine)
    with engine.connect() as conn:
        assert conn.execute(select(case)).all() == []
        assert (
            conn.execute(select(household.c.uprn).where(household.c.id == home_of)).scalar_one() == TROUBLED
        )
    with engine.begin() as conn:
        objections.decide_objection(conn, number, NIGHT, uphold=False, note="help is wanted after all")
    assert opened_by_replay(engine) == 1
    assert home_of in looked_back_at(engine)
    with engine.begin() as conn, pytest.raises(SetUpWrong, match="no open objection"):
        objections.decide_objection(conn, number, NIGHT, uphold=True, note="twice")
    stages.decide(engine, plugins.checks(), NIGHT)
    with engine.connect() as conn:
        assert len(conn.execute(select(case)).all()) == 1
        done = [row.what for row in conn.execute(select(operation).order_by(operation.c.id))]
    assert done == ["rights objection", "rights objection"]


def landed_and_matched(engine, *more):
    hire(engine)
    twins = agencies()
    twins["health"].feeds[0].rows += more
    for twin in twins.values():
        fetching.fetch_agency(engine, twin, NIGHT)
    stages.match(engine, NIGHT)
    return twins


def home_at(engine, uprn):
    with engine.connect() as conn:
        return conn.execute(select(household.c.id).where(household.c.uprn == uprn)).scalar_one()


def decided(engine, day=NIGHT):
    stages.run_checks(engine, plugins.checks(), day)
    stages.decide(engine, plugins.checks(), day)


def test_an_objection_goes_along_with_whoever_objected_and_not_with_the_home(engine):
    twins = landed_and_matched(engine)
    _, before = kept(engine, objections.object_to, "health", f"P{NHS}", NIGHT, "by letter")
    assert before == home_at(engine, TROUBLED)
    moved = patient(NHS, "999000000002").model_copy(update={"recorded_at": moment(NIGHT, 1)})
    twins["health"].feeds[0].rows[0] = moved
    fetching.fetch_agency(engine, twins["health"], NIGHT)
    stages.match(engine, NIGHT)
    assert kept(engine, objections.not_assessed) == {home_at(engine, "999000000002")}
    decided(engine)
    with engine.connect() as conn:
        assert conn.execute(select(case.c.household_id)).scalars().all() == [before], (
            "they are assessed again"
        )


def test_whoever_lives_nowhere_may_object_and_is_left_alone_from_when_they_are_found(engine):
    lost = patient("9990000026", TROUBLED).model_copy(update={"uprn": None})
    twins = landed_and_matched(engine, lost)
    _, home = kept(engine, objections.object_to, "health", "P9990000026", NIGHT, "by letter")
    assert home is None
    assert kept(engine, objections.not_assessed) == frozenset()
    found = lost.model_copy(update={"uprn": TROUBLED, "recorded_at": moment(NIGHT, 1)})
    twins["health"].feeds[0].rows[-1] = found
    fetching.fetch_agency(engine, twins["health"], NIGHT)
    stages.match(engine, NIGHT)
    decided(engine)
    assert kept(engine, objections.not_assessed) == {home_at(engine, TROUBLED)}
    with engine.connect() as conn:
        assert conn.execute(select(case)).all() == []


@pytest.mark.parametrize("uphold", [True, False])
def test_an_open_case_waits_while_an_objection_is_open_and_is_taken_back_if_it_is_upheld(engine, uphold):
    landed_and_matched(engine)
    decided(engine)
    number, _ = kept(engine, objections.object_to, "homes", "TA1", NIGHT, "by letter")
    later = NIGHT + timedelta(days=1)
    decided(engine, later)
    with engine.connect() as conn:
        (state,) = conn.execute(select(case.c.state)).scalars()
    assert state == "new", "nothing is concluded, neither that what raised it has cleared"
    with engine.begin() as conn:
        objections.decide_objection(conn, number, later, uphold=uphold, note="looked into")
    decided(engine, later)
    with engine.connect() as conn:
        (told,) = conn.execute(select(case.c.state, case.c.closing)).all()
    assert tuple(told) == (("withdrawn", sparing.UPHELD) if uphold else ("new", None))


def opened_by_replay(engine):
    """How many cases the round would have opened on that night, the objections of today considered."""
    return replaying.replay(engine, plugins.checks(), NIGHT)["cases_opened"]


def looked_back_at(engine):
    """The households that any week of a backtest speaks of."""
    named = tuple(plugins.checks())
    plan = Plan(NIGHT - timedelta(weeks=8), NIGHT, NIGHT, 9, named, named)
    with reading(engine) as conn:
        lists = rehearse(conn, plugins.checks(), plan).lists
    return {int(number) for weeks in lists.values() for week in weeks for number in week.ranked()}


def test_the_command_says_what_there_is_to_say(home):
    assert told("rights", "log")["requests"] == []
    said = earlyhelp("rights", "access", "northside-homes", "nobody", "--out", str(home / "out"), code=1)
    assert "northside-homes has told us of nobody with that number" in said
    assert not (home / "out").exists()
    earlyhelp("retention", "--dry-run")
    assert told("retention", "--dry-run")["feeds"] == {
        "cases": {"removed": 0}, "reviewers' answers": {"removed": 0}
    }  # fmt: skip
