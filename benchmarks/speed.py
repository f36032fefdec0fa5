"""How long each stage of a night takes, and how that grows with the city.

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

STAGES = ("make the city", "fetch and land", "match", "check", "decide", "second night")


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
    table = Table(title="Seconds of a night by stage (SQLite)", box=SIMPLE, padding=(0, 1, 0, 0))
    table.add_column("households")
    for m in measured:
        table.add_column(f"{m['households']:,}", justify="right")
    for stage in STAGES:
        table.add_row(stage, *(f"{m['seconds'][stage]:.1f}" for m in measured))
    table.add_row("rows fetched", *(f"{m['rows']:,}" for m in measured))
    table.add_row(
        "rows landed a second", *(f"{m['rows'] / m['seconds']['fetch and land']:,.0f}" for m in measured)
    )
    table.add_row("peak memory, MB", *(f"{m['peak_mb']:,.0f}" for m in measured))
    console.print(table)
    for small, large in pairwise(measured):
        grew = large["households"] / small["households"]
        times = {s: large["seconds"][s] / max(small["seconds"][s], 0.01) for s in STAGES}
        words = ", ".join(f"{stage} {ratio:.1f}" for stage, ratio in times.items())
        console.print(f"{grew:.0f} times the households: {words} times the seconds")


def measure(households: int) -> dict[str, object]:
    """One city, two nights; seconds for each stage."""
    from earlyhelp import plugins, services
    from earlyhelp.alerts.channel import Ways
    from earlyhelp.alerts.folder import Folder
    from earlyhelp.demo import workers
    from earlyhelp.demo.agencies import running as agencies
    from earlyhelp.demo.city.records import CityPlan
    from earlyhelp.settings import settings
    from earlyhelp.store.unit_of_work import migrate, open_store

    plan = CityPlan(households=households)
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        os.environ["EARLYHELP_HOME"] = str(folder)
        settings.cache_clear()
        clock = time.perf_counter()

        def lap(stage: str) -> None:
            nonlocal clock
            now = time.perf_counter()
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
                services.begin_night(engine, day)
                lap("aside")
                for connector in plugins.connectors().values():
                    counts = services.fetch_agency(engine, connector, day)
                    rows += sum(feed["fetched"] for feed in counts.values()) if not late else 0
                lap("second night" if late else "fetch and land")
                services.match(engine, day)
                lap("second night" if late else "match")
                services.run_checks(engine, plugins.checks(), day)
                lap("second night" if late else "check")
                services.decide(engine, plugins.checks(), day)
                services.alert(
                    engine,
                    Ways(Folder(folder / "outbox")),
                    datetime(day.year, day.month, day.day, 9, tzinfo=UTC),
                )
                services.end_night(engine, day, [], {"alert": {}})
                lap("second night" if late else "decide")
        engine.dispose()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"households": households, "rows": rows, "seconds": seconds, "peak_mb": peak}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]))) + "\n")
