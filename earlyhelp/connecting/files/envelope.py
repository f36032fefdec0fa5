"""What stands round the rows of a file: titles above the headings, totals and a trailer below.

A file is surveyed from end to end before its first row is believed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from pydantic import AliasPath

from earlyhelp.connecting.layouts import HalfThere, Line, Unreadable
from earlyhelp.connecting.shaping import shape_of as shape_of_objects
from earlyhelp.feeds import Shape
from schemas.feed import FeedRow

TITLE_ROWS: Final = 50
"""Among so many lines the headings are looked for."""
FOOTNOTES: Final = 50
"""Lines that may stand below a total; more than these are rows, and the total was none."""

_KINDS: Final[Mapping[type, str]] = {
    type(None): "null", bool: "boolean", int: "number", float: "number", str: "text",
}  # fmt: skip


@dataclass(frozen=True)
class Agreed:
    """What was agreed of a file's rows: its ``columns`` where no line bears them, whether each row bears its
    own, the headings that must be there and their other names, what totals begin with, the trailer's mark.
    """

    columns: tuple[str, ...] | None
    keyed: bool
    needed: tuple[str, ...]
    renamed: Mapping[str, str]
    totals: tuple[str, ...]
    mark: str

    @cached_property
    def written(self) -> Mapping[str, str]:
        """The heading agreed for each way to write it, without regard to case and spare spaces."""
        ways = {heading: heading for heading in self.needed} | dict(self.renamed)
        return {folded(way): heading for way, heading in ways.items()}


@dataclass(frozen=True, slots=True)
class Table:
    """Where the rows are: after ``above`` lines, so many of them; their headings as agreed and as written."""

    above: int
    rows: int
    headings: list[str]
    theirs: list[str]


def needed_headings(theirs: type[FeedRow], may_lack: Sequence[str], given: Sequence[str]) -> tuple[str, ...]:
    """The headings that an agency's rows name: all but those that it may lack, or that we give ourselves."""
    needed: dict[str, None] = {}
    for name, one in theirs.model_fields.items():
        alias = one.validation_alias or name
        heading = alias.path[0] if isinstance(alias, AliasPath) else alias
        if isinstance(heading, str) and (one.is_required() or heading != name):
            needed[heading] = None
    return tuple(heading for heading in needed if heading not in may_lack and heading not in given)


def folded(cell: Any) -> str:
    """A heading without case and spare spaces: "Property  Ref " is "property ref"."""
    return " ".join(cell.split()).casefold() if isinstance(cell, str) else ""


def survey(lines: Iterable[Line], agreed: Agreed) -> Table:
    """Find the headings, count the rows, and see that the file is whole.

    Raises `HalfThere` without the trailer agreed, `Unreadable` where a heading is missing or stands there
    twice, where the trailer counts otherwise, or where rows stand below a total.
    """
    found = _Found(agreed)
    last: Any = None
    for _, row in lines:
        if last is not None:
            found.take(last)
        last = row
    trailer = _counted(last, agreed.mark) if agreed.mark else None
    if not agreed.mark and last is not None:
        found.take(last)
    table = found.table()
    if trailer is not None and trailer != table.rows:
        raise Unreadable(f"has a trailer that counts other than its {table.rows} rows")
    return table


def shape_of(table: Table, keyed: bool, rows: Sequence[Any]) -> Shape:
    """The headings of some rows, with the kinds of value under each; a blank is null and a date is text."""
    if keyed:
        return shape_of_objects(rows)
    width = len(table.theirs)
    columns = zip(*(row for row in rows if len(row) == width), strict=True)
    return {one: frozenset(_kinds(column)) for one, column in zip(table.theirs, columns, strict=False) if one}


def _kinds(column: tuple[Any, ...]) -> set[str]:
    kinds = {_KINDS.get(one, "text") for one in set(map(type, column))}
    texts = [cell for cell in column if isinstance(cell, str)]
    if "" in texts or any(map(str.isspace, texts)):
        kinds.add("null")
        if not any(map(str.strip, texts)):
            kinds.discard("text")
    return kinds


def _counted(row: Any, mark: str) -> int:
    """The count in a trailer. Raises `HalfThere` where the last line is none."""
    if not isinstance(row, list) or len(row) < 2 or str(row[0]).strip() != mark:
        raise HalfThere("has no trailer, so it is only half there")
    count = row[1]
    if isinstance(count, float) and count.is_integer():
        return int(count)
    return int(count) if str(count).strip().isdecimal() else -1


@dataclass
class _Found:
    """What a survey has seen so far."""

    agreed: Agreed
    above: int = 0
    rows: int = 0
    theirs: list[str] | None = None
    missing: tuple[str, ...] | None = None
    below: list[Any] | None = None
    must: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.agreed.keyed or self.agreed.columns is not None:
            self.theirs = list(self.agreed.columns or ())

    def take(self, row: Any) -> None:
        """One more line that is no trailer."""
        if self.theirs is None:
            self.above += 1
            if self.above <= TITLE_ROWS:
                self._head(row)
        elif self.below is not None:
            self.below.append(row)
            if not self._total(row) and (sum(map(_filled, row)) > 1 or len(self.below) > FOOTNOTES):
                raise Unreadable("has rows below its total")
        elif self.agreed.totals and self._total(row):
            self.below = []
        else:
            self.rows += 1

    def table(self) -> Table:
        """All that was found. Raises `Unreadable` without headings."""
        if self.theirs is None:
            missing = ", ".join(self.agreed.needed if self.missing is None else self.missing)
            raise Unreadable(f"has no line with all headings agreed; missing: {missing}")
        headings = [self.agreed.written.get(folded(one), one) for one in self.theirs]
        twice = sorted({one for one in self.agreed.needed if headings.count(one) > 1})
        if twice:
            raise Unreadable(f"has more than one column for {', '.join(twice)}")
        return Table(self.above, self.rows, headings, self.theirs)

    def _head(self, row: Any) -> None:
        """Take a line for the headings if it bears all that are needed."""
        here = {self.agreed.written.get(folded(cell), "") for cell in row}
        missing = tuple(one for one in self.agreed.needed if one not in here)
        if not missing:
            self.theirs = [str(cell).strip() for cell in row]
            self.must = [
                at
                for at, cell in enumerate(row)
                if self.agreed.written.get(folded(cell)) in self.agreed.needed
            ]
        elif self.missing is None or len(missing) < len(self.missing):
            self.missing = missing

    def _total(self, row: Any) -> bool:
        """A line that is but "Total", or begins so and lacks something that every row has."""
        if not isinstance(row, list):
            return False
        first = folded(str(next(filter(_filled, row), "")))
        if first.rstrip(": ") in map(folded, self.agreed.totals):
            return True
        begins = any(first.startswith((f"{folded(one)} ", f"{folded(one)}:")) for one in self.agreed.totals)
        return begins and not all(at < len(row) and _filled(row[at]) for at in self.must)


def _filled(cell: Any) -> bool:
    return cell != "" and not (isinstance(cell, str) and cell.isspace())
