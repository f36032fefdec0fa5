"""Excel workbooks, old and new, told as numbered lines of cells.

Numbers come as floats and dates as dates; a cell with an error in it (#N/A) comes as a blank one.
"""

import re
import zipfile
from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from typing import IO, ClassVar, Final

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
    WorksheetNotFound,
)

from earlyhelp.connecting.layouts import HalfThere, Line, Lines, Unreadable

MOST_UNPACKED: Final = 2**30
"""Bytes of a workbook with its compression undone; a sheet full of rows stays under it."""
MOST_CELLS: Final = 24_000_000
"""A reader makes room for the whole rectangle round the cells: about 30 bytes for each."""

NO_WORKBOOK: Final = "is no Excel workbook, or only half there"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0"
"""Old workbooks begin so, and new ones once they are locked."""
_LOCK: Final = re.compile(
    "EncryptedPackage".encode("utf-16-le") + rb"|\x09\x08\x10\0\0\x06\x05\0.{12}\x2f\0", re.DOTALL
)
"""A stream that holds a locked new workbook; in an old one a record at its beginning."""
_ROW: Final = re.compile(rb"<(?:\w+:)?row [^>]*?\br=[\"'](\d+)")
_WIDE: Final = re.compile(rb' r="([A-Z]{2,4})(\d+)')
"""Cells right of the column Z; they begin with letters that can be searched for quickly."""


@dataclass(frozen=True)
class Excel:
    """A sheet of a workbook: the one of that name, else the first that is to be seen."""

    sheet: str | None = None
    columns: ClassVar[None] = None
    keyed: ClassVar[bool] = False

    def opened(self, file: IO[bytes], mark: str) -> Lines:
        """The sheet is read once and its rows told as often as asked; they have Excel's own numbers."""
        file.seek(0)
        old = file.read(4) == _COMPOUND
        if not old:
            _look_inside(file)
        file.seek(0)
        try:
            return partial(_lines, self._sheet(CalamineWorkbook.from_filelike(file)))
        except WorksheetNotFound:
            raise Unreadable("has no sheet of the name agreed") from None
        except (CalamineError, OSError, ValueError):
            if old and _locked(file):
                raise Unreadable("is locked with a password, which we do not take") from None
            raise HalfThere(NO_WORKBOOK) from None

    def _sheet(self, workbook: CalamineWorkbook) -> CalamineSheet:
        if self.sheet is not None:
            return workbook.get_sheet_by_name(self.sheet)
        for one in workbook.sheets_metadata:
            if one.typ == SheetTypeEnum.WorkSheet and one.visible == SheetVisibleEnum.Visible:
                return workbook.get_sheet_by_name(one.name)
        raise Unreadable("has no sheet to be seen")


def _lines(sheet: CalamineSheet) -> Generator[Line, None, None]:
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if any(cell != "" for cell in row):
            yield number, row


def _locked(file: IO[bytes]) -> bool:
    """Whether it is a password that keeps us out."""
    file.seek(0)
    tail = b""
    while chunk := file.read(2**20):
        if _LOCK.search(tail + chunk):
            return True
        tail = chunk[-64:]
    return False


def _look_inside(file: IO[bytes]) -> None:
    """Refuse a workbook that would unpack into more than we have room for, or whose bytes are broken."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as packed:
            if "xl/workbook.xml" not in packed.namelist():
                raise HalfThere(NO_WORKBOOK)
            if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
                raise Unreadable("unpacks into more than any sheet should hold")
            for one in packed.infolist():
                with packed.open(one) as part:
                    _look_at(part, one.filename.startswith("xl/worksheets/"))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        raise HalfThere(NO_WORKBOOK) from None


def _look_at(part: IO[bytes], cells: bool) -> None:
    """Read a part to its end, by which its checksum is tried; measure its rectangle of cells."""
    tail, last, widest = b"", 1, 26
    while chunk := part.read(2**20):
        if not cells:
            continue
        chunk = tail + chunk
        if here := _ROW.search(chunk, max(chunk.rfind(b"row "), 8) - 8):  # rows are in order
            last = max(last, int(here[1]))
        for letters, number in _WIDE.findall(chunk.replace(b" r='", b' r="')):
            widest, last = max(widest, _column(letters)), max(last, int(number))
        if last * widest > MOST_CELLS:
            raise Unreadable("has a cell so far away that the sheet would not fit")
        tail = chunk[-300:]


def _column(letters: bytes) -> int:
    """AA is the twenty-seventh."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
