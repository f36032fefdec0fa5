"""Reports that hold many rows and what they add up to: bound in sheaves on their way through a book.

A sheaf is one statement with all that a neighbourhood has for one file: first how many rows and what their
numbers come to, then the rows, a line each.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from earlyhelp.demo.agencies.books import Statement
from earlyhelp.demo.city.records import Ints


def bound(minutes: Ints, lines: Sequence[str], *numbers: Ints) -> Iterator[Statement]:
    """A sheaf for each minute; all are in the order of their minutes."""
    begins = np.flatnonzero(np.diff(minutes, prepend=-1)).tolist()
    for begin, end in zip(begins, [*begins[1:], len(minutes)], strict=False):
        totals = (int(column[begin:end].sum()) for column in numbers)
        head = " ".join(map(str, (end - begin, *totals)))
        yield int(minutes[begin]), "\n".join([head, *lines[begin:end]])


def unbound(sheaf: str) -> tuple[list[int], str]:
    """How many rows, then what their numbers come to; and the rows, each with its line's end."""
    head, _, lines = sheaf.partition("\n")
    return [int(number) for number in head.split()], f"{lines}\n"


def together(heads: Sequence[Sequence[int]]) -> list[int]:
    """What several sheaves come to."""
    return [sum(column) for column in zip(*heads, strict=True)]
