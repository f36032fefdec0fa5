"""Breaks the kit in every way in turn, and prints by which promise each was noticed."""

import argparse
import contextlib
import io
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.promises.mutants import MUTANTS, Mutant
from tests.promises.mutants.breaking import Break

AGENCIES = str(Path(__file__).parents[1] / "test_small_agencies.py")
OUR_OWN_FAULT = ("NameError", "AttributeError", "ImportError", "TypeError: ")
"""A mutant that falls over itself was not noticed by anybody."""


@dataclass
class Outcome:
    """What became of one mutant: which promises noticed it, in whose words."""

    mutant: str
    used: int = 0
    noticed: dict[str, str] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)

    def pytest_runtest_logreport(self, report):
        name = report.nodeid.partition("::")[2]
        if report.when == "call" and report.passed:
            self.kept.append(name)
        elif report.failed:
            words = report.longrepr.reprcrash.message.splitlines()[0]
            if report.when == "call" and not words.startswith(OUR_OWN_FAULT):
                self.noticed[name] = words


def keep_promises(mutant: Mutant, whole: bool) -> Outcome:
    """Have the small agencies keep their promises with a broken kit."""
    outcome = Outcome(mutant.name)
    asked = [AGENCIES] if whole else [f"{AGENCIES}::{promise}" for promise in mutant.promises]
    with pytest.MonkeyPatch.context() as patch:
        kit = Break(patch)
        mutant.breaks(kit)
        quiet = ["-q", "--no-header", "--no-summary", "-p", "no:cacheprovider"]
        with contextlib.redirect_stdout(io.StringIO()):
            code = pytest.main([*asked, *quiet], plugins=[outcome])
        outcome.used = kit.used
    assert code in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED), f"{mutant.name}: no such promise"
    return outcome


def told(outcomes: Sequence[Mapping[str, Any]]) -> str:
    """One line a mutant: noticed or not, and by which promise first; and how many were."""
    width = max(len(one["mutant"]) for one in outcomes)
    lines = [f"{one['mutant']:<{width}}  {_by(list(one['noticed']))}" for one in outcomes]
    return "\n".join([*lines, f"{sum(map(_caught, outcomes))} of {len(outcomes)} mutants caught"])


def _by(noticed: list[str]) -> str:
    if not noticed:
        return "NOT NOTICED"
    more = f" and {len(noticed) - 1} more" if len(noticed) > 1 else ""
    return f"caught by {noticed[0]}{more}"


def _caught(outcome: Mapping[str, Any]) -> bool:
    return bool(outcome["used"] and outcome["noticed"])


def main() -> int:
    """0 when every mutant was noticed."""
    said = argparse.ArgumentParser(prog="python -m tests.promises.mutants", description=__doc__)
    said.add_argument("names", nargs="*", help="of mutants; all of them where none is named")
    said.add_argument("--whole", action="store_true", help="keep every promise, not only the few")
    said.add_argument("--json", action="store_true")
    asked = said.parse_args()
    chosen = [MUTANTS[name] for name in asked.names] or list(MUTANTS.values())
    outcomes = [asdict(keep_promises(mutant, asked.whole)) for mutant in chosen]
    print(json.dumps(outcomes) if asked.json else told(outcomes))
    return 0 if all(map(_caught, outcomes)) else 1


if __name__ == "__main__":
    sys.exit(main())
