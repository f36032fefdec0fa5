"""What tests of connectors and checks stand on; shipped, so that whoever writes one elsewhere has it too.

    from earlyhelp.testing import ConnectorPromises, DropPromises, told

The promises are tests to subclass: see `earlyhelp.promises`. Drawn stories are for checks, which are read
best beside the story that they answer: a little table of text becomes a block of one household.
"""

from datetime import date
from typing import Final

import numpy as np

from earlyhelp.chronology import Block, Column, day_number
from earlyhelp.promises.asking import ConnectorPromises
from earlyhelp.promises.dropping import DropPromises
from schemas.appointment import Appointment
from schemas.fire_visit import FireVisit
from schemas.police_callout import PoliceCallout
from schemas.rent_account import RentTransaction

__all__ = ["ConnectorPromises", "DropPromises", "told"]


def told(kind: str, story: str, household: int = 1) -> Block:
    """Make a block of one household from a table, one event a line, its record the number of the line.

    A line starts with the day; a last cell that is a day says when the event became known, else it was
    known the day it happened. Between them stand, in this order and each but the first optional::

        rent_transaction   2025-01-06 | charge | 92.10 | weekly
        police_callout     2025-01-06 | violence | 120 | police-initiated
        appointment        2025-01-06 | noshow | 9990000018 | 2025-01-09
        fire_visit         2025-01-06 | refused
    """
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
        columns=_DRAWN[kind](rows),
    )


def _cells(line: str) -> list[str]:
    """The cells of one line."""
    return [cell.strip() for cell in line.split("|")]


def _known_on(cells: list[str]) -> int | None:
    """The day in the last cell, if it is one and not the first."""
    try:
        return day_number(date.fromisoformat(cells[-1])) if len(cells) > 1 else None
    except ValueError:
        return None


def _rent(rows: list[list[str]]) -> dict[str, Column]:
    """Entry, pounds (a payment may be written without its minus) and cycle."""
    cycles = RentTransaction.codes["payment_cycle"]
    entries = [RentTransaction.codes["entry"].index(row[0]) for row in rows]
    pence = [round(float(row[1]) * 100) for row in rows]
    return {
        "entry": np.array(entries, np.int8),
        "amount": np.array(
            [-abs(p) if row[0] == "payment" else p for p, row in zip(pence, rows, strict=True)], np.int64
        ),
        "payment_cycle": np.array([cycles.index(row[2]) if len(row) > 2 else -1 for row in rows], np.int8),
    }


def _callouts(rows: list[list[str]]) -> dict[str, Column]:
    """Category, harm in days, and the words police-initiated or domestic abuse."""
    categories = PoliceCallout.codes["category"]
    return {
        "category": np.array([categories.index(row[0]) for row in rows], np.int8),
        "harm": np.array([float(row[1]) if len(row) > 1 else 0.0 for row in rows], np.float64),
        "police_initiated": np.array(["police-initiated" in row[2:] for row in rows], np.int8),
        "domestic_abuse": np.array(["domestic abuse" in row[2:] for row in rows], np.int8),
    }


def _visits(rows: list[list[str]]) -> dict[str, Column]:
    """What came of it."""
    outcomes = FireVisit.codes["outcome"]
    return {"outcome": np.array([outcomes.index(row[0]) for row in rows], np.int8)}


def _appointments(rows: list[list[str]]) -> dict[str, Column]:
    """Status and whose it was."""
    statuses = Appointment.codes["status"]
    return {
        "status": np.array([statuses.index(row[0]) for row in rows], np.int8),
        "nhs_number": np.array([int(row[1]) if len(row) > 1 else 1 for row in rows], np.int64),
    }


_DRAWN: Final = {
    RentTransaction.kind: _rent,
    PoliceCallout.kind: _callouts,
    Appointment.kind: _appointments,
    FireVisit.kind: _visits,
}
