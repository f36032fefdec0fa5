"""CPU seconds of checks and weighing from the packed store as the city grows, beside pandas and SQL.

Each size runs in a process of its own. The store is a SQLite file filled with the invented city (`stored`);
reading it, asking all checks and weighing is what is measured: what a night costs when nothing has changed.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from benchmarks.blocks import blocks_of, joined
from benchmarks.engines import comparing
from benchmarks.stored import fill, plan_of
from checks.missed_appointments import MissedAppointments
from checks.rent_arrears_trend import RentArrearsTrend
from checks.repeat_police_callouts import RepeatPoliceCallouts
from earlyhelp.chronology import day_number
from earlyhelp.demo.city.making import neighbourhoods
from earlyhelp.law.policy import POLICY
from earlyhelp.services import judging, listening
from earlyhelp.store.events.blocks import load_block
from earlyhelp.store.judged.readings import part_of_households
from earlyhelp.store.unit_of_work import migrate, open_store, reading

CHECKS = {check.name: check for check in (MissedAppointments(), RentArrearsTrend(), RepeatPoliceCallouts())}
BESIDE = 100_000
"""pandas holds a whole city in memory: it is asked up to this."""
WEEKS = 4
"""Weeks of a backtest that are measured; a year is thirteen times as many."""
SECONDS = ("checks", "weighing", f"backtest, {WEEKS} weeks")


def main(sizes: Sequence[int]) -> None:
    """Print CPU seconds, memory and growth for each size."""
    console = Console()
    measured = [found for size in sizes if (found := _measured(console, size))]
    table = Table(
        title="CPU seconds from the packed store (SQLite), 104 weeks", box=SIMPLE, padding=(0, 1, 0, 0)
    )
    table.add_column("households")
    for m in measured:
        table.add_column(f"{m['households']:,}", justify="right")
    table.add_row("events packed", *(f"{m['events']:,}" for m in measured))
    table.add_row("store, MB", *(f"{m['store_mb']:,.0f}" for m in measured))
    for what in SECONDS:
        table.add_row(what, *(f"{m['seconds'][what]:.1f}" for m in measured))
    table.add_row("peak memory, MB", *(f"{m['peak_mb']:,.0f}" for m in measured))
    for name in comparing.NAMES:
        costs = [m["others"].get(name) for m in measured]
        table.add_row(
            f"{name}, from columns in files", *(f"{c[0]:.1f} ({c[1]:,.0f} MB)" if c else "" for c in costs)
        )
    console.print(table)
    for small, large in pairwise(measured):
        grew = large["households"] / small["households"]
        words = ", ".join(
            f"{what} {large['seconds'][what] / max(small['seconds'][what], 0.01):.1f}" for what in SECONDS
        )
        console.print(f"{grew:.0f} times the households: {words} times the CPU seconds")


def _measured(console: Console, size: int) -> dict | None:
    with console.status(f"{size:,} households"), tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.asking", str(size), folder]
        found: dict = {}
        for what in ("fill", "measure"):  # apart, so that the city's own memory is not counted
            answer = subprocess.run([*command, what], capture_output=True, text=True)
            if answer.returncode:
                console.print(f"{size:,} households failed:\n{answer.stderr[-2000:]}")
                return None
            found |= json.loads(answer.stdout.splitlines()[-1])
        return found


def filled(size: int, folder: Path) -> dict:
    """A store with the city, and for the others its columns and what they take."""
    plan = plan_of(size)
    engine = open_store(f"sqlite:///{folder / 'city.db'}")
    migrate(engine)
    events = fill(engine, plan)
    engine.dispose()
    others = {}
    if size <= BESIDE:
        as_of = day_number(plan.first_night)
        comparing.give(joined([blocks_of(here) for here in neighbourhoods(plan)]), folder / "columns", as_of)
        others = {n: (c.seconds, c.peak_mb) for n, c in comparing.others(folder / "columns", as_of).items()}
    store = (folder / "city.db").stat().st_size / 1e6
    return {"households": size, "events": events, "store_mb": store, "others": others}


def measured(size: int, folder: Path) -> dict:
    """Checks and weighing of one night, and a backtest week by week, part by part."""
    day, seconds = plan_of(size).first_night, {}
    engine = open_store(f"sqlite:///{folder / 'city.db'}")
    with reading(engine) as conn:
        clock = time.process_time()
        heard = listening.listen(conn, listening.Question(CHECKS, day, frozenset(), POLICY))
        seconds["checks"], clock = time.process_time() - clock, time.process_time()
        judging.candidates(judging.as_heard(conn, heard, day), CHECKS, day, POLICY)
        seconds["weighing"], clock = time.process_time() - clock, time.process_time()
        _backtest(conn, size, [day - timedelta(weeks=week) for week in range(WEEKS)])
        seconds[SECONDS[-1]] = time.process_time() - clock
    return {"seconds": seconds, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _backtest(conn, size: int, days: Sequence) -> np.ndarray:
    """The weight of every household in every week; of the events only one part is ever in memory."""
    since = min(days) - timedelta(weeks=104)
    totals = []
    for part in range(-(-size * 2 // listening.AT_ONCE)):
        numbers = part_of_households(conn, part, listening.AT_ONCE)
        if not len(numbers):
            break
        weights = np.zeros((len(days), len(numbers)), np.float32)
        for check in CHECKS.values():
            block = load_block(conn, check.reads, numbers, since, None)
            for week, day in enumerate(days):
                weights[week] += check.ask(block, day_number(day)).weight
        totals.append(weights)
    return np.concatenate(totals, axis=1)


if __name__ == "__main__":
    size, folder = int(sys.argv[1]), Path(sys.argv[2])
    sys.stdout.write(json.dumps({"fill": filled, "measure": measured}[sys.argv[3]](size, folder)) + "\n")
