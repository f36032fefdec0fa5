"""The real thing: Prefect's server, `prefect deploy`, a worker that polls, and a small city's agencies."""

import json
import os
import re
import shutil
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import GlobalConcurrencyLimitUpdate
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.schedules import IntervalSchedule
from prefect.states import Crashed, Failed
from sqlalchemy import Engine, text

from earlyhelp.demo import workers
from earlyhelp.demo.agencies import running as agencies
from earlyhelp.demo.city.records import CityPlan
from earlyhelp.plugins import connectors
from earlyhelp.store.unit_of_work import migrate, open_store
from tests.connectors.wire import served
from tests.flows.place import Place, standing, until

ROOT = Path(__file__).parents[2]
PLAN = CityPlan(households=200)
DAY = PLAN.first_night.isoformat()
LANDED = ("residence", "tenancy", "person", "rent_transaction", "police_callout", "appointment", "fire_visit")
JUDGED = {
    "links": "select l.scheme, l.agency, l.value, h.uprn, l.from_on, l.to_on, l.rule "
    "from link l join household h on h.id = l.household_id",
    "cases": "select h.uprn, c.scope, c.opened_on, c.look_by, round(c.weight, 6), c.reason, c.state, "
    'c.worker_id from "case" c join household h on h.id = c.household_id',
    "signals": 'select h.uprn, s."check", s.since, round(s.weight, 6), s.sentence, s.current '
    "from signal s join household h on h.id = s.household_id",
    "alerts": "select h.uprn, a.worker_id, a.cause, a.day, a.sent_at is not null "
    'from alert a join "case" c on c.id = a.case_id join household h on h.id = c.household_id',
    "night": "select day, state from night",
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[agencies.Agencies]:
    """A small city, and its agencies with their doors open."""
    folder = tmp_path_factory.mktemp("town")
    agencies.build(PLAN, folder, lambda *_: None)
    with agencies.start(folder, PLAN.first_night) as town:
        yield town


@pytest.fixture(scope="module")
def place(
    town: agencies.Agencies, prefect_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """A server as in production but for its database."""
    home = tmp_path_factory.mktemp("server")
    shutil.copy(prefect_template, home / "prefect.db")
    clock = Path(tmp_path_factory.getbasetemp() / "town0" / "clock")
    with standing(home, town, {"EARLYHELP_CLOCK": str(clock)}) as place:
        yield place


def new_house(folder: Path) -> Engine:
    """A house of its own, with tables and workers and nothing else."""
    folder.mkdir()
    engine = open_store(f"sqlite:///{folder / 'earlyhelp.db'}")
    migrate(engine)
    workers.enrol(engine, PLAN)
    return engine


def scheduled(place: Place) -> FlowRun:
    """The run of the nightly deployment that the server's scheduler makes, a quarter of a minute from now."""
    night = place.deployment("nightly/nightly")
    with place.client as client:
        for _ in range(3):  # a busy server may come by too late for a moment so near
            due = datetime.now(UTC) + timedelta(seconds=15)
            weekly = IntervalSchedule(interval=timedelta(days=7), anchor_date=due)
            client.create_deployment_schedules(night.id, [(weekly, True)])
            if run := until(lambda due=due: _due(client, due), 20):
                return run
    raise AssertionError((place.home / "server.log").read_text()[-4000:])


def _due(client: SyncPrefectClient, due: datetime) -> FlowRun | None:
    for run in client.read_flow_runs(limit=50):
        if run.expected_start_time and abs((run.expected_start_time - due).total_seconds()) < 1:
            return run
    return None


def asked_for(place: Place) -> FlowRun:
    """A run of the nightly deployment, now, as an operator would ask for it."""
    with place.client as client:
        return client.create_flow_run_from_deployment(place.deployment("nightly/nightly").id)


def tables(engine: Engine) -> dict[str, list[str]]:
    """What a night left behind, without the numbers and moments that differ from run to run."""
    left: dict[str, list[str]] = {}
    with engine.connect() as conn:
        for table in LANDED:
            rows = conn.execute(text(f"select * from {table}")).mappings()
            left[table] = sorted(
                str([value for name, value in row.items() if name not in ("id", "page")]) for row in rows
            )
        for name, sql in JUDGED.items():
            left[name] = sorted(str(tuple(row)) for row in conn.execute(text(sql)))
    return left


def personal(engine: Engine) -> tuple[set[str], set[str]]:
    """Every surname and identifier of the city as single words, and every address and birthday as phrases."""
    words, phrases = set(), set()
    with engine.connect() as conn:
        for surname, born, nhs, address in conn.execute(
            text("select surname, date_of_birth, nhs_number, address from person")
        ):
            words |= {surname, nhs}
            phrases |= {address, str(born) if born else None}
        for uprn, address, postcode in conn.execute(text("select uprn, address, postcode from residence")):
            words |= {uprn, uprn.lstrip("0")}
            phrases |= {address, postcode}
        words |= {account for (account,) in conn.execute(text("select account from tenancy"))}
        words |= {record for (record,) in conn.execute(text("select record_id from person"))}
    phrases |= {word for word in words if word and not word.isalnum()}
    return {w for w in words if w and w.isalnum()}, {p for p in phrases if p and p != DAY}


@pytest.fixture(scope="module")
def undisturbed(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FlowRun, Engine]]:
    """One scheduled night, run to its end by a worker; the run, and the product's database."""
    folder = tmp_path_factory.getbasetemp() / "house-a"
    engine = new_house(folder)
    with place.worker(folder):
        run = place.ended(scheduled(place))
    yield run, engine
    engine.dispose()


def test_a_scheduled_night_runs_to_the_end_and_its_result_is_in_the_database(undisturbed):
    run, engine = undisturbed
    assert run.auto_scheduled
    assert (run.state.name, run.state.message) == ("Completed", "ok=10")
    left = tables(engine)
    assert left["night"] == [f"('{DAY}', 'complete')"]
    assert all(left[table] for table in LANDED)
    assert left["links"]
    assert left["cases"]
    assert left["alerts"]


def test_deploying_again_changes_nothing_and_asks_nothing(place, undisturbed):
    before = {name: place.deployment(name).id for name in ("nightly/nightly", "replay/replay", "fetch/fetch")}
    place.run("flows.set_up")
    place.run("prefect", "--no-prompt", "deploy", "--all")
    assert before == {name: place.deployment(name).id for name in before}
    with place.client as client:
        assert len(client.read_automations_by_name("earlyhelp-end-silent-runs")) == 1
        limits = {limit.name: limit.limit for limit in client.read_global_concurrency_limits(limit=100)}
    assert {name: n for name, n in limits.items() if name.startswith("agency-")} == {
        f"agency-{name}": 1 for name in connectors()
    }


def test_what_is_deployed_runs_one_at_a_time_and_in_the_small_hours(place):
    night = place.deployment("nightly/nightly")
    crons = {s.schedule.cron: s.schedule.timezone for s in night.schedules if hasattr(s.schedule, "cron")}
    assert crons == {"30 2 * * *": "Europe/London", "0 5 * * *": "Europe/London"}
    assert night.global_concurrency_limit.limit == 1
    assert night.concurrency_options.collision_strategy.value == "CANCEL_NEW"
    assert not night.pull_steps


def test_a_night_whose_worker_is_killed_is_ended_by_the_next_run(place, undisturbed, tmp_path_factory):
    folder = tmp_path_factory.getbasetemp() / "house-b"
    engine = new_house(folder)
    place.town.set_faults(police="slow", health="html")
    with place.worker(folder) as worker:
        run = asked_for(place)
        assert until(lambda: landed(engine), 60), "the night has begun to land rows"
        with place.client as client:
            child = int(client.read_flow_run(run.id).infrastructure_pid.rpartition(":")[2])
        os.kill(worker.pid, signal.SIGKILL)
        os.kill(child, signal.SIGKILL)
        worker.wait()
    place.town.set_faults()
    assert tables(engine)["night"] == [f"('{DAY}', 'running')"]
    free(place, run)
    with place.worker(folder):
        again = place.ended(asked_for(place))
    assert (again.state.name, again.state.message) == ("Completed", "ok=10")
    _, reference = undisturbed
    assert tables(engine) == tables(reference)
    engine.dispose()


def landed(engine: Engine) -> bool:
    """Whether a night is under way and has landed something."""
    with engine.connect() as conn:
        return bool(
            conn.execute(text("select 1 from night where state = 'running'")).first()
            and conn.execute(text("select 1 from rent_transaction limit 1")).first()
        )


def free(place: Place, run: FlowRun) -> None:
    """Do at once what a server does in about five minutes when a machine is lost.

    Its automation ends the silent run, and the places that the run held with the agencies fall free.
    """
    with place.client as client:
        client.set_flow_run_state(run.id, Crashed(message="no heartbeat"), force=True)
        for limit in client.read_global_concurrency_limits(limit=100):
            client.update_global_concurrency_limit(limit.name, GlobalConcurrencyLimitUpdate(active_slots=0))


BLOCK = """
from prefect.blocks.notifications import CustomWebhookNotificationBlock
hook = CustomWebhookNotificationBlock(name="engineers", url={url!r}, json_data={{"said": "{{{{body}}}}"}})
hook.save("earlyhelp-engineers", overwrite=True)
"""
WATCH = "from flows.watch import run_now; print(run_now())"


def test_engineers_are_told_of_what_is_amiss_and_of_runs_that_break(place, tmp_path):
    heard = []

    def hook(request):
        heard.append(json.loads(request.rfile.read(int(request.headers["Content-Length"])))["said"])
        request.give(b"")

    engine = new_house(tmp_path / "house-c")
    with served(hook) as url:
        place.python(BLOCK.format(url=url))
        place.run("flows.set_up")
        assert "night=none" in place.python(WATCH, EARLYHELP_HOME=str(tmp_path / "house-c"))
        with place.client as client:
            run = client.create_flow_run_from_deployment(place.deployment("dispatch/dispatch").id)
            client.set_flow_run_state(run.id, Failed(message="x"), force=True)
        night = f"earlyhelp.night.unfinished: earlyhelp.night.{DAY}"
        assert until(lambda: any(said.startswith(night) for said in heard), 60), heard
        assert until(lambda: "dispatch: prefect.flow-run.Failed" in heard, 60), heard
    engine.dispose()


def test_nothing_of_anybody_is_kept_by_prefect(place, undisturbed, prefect_template, files_of):
    """After whole nights, a killed one and an agency in trouble: no name, address, birthday or number."""
    _, engine = undisturbed
    words, phrases = personal(engine)
    assert len(words) > 600
    assert len(phrases) > 400
    own = {text for _, text in files_of(prefect_template.parent, prefect_template.name).tables()}
    kept = files_of(place.home)
    found = []
    for where, held in [*((w, t) for w, t in kept.tables() if t not in own), *kept.files(database=False)]:
        found += [(where, word) for word in words & set(re.findall(r"\w+", held))]
        found += [(where, phrase) for phrase in phrases if phrase in held]
    assert found == []
    assert kept.count("select count(*) from task_run") >= 22
