"""Retention: what is past its date goes, as each agreement says. A dry run only tells."""

from datetime import date
from typing import Any

from prefect import State
from prefect.artifacts import create_table_artifact
from prefect.states import Completed

from earlyhelp.services.retaining import retain
from earlyhelp.settings import settings
from flows.boundary import in_process, safe_flow, safe_task
from flows.fetch import store


@safe_task("retain")
def retain_day(day: str, dry_run: bool) -> dict[str, dict[str, int]]:
    """Counts of what has gone, or would go, feed by feed."""
    return retain(store(), date.fromisoformat(day), dry_run=dry_run)


@safe_flow("retention")
def retention(run_date: str | None = None, dry_run: bool = False) -> State[None]:
    """Let go of what is past its date; say how many rows of each feed."""
    day = run_date or settings().day().isoformat()
    told = retain_day(day, dry_run)
    rows: list[dict[str, Any]] = [{"of": name} | counts for name, counts in told.items()]
    create_table_artifact(rows, key="retention", description=f"What was past its date on {day}")
    gone = sum(counts.get("removed", 0) + counts.get("pseudonymised", 0) for counts in told.values())
    return Completed(message=f"{'would-go' if dry_run else 'gone'}={gone}")


def run_now(day: date, *, dry_run: bool) -> dict[str, str]:
    """The same in this process; says ``state`` and ``message``."""
    return in_process(retention, run_date=day.isoformat(), dry_run=dry_run)
