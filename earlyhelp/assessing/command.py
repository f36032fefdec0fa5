"""The command `earlyhelp assess`: early warning from files alone."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import orjson
import typer
from rich.console import Console

from earlyhelp import plugins
from earlyhelp.assessing import round as assessing
from earlyhelp.errors import EarlyHelpError
from earlyhelp.running.watching import watching
from schemas.appointment import Appointment
from schemas.police_callout import PoliceCallout
from schemas.rent_account import RentTransaction

A_DAY = ["%Y-%m-%d"]


def assess(
    as_of: Annotated[
        datetime, typer.Option(formats=A_DAY, help="The day to stand on: nothing known later counts.")
    ],
    out: Annotated[Path, typer.Option(help="The folder to write signals, ranking and refused rows to.")],
    rent: Annotated[
        Path | None,
        typer.Option(
            help="CSV: record_id, household, occurred_on, entry, amount [, known_on, payment_cycle]. Besides "
            "charge, payment and adjustment an entry may be an agreement (amount: the instalment above the "
            "rent; payment_cycle: how often), agreement_ended, moratorium (Breathing Space), open_moratorium "
            "or moratorium_ended (amount: 0)."
        ),
    ] = None,
    callouts: Annotated[
        Path | None,
        typer.Option(
            help="CSV: record_id, household, occurred_at, category [, harm, known_on, incident, person, "
            "other_person]. The last two are numbers of whom a call is about; they stand in no answer."
        ),
    ] = None,
    appointments: Annotated[
        Path | None,
        typer.Option(
            help="CSV: record_id, household, starts_at, status [, person, booked_on, known_on]. A status is "
            "booked, fulfilled, cancelled, noshow, or not_brought of somebody who depends on others."
        ),
    ] = None,
    budget: Annotated[int, typer.Option(min=0, help="How many households there is room for.")] = 100,
    since: Annotated[
        datetime | None,
        typer.Option("--from", formats=A_DAY, help="With --every: rank every week from this day on."),
    ] = None,
    every: Annotated[Literal["week"] | None, typer.Option(help="With --from: how often.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say what came of it as JSON.")] = False,
) -> None:
    """Rank households from CSV files, as known on a day: no database and no server are needed.

    Writes ranking.csv, signals.csv and refused.csv. Give at least one of --rent, --callouts and
    --appointments. Amounts are pounds, a charge above nothing and a payment below.
    """
    given = {RentTransaction.kind: rent, PoliceCallout.kind: callouts, Appointment.kind: appointments}
    files = {kind: path for kind, path in given.items() if path is not None}
    if not files:
        raise typer.BadParameter("give at least one of --rent, --callouts and --appointments")
    if (since is None) != (every is None):
        raise typer.BadParameter("--from and --every go together: --from 2026-05-04 --every week")
    if since is not None and since > as_of:
        raise typer.BadParameter("--from must not be after --as-of")
    asked = assessing.Asked(files, as_of.date(), budget, out, since.date() if since else None)
    try:
        with watching():
            done = assessing.assess(asked, plugins.checks().values())
    except EarlyHelpError as fault:
        Console(stderr=True, soft_wrap=True, highlight=False).print(
            f"earlyhelp assess: {fault}", markup=False
        )
        raise typer.Exit(1) from fault
    _say(done, asked, as_json=as_json)


def _say(done: assessing.Assessed, asked: assessing.Asked, *, as_json: bool) -> None:
    """Results on standard output, warnings beside it."""
    for line in done.warnings:
        typer.echo(f"warning: {line}", err=True)
    if as_json:
        typer.echo(orjson.dumps(asdict(done) | {"as_of": asked.as_of, "out": str(asked.out)}).decode())
        return
    typer.echo(
        f"{_counted(done.households, 'household')} ranked as known on {asked.as_of}, {done.raised:,} raised "
        f"of {asked.budget:,} there is room for, {_counted(done.signals, 'signal')}."
    )
    if done.refused:
        typer.echo(f"{_counted(done.refused, 'row')} could not be read: see {asked.out / 'refused.csv'}.")
    typer.echo(f"Written to {asked.out}.")


def _counted(number: int, noun: str) -> str:
    """1 row, 2 rows."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
