"""Records of one or two files, cleaned, in a database that lives as long as the command."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from earlyhelp.errors import SetUpWrong
from earlyhelp.linking import cleaning
from earlyhelp.linking.columns import found
from earlyhelp.linking.encodings import as_utf8

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Records:
    """Where the cleaned records are (table `people`), how many of each side, and what can be compared.

    ``shared``: how many ids of each side stand on more than one record.
    """

    database: "duckdb.DuckDBPyConnection"
    counts: tuple[int, ...]
    filled: frozenset[str]
    shared: tuple[int, ...] = ()

    @property
    def pairs(self) -> int:
        """How many pairs there are to be compared at all."""
        if len(self.counts) == 2:
            return self.counts[0] * self.counts[1]
        return self.counts[0] * (self.counts[0] - 1) // 2


def database(folder: Path) -> "duckdb.DuckDBPyConnection":
    """An empty database that spills into ``folder`` rather than take more than half of a laptop's memory."""
    import duckdb

    half = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**21
    opened = duckdb.connect(":memory:")
    opened.execute(f"set memory_limit = '{max(1_000, min(half, 2_500))}MB'")
    opened.execute(f"set temp_directory = '{str(folder).replace(chr(39), chr(39) * 2)}'")
    opened.execute("set preserve_insertion_order = false")
    opened.execute("set enable_progress_bar = false")
    return opened


def read(opened: "duckdb.DuckDBPyConnection", paths: Sequence[Path], today: date, spill: Path) -> Records:
    """Read one file, to be searched for duplicates, or two, to be linked; copies go to ``spill``.

    Raises SetUpWrong if a file cannot be read, has no id or says nothing of who anybody is.
    """
    for macro in (*cleaning.macros(), cleaning.birth_macro(today)):
        opened.execute(macro)
    opened.execute("create table short_forms (name varchar, forms varchar[])")
    names, forms = map(list, zip(*cleaning.name_lists(), strict=True))
    opened.execute("insert into short_forms select unnest(?), unnest(?)", [names, forms])
    parts: list[str] = []
    counts: list[int] = []
    shared: list[int] = []
    for side, path in enumerate(paths):
        header, rows = _load(opened, path, f"file{side}", spill)
        columns = found(header, path.name)
        shared.append(_shared_ids(opened, columns["id"], path, side))
        parts.append(
            cleaning.cleaned(columns, f"file{side}", side, sum(counts), _day_first(opened, columns, side))
        )
        counts.append(rows)
    opened.execute("create table people as " + " union all ".join(f"({part})" for part in parts))
    for side in range(len(paths)):
        opened.execute(f"drop table file{side}")
    forget_buildings(opened, "people")
    return Records(opened, tuple(counts), filled(opened, len(paths)), tuple(shared))


WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How a file of a spreadsheet program begins: Excel's, OpenDocument's, and Excel's of before 2007."""


def _load(opened: "duckdb.DuckDBPyConnection", path: Path, table: str, spill: Path) -> tuple[list[str], int]:
    """A CSV file as it is, every cell as text. Raises SetUpWrong, without a word of what stands in it."""
    import duckdb

    if not path.is_file():
        raise SetUpWrong(f"{path}: there is no such file")
    with path.open("rb") as opened_file:
        if opened_file.read(4) in WORKBOOKS:
            raise SetUpWrong(f"{path}: is a workbook; save it as CSV (UTF-8)")
    told = as_utf8(path, spill / f"{table}.csv")
    try:
        opened.execute(
            f"create or replace table {table} as select * from read_csv(?, all_varchar = true, "
            "header = true, null_padding = true, strict_mode = false, sample_size = 20000, "
            "parallel = false)",
            [str(told)],
        )
    except duckdb.Error as fault:
        raise SetUpWrong(
            f"{path}: is not a CSV file with a line of headings; save it as CSV (UTF-8)"
        ) from fault
    header = [str(row[0]) for row in opened.execute(f"describe {table}").fetchall()]
    anything = " or ".join(f"trim({cleaning.quoted(name)}) <> ''" for name in header)
    opened.execute(f"delete from {table} where not coalesce({anything}, false)")
    count = opened.execute(f"select count(*) from {table}").fetchall()
    return header, int(count[0][0])


def _day_first(opened: "duckdb.DuckDBPyConnection", columns: dict[str, str], side: int) -> bool:
    """Whether 03/04 is in April: so it is here, unless the file's other dates cannot be read so."""
    if "dob" not in columns:
        return True
    dob = cleaning.quoted(columns["dob"])
    first = f"try_cast(regexp_extract({dob}, '^ *([0-9]{{1,2}})\\D', 1) as int)"
    second = f"try_cast(regexp_extract({dob}, '^ *[0-9]{{1,2}}\\D([0-9]{{1,2}})\\D', 1) as int)"
    told = opened.execute(
        f"select count(*) filter ({first} > 12), count(*) filter ({second} > 12) from file{side}"
    ).fetchall()
    return bool(told[0][0] >= told[0][1])


def _shared_ids(opened: "duckdb.DuckDBPyConnection", column: str, path: Path, side: int) -> int:
    """How many ids stand on more than one record.

    Raises SetUpWrong where a record has none: nobody could tell what a pair is about.
    """
    ids = f"select coalesce(trim({cleaning.quoted(column)}), '') as id from file{side}"
    told = opened.execute(
        f"select id, count(*) from ({ids}) group by id having id = '' or count(*) > 1"
    ).fetchall()
    without = sum(count for name, count in told if not name)
    if without:
        raise SetUpWrong(f"{path}: {without:,} records have nothing in {column!r}; give each record an id")
    return len(told)


MANY_AT_A_PLACE = 25
"""More names than this at one residence make it a building or an institution: nobody's home in particular."""


def forget_buildings(opened: "duckdb.DuckDBPyConnection", table: str) -> None:
    """Take a place for nobody's home where far too many people live."""
    for column in ("place", "written"):
        opened.execute(
            f"""update {table} set {column} = null where {column} in (select {column} from {table}
            where {column} is not null group by {column}
            having count(distinct first_name || ' ' || coalesce(last_name, '')) > {MANY_AT_A_PLACE})"""
        )


def filled(opened: "duckdb.DuckDBPyConnection", sides: int) -> frozenset[str]:
    """The columns that say something on every side."""
    names = [name for name in cleaning.COLUMNS if name not in ("rec", "side", "id", "real_first")]
    counts = ", ".join(
        f"count(*) filter (len({name}) > 0 and {name}[1] is not null)"
        if name in ("given", "known", "short", "lasts")
        else f"count({name})"
        for name in names
    )
    per_side = opened.execute(f"select {counts} from people group by side").fetchall()
    if len(per_side) < sides:
        return frozenset()
    return frozenset(name for name, told in zip(names, zip(*per_side, strict=True), strict=True) if all(told))
