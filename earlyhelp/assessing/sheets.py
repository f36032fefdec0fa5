"""CSV files read in bulk: columns of numbers out of text, and every row that could not be read, with why.

A million rows must take seconds. So a column is translated through its distinct values, of which there
are few, and only a value that cannot be read leads back to its rows. A refusal names the field and the
fault and never the value, because the file may be personal.
"""

import csv
import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Final, TextIO

import numpy as np
from numpy.typing import NDArray

from earlyhelp.errors import SetUpWrong
from earlyhelp.progress import report
from schemas.feed import LONDON

Floats = NDArray[np.float64]
Reader = Callable[[str], float]

ROWS_AT_ONCE: Final = 4_096
MIDNIGHT: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - wall clock in London, compared with the like alone
MOST_PENCE: Final = 10_000_000
"""The same bound as the schema of a rent posting."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column that holds numbers once read: how, what to call it when it fails, and what a blank means.

    A ``hint`` that cannot be read is as good as a blank, with a warning: the row itself still counts.
    """

    read: Reader
    expected: str
    required: bool = True
    blank: float | None = None
    hint: bool = False


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that could not be read, where it stands and why."""

    file: str
    line: int
    reason: str


@dataclass(slots=True)
class Sheet:
    """What one file said: text columns, number columns, and what was refused or left aside."""

    texts: dict[str, list[str]]
    numbers: dict[str, Floats]
    refused: list[RefusedRow] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        """How many rows were read."""
        return len(self.texts["record_id"])


def read(
    path: Path,
    texts: Sequence[str],
    numbers: Mapping[str, Field],
    instead: Mapping[str, str | None] | None = None,
) -> Sheet:
    """Read the named columns of a file; where a text is blank or its column not there, ``instead`` of it.

    A text with None instead may be blank, and its column missing.

    Raises SetUpWrong if the file cannot be opened, is not UTF-8, or lacks a column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as opened, _uncollected():
            return _Reading(path, texts, numbers, instead or {}).of(opened)
    except OSError as fault:
        raise SetUpWrong(
            f"{path}: cannot be read ({fault.strerror}). Give the path of a CSV file."
        ) from fault
    except UnicodeDecodeError as fault:
        raise SetUpWrong(f"{path}: is not UTF-8 text. Save it as 'CSV UTF-8' and run again.") from fault
    except csv.Error as fault:
        raise SetUpWrong(f"{path}: is not a CSV file ({fault}). Look for an unclosed quote.") from fault


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the cycle collector: nothing here forms a cycle, and looking for one doubles the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Reading:
    """One file being read, chunk after chunk."""

    def __init__(
        self,
        path: Path,
        texts: Sequence[str],
        numbers: Mapping[str, Field],
        instead: Mapping[str, str | None],
    ) -> None:
        self._path, self._numbers, self._instead = path, numbers, instead
        self._texts: dict[str, list[str]] = {name: [] for name in texts}
        self._parts: dict[str, list[Floats]] = {name: [] for name in numbers}
        self._known: dict[str, dict[str, float]] = {name: {} for name in numbers}
        self._refused: list[RefusedRow] = []
        self._odd: dict[str, int] = {}

    def of(self, opened: TextIO) -> Sheet:
        """Read header and rows."""
        size = self._path.stat().st_size
        rows = csv.reader(opened, strict=True)
        header = [name.strip().lower() for name in next(rows, [])]
        self._check(header)
        while chunk := [(rows.line_num, row) for row in islice(rows, ROWS_AT_ONCE)]:
            self._take(header, [(line, row) for line, row in chunk if row])
            report(f"reading {self._path.name}", min(opened.buffer.tell(), size), size)
        warnings = []
        for name, count in self._odd.items():
            expected = self._numbers[name].expected
            warnings.append(f"{self._path.name}: {count:,} times {name} is not {expected}: taken as untold")
        extra = [name for name in header if name not in self._texts and name not in self._numbers]
        if extra:
            warnings.append(f"{self._path.name}: columns not used: {', '.join(extra)}")
        return Sheet(
            texts=self._texts,
            numbers={
                name: np.concatenate(parts) if parts else np.zeros(0) for name, parts in self._parts.items()
            },
            refused=self._refused,
            warnings=warnings,
        )

    def _check(self, header: list[str]) -> None:
        """Every column that must be there is there, once."""
        if twice := {name for name in header if name and header.count(name) > 1}:
            raise SetUpWrong(f"{self._path}: column {', '.join(sorted(twice))} stands twice in the header.")
        texts = [name for name in self._texts if name not in self._instead]
        needed = [*texts, *(name for name, it in self._numbers.items() if it.required)]
        if missing := [name for name in needed if name not in header]:
            raise SetUpWrong(
                f"{self._path}: line 1 lacks {', '.join(missing)}. The first line must name the columns "
                f"{', '.join(needed)}; see 'earlyhelp assess --help'."
            )

    def _take(self, header: list[str], chunk: list[tuple[int, list[str]]]) -> None:
        """Translate some rows; on any that fail, refuse those and keep the rest."""
        width = len(header)
        if any(len(row) != width for _, row in chunk):
            for line, row in chunk:
                if len(row) != width:
                    self._refuse(line, f"has {len(row)} fields where the header has {width}")
            chunk = [(line, row) for line, row in chunk if len(row) == width]
        if not chunk:
            return
        columns = dict(zip(header, zip(*(row for _, row in chunk), strict=True), strict=True))
        numbers = {name: self._translate(name, columns.get(name), len(chunk)) for name in self._numbers}
        texts = {name: [value.strip() for value in columns[name]] for name in self._texts if name in columns}
        for name, other in self._instead.items():
            if other is None:
                texts.setdefault(name, [""] * len(chunk))
                continue
            texts[name] = [
                one or two for one, two in zip(texts.get(name, texts[other]), texts[other], strict=True)
            ]
        bad = self._bad(texts, numbers, [line for line, _ in chunk])
        for name, values in texts.items():
            self._texts[name].extend(
                values if not bad.any() else [v for v, b in zip(values, bad, strict=True) if not b]
            )
        for name, column in numbers.items():
            self._parts[name].append(column[~bad])

    def _translate(self, name: str, column: Sequence[str] | None, rows: int) -> Floats:
        """Numbers for text, each distinct text read once; nan where it cannot be read."""
        known, it = self._known[name], self._numbers[name]
        if column is None:
            return np.full(rows, it.blank if it.blank is not None else np.nan)
        for text in set(column):
            if text not in known:
                known[text] = _value(it, text.strip())
        read = np.fromiter(map(known.__getitem__, column), np.float64, rows)
        if it.hint and it.blank is not None and (odd := np.isnan(read)).any():
            self._odd[name] = self._odd.get(name, 0) + int(odd.sum())
            read[odd] = it.blank
        return read

    def _bad(
        self, texts: Mapping[str, list[str]], numbers: Mapping[str, Floats], lines: list[int]
    ) -> NDArray[np.bool_]:
        """Rows with a fault, each refused with the first fault found."""
        bad = np.zeros(len(lines), np.bool_)
        for name, reason, wrong in _faults(self._numbers, texts, numbers):
            for row in np.flatnonzero(wrong & ~bad):
                self._refuse(lines[row], f"{name} {reason}")
            bad |= wrong
        return bad

    def _refuse(self, line: int, reason: str) -> None:
        self._refused.append(RefusedRow(self._path.name, line, reason))


