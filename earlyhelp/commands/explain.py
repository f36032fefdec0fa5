"""`earlyhelp explain`: one household's whole sum on one night, in a page of text."""

import sys
from datetime import datetime
from typing import Annotated

import typer

from earlyhelp import plugins
from earlyhelp.commands.common import Day, closing, opened
from earlyhelp.running.watching import err
from earlyhelp.store.access.operations import note_operation

WARNING = (
    "This is about a household. That you read it is written down with your name. Do not copy it anywhere."
)


def explain(
    reference: Annotated[str, typer.Argument(help="As in the address of the household's page.")],
    as_of: Annotated[datetime | None, Day] = None,
) -> None:
    """Say how a night came to what it decided about one household. That you asked is kept with your name."""
    from earlyhelp.services.explaining import explain as page

    engine, today, _ = opened()
    day = as_of.date() if as_of else today()
    with closing(engine), engine.begin() as conn:
        text = page(conn, plugins.checks(), reference, day)
        note_operation(conn, "explain", f"{reference} {day}")
    err.print(WARNING, highlight=False)
    sys.stdout.write(text)
