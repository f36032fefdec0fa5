"""How a kit is broken: one function of it is put in another's place for a while."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

import pytest

MARKS, LINKS, FILES = "TestByMarks", "TestByLinks", "TestByFiles"
"""The agencies of `tests.promises.test_small_agencies`."""


@dataclass
class Break:
    """Breaks the kit, and counts how often the broken part was used: one that never is proves nothing."""

    patch: pytest.MonkeyPatch
    used: int = 0

    def around(self, owner: Any, name: str, broken: Callable[..., Any]) -> None:
        """Have ``broken`` called with what it replaces, and its arguments."""
        good = getattr(owner, name)

        @wraps(good)
        def instead(*args: Any, **kwargs: Any) -> Any:
            self.used += 1
            return broken(good, *args, **kwargs)

        self.patch.setattr(owner, name, instead)


@dataclass(frozen=True)
class Mutant:
    """One way to break the kit, and the promises by which it must be noticed."""

    name: str
    breaks: Callable[[Break], None]
    promises: tuple[str, ...] = field(default=())


MUTANTS: dict[str, Mutant] = {}


def mutant(name: str, *promises: str) -> Callable[[Callable[[Break], None]], Callable[[Break], None]]:
    """Keep a way to break the kit under its name; each promise is ``Class::test`` of the small agencies."""

    def keep(breaks: Callable[[Break], None]) -> Callable[[Break], None]:
        assert name not in MUTANTS
        MUTANTS[name] = Mutant(name, breaks, promises)
        return breaks

    return keep
