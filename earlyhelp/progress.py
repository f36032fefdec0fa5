"""How far a stage has come, for whoever is watching; nobody need be.

A stage says how many of how many it has done. The command line listens and draws; a scheduled run does not.
"""

from collections.abc import Callable

Listener = Callable[[str, int, int | None], None]

_listeners: list[Listener] = []


def listen(listener: Listener) -> Callable[[], None]:
    """Have ``listener(stage, done, total)`` called from now on; call what is returned to stop."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def report(stage: str, done: int, total: int | None = None) -> None:
    """Say that ``done`` (of ``total``, where it is known) of a stage is done. Counts alone, never data."""
    for listener in _listeners:
        listener(stage, done, total)
