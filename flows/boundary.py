"""The one boundary between our work and Prefect: only ids, dates, codes and counts cross it.

Prefect keeps parameters, states, logs and exceptions in clear in a database of its own, and offers no
redaction. So every flow and task is made here: what goes in and comes out is looked at, and an exception
leaves as a new one that says where and of what kind, and never with what data.
"""

import re
from collections.abc import Callable, Mapping
from functools import wraps
from traceback import walk_tb
from types import TracebackType
from typing import Any, NoReturn, ParamSpec, TypeVar

from prefect import Flow, State, Task, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import TaskRun
from prefect.exceptions import PrefectSignal
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

from earlyhelp.errors import EarlyHelpError, TryAgainLater

P = ParamSpec("P")
R = TypeVar("R")

ROOMS = ("schemas.", "connectors.", "checks.", "flows.", "earlyhelp.")
CODE = re.compile(r"[a-z0-9][a-z0-9_./-]{0,79}")
"""Names of agencies, feeds and stages, and ISO dates: no spaces, no capital letters."""
WORDS = re.compile(r"[a-z][a-z _:;,'-]{0,149}")
"""Reasons that are counted: no digits, no capital letters."""


class SafeError(Exception):
    """Stage, code or class, and line of ours. No cause, no context, no data.

    ``transient`` says that another try may do better; ``code`` is what the night's table shows.
    """

    def __init__(self, text: str, *, code: str = "unforeseen", transient: bool = False) -> None:
        super().__init__(text)
        self.code = code
        self.transient = transient


def safe_task(stage: str, **options: Any) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Make a Prefect task of a function: guarded, never cached, its result never written down."""

    def made(work: Callable[P, R]) -> Task[P, R]:
        kept: dict[str, Any] = {
            "name": stage, "cache_policy": NO_CACHE, "persist_result": False, "log_prints": False,
        } | options  # fmt: skip
        return task(**kept)(guarded(stage, work))

    return made


def safe_flow(name: str, **options: Any) -> Callable[[Callable[P, State[Any]]], Flow[P, State[Any]]]:
    """Make a Prefect flow of a function that returns its own final state.

    There are no flow retries: with them a returned state is mistaken for the first attempt's error.
    Tasks are retried instead, and a whole night may be run again at any time.
    """

    def made(work: Callable[P, State[Any]]) -> Flow[P, State[Any]]:
        kept: dict[str, Any] = {"name": name, "persist_result": False, "log_prints": False, "retries": 0}
        return flow(**(kept | options))(guarded(name, work))

    return made


def guarded(stage: str, work: Callable[P, R]) -> Callable[P, R]:
    """The function with the boundary around it: plain values in and out, and `SafeError` alone raised."""

    @wraps(work)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            plain([*args, *kwargs.values()])
            result = work(*args, **kwargs)
            if not isinstance(result, State):
                plain(result)
            return result
        except (SafeError, KeyboardInterrupt, GeneratorExit, PrefectSignal) as passing:
            safe: BaseException = passing
            safe.__cause__ = safe.__context__ = None
        except BaseException as found:  # noqa: BLE001 - a boundary: whatever is left carries data out
            safe = stripped(stage, found)
        # Outside the `except`, so that what was caught does not hang on as the new one's context.
        _raise(safe)

    return inside


def _raise(error: BaseException) -> NoReturn:
    raise error


def stripped(stage: str, found: BaseException) -> SafeError:
    """What may be said of an exception: its code or class, a status, and the line of ours it came from."""
    kind = found.code if isinstance(found, EarlyHelpError) else type(found).__name__
    status = getattr(getattr(found, "response", None), "status_code", None)
    told = f" status={status}" if isinstance(status, int) else ""
    line = _line(found.__traceback__)
    transient = isinstance(found, TryAgainLater)
    if isinstance(found, EarlyHelpError):
        return SafeError(f"{stage}: {kind}{told}{line}", code=kind, transient=transient)
    return SafeError(f"{stage}: {kind}{told}{line}")


def _line(traceback: TracebackType | None) -> str:
    """The innermost line of our own rooms that the exception passed, the boundary left out."""
    lines = [
        f" at {module}:{number}"
        for frame, number in walk_tb(traceback)
        if (module := str(frame.f_globals.get("__name__", ""))).startswith(ROOMS) and module != __name__
    ]
    return lines[-1] if lines else ""


def plain(value: object) -> None:
    """Refuse anything but numbers, codes, dates as text, and folds of them. Raises `TypeError`.

    It is a net and no proof: a name in lower case is a code to it. The rule is that nobody sends one.
    """
    match value:
        case None | bool() | int() | float():
            return
        case str() if CODE.fullmatch(value) or WORDS.fullmatch(value):
            return
        case Mapping():
            plain([*value.keys(), *value.values()])
        case list() | tuple():
            for part in value:
                plain(part)
        case _:
            raise TypeError("only ids, dates, codes and counts cross the boundary")


def may_pass(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether a failed task is worth another try: the other side was away, and nothing is wrong with us."""
    return isinstance(state.data, SafeError) and state.data.transient


def in_process(run: Flow[P, State[Any]], *args: P.args, **kwargs: P.kwargs) -> dict[str, str]:
    """Run a flow here and now, and say how it ended: ``state`` and ``message``.

    Heartbeats tell a server of runs on other machines; here they would only cost a second at the end.
    """
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        state: State[Any] = run(*args, return_state=True, **kwargs)
    return {"state": state.name or state.type.value.title(), "message": state.message or ""}
