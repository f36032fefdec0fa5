import time
from datetime import UTC, datetime, timedelta

from prefect import State
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterKey,
    FlowRunFilter,
    FlowRunFilterId,
)
from prefect.flow_engine import run_flow_sync
from prefect.states import Scheduled

from earlyhelp import plugins
from earlyhelp.errors import SignInRefused, TryAgainLater
from earlyhelp.services import stages
from flows import nightly as night_module
from flows.fetch import fetch
from flows.nightly import nightly, run_now
from flows.replay import replay

DAY = "2026-11-02"


def no_answer() -> TryAgainLater:
    return TryAgainLater("no answer")


def refused() -> SignInRefused:
    return SignInRefused("the secret is wrong")


def run() -> State:
    return nightly(run_date=DAY, return_state=True)


def ended(state: State) -> tuple[str, str, str]:
    return state.type.value, state.name or "", state.message or ""


def test_a_night_with_every_agency_is_complete(house):
    assert ended(run()) == ("COMPLETED", "Completed", "ok=5")
    assert house.rows("select day, state from night") == [(DAY, "complete")]
    assert house.rows("select count(*) from fire_visit") == [(5,)]


def test_a_second_run_of_a_complete_night_does_nothing(house):
    run()
    assert ended(run()) == ("COMPLETED", "AlreadyDone", f"day={DAY}")
    assert all(len(agency.asked) == 1 for agency in house.agencies.values())


def test_one_agency_down_is_retried_then_marked_and_the_night_goes_on(house):
    house.agencies["eastborough-police"].failure = no_answer
    assert ended(run()) == ("COMPLETED", "PartialSuccess", "ok=4 failed=eastborough-police")
    assert len(house.agencies["eastborough-police"].asked) == 3
    ((state, counts),) = house.rows("select state, counts from night")
    assert state == "partial"
    assert '"eastborough-police"' in str(counts)
    assert '"alert"' in str(counts)


def test_a_connector_that_cannot_be_read_is_marked_and_the_night_goes_on(house, monkeypatch):
    monkeypatch.setattr(plugins, "unreadable", lambda: {"half-written": "SyntaxError in line 1"})
    assert ended(run()) == ("COMPLETED", "PartialSuccess", "ok=5 failed=half-written")
    assert house.rows("select state from night") == [("partial",)]


def test_two_agencies_down(house):
    for name in ("eastborough-police", "riverside-health"):
        house.agencies[name].failure = no_answer
    assert ended(run())[1:] == ("PartialSuccess", "ok=3 failed=eastborough-police,riverside-health")


def test_an_agency_that_comes_back_is_not_marked(house):
    police = house.agencies["eastborough-police"]
    police.failure, police.recovers_at = no_answer, 3
    assert ended(run()) == ("COMPLETED", "Completed", "ok=5")


def test_a_partial_night_is_completed_by_the_next_run(house):
    police = house.agencies["eastborough-police"]
    police.failure, police.recovers_at = no_answer, 4
    assert ended(run())[1] == "PartialSuccess"
    house.rested()
    assert ended(run()) == ("COMPLETED", "Completed", "ok=5")


def test_all_agencies_down_is_a_failed_night_that_is_written_down(house):
    for agency in house.agencies.values():
        agency.failure = no_answer
    assert ended(run()) == ("FAILED", "Failed", "no agency answered")
    ((state, counts),) = house.rows("select state, counts from night")
    assert state != "complete"
    assert all(name in str(counts) for name in house.agencies)


def test_a_wrong_secret_is_not_tried_again(house):
    house.agencies["northside-homes"].failure = refused
    assert ended(run())[2] == "ok=4 failed=northside-homes"
    assert len(house.agencies["northside-homes"].asked) == 1


def test_agencies_are_fetched_side_by_side(house):
    for agency in house.agencies.values():
        agency.takes = 3.0
    run()
    started = [agency.asked[0] for agency in house.agencies.values()]
    assert max(started) < min(started) + 3.0


