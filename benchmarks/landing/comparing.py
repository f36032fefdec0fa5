"""Rows a second, CPU seconds and memory, side by side in one run, and lines of code for one connector."""

import io
import json
import sqlite3
import sys
import tempfile
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from benchmarks.landing.measuring import Cost, agency, run
from benchmarks.landing.tools import programs
from tests.postgres import fresh_database, serving

ROWS, PAGE = 1_000_000, 1_000
CONTENDERS = Path(__file__).parent / "contenders"
RUN = "# How it is run"
OURS, BARE, UNCHECKED, DLT, TUNED, SINGER = (
    "earlyhelp",
    "bare loop",
    "bare loop, nothing validated",
    "dlt",
    "dlt, by CSV files",
    "singer-sdk → target-postgres",
)
DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on", "shared_buffers=512MB")


@dataclass(frozen=True, slots=True)
class Contender:
    """A tool: its connector's file, by what it is run, and what it is told besides address and store."""

    name: str
    file: str
    tool: str | None = None
    how: tuple[str, ...] = ()
    into: tuple[str, ...] = ("PostgreSQL", "SQLite")

    def commands(self, address: str, store: str, folder: Path) -> list[list[str]]:
        """What to run; singer's halves as a pipe."""
        python = sys.executable if self.tool is None else str(programs(self.tool) / "python")
        script = [python, str(CONTENDERS / self.file)]
        if self.name != SINGER:
            return [[*script, address, _spelt_for(self.tool, store), *self.how]]
        (folder / "tap.json").write_text(json.dumps({"address": address}))
        (folder / "target.json").write_text(json.dumps({"sqlalchemy_url": store}))
        target = str(programs("singer-target") / "target-postgres")
        return [[*script, "--config", "tap.json"], [target, "--config", "target.json"]]


def _spelt_for(tool: str | None, store: str) -> str:
    """The store's address: dlt wants a host and a password, and takes the socket for one."""
    if tool != "dlt" or store.startswith("sqlite"):
        return store
    name, socket = store.split("@/")[1].split("?host=")
    return f"postgresql://postgres:none@{quote(socket, safe='')}/{name}"


ALL = (
    Contender(UNCHECKED, "bare.py"),
    Contender(BARE, "bare.py", how=("validated",)),
    Contender(OURS, "ours.py"),
    Contender(TUNED, "with_dlt.py", "dlt", ("csv",), into=("PostgreSQL",)),
    Contender(DLT, "with_dlt.py", "dlt"),
    Contender(SINGER, "with_singer.py", "singer-tap", into=("PostgreSQL",)),
)


def main(rows: int = ROWS, size: int = PAGE, names: Sequence[str] = ()) -> None:
    """Measure each tool on each database and print the tables; ``names`` are beginnings of tools' names."""
    console = Console(width=150)
    chosen = [one for one in ALL if not names or one.name.startswith(tuple(names))]
    told: dict[tuple[str, str], Cost] = {}
    with agency(rows, size) as address, serving(*DURABLE) as server:
        for into in ("PostgreSQL", "SQLite"):
            for one in chosen:
                if into not in one.into:
                    continue
                with console.status(f"{one.name} into {into}"):
                    try:
                        told[into, one.name] = _measured(one, into, address, server, rows)
                    except RuntimeError as failed:
                        console.print(f"{one.name} into {into}: {failed}", markup=False)
    console.print(_table(told, rows, size))
    console.print(_ratios(told))
    console.print(_lines(chosen))


def _measured(one: Contender, into: str, address: str, server: str, rows: int) -> Cost:
    """One run into an empty store, and that every row has landed. Raises `RuntimeError`."""
    with tempfile.TemporaryDirectory() as temporary, _store(into, server, Path(temporary)) as store:
        commands = one.commands(address, store, Path(temporary))
        cost = run(commands, Path(temporary), _process(server) if into == "PostgreSQL" else None)
        landed = _landed(store)
        if landed != rows:
            raise RuntimeError(f"{landed:,} of {rows:,} rows have landed")
        return cost


