"""What `prefect.yaml` and the rooms promise, read without a server."""

import asyncio
import importlib
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from prefect import Flow, Task
from prefect.cache_policies import NO_CACHE
from prefect.server.schemas.schedules import CronSchedule

from flows import alarms, dispatch, fetch, nightly, replay, retention, set_up, watch

ROOT = Path(__file__).parents[2]
FILE = yaml.safe_load((ROOT / "prefect.yaml").read_text())
DEPLOYMENTS = {entry["name"]: entry for entry in FILE["deployments"]}
SCHEDULES = DEPLOYMENTS["nightly"]["schedules"]
ROOMS = {"schemas", "connectors", "checks", "flows", "earlyhelp", "deployments", "tests"}


def test_every_flow_is_deployed_and_every_entry_point_is_one():
    for name, entry in DEPLOYMENTS.items():
        module, _, flow = entry["entrypoint"].rpartition(".")
        found = getattr(importlib.import_module(module), flow)
        assert isinstance(found, Flow)
        assert found.name == name
    assert set(DEPLOYMENTS) == set(alarms.FLOWS)


def test_one_run_of_each_at_a_time():
    for entry in DEPLOYMENTS.values():
        assert entry["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}
        assert entry["work_pool"]["name"] == set_up.POOL


def test_nights_are_in_london_and_at_two_or_later():
    assert SCHEDULES
    for schedule in SCHEDULES:
        minute, hour, *rest = schedule["cron"].split()
        assert schedule["timezone"] == "Europe/London"
        assert 2 <= int(hour) <= 6
        assert 0 <= int(minute) < 60
        assert rest == ["*", "*", "*"]


def test_a_silent_run_is_ended_after_three_heartbeats_at_the_earliest():
    beat = int(FILE["definitions"]["pool"]["job_variables"]["env"]["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"])
    automation = alarms.zombies()
    assert automation.trigger.within >= timedelta(seconds=3 * beat)
    named = {"PartialSuccess", "AlreadyDone", "SkippedStale", "Completed", "Failed", "Crashed", "Cancelled"}
    assert {f"prefect.flow-run.{name}" for name in named} <= automation.trigger.expect


def test_nothing_is_cached_or_written_down_or_printed():
    for module in (dispatch, fetch, nightly, replay, retention, watch):
        for thing in vars(module).values():
            if isinstance(thing, Task):
                assert thing.cache_policy == NO_CACHE
                assert thing.persist_result is False
                assert thing.log_prints is False
            if isinstance(thing, Flow):
                assert thing.persist_result is False
                assert thing.log_prints is False
                assert not thing.retries


def test_parameters_are_codes_and_dates():
    every = (nightly.nightly, replay.replay, fetch.fetch, dispatch.dispatch, watch.watch, retention.retention)
    for flow in every:
        assert set(flow.parameters.properties) <= {"run_date", "as_of", "agency", "feed", "dry_run"}


def test_no_flow_file_takes_a_rooms_name():
    assert {file.stem for file in (ROOT / "flows").glob("*.py")}.isdisjoint(ROOMS)


def test_prefects_server_can_be_imported():
    assert importlib.import_module("prefect.server.api.server").create_app


def test_prefects_scheduler_can_write_what_it_schedules():
    """Under SQLAlchemy 2.1 the scheduler of Prefect 3.8 fails, in its log alone: no night would ever come."""
    if version("prefect").startswith("3.8."):
        assert version("sqlalchemy").startswith("2.0.")


def test_clock_changes_neither_skip_nor_double_a_night():
    london = ZoneInfo("Europe/London")
    for start in (datetime(2027, 3, 26, tzinfo=UTC), datetime(2027, 10, 29, tzinfo=UTC)):
        for schedule in SCHEDULES:
            dates = asyncio.run(_dates(schedule, start))
            local = [moment.astimezone(london) for moment in dates]
            assert len({moment.date() for moment in local}) == len(local) == 5
            assert len({(moment.hour, moment.minute) for moment in local}) == 1


async def _dates(schedule: dict[str, str], start: datetime) -> list[datetime]:
    cron = CronSchedule(cron=schedule["cron"], timezone=schedule["timezone"])
    return await cron.get_dates(n=5, start=start)
