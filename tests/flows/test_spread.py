"""Checks give the same bytes asked here, in processes of their own, and on the workers of a Dask cluster."""

import pytest
from sqlalchemy import delete, select

from benchmarks.stored import fill, plan_of
from earlyhelp import plugins
from earlyhelp.law.policy import POLICY
from earlyhelp.services import listening, spreading, stages
from earlyhelp.settings import settings
from earlyhelp.store import tables
from earlyhelp.store.unit_of_work import migrate, open_store
from flows import nightly, on_dask
from flows.boundary import SafeError

PLAN = plan_of(900, weeks=60)
DAY = PLAN.first_night


@pytest.fixture
def city(store_url, tmp_path, monkeypatch):
    """Nine hundred households, asked two hundred at a time; a store in SQLite and in PostgreSQL."""
    monkeypatch.setenv("EARLYHELP_HOME", str(tmp_path))
    monkeypatch.setenv("EARLYHELP_DATABASE_URL", store_url)
    monkeypatch.setattr(listening, "AT_ONCE", 200)
    settings.cache_clear()
    engine = open_store(store_url)
    migrate(engine)
    fill(engine, PLAN)
    yield engine
    engine.dispose()
    settings.cache_clear()


def taken(engine):
    """What the checks have said, which is then forgotten."""
    with engine.begin() as conn:
        rows = conn.execute(
            select(tables.reading).order_by(tables.reading.c.check, tables.reading.c.household_id)
        )
        said = [repr(tuple(row)) for row in rows]
        conn.execute(delete(tables.reading))
    return said


def not_here(*_):
    raise AssertionError("asked in this process")


@pytest.mark.usefixtures("prefect_home")
def test_here_in_processes_and_on_dask_the_checks_say_the_same_bytes(city, monkeypatch):
    counts = stages.run_checks(city, plugins.checks(), DAY)
    here = taken(city)
    assert len(here) > 50
    monkeypatch.setattr(listening, "answer", not_here)
    monkeypatch.setattr(spreading, "answer", not_here)
    with spreading.processes(city, 2) as spread:
        assert stages.run_checks(city, plugins.checks(), DAY, spread=spread) == counts
    assert taken(city) == here
    monkeypatch.setenv("EARLYHELP_DASK", "local")
    settings.cache_clear()
    assert nightly.on_cluster(DAY.isoformat()) == counts
    assert taken(city) == here


def test_an_error_leaves_a_worker_without_data(tmp_path, monkeypatch):
    def found_out(*_):
        raise ValueError("Mrs Jones of 4 High Street")

    monkeypatch.setenv("EARLYHELP_DATABASE_URL", f"sqlite:///{tmp_path / 'empty.db'}")
    monkeypatch.setattr(spreading, "answer", found_out)
    settings.cache_clear()
    with pytest.raises(SafeError, match=r"^checks: ValueError at earlyhelp\.services\.spreading") as told:
        on_dask.ask_part(listening.Question({}, DAY, set(), POLICY), 0)
    assert told.value.__cause__ is None
    assert told.value.__context__ is None
    settings.cache_clear()
