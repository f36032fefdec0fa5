"""Checks asked on a Dask cluster, for a city that one machine has outgrown: needs the extra ``dask``.

The parts of the city go straight to the cluster and not as tasks of Prefect: what is said of households never
passes Prefect, and a part that takes seconds would pay for a task run. Each worker opens the store of its own
settings; this process alone writes.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from prefect import State
from prefect.context import FlowRunContext
from prefect.states import Completed
from prefect_dask.task_runners import DaskTaskRunner

from earlyhelp import plugins
from earlyhelp.services import stages
from earlyhelp.services.listening import Listened, Question
from earlyhelp.services.spreading import answer_from
from earlyhelp.settings import settings
from flows.boundary import SafeError, safe_flow, stripped
from flows.fetch import store

LOCAL = "local"
"""What `EARLYHELP_DASK` says for a cluster of this machine's own, which ends with the checks."""


def ask_part(question: Question, part: int) -> Listened:
    """What a worker does. An error leaves without data: Dask writes errors into the worker's log."""
    try:
        return answer_from("", question, part)
    except Exception as found:  # noqa: BLE001 - a boundary
        safe = stripped("checks", found)
    raise safe


def spread(question: Question, parts: Iterable[int]) -> Iterable[Listened]:
    """The parts, asked on the cluster of the flow that calls this; the answers in their order."""
    here = FlowRunContext.get()
    runner: Any = here and here.task_runner
    futures = [runner.client.submit(ask_part, question, part, pure=False) for part in parts]
    while futures:  # one after another, so that what they hold is free again
        yield futures.pop(0).result()


def run_checks(day: str) -> dict[str, int]:
    """Ask every check about every household on the cluster of the settings; counts."""
    address = settings().dask
    own = {"dashboard_address": None, "threads_per_worker": 1}
    runner: Any = DaskTaskRunner(address=address) if address != LOCAL else DaskTaskRunner(cluster_kwargs=own)
    state = _checks.with_options(task_runner=runner)(day, return_state=True)
    result: Any = state.result(raise_on_failure=False)
    if isinstance(result, BaseException):
        raise result if isinstance(result, SafeError) else stripped("checks", result)
    return dict(result)


@safe_flow("checks")
def _checks(day: str) -> State[dict[str, int]]:
    """A flow of its own, for its task runner holds the cluster."""
    counts = stages.run_checks(store(), plugins.checks(), date.fromisoformat(day), spread=spread)
    return Completed(data=counts)
