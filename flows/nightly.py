"""The night: fetch each agency side by side, then match, check, decide and alert.

An agency that fails is retried, then marked, and the night goes on without it. About a dozen task runs a
night, whatever the number of households. A night may be killed at any line and started again.
"""

from datetime import UTC, date, datetime
from typing import Any

from prefect import State
from prefect.artifacts import create_table_artifact
from prefect.futures import wait
from prefect.runtime import flow_run
from prefect.states import Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner

from earlyhelp import plugins
from earlyhelp.collecting import seldom_collected
from earlyhelp.connecting.credentials import open_vault
from earlyhelp.errors import SetUpWrong
from earlyhelp.services import stages
from earlyhelp.services.spreading import processes
from earlyhelp.settings import settings
from flows.boundary import SafeError, in_process, safe_flow, safe_task
from flows.fetch import patiently, read_block, store

SIDE_BY_SIDE = 8
STALE_HOURS = 6

Counts = dict[str, int]
Fetched = dict[str, dict[str, Counts]]


@safe_task("begin")
def begin(day: str) -> bool:
    """Write down that the night begins; False when it is complete already."""
    return stages.begin_night(store(), date.fromisoformat(day))


@safe_task("match")
def match(day: str) -> Counts:
    """Say who lives where."""
    return stages.match(store(), date.fromisoformat(day))


@safe_task("checks")
def run_checks(day: str) -> Counts:
    """Ask every check about every household, in as many processes as the settings say."""
    with processes(store(), settings().check_processes) as spread:
        return stages.run_checks(store(), plugins.checks(), date.fromisoformat(day), spread=spread)


@safe_task("decide")
def decide(day: str) -> Counts:
    """Open cases, add to them, withdraw them, or leave alone."""
    return stages.decide(store(), plugins.checks(), date.fromisoformat(day))


@safe_task("alert")
def alert(_day: str) -> Counts:
    """Tell workers what may be told at this hour; what may not waits for `flows.dispatch`."""
    open_vault(read_block)
    return stages.alert(store())


@safe_task("end")
def end(day: str, failed: list[str], counts: dict[str, Any]) -> dict[str, Counts]:
    """Write down how the night ended; says what is amiss with the feeds."""
    return stages.end_night(store(), date.fromisoformat(day), failed, counts)


STAGES = (match, run_checks, decide, alert)


@safe_flow("nightly", task_runner=ThreadPoolTaskRunner(max_workers=SIDE_BY_SIDE))
def nightly(run_date: str | None = None) -> State[None]:
    """Run the night of a day; of today, in London, if none is given."""
    if run_date is None and (late := hours_late()) > STALE_HOURS:
        return Completed(name="SkippedStale", message=f"late={late:.0f}h")
    day = run_date or settings().day().isoformat()
    if not begin(day):
        return Completed(name="AlreadyDone", message=f"day={day}")
    fetched, failed = collect(day)
    counts: dict[str, Any] = {"fetch": fetched}
    broken = judge(day, counts) if fetched else {}
    amiss = end(day, [*failed, *broken], counts)
    tell(day, counts, failed, amiss)
    if not fetched:
        return Failed(message="no agency answered")
    if broken:
        return Failed(message="; ".join(broken.values()))
    words = f"ok={len(fetched)}"
    if failed:
        return Completed(name="PartialSuccess", message=f"{words} failed={','.join(failed)}")
    return Completed(message=words)


def collect(day: str) -> tuple[Fetched, dict[str, str]]:
    """Fetch every agency, side by side; what each counted, and why the others failed."""
    with seldom_collected():
        known = plugins.connectors()
        futures = {name: patiently().submit(name, day) for name in known if known[name].ready}
        wait(list(futures.values()))
    fetched: Fetched = {}
    failed: dict[str, str] = {}
    for agency, future in futures.items():
        result: Any = future.state.result(raise_on_failure=False)
        if future.state.is_completed():
            fetched[agency] = result
        else:
            failed[agency] = result.code if isinstance(result, SafeError) else "lost"
    return fetched, failed | dict.fromkeys(plugins.unreadable(), SetUpWrong.code)


def judge(day: str, counts: dict[str, Any]) -> dict[str, str]:
    """Match, check, decide and alert, in that order; stop at the first that fails, and say how."""
    for stage in STAGES:
        try:
            counts[stage.name] = on_cluster(day) if stage is run_checks and settings().dask else stage(day)
        except SafeError as stopped:
            return {stage.name: str(stopped)}
    return {}


def on_cluster(day: str) -> Counts:
    """Ask the checks on a Dask cluster. Raises `SafeError` when the extra is not installed."""
    try:
        from flows import on_dask
    except ModuleNotFoundError:
        raise SafeError(
            "checks: EARLYHELP_DASK is set; run: pip install earlyhelp[dask]", code="set-up"
        ) from None
    return on_dask.run_checks(day)


def hours_late() -> float:
    """How long after its time this run starts: a night is no work for the afternoon."""
    due = flow_run.scheduled_start_time
    return 0.0 if due is None else (datetime.now(UTC) - due).total_seconds() / 3600


def tell(day: str, counts: dict[str, Any], failed: dict[str, str], amiss: dict[str, Counts]) -> None:
    """Show the night's counts in Prefect: aggregates alone."""
    rows: list[dict[str, Any]] = []
    for agency, feeds in counts["fetch"].items():
        rows += [{"stage": "fetch", "of": f"{agency}/{feed}"} | numbers for feed, numbers in feeds.items()]
    rows += [{"stage": "fetch", "of": agency, "failed": why} for agency, why in failed.items()]
    rows += [{"stage": "amiss", "of": feed} | numbers for feed, numbers in sorted(amiss.items())]
    for stage in STAGES:
        rows += [{"stage": stage.name, "of": of, "count": n} for of, n in counts.get(stage.name, {}).items()]
    create_table_artifact(rows, key="night", description=f"What the night of {day} counted")


def run_now(day: date) -> dict[str, str]:
    """Run the night of a day in this process, for the command line; says ``state`` and ``message``."""
    from flows.set_up import limit_agencies

    limit_agencies()
    return in_process(nightly, run_date=day.isoformat())
