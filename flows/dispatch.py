"""Tells workers what may be told now: every quarter of an hour of the working day, and mostly nothing."""

from prefect import State
from prefect.states import Completed

from earlyhelp.connecting.credentials import open_vault
from earlyhelp.services import stages
from flows.boundary import in_process, safe_flow, safe_task
from flows.fetch import read_block, store


@safe_task("dispatch")
def send() -> dict[str, int]:
    """Send each message once, and follow those under way."""
    open_vault(read_block)
    return stages.alert(store())


@safe_flow("dispatch")
def dispatch() -> State[None]:
    """Send what waits in the outbox; it fails where a channel takes nothing before a person has helped."""
    counts = send()
    return Completed(message=" ".join(f"{what}={count}" for what, count in counts.items()))


def run_now() -> dict[str, str]:
    """Dispatch in this process, for the command line; says ``state`` and ``message``."""
    return in_process(dispatch)
