"""CPU seconds of each stage of a night, and how they grow with the city and with what has changed.

The first night brings two years, the second a day. On three more nights nothing is fetched, and none, one in a
hundred or one in ten of all rent accounts has a new payment.

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
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, select

from earlyhelp import plugins
from earlyhelp.alerts.channel import Ways
from earlyhelp.alerts.folder import Folder
from earlyhelp.demo import workers
from earlyhelp.demo.agencies import running as agencies
from earlyhelp.demo.city.records import CityPlan
from earlyhelp.feeds import Page
from earlyhelp.services import fetching, stages
from earlyhelp.settings import settings
from earlyhelp.store import tables
from earlyhelp.store.events import packing
from earlyhelp.store.incoming import landing
from earlyhelp.store.incoming.bookmarks import feed_key
from earlyhelp.store.unit_of_work import migrate, open_store
from schemas.rent_account import RentTransaction

STAGES = ("make the city", "fetch and land", "match", "pack", "check", "decide")
SECOND = tuple(f"second night: {stage}" for stage in STAGES[1:])
CHANGED = (0.0, 0.01, 0.1)
"""Shares of the rent accounts that have a new payment on a later night."""
LATER = {share: tuple(f"{share:.0%} new: {stage}" for stage in ("land", *STAGES[2:])) for share in CHANGED}
STAGES += (*SECOND, *(stage for stages in LATER.values() for stage in stages))


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
    if not measured:
        return
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
                night = SECOND if late else STAGES[1:6]
                for connector in plugins.connectors().values():
                    counts = fetching.fetch_agency(engine, connector, day) if connector.ready else {}
                    rows += sum(feed["fetched"] for feed in counts.values()) if not late else 0
                lap(night[0])
                _judge(engine, folder, day, night[1:], lap)
        for later, share in enumerate(CHANGED, start=2):
            day = plan.first_night + timedelta(days=later)
            stages.begin_night(engine, day)
            lap("aside")
            _pay(engine, day, share)
            lap(LATER[share][0])
            _judge(engine, folder, day, LATER[share][1:], lap)
        engine.dispose()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"households": households, "rows": rows, "seconds": seconds, "peak_mb": peak}


def _judge(engine: Engine, folder: Path, day: date, names: Sequence[str], lap: Callable[[str], None]) -> None:
    """Everything after the fetching, each stage under its name."""
    matching, pack, check, decide = names
    stages.match(engine, day)
    lap(matching)
    packing.pack(engine, {check.reads for check in plugins.checks().values()})
    lap(pack)
    stages.run_checks(engine, plugins.checks(), day)
    lap(check)
    stages.decide(engine, plugins.checks(), day)
    morning = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    stages.alert(engine, Ways(Folder(folder / "outbox")), morning)
    stages.end_night(engine, day, [], {"alert": {}})
    lap(decide)


def _pay(engine: Engine, day: date, share: float) -> None:
    """Land a payment of that day for a share of the rent accounts, by the door by which all rows come."""
    landlord = plugins.connectors()["northside-homes"]
    feed = next(feed for feed in landlord.feeds if feed.schema is RentTransaction)
    held = tables.landing[RentTransaction.kind]
    now = datetime(day.year, day.month, day.day, tzinfo=UTC)
    with engine.begin() as conn:
        accounts = conn.execute(select(held.c.account).distinct().order_by(held.c.account)).scalars().all()
        rows = [
            RentTransaction(
                record_id=f"new-{day}-{account}", recorded_at=now, occurred_on=day - timedelta(days=1),
                account=account, entry="payment", amount=-1_000,
            )
            for account in accounts[: round(share * len(accounts))]
        ]  # fmt: skip
        run = landing.start_run(conn, feed_key(landlord.name, feed), day)
        landing.land(conn, landlord.name, feed, Page(rows, [], None, now), run, 0, day)
        landing.end_run(conn, run)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]))) + "\n")