@contextmanager
def _store(into: str, server: str, folder: Path) -> Iterator[str]:
    """An empty store, as SQLAlchemy writes addresses; gone afterwards."""
    if into == "SQLite":
        yield f"sqlite:///{folder / 'store.db'}"
    else:
        with fresh_database(server) as address:
            yield address


def _process(server: str) -> int:
    """The number of PostgreSQL's first process."""
    return int((Path(server.split("?host=")[1]) / "data" / "postmaster.pid").read_text().split()[0])


def _landed(store: str) -> int:
    """How many postings a store holds, wherever the tool has put them."""
    counted = "SELECT count(*) FROM posting"
    if store.startswith("sqlite"):
        with closing(sqlite3.connect(store.removeprefix("sqlite:///"))) as lite:
            return int(lite.execute(counted).fetchone()[0])
    with psycopg.connect(store.replace("+psycopg", "")) as conn:
        found = "SELECT min(table_schema) FROM information_schema.tables WHERE table_name = 'posting' "
        schema = conn.execute(found + "AND table_schema NOT LIKE '%staging'").fetchone()
        conn.execute("SELECT set_config('search_path', %s, false)", schema)
        return int(conn.execute(counted).fetchone()[0])  # type: ignore[index]


def _table(told: Mapping[tuple[str, str], Cost], rows: int, size: int) -> Table:
    title = f"{rows:,} rows of twelve fields from a loopback agency, {size:,} a page"
    table = Table(title=title, title_justify="left", box=SIMPLE, padding=(0, 1, 0, 0))
    table.add_column("tool", no_wrap=True)
    table.add_column("into", no_wrap=True)
    headings = ("seconds", "rows/s", "CPU s client", "CPU s database", "rows per CPU s", "peak MB")
    for heading in headings:
        table.add_column(heading, justify="right")
    for (into, name), cost in told.items():
        database = f"{cost.database_cpu:.1f}" if into == "PostgreSQL" else "in client"
        figures = (f"{cost.wall:.1f}", f"{rows / cost.wall:,.0f}", f"{cost.client_cpu:.1f}", database)
        table.add_row(name, into, *figures, f"{rows / cost.cpu:,.0f}", f"{cost.peak_mb:.0f}")
    return table


def _ratios(told: Mapping[tuple[str, str], Cost]) -> str:
    """Rows per CPU second against each of the others, client and database together."""
    lines = []
    for into in ("PostgreSQL", "SQLite"):
        ours = told.get((into, OURS))
        others = [(name, cost) for (where, name), cost in told.items() if where == into and name != OURS]
        if ours and others:
            words = "; ".join(f"{cost.cpu / ours.cpu:.2f} times {name}" for name, cost in others)
            lines.append(f"rows per CPU second into {into}: {words}")
    return "\n".join(lines)


def _lines(chosen: Sequence[Contender]) -> str:
    """How much an engineer writes for this connector."""
    told = {one.file: lines_of_code(CONTENDERS / one.file) for one in chosen}
    return "lines of code: " + "; ".join(f"{file} {count}" for file, count in told.items())


def lines_of_code(file: Path) -> int:
    """Lines of the connector itself that hold code: without docstrings, comments, blanks."""
    source = file.read_text().partition(RUN)[0]
    silent = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
    told: set[int] = set()
    before = tokenize.NEWLINE
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        docstring = token.type == tokenize.STRING and before in (tokenize.NEWLINE, tokenize.INDENT)
        if token.type not in (*silent, tokenize.ENDMARKER) and not docstring:
            told.update(range(token.start[0], token.end[0] + 1))
        if token.type not in (tokenize.COMMENT, tokenize.NL, tokenize.DEDENT):
            before = token.type
    return len(told)
