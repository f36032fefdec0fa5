"""The `earlyhelp` command: for engineers, analysts and whoever runs the house.

Answers go to standard output, progress and errors to standard error. Exit codes: 0 done, 1 failed, 2 used
wrongly, 3 a night that is complete but for an agency that failed.
"""

import sys
from contextlib import ExitStack
from datetime import datetime
from os import umask
from typing import Annotated, Any

import typer
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from earlyhelp import plugins
from earlyhelp.assessing.command import assess
from earlyhelp.commands.agreements import agreements
from earlyhelp.commands.audit import audit
from earlyhelp.commands.backtest import backtest
from earlyhelp.commands.checks import checks
from earlyhelp.commands.common import FAILED, PARTIAL, Day, Json, city, closing, opened, out, say_json, store
from earlyhelp.commands.connectors import connectors
from earlyhelp.commands.docs import docs
from earlyhelp.commands.explain import explain
from earlyhelp.commands.fairness import fairness
from earlyhelp.commands.fetching import fetch
from earlyhelp.commands.law import law
from earlyhelp.commands.matching import match
from earlyhelp.commands.quarantine import quarantine
from earlyhelp.commands.rebuild import rebuild
from earlyhelp.commands.refit import refit
from earlyhelp.commands.retention import retention
from earlyhelp.commands.rights import rights
from earlyhelp.commands.serving import door, serve, serve_city
from earlyhelp.commands.status import drift, status
from earlyhelp.commands.undone import undone
from earlyhelp.commands.workers import workers
from earlyhelp.errors import EarlyHelpError, SetUpWrong
from earlyhelp.running.watching import err, watching
from earlyhelp.settings import settings
from earlyhelp.store import nights
from earlyhelp.store.unit_of_work import reading

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=(__doc__ or "").split("\n\n")[0],
)

app.command()(assess)
app.command()(fetch)
app.command()(backtest)
app.command()(explain)
app.command()(fairness)
app.command()(refit)
app.add_typer(checks, name="checks")
app.command()(match)
app.add_typer(connectors, name="connectors")
app.add_typer(quarantine, name="quarantine")
app.add_typer(workers, name="workers")
app.add_typer(agreements, name="agreements")
app.add_typer(audit, name="audit")
app.command()(serve)
app.command()(status)
app.command()(drift)
app.command()(undone)
app.command()(rebuild)
app.command()(law)
app.command()(retention)
app.add_typer(rights, name="rights")
app.add_typer(docs, name="docs")


@app.command()
def run(
    as_of: Annotated[datetime | None, Day] = None,
    as_json: Json = False,
) -> None:
    """Run the night of today, or of the day given: fetch, match, check, decide, alert."""
    from earlyhelp.running.night import run_night

    day = as_of.date() if as_of else settings().day()
    with closing(store()) as engine:
        with reading(engine) as conn:
            last = nights.latest(conn)
        if last and day < last[0]:
            raise SetUpWrong(
                f"the night of {last[0]} has run; ask of a past day with: earlyhelp replay --as-of {day}"
            )
        with watching():
            report = run_night(engine, settings().home, day)
    _say_night(report, as_json=as_json)
    raise typer.Exit(report.exit_code)


@app.command()
def demo(
    households: Annotated[
        int, typer.Option(min=100, help="How many households the invented city has.")
    ] = 10_000,
    seed: Annotated[int, typer.Option(help="Another number makes another city.")] = 7,
    serve: Annotated[bool, typer.Option(help="Serve the pages afterwards, until Ctrl-C.")] = True,
    port: Annotated[int, typer.Option(help="Where the pages are served, on this machine alone.")] = 8765,
    as_json: Json = False,
) -> None:
    """Run a night over an invented city: the next day's, each time it is called."""
    from earlyhelp.demo.show import show

    with ExitStack() as stack:
        place = stack.enter_context(door(port)) if serve else None
        with watching():
            invented = stack.enter_context(show(settings().home, households, seed))
            report = invented.next_night()
        _say_night(report, as_json=as_json)
        if place and report.exit_code in (0, PARTIAL):
            serve_city(invented.engine, place, today=invented.today, as_json=as_json)
            return
    raise typer.Exit(report.exit_code)


@app.command()
def doctor(as_json: Json = False) -> None:
    """Check the set-up: database, clock, connectors, checks, holidays, packages."""
    from earlyhelp.running.reporting import examine

    if not settings().clock and (shown := city()):
        shown[0].dispose()
    findings = examine(settings())
    if as_json:
        say_json(
            {"schema": "earlyhelp/doctor/1", "well": all(f["well"] for f in findings), "findings": findings}
        )
    else:
        for finding in findings:
            mark = "[green]well[/]" if finding["well"] else "[red]look[/]"
            out.print(f"{mark}  {finding['what']}: {finding['says']}", highlight=False)
    raise typer.Exit(0 if all(f["well"] for f in findings) else FAILED)


@app.command()
def replay(
    as_of: Annotated[datetime, Day],
    as_json: Json = False,
) -> None:
    """Say what the round would have raised on a past day, from what was known then; writes nothing."""
    from earlyhelp.services import replaying

    engine, _, _ = opened()
    with closing(engine), watching():
        counts = replaying.replay(engine, plugins.checks(), as_of.date())
    if as_json:
        say_json({"schema": "earlyhelp/replay/1", "as_of": as_of.date(), **counts})
        return
    table = Table(
        title=f"As of {as_of.date()}, from what was known then", title_justify="left", show_header=False
    )
    for name, count in counts.items():
        table.add_row(name.replace("_", " "), f"{count:,}")
    out.print(table)


@app.command(hidden=True)
def prepare() -> None:
    """What `make setup` does once beyond installing: make Prefect's empty database ready."""
    from earlyhelp.running.prefect_server import prepare as prepare_prefect

    prepare_prefect(settings().home)


def main() -> None:
    """Run the command; an error is said in one line, with what to do next. What it writes is ours alone."""
    umask(0o077)
    try:
        app()
    except (OSError, SQLAlchemyError) as failure:
        name = type(failure).__name__
        err.print(
            f"[red]{name}[/]: a file or the database could not be reached; run: earlyhelp doctor",
            highlight=False,
        )
        sys.exit(FAILED)
    except EarlyHelpError as failure:
        err.print(f"[red]{type(failure).__name__}[/]: {failure}", highlight=False)
        sys.exit(FAILED)


def _say_night(report: Any, *, as_json: bool) -> None:
    """Print what a night fetched, refused, matched, found and raised."""
    if as_json:
        say_json(report.as_dict())
        return
    report.print_to(out)


if __name__ == "__main__":
    main()
