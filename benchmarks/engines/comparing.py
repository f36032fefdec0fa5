"""CPU seconds and memory of the three checks: ours from the store, pandas and DuckDB from columns in files.

The others are given more than we: no database to read from, only what was known on the night, and a plainer
arithmetic. What can be compared exactly must be equal, or there is no table.
"""

import subprocess
import sys
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from earlyhelp.chronology import Block

HERE = Path(__file__).parent
ENVIRONMENT = Path(sys.prefix) / "bench" / "engines"
PACKAGES = ("pandas==3.1.1", "duckdb==2.0.0", "numpy>=2.3,<2.5")
NAMES = ("pandas", "duckdb")
EQUAL = ("missed", "offered", "lately", "owed", "rise", "calls", "harm", "excess")


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds of a process with its start, and the most memory that it held, in MB."""

    seconds: float
    peak_mb: float


def python() -> Path:
    """The interpreter beside our own packages. Raises `RuntimeError` where they cannot be installed."""
    if not (ENVIRONMENT / ".ready").exists():
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
        pip = [ENVIRONMENT / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "--quiet"]
        done = subprocess.run([*pip, "install", *PACKAGES], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"pandas and DuckDB cannot be installed here: {done.stderr[-300:]}")
        (ENVIRONMENT / ".ready").touch()
    return ENVIRONMENT / "bin" / "python"


def give(blocks: Mapping[str, Block], folder: Path, as_of: int) -> None:
    """Write the columns of what was known on the day."""
    for kind, block in blocks.items():
        known = block.as_known_on(as_of)
        (folder / kind).mkdir(parents=True)
        columns = {
            **known.columns,
            "household": known.households[known.row_household],
            "day": known.occurred_on,
        }
        for name, column in columns.items():
            wide = np.int64 if column.dtype.kind == "i" else np.float64
            np.save(folder / kind / f"{name}.npy", column.astype(wide))


def others(folder: Path, as_of: int) -> dict[str, Cost]:
    """What each of the others takes. Raises `ValueError` where they do not measure the same."""
    found = {name: _run(name, folder, as_of) for name in NAMES}
    one, other = (dict(np.load(folder / f"{name}.npz")) for name in NAMES)
    for name in ("household", *EQUAL):
        if not np.allclose(one[name], other[name], rtol=1e-9, atol=1e-6):
            raise ValueError(f"pandas and DuckDB do not agree on {name}")
    return found


def _run(name: str, folder: Path, as_of: int) -> Cost:
    """Run one in a process of its own, under a small one that tells what it took."""
    script = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], check=True)\n"
        "u = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(u.ru_utime + u.ru_stime, u.ru_maxrss / 1024)"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, python(), HERE / f"with_{name}.py", folder, str(as_of)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    seconds, peak = told.stdout.split()[-2:]
    return Cost(float(seconds), float(peak))
