"""`earlyhelp law`: the thresholds that law sets, as they were in force on a day."""

from datetime import datetime
from typing import Annotated

from earlyhelp.commands.common import Day, Json, out, plain_table, say_json
from earlyhelp.law.thresholds import law as every
from earlyhelp.settings import settings


def law(as_of: Annotated[datetime | None, Day] = None, as_json: Json = False) -> None:
    """Say which legal thresholds are in force, today or on the day given, with their sources."""
    day = as_of.date() if as_of else settings().day()
    pack = every().on(day)
    if as_json:
        told = [one.model_dump(mode="json", by_alias=True) for one in pack]
        say_json(
            {"schema": "earlyhelp/law/1", "day": day, "version": every().version(day), "thresholds": told}
        )
        return
    table = plain_table("threshold", "tenure", "value", "since", "known by", right=("value",))
    for one in pack:
        value = f"{one.value:g} {one.unit}"
        table.add_row(one.name, one.tenure or "", value, f"{one.since}", one.evidence)
    out.print(table)
