"""Writes the smallest workbook that is an .xls: BIFF8 in a compound file, which nothing else writes now."""

import struct
from collections.abc import Sequence

SECTOR = 512
END, FAT, FREE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF


def workbook(rows: Sequence[Sequence[str | float]], name: str = "Lets") -> bytes:
    """One sheet with texts and numbers."""
    return compound("Workbook", _stream(rows, name))


def compound(name: str, stream: bytes) -> bytes:
    """A compound file with one stream of 4,096 bytes or more, as locked workbooks are as well."""
    sectors = -(-len(stream) // SECTOR)
    chain = [*range(3, sectors + 2), END]
    fat = [FAT, END, *chain]
    table = struct.pack(f"<{SECTOR // 4}I", *fat, *[FREE] * (SECTOR // 4 - len(fat)))
    folder = _entry("Root Entry", 5, 1, END, 0) + _entry(name, 2, FREE, 2, len(stream))
    return _header() + table + folder.ljust(SECTOR, b"\0") + stream.ljust(sectors * SECTOR, b"\0")


def _header() -> bytes:
    start = struct.pack("<8s16xHHHHH6x", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6)
    counts = struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0)
    return start + counts + struct.pack("<109I", 0, *[FREE] * 108)


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    tree = struct.pack("<BBIII", kind, 1, FREE, FREE, child)
    return (
        text.ljust(64, b"\0")
        + struct.pack("<H", len(text))
        + tree
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def _bof(kind: int) -> bytes:
    return _record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 6))


def _stream(rows: Sequence[Sequence[str | float]], name: str) -> bytes:
    end = _record(0x0A, b"")
    sheet = struct.pack("<BB", len(name), 0) + name.encode("ascii")
    place = len(_bof(5)) + 4 + 6 + len(sheet) + len(end)
    book = _bof(5) + _record(0x85, struct.pack("<IBB", place, 0, 0) + sheet) + end
    cells = b"".join(
        _cell(y, x, cell) for y, row in enumerate(rows) for x, cell in enumerate(row) if cell != ""
    )
    return (book + _bof(0x10) + cells + end).ljust(4096, b"\0")


def _cell(row: int, column: int, cell: str | float) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(cell, str):
        return _record(0x204, place + struct.pack("<HB", len(cell), 0) + cell.encode("latin-1"))
    return _record(0x203, place + struct.pack("<d", cell))


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body
