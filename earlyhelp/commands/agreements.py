"""`earlyhelp agreements`: which there are, where each stands, and what is wrong with them."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select

from earlyhelp.commands.agreeing import draft, examined
from earlyhelp.commands.common import (
    FAILED,
    Json,
    closing,
    connector_named,
    opened,
    out,
    plain_table,
    say_json,
)
from earlyhelp.errors import SetUpWrong
from earlyhelp.in_force import agreements as known
from earlyhelp.store.tables import dropped_field
from earlyhelp.store.unit_of_work import reading

agreements = typer.Typer(
    invoke_without_command=True, help="Sharing agreements: list, check, begin a new one."
)


@agreements.callback()
def listed(context: typer.Context, as_json: Json = False) -> None:
    """List the sharing agreements, where each stands, and what was dropped at the door for want of one."""
    if context.invoked_subcommand is not None:
        return
    engine, today, _ = opened()
    with closing(engine), reading(engine) as conn:
        dropped = [dict(row) for row in conn.execute(select(dropped_field)).mappings()]
    told = [
        {"agency": one.agency, "feeds": ", ".join(sorted(one.feeds)), "state": str(one.state(today())),
         "review_on": f"{one.review_on}", "expires_on": f"{one.expires_on}",
         "power": str(one.gateway.power), "contact": one.contact, "file": one.file}
        for one in known().all
    ]  # fmt: skip
    if as_json:
        faults = list(known().faults)
        say_json(
            {"schema": "earlyhelp/agreements/1", "agreements": told, "faults": faults, "dropped": dropped}
        )
        return
    table = plain_table("agency", "feeds", "state", "review on", "expires on")
    for row in told:
        table.add_row(*(row[name] for name in ("agency", "feeds", "state", "review_on", "expires_on")))
    out.print(table)
    for one in dropped:
        words = f"{one['feed']}: {one['field']} was dropped from {one['rows']:,} rows since {one['first_on']}"
        out.print(f"{words}: no agreement lists it", highlight=False, soft_wrap=True)
    for fault in known().faults:
        out.print(f"fault  {fault}", highlight=False, markup=False, soft_wrap=True)


@agreements.command()
def check(as_json: Json = False) -> None:
    """Check every agreement: files, dates, feeds without one, and what checks read that is not shared."""
    _, today, _ = opened()
    faults, warnings = examined(today())
    if as_json:
        say_json({"schema": "earlyhelp/agreements-check/1", "faults": faults, "warnings": warnings})
    for heading, lines in (("fault", faults), ("look at", warnings)):
        for line in lines if not as_json else ():
            out.print(f"{heading:<8} {line}", highlight=False, markup=False, soft_wrap=True)
    if not (faults or warnings or as_json):
        out.print(f"{len(known().all)} agreements, and every feed is covered.")
    raise typer.Exit(FAILED if faults else 0)


@agreements.command()
def new(agency: Annotated[str, typer.Argument(help="As `earlyhelp connectors list` names it.")]) -> None:
    """Begin an agreement: writes a draft with every feed and field, to be cut down, filled in and signed."""
    folder = Path.cwd() / "agreements"
    if not folder.is_dir():
        raise SetUpWrong("there is no folder agreements/ here; run this in the project's own folder")
    path = folder / f"{agency.replace('-', '_')}.toml"
    if path.exists():
        raise SetUpWrong(f"{path.name} stands there already, and is not overwritten")
    _, today, _ = opened()
    path.write_text(draft(connector_named(agency), today()), "utf-8")
    for line in (
        f"Wrote agreements/{path.name}: a draft that lists every field. Strike out what is not needed.",
        "Information governance fills in who, why and by which power, and signs it: signed_on.",
        "Then: earlyhelp agreements check",
    ):
        out.print(line, highlight=False, soft_wrap=True)