def test_a_stage_that_fails_fails_the_night_and_the_next_run_goes_on(house, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(stages, "decide", lambda *_: {}["Ottoline"])
        state = run()
    assert ended(state)[0] == "FAILED"
    assert (state.message or "").startswith("decide: KeyError at flows.nightly:")
    assert "Ottoline" not in (state.message or "")
    assert house.rows("select state from night") != [("complete",)]
    assert ended(run()) == ("COMPLETED", "Completed", "ok=5")


def test_a_night_has_few_task_runs_one_for_each_agency(house):
    state = run()
    mine = FlowRunFilter(id=FlowRunFilterId(any_=[state.state_details.flow_run_id]))
    with get_client(sync_client=True) as client:
        for _ in range(40):  # they are written down a little later than they ran
            runs = client.read_task_runs(flow_run_filter=mine, limit=200)
            if len(runs) >= 11:
                break
            time.sleep(0.5)
    assert len(runs) == 11
    assert {run.name for run in runs} >= {f"fetch-{name}" for name in house.agencies}


def due_hours_ago(hours: int, run_date: str | None) -> State:
    """Run a night that was scheduled so many hours ago."""
    due = Scheduled(scheduled_time=datetime.now(UTC) - timedelta(hours=hours))
    with get_client(sync_client=True) as client:
        waiting = client.create_flow_run(nightly, parameters={"run_date": run_date}, state=due)
    return run_flow_sync(nightly, flow_run=waiting, parameters={"run_date": run_date}, return_type="state")


def test_a_scheduled_night_that_comes_many_hours_late_is_skipped(house):
    assert ended(due_hours_ago(7, None)) == ("COMPLETED", "SkippedStale", "late=7h")
    assert house.rows("select 1 from night") == []


def test_a_night_that_is_a_little_late_is_run_and_so_is_any_that_was_asked_for(house):
    assert due_hours_ago(5, None).name == "Completed"
    assert due_hours_ago(70, DAY).name == "Completed"


def test_the_command_line_runs_a_night_in_process(house):
    assert run_now(datetime(2026, 11, 2, tzinfo=UTC).date()) == {"state": "Completed", "message": "ok=5"}


def test_without_its_limit_an_agency_is_not_asked(house):
    with get_client(sync_client=True) as client:
        client.delete_global_concurrency_limit_by_name("agency-moorland-fire")
    assert ended(run())[2] == "ok=4 failed=moorland-fire"
    assert house.agencies["moorland-fire"].asked == []


def test_one_agency_now(house):
    state = fetch("moorland-fire", DAY, return_state=True)
    assert ended(state) == ("COMPLETED", "Completed", "landed=1 refused=0")
    assert house.rows("select state from night") == []


def test_one_feed_now_and_none_that_there_is_not(house):
    agency = house.agencies["moorland-fire"]
    (feed,) = agency.feeds
    assert ended(fetch("moorland-fire", DAY, feed.name, return_state=True))[2] == "landed=1 refused=0"
    assert fetch("moorland-fire", DAY, "none-such", return_state=True).is_failed()
    assert fetch("none-such", DAY, return_state=True).is_failed()


def test_a_replay_counts_and_writes_nothing(house):
    run()
    files = [house.folder / "earlyhelp.db", house.folder / "earlyhelp.db-wal"]
    before = [file.read_bytes() for file in files]
    state = replay(DAY, return_state=True)
    assert state.is_completed()
    assert "households=0" in (state.message or "")
    assert [file.read_bytes() for file in files] == before


def test_the_night_table_says_what_was_counted(house):
    house.agencies["eastborough-police"].failure = no_answer
    run()
    with get_client(sync_client=True) as client:
        of_the_night = ArtifactFilter(key=ArtifactFilterKey(any_=["night"]))
        artifact, *_ = client.read_artifacts(artifact_filter=of_the_night, limit=1, sort="CREATED_DESC")
    assert "no-answer" in str(artifact.data)
    assert night_module.STAGES[0].name in str(artifact.data)
