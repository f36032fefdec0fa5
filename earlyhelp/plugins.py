"""Finds connectors and checks: ours in their rooms, others' by entry point.

Nothing is registered. Each file of a room defines exactly one thing whose ``name`` is the file's name
(with dashes for a connector), so that adding a file is all there is to adding an agency or a check. A file
that cannot be read stands in nobody's way: the others are found, and it is named with its fault.
"""

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any

from earlyhelp.checking.check import Check
from earlyhelp.errors import SetUpWrong
from earlyhelp.feeds import Connector

Offer = tuple[str, str, Callable[[], Any]]
"""A name, where it comes from, and how to get what bears it."""


def connectors() -> dict[str, Connector]:
    """Every connector that can be read, by its agency's name, in order of names."""
    return _gathered("connectors")[0]


def checks() -> dict[str, Check]:
    """Every check that can be read, by its name, in order of names."""
    return _gathered("checks")[0]


def unreadable() -> dict[str, str]:
    """Connectors and checks that cannot be read, by name: where each stands, and what is wrong with it."""
    return _gathered("connectors")[1] | _gathered("checks")[1]


def _gathered(room: str) -> tuple[dict[str, Any], dict[str, str]]:
    """What stands in the room and what strangers offer, and the faults of what cannot be read.

    Raises `SetUpWrong` for a name claimed twice: nobody can tell which of the two was meant.
    """
    found: dict[str, Any] = {}
    faults: dict[str, str] = {}
    seen: dict[str, str] = {}
    for name, where, get in sorted([*_ours(room), *_others(room)], key=lambda offer: offer[0]):
        if name in seen:
            raise SetUpWrong(f"{where} and {seen[name]} are both called {name}; uninstall or rename one")
        seen[name] = where
        try:
            found[name] = get()
        except Exception as fault:  # noqa: BLE001 - whatever is wrong in one agency's file is that agency's alone
            faults[name] = f"{where} cannot be read: {_said(fault)}; mend it, or take it away"
    return found, faults


def _said(fault: Exception) -> str:
    """What is wrong, and in which line where that is known."""
    if isinstance(fault, SetUpWrong):
        return str(fault)
    if isinstance(fault, SyntaxError):
        return f"SyntaxError in line {fault.lineno}"
    last = inspect.trace()[-1]
    return f"{type(fault).__name__} in line {last.lineno} of {last.filename.rpartition('/')[2]}"


def _ours(room: str) -> Iterator[Offer]:
    """One thing from each file of the room; connectors are named as agencies are, with dashes."""
    for file in pkgutil.iter_modules(import_module(room).__path__):
        name = file.name.replace("_", "-") if room == "connectors" else file.name
        yield name, f"{room}.{file.name}", partial(_made, f"{room}.{file.name}", name)


def _made(module: str, name: str) -> Any:
    """The one thing that a file of ours defines."""
    return _one_named(import_module(module), name)()


def _one_named(module: ModuleType, name: str) -> type[Any]:
    """The one public class that the file defines, called as the file is. Raises `SetUpWrong`."""
    own = [
        thing
        for label, thing in vars(module).items()
        if inspect.isclass(thing) and thing.__module__ == module.__name__ and not label.startswith("_")
    ]
    if len(own) != 1 or getattr(own[0], "name", None) != name:
        raise SetUpWrong(f"{module.__name__} must define exactly one public class, with name = {name!r}")
    return own[0]


def _others(room: str) -> Iterator[Offer]:
    """What other distributions offer in the group ``earlyhelp.<room>``."""
    for entry in entry_points(group=f"earlyhelp.{room}"):
        yield entry.name, entry.value, partial(_loaded, entry)


def _loaded(entry: EntryPoint) -> Any:
    """The one thing that a stranger's entry point names."""
    return entry.load()()
