"""Kits that are broken on purpose, one way each: a suite that lets one of them pass proves nothing.

`python -m tests.promises.mutants` breaks the kit in each way in turn, has small agencies keep the promise
that should notice, and prints which noticed; with `--whole` they keep all of them.
"""

from tests.promises.mutants import at_the_door, of_drops, of_landing, of_rows, of_the_wire, of_windows
from tests.promises.mutants.breaking import MUTANTS, Mutant

__all__ = [
    "MUTANTS",
    "Mutant",
    "at_the_door",
    "of_drops",
    "of_landing",
    "of_rows",
    "of_the_wire",
    "of_windows",
]
