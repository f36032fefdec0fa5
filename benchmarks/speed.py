"""CPU seconds of each stage of a night, and how they grow with the city.

Each size runs in a process of its own, so that its peak memory is its own. The agencies answer from a
second process, as they do in `make run`; Prefect, whose cost does not grow with the city, is left out.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

STAGES = ("make the city", "fetch and land", "match", "pack", "check", "decide")
SECOND = tuple(f"second night: {stage}" for stage in STAGES[1:])
STAGES += SECOND


def main(sizes: Sequence[int]) -> None:
    """Measure each size and print seconds by stage, rows a second, peak memory and growth."""
    console = Console()
    measured = []
    for size in sizes:
        with console.status(f"{size:,} households"):
            answer = subprocess.run(
                [sys.executable, "-m", "benchmarks.speed", str(size)], capture_output=True, text=True
            )
        if answer.returncode:
            console.print(f"{size:,} households failed:\n{answer.stderr[-2000:]}")
            continue
        measured.append(json.loads(answer.stdout.splitlines()[-1]))
    table = Table(title="CPU seconds of a night by stage (SQLite)", box=SIMPLE, padding=(0, 1, 0, 0))
    table.add_column("households")
    for m in measured:
        table.add_column(f"{m['households']:,}", justify="right")
    for stage in STAGES:
        table.add_row(stage, *(f"{m['seconds'][stage]:.1f}" for m in measured))
    table.add_row("rows fetched", *(f"{m['rows']:,}" for m in measured))
    table.add_row(
        "rows landed a CPU second", *(f"{m['rows'] / m['seconds']['fetch and land']:,.0f}" for m in measured)
    )
    table.add_row("peak memory, MB", *(f"{m['peak_mb']:,.0f}" for m in measured))
    console.print(table)
    for small, large in pairwise(measured):
        grew = large["households"] / small["households"]
        times = {s: large["seconds"][s] / max(small["seconds"][s], 0.01) for s in STAGES}
        words = ", ".join(f"{stage} {ratio:.1f}" for stage, ratio in times.items())
        console.print(f"{grew:.0f} times the households: {words} times the CPU seconds")


def measure(households: int) -> dict[str, object]:
    """One city, two nights; CPU seconds of this process for each stage."""
    from earlyhelp import plugins
    from earlyhelp.alerts.channel import Ways
    from earlyhelp.alerts.folder import Folder
    from earlyhelp.demo import workers
    from earlyhelp.demo.agencies import running as agencies
    from earlyhelp.demo.city.records import CityPlan
    from earlyhelp.services import fetching, stages
    from earlyhelp.settings import settings
    from earlyhelp.store.events import packing
    from earlyhelp.store.unit_of_work import migrate, open_store

    plan = CityPlan(households=households)
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        os.environ["EARLYHELP_HOME"] = str(folder)
        settings.cache_clear()
        clock = time.process_time()

        def lap(stage: str) -> None:
            nonlocal clock
            now = time.process_time()
            seconds[stage], clock = seconds.get(stage, 0.0) + now - clock, now

        agencies.build(plan, folder, lambda *_: None)
        lap("make the city")
        engine = open_store(settings().database)
        migrate(engine)
        workers.enrol(engine, plan)
        rows = 0
        with agencies.start(folder, plan.first_night) as up:
            os.environ.update(up.environment)
            for late in (0, 1):
                day = plan.first_night + timedelta(days=late)
                up.set_clock(day)
                stages.begin_night(engine, day)
                lap("aside")
                night = SECOND if late else STAGES[1:]
                for connector in plugins.connectors().values():
                    counts = fetching.fetch_agency(engine, connector, day) if connector.ready else {}
                    rows += sum(feed["fetched"] for feed in counts.values()) if not late else 0
                lap(night[0])
                stages.match(engine, day)
                lap(night[1])
                packing.pack(engine, {check.reads for check in plugins.checks().values()})
                lap(night[2])
                stages.run_checks(engine, plugins.checks(), day)
                lap(night[3])
                stages.decide(engine, plugins.checks(), day)
                stages.alert(
                    engine,
                    Ways(Folder(folder / "outbox")),
                    datetime(day.year, day.month, day.day, 9, tzinfo=UTC),
                )
                stages.end_night(engine, day, [], {"alert": {}})
                lap(night[4])
        engine.dispose()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"households": households, "rows": rows, "seconds": seconds, "peak_mb": peak}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]))) + "\n")
