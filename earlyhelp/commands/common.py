"""What every command shares: where answers go, which database is meant, how an option is written."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine

from earlyhelp import plugins
from earlyhelp.demo.latest import was_shown
from earlyhelp.errors import SetUpWrong
from earlyhelp.feeds import Connector
from earlyhelp.settings import settings

FAILED, USED_WRONGLY, PARTIAL = 1, 2, 3

out = Console()
"""Answers; progress and errors go to `earlyhelp.running.watching.err`."""

Json = Annotated[bool, typer.Option("--json", help="Answer as one JSON object.")]

DAY = ["%Y-%m-%d"]
Day = typer.Option(formats=DAY, metavar="2026-11-02")

Counted = Mapping[str, Mapping[str, int]]
"""What became of the rows of each feed."""


def say_json(answer: object) -> None:
    """One JSON object on standard output."""
    sys.stdout.write(json.dumps(answer, indent=2, default=str) + "\n")


def printable(words: str) -> str:
    """What an agency wrote, without the signs that steer a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in words)


def plain_table(*headings: str, right: Sequence[str] = (), title: str | None = None) -> Table:
    """A table without lines round it; ``right`` names the columns of numbers."""
    table = Table(title=title, title_justify="left", box=SIMPLE, padding=(0, 1, 0, 0), show_edge=False)
    for heading in headings:
        numbers = heading.replace(" ", "_") in right
        table.add_column(heading, justify="right" if numbers else "left")
    return table


def say_counts(counts: Counted, of: str, columns: Sequence[str]) -> None:
    """A line for each feed, with its counts."""
    table = plain_table(of, *(name.replace("_", " ") for name in columns), right=columns)
    for name, told in counts.items():
        table.add_row(name, *(f"{told[column]:,}" for column in columns))
    out.print(table)


def connector_named(name: str) -> Connector:
    """The connector of that agency. Raises `SetUpWrong`, with the names there are."""
    known = plugins.connectors()
    if name in (faults := plugins.unreadable()):
        raise SetUpWrong(faults[name])
    if name not in known:
        raise SetUpWrong(f"there is no connector {name}; the agencies are {', '.join(known)}")
    return known[name]


@contextmanager
def closing(engine: Engine) -> Iterator[Engine]:
    """Let go of the database at the end, whatever happens."""
    try:
        yield engine
    finally:
        engine.dispose()


def store() -> Engine:
    """The database of the settings, brought up to date."""
    from earlyhelp.store.unit_of_work import migrate, open_store

    settings().home.mkdir(parents=True, exist_ok=True)
    engine = open_store(settings().database)
    migrate(engine)
    return engine


def opened() -> tuple[Engine, Callable[[], date], bool]:
    """The database of the settings; where none is set, that of the invented city shown last (True)."""
    if not settings().clock and (shown := city()):
        return *shown, True
    return store(), settings().day, settings().clock is not None


def city() -> tuple[Engine, Callable[[], date]] | None:
    """The invented city shown last in the database that is set; from now on the settings are its."""
    if not was_shown(settings().home):
        return None
    from earlyhelp.demo.show import opened as city_shown

    return city_shown(settings().home)
