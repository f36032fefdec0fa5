"""A list as a spreadsheet: CSV, and ODS, which is what the government's open standards ask for.

Written with the standard library: a list is headings and rows, no more (decision 26).
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from fastapi.responses import Response

Rows = Iterable[Sequence[object]]
STEERS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet."""
ODS = "application/vnd.oasis.opendocument.spreadsheet"
MADE_AT = (1980, 1, 1, 0, 0, 0)
"""A file says nothing of the machine that made it, and the same list gives the same bytes."""
NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in (
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"),
        ("number", "datastyle"), ("fo", "xsl-fo-compatible"), ("manifest", "manifest"),
    )
)  # fmt: skip
MANIFEST = (
    f'<manifest:manifest {NAMES} manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{ODS}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
STYLES = (
    "<office:automatic-styles>"
    '<number:date-style style:name="iso"><number:year number:style="long"/><number:text>-</number:text>'
    '<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/>'
    "</number:date-style>"
    '<style:style style:name="day" style:family="table-cell" style:data-style-name="iso"/>'
    '<style:style style:name="head" style:family="table-cell">'
    '<style:text-properties fo:font-weight="bold"/></style:style>'
    "</office:automatic-styles>"
)


def sheet(form: str, name: str, headings: Sequence[str], rows: Rows) -> Response:
    """The list as a file to keep, as ``csv`` or ``ods``: text and figures, never a formula."""
    content, kind = FORMS[form](name, headings, rows)
    disposition = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return Response(content, media_type=kind, headers=disposition)


def defused(cell: object) -> str:
    """A cell as text; one that would steer a spreadsheet gets an apostrophe in front."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(STEERS) else text


def as_csv(_name: str, headings: Sequence[str], rows: Rows) -> tuple[bytes, str]:
    """The list as CSV, marked as UTF-8 for spreadsheets; days as 2026-11-02."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([[defused(cell) for cell in row] for row in rows])
    return ("\ufeff" + text.getvalue()).encode(), "text/csv"


def as_ods(name: str, headings: Sequence[str], rows: Rows) -> tuple[bytes, str]:
    """The list as one named table of an OpenDocument spreadsheet, its row of headings marked as such."""
    head = "".join(_cell(heading, style="head") for heading in headings)
    body = "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in rows)
    content = (
        f'<office:document-content {NAMES} office:version="1.3">{STYLES}'
        f"<office:body><office:spreadsheet><table:table table:name={quoteattr(name)}>"
        f'<table:table-column table:number-columns-repeated="{len(headings)}"/>'
        f"<table:table-header-rows><table:table-row>{head}</table:table-row></table:table-header-rows>"
        f"{body}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    made = io.BytesIO()
    with ZipFile(made, "w") as file:  # the kind comes first and as it is, so that a program can tell it
        file.writestr(ZipInfo("mimetype", MADE_AT), ODS, ZIP_STORED)
        for part, text in (("META-INF/manifest.xml", MANIFEST), ("content.xml", content)):
            file.writestr(
                ZipInfo(part, MADE_AT), f'<?xml version="1.0" encoding="UTF-8"?>{text}', ZIP_DEFLATED
            )
    return made.getvalue(), ODS


FORMS: dict[str, Callable[[str, Sequence[str], Rows], tuple[bytes, str]]] = {"csv": as_csv, "ods": as_ods}


def _cell(value: object, style: str = "") -> str:
    """One cell with its type: a figure counts, a day is a day, and text is text whatever it begins with."""
    if value is None or value == "":
        return "<table:table-cell/>"
    typed = 'office:value-type="string"'
    if isinstance(value, int | float):
        typed = f'office:value-type="float" office:value="{value}"'
    elif isinstance(value, date):
        typed, style = f'office:value-type="date" office:date-value="{value.isoformat()}"', "day"
    looks = f' table:style-name="{style}"' if style else ""
    if isinstance(value, str):  # defused last: what is left of it is what would steer
        value = defused("".join(filter(_printable, value)))
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(value).splitlines())
    return f"<table:table-cell {typed}{looks}>{lines}</table:table-cell>"


def _printable(one: str) -> bool:
    """Whether XML can hold it (XML 1.0, 2.2): a character that it cannot would spoil the whole file."""
    return one in "\t\n\r" or "\x20" <= one <= "\ud7ff" or "\ue000" <= one <= "\ufffd" or one > "\uffff"
