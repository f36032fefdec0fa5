"""Writes a file as an agency would, in the layout that its feed declares.

Excel is written by XlsxWriter, which whoever tests an Excel feed must have installed.
"""

import csv
import importlib
import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import orjson

from earlyhelp.connecting.files.sheets import Excel
from earlyhelp.connecting.layouts import Csv, FixedWidth, JsonLines, Layout

Cells = Sequence[Any]


def written(
    layout: Layout,
    headings: Sequence[str],
    rows: Sequence[Cells],
    above: Sequence[Cells] = (),
    below: Sequence[Cells] = (),
) -> bytes:
    """A whole file, with lines above its headings and below its rows.

    Raises `TypeError` for a layout that nobody here can write.
    """
    if isinstance(layout, Excel):
        return _excel(layout, [*above, headings, *rows, *below])
    if isinstance(layout, Csv):
        text = _csv(layout, [*above, headings, *rows, *below])
    elif isinstance(layout, FixedWidth):
        places = [headings.index(one) if one in headings else None for one, _ in layout.widths]
        lines = ["-" * 10] * layout.above + [_fixed(layout, places, row) for row in rows]
        text = "".join(f"{line}\n" for line in [*lines, *("".join(map(str, cells)) for cells in below)])
    elif isinstance(layout, JsonLines):
        objects = [dict(zip(headings, row, strict=True)) for row in rows]
        objects += [{str(cells[0]): cells[1]} for cells in below]
        text = "".join(f"{orjson.dumps(one).decode()}\n" for one in objects)
    else:
        raise TypeError(f"nobody here can write {type(layout).__name__}")
    return text.encode(layout.encoding)


def _csv(layout: Csv, lines: Sequence[Cells]) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=layout.separator, quotechar=layout.quote, lineterminator="\n").writerows(lines)
    return text.getvalue()


def _fixed(layout: FixedWidth, places: Sequence[int | None], row: Cells) -> str:
    """Each cell as wide as its column; whatever a row has too many stands at the end."""
    cells = ["" if place is None else str(row[place]) for place in places]
    for cell, (heading, width) in zip(cells, layout.widths, strict=True):
        assert len(cell) <= width, f"the column {heading} holds no more than {width} characters"
    line = "".join(cell.ljust(width) for cell, (_, width) in zip(cells, layout.widths, strict=True))
    return line + "".join(str(row[at]) for at in range(len(row)) if at not in places)


def _excel(layout: Excel, lines: Sequence[Cells]) -> bytes:
    """A workbook with one sheet; dates are dates and numbers are numbers."""
    file = io.BytesIO()
    workbook = importlib.import_module("xlsxwriter").Workbook(file, {"in_memory": True})
    sheet = workbook.add_worksheet(layout.sheet)
    day = workbook.add_format({"num_format": "dd/mm/yyyy"})
    moment = workbook.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    for down, cells in enumerate(lines):
        for across, cell in enumerate(cells):
            if isinstance(cell, datetime):
                sheet.write_datetime(down, across, cell, moment)
            elif isinstance(cell, date):
                sheet.write_datetime(down, across, cell, day)
            elif isinstance(cell, str):
                sheet.write_string(down, across, cell)
            else:
                sheet.write(down, across, cell)
    workbook.close()
    return file.getvalue()
