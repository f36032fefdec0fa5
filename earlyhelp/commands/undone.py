"""`earlyhelp undone`: which cases rested on a match that did not hold, and what workers had been told."""

from dataclasses import asdict

from rich.box import SIMPLE
from rich.table import Table

from earlyhelp.commands.common import Json, closing, opened, out, say_json
from earlyhelp.store.people import undoing
from earlyhelp.store.unit_of_work import reading

HEADINGS = ("day", "case", "set aside", "rows not theirs", "alerts raised", "of them sent", "became")


def undone(as_json: Json = False) -> None:
    """Say which cases rested on a match that did not hold, and what of it workers had been told."""
    engine, _, _ = opened()
    with closing(engine), reading(engine) as conn:
        found = undoing.undone(conn)
    if as_json:
        told = [{name: value for name, value in asdict(one).items() if name != "household"} for one in found]
        say_json({"schema": "earlyhelp/undone/1", "undone": told})
        return
    if not found:
        out.print("No case rested on a match that did not hold.")
        return
    table = Table(box=SIMPLE, padding=(0, 1, 0, 0), show_edge=False)
    for heading in HEADINGS:
        table.add_column(heading)
    for one in found:
        checks = ", ".join(check.replace("_", " ") for check in one.checks)
        table.add_row(
            str(one.day), one.case, checks, str(one.rows), str(one.alerts), str(one.sent), one.became
        )
    out.print(table)
