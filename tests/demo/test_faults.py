"""A night over real agencies of which some fail: the others go on, and nothing is lost or invented."""

import os
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from earlyhelp import plugins
from earlyhelp.alerts.channel import Ways
from earlyhelp.alerts.folder import Folder
from earlyhelp.demo import workers
from earlyhelp.demo.agencies import running as agencies
from earlyhelp.demo.city.records import CityPlan
from earlyhelp.errors import EarlyHelpError
from earlyhelp.law.policy import POLICY
from earlyhelp.services import fetching, stages
from earlyhelp.store.tables import EVENT_KINDS, case, circuit, fetch_run, landing
from earlyhelp.store.unit_of_work import migrate, open_store
from tests.twins import at

PLAN = CityPlan(households=150)


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("city")
    agencies.build(PLAN, folder, lambda *_: None)
    with agencies.start(folder, PLAN.first_night) as up:
        yield up


@pytest.fixture
def engine(tmp_path, city, monkeypatch):
    for name, value in city.environment.items():
        monkeypatch.setenv(name, value)
    made = open_store(f"sqlite:///{tmp_path / 'earlyhelp.db'}")
    migrate(made)
    workers.enrol(made, PLAN)
    yield made
    city.set_faults()
    made.dispose()


def a_night(engine, outbox, day=PLAN.first_night, policy=POLICY):
    """Every stage; what went wrong by agency."""
    failed = {}
    stages.begin_night(engine, day)
    ready = {name: one for name, one in plugins.connectors().items() if one.ready}
    for name, connector in ready.items():
        try:
            fetching.fetch_agency(engine, connector, day)
        except EarlyHelpError as failure:
            failed[name] = failure
    stages.match(engine, day)
    stages.run_checks(engine, plugins.checks(), day)
    stages.decide(engine, plugins.checks(), day, policy)
    alerted = stages.alert(engine, Ways(Folder(outbox)), at(day))
    stages.end_night(engine, day, sorted(failed), {"alert": alerted})
    return failed


def landed(engine):
    with engine.connect() as conn:
        return {
            kind: conn.execute(select(func.count()).select_from(landing[kind])).scalar_one()
            for kind in landing
        }


@pytest.mark.parametrize(
    ("faults", "failing", "code"),
    [
        ({"police": "down"}, {"eastborough-police"}, "no-answer"),
        ({"police": "down", "health": "html"}, {"eastborough-police", "riverside-health"}, "no-answer"),
        ({"housing": "wrong-password"}, {"northside-homes"}, "sign-in-refused"),
        (
            {"drop": "half"},
            {
                "moorland-fire",
                "northmoor-gazetteer",
                "northmoor-revenues",
                "northmoor-safety",
                "northmoor-schools",
            },
            "odd-answer",
        ),
    ],
    ids=["one down", "two down", "wrong password", "half a file"],
)
def test_one_agencys_failure_never_stops_anothers(engine, city, tmp_path, monkeypatch, faults, failing, code):
    monkeypatch.setattr("time.sleep", lambda _: None)
    city.set_faults(**faults)
    failed = a_night(engine, tmp_path / "outbox")
    assert set(failed) == failing
    for name, failure in failed.items():
        assert failure.code == code
        secrets = [v for k, v in os.environ.items() if k.endswith(("_SECRET", "_KEY"))]
        assert not any(secret and secret in str(failure) for secret in secrets), name
    city.set_faults()
    assert a_night(engine, tmp_path / "outbox") == {}
    whole = landed(engine)
    with engine.connect() as conn:
        bad = conn.execute(
            select(fetch_run).where(
                fetch_run.c.fetched != fetch_run.c.landed + fetch_run.c.known + fetch_run.c.refused
            )
        ).all()
    assert bad == []
    told_of = set(EVENT_KINDS) - {"supervision"}  # of so few households nobody is on probation yet
    assert all(whole[kind] for kind in told_of)


def test_after_a_fault_the_tables_are_as_if_there_had_been_none(engine, city, tmp_path, monkeypatch):
    other = open_store(f"sqlite:///{tmp_path / 'undisturbed.db'}")
    migrate(other)
    workers.enrol(other, PLAN)
    none_by_lot = replace(POLICY, lot_share=0.0)  # half a night draws its lots among fewer
    assert a_night(other, tmp_path / "undisturbed", policy=none_by_lot) == {}
    monkeypatch.setattr("time.sleep", lambda _: None)
    city.set_faults(housing="html", police="busy")
    a_night(engine, tmp_path / "outbox", policy=none_by_lot)
    city.set_faults()
    with engine.begin() as conn:  # the rest of those that failed is over
        conn.execute(delete(circuit))
    assert a_night(engine, tmp_path / "outbox", policy=none_by_lot) == {}
    assert landed(engine) == landed(other)
    with engine.connect() as one, other.connect() as two:
        wanted = select(case.c.household_id, case.c.scope, case.c.weight).order_by(case.c.household_id)
        assert one.execute(wanted).all() == two.execute(wanted).all()
    other.dispose()


def test_days_of_silence_are_said_and_nothing_is_found_on_them(engine, city, tmp_path):
    """The police of the default city say nothing from 11 to 20 November."""
    from earlyhelp.store.judged.readings import silent_feeds

    a_night(engine, tmp_path / "outbox")
    silent = PLAN.first_night + timedelta(days=16)
    city.set_clock(silent)
    try:
        assert a_night(engine, tmp_path / "outbox", silent) == {}, "silence is no error: the agency answers"
        with engine.connect() as conn:
            kinds = {s.kind for s in silent_feeds(conn, silent)}
        assert "police_callout" in kinds
        assert not kinds & {"rent_transaction", "appointment"}
        counts = stages.run_checks(engine, plugins.checks(), silent)
        deaf = [name for name, check in plugins.checks().items() if check.reads.kind in kinds]
        assert "repeat_police_callouts" in deaf
        assert counts["not_assessed"] == len(deaf) < len(plugins.checks())
        assert {counts[name] for name in deaf} == {0}
    finally:
        city.set_clock(PLAN.first_night)
