"""Finds connectors and checks: ours in their rooms, others' by entry point.

Nothing is registered. Each file of a room defines exactly one thing whose ``name`` is the file's name
(with dashes for a connector), so that adding a file is all there is to adding an agency or a check.
"""

import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any

from earlyhelp.checking import Check
from earlyhelp.errors import SetUpWrong
from earlyhelp.feeds import Connector


def connectors() -> dict[str, Connector]:
    """Every connector by its agency's name, in order of names."""
    return dict(sorted(_gathered("connectors", dashes=True)))


def checks() -> dict[str, Check]:
    """Every check by its name, in order of names."""
    return dict(sorted(_gathered("checks", dashes=False)))


def _gathered(room: str, *, dashes: bool) -> Iterator[tuple[str, Any]]:
    """What stands in the room and what strangers offer; a name claimed twice stops the program."""
    seen: dict[str, str] = {}
    for name, thing, where in [*_ours(room, dashes=dashes), *_others(room)]:
        if name in seen:
            raise SetUpWrong(f"{where} and {seen[name]} are both called {name}; uninstall or rename one")
        seen[name] = where
        yield name, thing


def _ours(room: str, *, dashes: bool) -> Iterator[tuple[str, Any, str]]:
    """One thing from each file of the room."""
    for found in pkgutil.iter_modules(import_module(room).__path__):
        module = import_module(f"{room}.{found.name}")
        name = found.name.replace("_", "-") if dashes else found.name
        yield name, _one_named(module, name)(), module.__name__


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


def _others(room: str) -> Iterator[tuple[str, Any, str]]:
    """What other distributions offer in the group ``earlyhelp.<room>``."""
    for entry in entry_points(group=f"earlyhelp.{room}"):
        yield entry.name, entry.load()(), entry.value
