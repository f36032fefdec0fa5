"""One night from the command line: Prefect's own server, the real flow, and what came of it."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine

from earlyhelp.store import nights


@dataclass(frozen=True, slots=True)
class NightReport:
    """How a night ended, and what each stage counted."""

    day: date
    state: str
    message: str
    counts: dict[str, Any]

    @property
    def exit_code(self) -> int:
        """0 complete, 3 complete but for an agency, 1 failed."""
        return {"complete": 0, "partial": 3}.get(self.state, 1)

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "schema": "earlyhelp/night/1",
            "day": self.day.isoformat(),
            "state": self.state,
            "message": self.message,
            **self.counts,
        }

    def print_to(self, console: Console) -> None:
        """For people: one table of feeds, then a line for each later stage."""
        console.print(
            f"\nThe night of {self.day:%A} {self.day.day} {self.day:%B %Y}: {self.state}", style="bold"
        )
        if self.message and self.state != "complete":
            console.print(self.message, highlight=False)
        console.print(self._feeds())
        for stage in ("match", "checks", "decide", "alert"):
            counts = self.counts.get(stage)
            if counts:
                words = "; ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in counts.items())
                console.print(f"{stage:>7}  {words}", highlight=False)

    def _feeds(self) -> Table:
        """What was fetched, with sums that add up."""
        table = Table()
        for heading in ("agency and feed", "fetched", "landed", "known already", "refused"):
            table.add_column(heading, justify="left" if heading.startswith("agency") else "right")
        for agency, feeds in sorted(self.counts.get("fetch", {}).items()):
            for feed, counts in feeds.items():
                numbers = (counts[name] for name in ("fetched", "landed", "known", "refused"))
                table.add_row(f"{agency}/{feed}", *(f"{number:,}" for number in numbers))
        for agency in self.counts.get("failed", []):
            table.add_row(f"{agency}", "failed", "", "", "")
        return table


def run_night(engine: Engine, home: Path, day: date) -> NightReport:
    """Run the nightly flow in this process, recorded by Prefect's server; start one if none is set."""
    from earlyhelp.prefect_server import local_prefect

    with local_prefect(home):
        from flows.nightly import run_now

        ended = run_now(day)
    with engine.connect() as conn:
        latest = nights.latest(conn)
    known = latest is not None and latest[0] == day
    return NightReport(
        day=day,
        state=latest[1] if known and latest else "failed",
        message=str(ended.get("message") or ""),
        counts=dict(latest[2]) if known and latest else {},
    )
