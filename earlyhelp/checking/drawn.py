"""Drawn stories: what happened to one household, drawn as a little table, and what a check makes of it.

A check is read best beside the stories it answers. Each check carries its own; the tests ask it about them,
and the page about the checks shows them with what it says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from pydantic.fields import FieldInfo

from earlyhelp.chronology import Block, Column, day_number, identity
from schemas.feed import EventRow

MONEY = ("amount", "arrears", "weekly_amount")
"""Columns of pence, which a story tells in pounds."""

NOBODY = "-1"
"""What stands where it was not said whose a line is."""


@dataclass(frozen=True, slots=True)
class DrawnStory:
    """What happened to one household, and whether the check speaks of it on the night of ``as_of``.

    ``title`` goes on as a sentence; ``drawn`` is a table as `told` reads it.
    """

    title: str
    as_of: date
    drawn: str
    fires: bool


def told(kind: str, story: str, household: int = 1) -> Block:
    """Make a block of one household from a table, one event a line, its record the number of the line.

    A line starts with the day; a last cell that is a day says when the event became known, else it was
    known the day it happened. Between them stand the columns of the schema in their order, those at the end
    optional, and the names of what is true of it. Money is in pounds, a moment is one with its zone; whoever
    must be told and is left out is person 1::

        rent_transaction      2025-01-06 | charge | 92.10 | weekly
        police_callout        2025-01-06 | violence | 120 | police-initiated
        appointment           2025-01-06 | noshow | 9990000018 | 2025-01-09
        council_tax_account   2025-01-01 | 154.20 | reminder
        benefit_award         2021-04-05 | housing_benefit | 85.00 | void | 2025-01-09

    Raises `ValueError` for a kind that no schema has, or a cell that its column cannot hold.
    """
    schema = _schema(kind)
    lines = [_cells(line) for line in story.strip().splitlines() if line.strip()]
    days = [day_number(date.fromisoformat(cells[0])) for cells in lines]
    known = [_known_on(cells) for cells in lines]
    rows = [cells[1:-1] if _known_on(cells) is not None else cells[1:] for cells in lines]
    return Block.of(
        kind,
        np.array([household], np.int64),
        household=np.full(len(lines), household, np.int64),
        occurred_on=np.array(days, np.int32),
        known_on=np.array(
            [day if seen is None else seen for day, seen in zip(days, known, strict=True)], np.int32
        ),
        record=np.arange(1, len(lines) + 1, dtype=np.int64),
        columns=_columns(schema, rows),
    )


def _schema(kind: str) -> type[EventRow]:
    """The schema of that kind."""
    for schema in EventRow.__subclasses__():
        if schema.kind == kind:
            return schema
    raise ValueError(f"no schema that has been imported is of the kind {kind!r}")


def _cells(line: str) -> list[str]:
    """The cells of one line."""
    return [cell.strip() for cell in line.split("|")]


def _known_on(cells: Sequence[str]) -> int | None:
    """The day in the last cell, if it is one and not the first."""
    try:
        return day_number(date.fromisoformat(cells[-1])) if len(cells) > 1 else None
    except ValueError:
        return None


def _columns(schema: type[EventRow], rows: Sequence[Sequence[str]]) -> dict[str, Column]:
    """The cells of all lines as the schema's columns: what is true by its name, the others by their order."""
    fields = {name: schema.model_fields[name] for name in schema.columns}
    marks = [name for name, field in fields.items() if field.annotation is bool]
    columns: dict[str, Column] = {}
    said = [[cell for cell in row if _name(cell) not in marks] for row in rows]
    for place, name in enumerate(name for name in fields if name not in marks):
        cells = [row[place] if len(row) > place else "" for row in said]
        columns[name] = _column(name, fields[name], schema.codes.get(name), cells)
    for mark in marks:
        columns[mark] = np.array([mark in map(_name, row) for row in rows], np.int8)
    if schema.kind == "rent_transaction":  # a payment may be written without its minus
        paid = columns["entry"] == schema.codes["entry"].index("payment")
        columns["amount"] = np.where(paid, -np.abs(columns["amount"].astype(np.int64)), columns["amount"])
    return columns


def _column(name: str, field: FieldInfo, words: Sequence[str] | None, cells: Sequence[str]) -> Column:
    """One column: words as codes, text as whose it is, numbers as they are, money in pence."""
    if words is not None:
        return np.array([words.index(cell) if cell else -1 for cell in cells], np.int8)
    if field.annotation is float:
        return np.array([float(cell or field.get_default() or 0.0) for cell in cells], np.float64)
    if name == "occurred_at":
        return np.array([_minute(cell) for cell in cells], np.int64)
    if name in MONEY:
        return np.array([round(float(cell) * 100) for cell in cells], np.int64)
    untold = NOBODY if name == "incident" or not field.is_required() else ""
    whole = [field.annotation is int or (cell or untold) == NOBODY for cell in cells]
    return np.array(
        [
            int(cell or NOBODY) if one else identity(cell or "1")
            for one, cell in zip(whole, cells, strict=True)
        ],
        np.int64,
    )


def _minute(cell: str) -> int:
    """A moment as whole minutes since 1970, -1 where none is told."""
    return int(datetime.fromisoformat(cell).timestamp()) // 60 if cell else -1


def _name(cell: str) -> str:
    """Police-initiated as police_initiated."""
    return cell.replace("-", "_").replace(" ", "_")
