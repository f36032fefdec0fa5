"""A whole file's rows by their headings, in parts of a page each."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from earlyhelp.connecting.files.envelope import Agreed, Table, shape_of, survey
from earlyhelp.connecting.layouts import Layout, Line, Lines
from earlyhelp.feeds import Shape


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows with the numbers of their lines; ``following`` is the line at which the next part begins."""

    numbers: Sequence[int]
    rows: Sequence[Any]
    shape: Shape
    following: int | None


@dataclass(frozen=True, slots=True)
class WholeFile:
    """A file that was surveyed, and may be believed."""

    table: Table
    lines: Lines
    agreed: Agreed

    def parts(self, start: int, size: int, given: Mapping[str, Any]) -> Iterator[Part]:
        """Its rows from a line on, each with what is ``given`` to all; at least one part, empty or not."""
        with closing(self.lines()) as told:
            rows = self._rows(told, start)
            part, following = list(islice(rows, size)), True
            while following:
                rest = list(islice(rows, size))
                following = bool(rest)
                here = [row for _, row in part]
                yield Part(
                    [number for number, _ in part],
                    self._named(here, given),
                    shape_of(self.table, self.agreed.keyed, here),
                    rest[0][0] if rest else None,
                )
                part = rest

    def _rows(self, told: Iterator[Line], start: int) -> Iterator[Line]:
        table = self.table
        return (line for line in islice(told, table.above, table.above + table.rows) if line[0] >= start)

    def _named(self, rows: list[Any], given: Mapping[str, Any]) -> list[Any]:
        """Cells by the headings agreed; a line out of step with them stays as it is, to be refused."""
        if self.agreed.keyed:
            renamed = self.agreed.renamed
            return [_object(row, renamed, given) if isinstance(row, dict) else row for row in rows]
        names, more = [*self.table.headings, *given], list(given.values())
        width = len(self.table.headings)
        return [dict(zip(names, row + more, strict=True)) if len(row) == width else row for row in rows]


def _object(row: dict[str, Any], renamed: Mapping[str, str], given: Mapping[str, Any]) -> dict[str, Any]:
    if renamed:
        row = {renamed.get(name, name): value for name, value in row.items()}
    return {**row, **given} if given else row


def surveyed(layout: Layout, agreed: Agreed, file: IO[bytes]) -> WholeFile:
    """A file, gone through from end to end. Raises `Unreadable` where it is not as agreed."""
    lines = layout.opened(file, agreed.mark)
    with closing(lines()) as told:
        return WholeFile(survey(told, agreed), lines, agreed)
