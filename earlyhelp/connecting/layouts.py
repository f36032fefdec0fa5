"""How an agency lays out a file as text: CSV, columns of fixed width, or an object of JSON a line.

Whatever the layout, a file is told as numbered lines; blank ones are left out, and a trailer is told as its
mark and its count. Excel's is `earlyhelp.connecting.files.sheets`.
"""

import codecs
import csv
import io
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import IO, Any, ClassVar, Final, Protocol

import orjson

Line = tuple[int, Any]
"""Its number in the file, and what stands there: cells, an object, or text that is neither."""
Lines = Callable[[], Generator[Line, None, None]]
"""The lines from the first one on, as often as they are asked for."""

BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
END: Final = "\x04 the end \x04"
"""A line of our own after the last: a reader that has swallowed it was still inside a quoted field."""


class Unreadable(Exception):
    """A file is not laid out as agreed; the words go on after "the file of that day"."""

    advice = "ask the agency what changed"


class HalfThere(Unreadable):
    """A file is not whole, or not yet."""

    advice = "run again when it is whole, or ask the agency"


class Layout(Protocol):
    """How a file is written. ``columns`` are its headings where no line of the file bears them."""

    @property
    def columns(self) -> tuple[str, ...] | None:
        """The headings; None: a line bears them, or each line its own."""

    @property
    def keyed(self) -> bool:
        """Whether each line bears the headings itself."""

    def opened(self, file: IO[bytes], mark: str) -> Lines:
        """The lines of a file whose trailer begins with ``mark``. Raises `Unreadable`, as the lines do."""


@dataclass(frozen=True)
class Csv:
    """Lines of cells with a separator between them; a byte-order mark says more than ``encoding``."""

    separator: str = ","
    encoding: str = "utf-8"
    quote: str = '"'
    columns: ClassVar[None] = None
    keyed: ClassVar[bool] = False

    def opened(self, file: IO[bytes], mark: str) -> Lines:
        """Numbered by the line on which a row ends: a quoted cell may go over several."""
        return partial(self._lines, file, encoding_of(file, self.encoding))

    def _lines(self, file: IO[bytes], encoding: str) -> Generator[Line, None, None]:
        with _text(file, encoding, "CSV") as text:
            reader = csv.reader(chain(text, (f"{END}\n",)), delimiter=self.separator, quotechar=self.quote)
            row: list[str] = []
            try:
                for row in reader:
                    if any(row) and row != [END]:
                        yield reader.line_num, row
            except csv.Error:
                raise Unreadable(f"is no CSV in {encoding}") from None
            if row != [END]:
                raise HalfThere("ends inside quotation marks, so it is only half there")


@dataclass(frozen=True)
class FixedWidth:
    """Columns of so many characters each, in their order; a filler has the heading "".

    A line whose end was trimmed is filled up again; one that is too long is refused. ``above`` counts the
    lines at the beginning that are no rows.
    """

    widths: tuple[tuple[str, int], ...]
    encoding: str = "utf-8"
    above: int = 0
    keyed: ClassVar[bool] = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The headings, as declared."""
        return tuple(heading for heading, _ in self.widths)

    def opened(self, file: IO[bytes], mark: str) -> Lines:
        """A trailer is the mark with the count after it."""
        return partial(self._lines, file, encoding_of(file, self.encoding), mark)

    def _lines(self, file: IO[bytes], encoding: str, mark: str) -> Generator[Line, None, None]:
        begin, slices = 0, []
        for _, width in self.widths:
            slices.append(slice(begin, begin := begin + width))
        with _text(file, encoding, "text") as text:
            for number, line in _filled(text):
                if mark and line.startswith(mark):
                    yield number, [mark, line[len(mark) :].strip()]
                elif len(line) > begin:
                    yield number, [*(line[one].strip() for one in slices), line[begin:]]
                elif number > self.above:
                    yield number, [line[one].strip() for one in slices]


@dataclass(frozen=True)
class JsonLines:
    """An object of JSON on each line; a trailer is an object with the mark as a key to the count."""

    encoding: str = "utf-8"
    columns: ClassVar[None] = None
    keyed: ClassVar[bool] = True

    def opened(self, file: IO[bytes], mark: str) -> Lines:
        """A line that is no JSON is told as text and so refused, unless it is the last and cut short."""
        return partial(self._lines, file, encoding_of(file, self.encoding), mark)

    def _lines(self, file: IO[bytes], encoding: str, mark: str) -> Generator[Line, None, None]:
        cut = False
        with _text(file, encoding, "text") as text:
            for number, line in _filled(text):
                row, cut = _object(line), False
                if isinstance(row, str):
                    cut = True
                elif mark and mark in row:
                    row = [mark, row[mark]]
                yield number, row
        if cut:
            raise HalfThere("ends within a line, so it is only half there")


def encoding_of(file: IO[bytes], agreed: str) -> str:
    """The encoding by the byte-order mark, else the one agreed.

    Raises `Unreadable` for UTF-8 where an encoding of single bytes was agreed, since every name with an
    accent would come out wrong without anybody noticing; and for bytes of nothing, as broken copies leave.
    """
    file.seek(0)
    head = file.read(4)
    for mark, encoding in BOMS:
        if head.startswith(mark):
            return encoding
    file.seek(0)
    name = codecs.lookup(agreed).name
    single = not name.startswith("utf")
    decoder, accents, utf8 = codecs.getincrementaldecoder("utf-8")(), False, single
    while part := file.read(2**20):
        if 0 in part and not name.startswith("utf-16"):
            raise HalfThere("holds bytes of nothing, so it is broken or only half there")
        if single and utf8:
            accents = accents or not part.isascii()
            utf8 = _decodes(decoder, part)
    if single and utf8 and accents:
        raise Unreadable(f"is written in UTF-8 where {agreed} was agreed")
    return agreed


def _decodes(decoder: codecs.IncrementalDecoder, part: bytes) -> bool:
    try:
        decoder.decode(part)
    except UnicodeDecodeError:
        return False
    return True


@contextmanager
def _text(file: IO[bytes], encoding: str, what: str) -> Iterator[io.TextIOWrapper]:
    """The file as text from its beginning, its line ends untouched; it stays open afterwards."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, newline="" if what == "CSV" else None)
    try:
        yield text
    except UnicodeDecodeError:
        raise Unreadable(f"is no {what} in {encoding}") from None
    finally:
        text.detach()


def _filled(text: Iterable[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text, start=1):
        if line and not line.isspace():
            yield number, line.rstrip("\n")


def _object(line: str) -> Any:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        return line
    return row if isinstance(row, dict) else line