def _faults(
    fields: Mapping[str, Field], texts: Mapping[str, list[str]], numbers: Mapping[str, Floats]
) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    """What can be wrong with a row: a name that is empty, a value that cannot be read."""
    for name in ("record_id", "household"):
        if "" in texts[name]:
            yield name, "is empty", np.array([not value for value in texts[name]])
    for name, column in numbers.items():
        if np.isnan(column).any():
            yield name, f"is not {fields[name].expected}", np.isnan(column)


def _value(it: Field, text: str) -> float:
    """One distinct text read; nan if it cannot be."""
    if not text:
        return np.nan if it.blank is None else it.blank
    try:
        return it.read(text)
    except (ValueError, OverflowError):
        return np.nan


def moment(text: str) -> float:
    """Seconds since 1970 on the wall clock in London, from a date or a date and time with or without zone."""
    told = datetime.fromisoformat(text)
    if told.tzinfo is not None:
        told = told.astimezone(LONDON).replace(tzinfo=None)
    return (told - MIDNIGHT).total_seconds()


def day(text: str) -> float:
    """Whole days since 1970 of a date, or of a date and time on the wall clock in London."""
    if len(text) == 10:
        return float((date.fromisoformat(text) - MIDNIGHT.date()).days)
    return moment(text) // 86_400


def pence(text: str) -> float:
    """Pounds as written (a sign, a £ and commas are allowed) in whole pence."""
    amount = round(float(text.replace("£", "").replace(",", "")) * 100)
    if abs(amount) > MOST_PENCE:
        raise ValueError("out of bounds")
    return float(amount)


def one_of(words: Sequence[str], also: Mapping[str, str] | None = None) -> Reader:
    """A reader of a code: the place of the word, however its case, spaces and dashes are written."""
    places = {word: float(place) for place, word in enumerate(words)}
    places |= {word: places[same] for word, same in (also or {}).items()}

    def read_code(text: str) -> float:
        word = plain(text)
        if word not in places:
            raise ValueError("not one of the words")
        return places[word]

    return read_code


def plain(text: str) -> str:
    """A word in small letters, joined by underscores."""
    return "_".join(text.lower().replace("-", " ").replace("_", " ").split())
