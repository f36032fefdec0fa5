"""Whatever a spreadsheet saved, as UTF-8: DuckDB reads no Windows-1252, and it is what Excel writes."""

import codecs
from pathlib import Path
from typing import Final

AT_ONCE: Final = 1 << 20
"""Characters or bytes held at a time."""
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def as_utf8(path: Path, copy: Path) -> Path:
    """The file itself where it is UTF-8, else a copy of it that is."""
    encoding = _encoding(path)
    if encoding == "utf-8":
        return path
    with (
        path.open(encoding=encoding, errors="replace", newline="") as told,
        copy.open("w", encoding="utf-8", newline="") as written,
    ):
        while text := told.read(AT_ONCE):
            written.write(text.replace("\0", ""))
    return copy


def _encoding(path: Path) -> str:
    """By its first bytes; else UTF-8 if every byte of it is; else Windows-1252."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as opened:
        start = opened.read(4)
        for mark, encoding in MARKS:
            if start.startswith(mark):
                return encoding
        if start[1:2] == b"\0" or start[:1] == b"\0":
            return "utf-16-le" if start[1:2] == b"\0" else "utf-16-be"
        opened.seek(0)
        try:
            while part := opened.read(AT_ONCE):
                decoder.decode(part)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"
