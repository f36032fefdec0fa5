"""Escalations that somebody wrote down: a CSV file, or the demo city's own truth. For evaluation alone."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, select

from earlyhelp.chronology import day_number, day_of
from earlyhelp.errors import SetUpWrong
from earlyhelp.store.tables import household, link
from earlyhelp.trust.escalations import Escalations

Happened = tuple[str, str, int]
"""Scheme (uprn or reference), value, and the day of the escalation."""


def read_truth(conn: Connection, path: Path) -> Escalations:
    """Escalations from a CSV (``uprn`` or ``reference``, ``escalated_on``), or the demo city's truth.

    Those that lead to no household of the store are left out and counted in words. Raises `SetUpWrong` when
    the file cannot be read.
    """
    told = list(_happened(path))
    if not told:
        raise SetUpWrong(f"{path} tells of no escalation")
    placed = [(number, one[2]) for one in told if (number := _whose(conn, one)) is not None]
    words = f"{len(told)} escalations named in {path.name}"
    if len(placed) < len(told):
        words += f", {len(told) - len(placed)} of which lead to no household known here"
    return Escalations(
        np.array([number for number, _ in placed], np.int64),
        np.array([day for _, day in placed], np.int64),
        words,
        max(day for _, _, day in told),
    )


def _happened(path: Path) -> Iterator[Happened]:
    files = sorted(path.glob("*.npz")) if path.is_dir() else [path]
    if not files or not all(file.is_file() for file in files):
        raise SetUpWrong(f"there is no truth in {path}: name a CSV file, or the demo city's folder of truth")
    for file in files:
        yield from _demo(file) if file.suffix == ".npz" else _listed(file)


def _listed(path: Path) -> Iterator[Happened]:
    """The lines of a CSV file; a line that cannot be read is named by its number alone."""
    with path.open(newline="", encoding="utf-8-sig") as lines:
        rows = csv.DictReader(lines)
        scheme = next((name for name in ("uprn", "reference") if name in (rows.fieldnames or ())), None)
        if scheme is None or "escalated_on" not in (rows.fieldnames or ()):
            raise SetUpWrong(f"{path.name} needs the columns uprn (or reference) and escalated_on")
        for row in rows:
            try:
                day = date.fromisoformat((row["escalated_on"] or "").strip())
            except ValueError:
                raise SetUpWrong(
                    f"{path.name}, line {rows.line_num}: escalated_on is no day like 2026-11-02"
                ) from None
            value = (row[scheme] or "").strip()
            yield scheme, value.zfill(12) if scheme == "uprn" else value, day_number(day)


def _demo(path: Path) -> Iterator[Happened]:
    """The invented city's truth, by the address at which each household lived on the day."""
    with np.load(path) as told:
        lived = {name: told[f"occupancy_{name}"] for name in ("household", "uprn", "from", "to")}
        for number, day in zip(told["escalated"].tolist(), told["escalated_on"].tolist(), strict=True):
            there = (lived["household"] == number) & (lived["from"] <= day) & (lived["to"] > day)
            for uprn in lived["uprn"][there][:1].tolist():
                yield "uprn", f"{uprn:012d}", day


def _whose(conn: Connection, happened: Happened) -> int | None:
    """The household an escalation belongs to."""
    scheme, value, day = happened
    if scheme == "reference":
        query = select(household.c.id).where(household.c.reference == value)
    else:
        on = day_of(day)
        query = select(link.c.household_id).where(
            link.c.scheme == "uprn", link.c.value == value, link.c.from_on <= on, link.c.to_on > on
        )
    return conn.execute(query.limit(1)).scalar_one_or_none()
