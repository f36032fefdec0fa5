"""An upper bound: gradient boosting, given the same facts and taught by other seeds of the same world.

It is a dependency of this benchmark alone and lives in an environment of its own. What it learns cannot be
said in a sentence; it only tells how much there is to be found.
"""

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.detecting.facts import facts
from benchmarks.detecting.judging import AHEAD, already, next_escalation
from benchmarks.detecting.worlds import World
from benchmarks.landing.tools import programs

EVERY = 4
"""Every so many weeks are shown to it: neighbouring weeks teach the same."""
PROGRAM = Path(__file__).with_name("boosting_program.py")

Taught = tuple[NDArray[np.float32], NDArray[np.bool_]]


def lessons(world: World) -> Taught:
    """(facts, whether it escalated within half a year) of every household not yet past warning."""
    rows, came = [], []
    for day in list(world.days)[::EVERY]:
        ahead = ~already(world, day)
        rows.append(facts(world, day)[ahead])
        came.append((next_escalation(world, day) <= day + AHEAD)[ahead])
    return np.concatenate(rows), np.concatenate(came)


def boosted(taught: Sequence[Taught], asked: Sequence[NDArray[np.float32]]) -> list[NDArray[np.float64]]:
    """The chance that each row asked about escalates. Raises `RuntimeError` where it cannot be installed."""
    with tempfile.TemporaryDirectory() as folder:
        given, answer = Path(folder) / "given.npz", Path(folder) / "answer.npy"
        rows, came = (np.concatenate(column) for column in zip(*taught, strict=True))
        np.savez(given, rows=rows, came=came, asked=np.concatenate(asked))
        python = programs("boosting") / "python"
        subprocess.run([python, PROGRAM, given, answer], check=True, capture_output=True)
        found = np.load(answer)
    return np.split(found, np.cumsum([len(part) for part in asked])[:-1])
