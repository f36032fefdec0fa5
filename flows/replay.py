"""The round as of a past day, from what was known then. It writes nothing."""

from datetime import date

from prefect import State
from prefect.states import Completed

from earlyhelp import plugins
from earlyhelp.services import replaying
from flows.boundary import in_process, safe_flow, safe_task
from flows.fetch import store


@safe_task("replay")
def replay_day(day: str) -> dict[str, int]:
    """What the checks and the decisions would have counted."""
    return replaying.replay(store(), plugins.checks(), date.fromisoformat(day))


@safe_flow("replay")
def replay(as_of: str) -> State[None]:
    """Say what the night of that day would have raised."""
    counts = replay_day(as_of)
    return Completed(message=" ".join(f"{what.replace(' ', '-')}={count}" for what, count in counts.items()))


def run_now(as_of: date) -> dict[str, str]:
    """Replay a day in this process, for the command line; says ``state`` and ``message``."""
    return in_process(replay, as_of=as_of.isoformat())
