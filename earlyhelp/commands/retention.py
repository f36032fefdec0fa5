"""`earlyhelp retention`: let go of what is past its date, or only say what would go."""

from typing import Annotated

import typer

from earlyhelp.commands.common import Json, closing, opened, out, plain_table, say_json


def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    as_json: Json = False,
) -> None:
    """Remove or pseudonymise what is past its date, as each agreement says; every feed is written down."""
    from earlyhelp.services.retaining import retain

    engine, today, _ = opened()
    with closing(engine):
        told = retain(engine, today(), dry_run=dry_run)
    if as_json:
        say_json({"schema": "earlyhelp/retention/1", "day": today(), "dry_run": dry_run, "feeds": told})
        return
    columns = ("removed", "pseudonymised", "held", "narrowed")
    table = plain_table("feed", *columns, right=columns, title="Would go" if dry_run else "Has gone")
    for name, counts in told.items():
        table.add_row(name, *(f"{counts.get(column, 0):,}" for column in columns))
    out.print(table)
    for name, counts in told.items():
        if counts.get("undecided"):
            out.print(f"{name}: no agreement says how long it may be kept; decide, and write it into one")
