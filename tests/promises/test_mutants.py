"""Every kit that is broken on purpose is noticed by the promise that should notice it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.promises.mutants import MUTANTS

ROOT = Path(__file__).parents[2]
AT_ONCE = 2
"""Processes: each breaks its own copy of the kit."""


@pytest.fixture(scope="module")
def outcomes(request):
    """What became of each mutant, in the order of their names' list."""
    names = list(MUTANTS)
    command = [sys.executable, "-m", "tests.promises.mutants", "--json"]
    running = [
        subprocess.Popen([*command, *names[part::AT_ONCE]], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for part in range(AT_ONCE)
    ]
    told = [json.loads(child.communicate()[0]) for child in running]
    found = {one["mutant"]: one for part in told for one in part}
    request.config.stash["mutants"] = [found[name] for name in names]
    return found


def test_there_are_enough_of_them():
    assert len(MUTANTS) >= 19


@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_kit_is_noticed(outcomes, name):
    outcome = outcomes[name]
    assert outcome["used"], "the broken part was used"
    unnoticed = [promise for promise in MUTANTS[name].promises if not _any(outcome["noticed"], promise)]
    assert not unnoticed, "each promise that should notice does"


def _any(noticed, promise):
    """Whether a promise, or any one of its cases, has noticed."""
    return any(one == promise or one.startswith(f"{promise}[") for one in noticed)
