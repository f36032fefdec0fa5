"""`earlyhelp match` run on a set of files, in a process of its own, and what it cost."""

import csv
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.landing.measuring import Cost, run

Row = dict[str, str]
MATCH = "from earlyhelp.cli import main; main()"


@dataclass(frozen=True, slots=True)
class Linking:
    """A set: its files, and the pairs that are of one person."""

    name: str
    files: tuple[list[Row], ...]
    truth: frozenset[frozenset[str]]


def measured_of(linking: Linking) -> tuple[set[frozenset[str]], set[frozenset[str]], Cost]:
    """Pairs at match and with review of one run of the command, in a process of its own, and what it cost."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        paths = [_written(folder / f"{place}.csv", rows) for place, rows in enumerate(linking.files)]
        out, how = folder / "pairs.csv", ["--dedupe"] if len(paths) == 1 else []
        cost = run([[sys.executable, "-c", MATCH, "match", *paths, *how, "--out", str(out)]], folder, None)
        with out.open() as opened:
            rows = list(csv.DictReader(opened))
    merged = {frozenset((r["left_id"], r["right_id"])) for r in rows if r["decision"] == "match"}
    asked = {frozenset((r["left_id"], r["right_id"])) for r in rows}
    return merged, asked, cost


def _written(path: Path, rows: Sequence[Row]) -> str:
    with path.open("w", newline="", encoding="utf-8") as opened:
        lines = csv.DictWriter(opened, list(rows[0]))
        lines.writeheader()
        lines.writerows(rows)
    return str(path)
