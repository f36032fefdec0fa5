"""Looks at what has not happened: an event of Prefect's for each thing that an engineer is to look at."""

from typing import Any

from prefect import State
from prefect.events import emit_event
from prefect.states import Completed

from earlyhelp.services.minding import amiss
from earlyhelp.settings import settings
from flows.boundary import in_process, safe_flow, safe_task
from flows.fetch import store

NIGHT, FEED, OUTBOX = "earlyhelp.night.unfinished", "earlyhelp.feed.silent", "earlyhelp.outbox.stuck"


@safe_task("watch")
def look() -> dict[str, Any]:
    """What is amiss, as codes and counts."""
    found = amiss(store(), settings().now(), settings().manners)
    return {
        "day": found.day.isoformat(), "night": found.night, "silent": list(found.silent),
        "untold_days": found.untold_days, "lapsed": found.lapsed,
    }  # fmt: skip


@safe_flow("watch")
def watch() -> State[None]:
    """Raise an event for whatever is amiss; who is told of it, the automations say (`flows.alarms`)."""
    found = look()
    if found["night"]:
        _event(NIGHT, f"earlyhelp.night.{found['day']}", state=found["night"])
    for feed in found["silent"]:
        _event(FEED, f"earlyhelp.feed.{feed}", day=found["day"])
    if found["untold_days"] or found["lapsed"]:
        _event(OUTBOX, "earlyhelp.outbox", untold_days=found["untold_days"], lapsed=found["lapsed"])
    words = f"night={found['night'] or 'done'} silent={len(found['silent'])}"
    return Completed(message=f"{words} untold-days={found['untold_days']} lapsed={found['lapsed']}")


def _event(event: str, resource: str, **counts: str | int) -> None:
    """One event about one thing of ours; codes, days and counts alone."""
    emit_event(event, resource={"prefect.resource.id": resource}, payload=counts)


def run_now() -> dict[str, str]:
    """Look in this process, for the command line; says ``state`` and ``message``."""
    return in_process(watch)
