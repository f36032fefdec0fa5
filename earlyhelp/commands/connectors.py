"""`earlyhelp connectors`: which agencies there are, a new one, and whether one answers as was agreed."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from earlyhelp import plugins
from earlyhelp.commands.common import DAY, FAILED, Json, connector_named, out, plain_table, say_json
from earlyhelp.commands.new_connector import new
from earlyhelp.feeds import Connector

connectors = typer.Typer(no_args_is_help=True, help="Agencies: list them, check one, begin a new one.")
connectors.command("new")(new)


@connectors.command("list")
def listed(as_json: Json = False) -> None:
    """List the agencies: whose data, which feeds, and whether they are set up on this machine."""
    from earlyhelp.trying.settings_of import not_set

    known = {one: not_set(one) for one in plugins.connectors().values()}
    faults = plugins.unreadable()
    if as_json:
        told = [_told(one, missing) for one, missing in known.items()]
        say_json({"schema": "earlyhelp/connectors/1", "connectors": told, "unreadable": faults})
        return
    table = plain_table("agency", "sector", "feeds", "ready")
    for one, missing in known.items():
        feeds = ", ".join(feed.name for feed in one.feeds)
        table.add_row(one.name, one.sector.value, feeds, "no" if missing else "yes")
    out.print(table, highlight=False)
    for one, missing in known.items():
        if missing:
            out.print(f"{one.name}: set {', '.join(missing)}", highlight=False, soft_wrap=True)
    for fault in faults.values():
        out.print(fault, highlight=False, soft_wrap=True)


@connectors.command()
def check(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As `earlyhelp connectors list` names it.")],
    feed: Annotated[str | None, typer.Option(help="One feed of it; unset: all.")] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=DAY, help="What is new since that day; unset: everything.")
    ] = None,
    rows: Annotated[int | None, typer.Option(min=2, help="Ask for a page of so many rows.")] = None,
    as_json: Json = False,
) -> None:
    """Ask an agency for one page of each feed, and say what came: names, kinds and counts, never a value.

    Writes nothing down. Exits with 0 when every feed may be fetched as it is, else with 1.
    """
    from earlyhelp.commands.first_page import first_pages, said_of

    connector = connector_named(name)
    pages = first_pages(connector, feed, since.replace(tzinfo=UTC) if since else None, rows)
    well = all(page.well for page in pages)
    said_of(connector, pages, as_json=as_json)
    raise typer.Exit(0 if well else FAILED)


def _told(one: Connector, missing: list[str]) -> dict[str, object]:
    feeds = [{"feed": feed.name, "rows": feed.schema.kind} for feed in one.feeds]
    told = {"agency": one.name, "sector": one.sector.value, "feeds": feeds}
    return told | {"ready": not missing, "not_set": missing}
