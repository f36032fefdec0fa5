import io
import zipfile

import pytest
import xlsxwriter

from earlyhelp.connecting.files import sheets
from earlyhelp.connecting.files.sheets import Excel
from earlyhelp.connecting.whole import Settled
from earlyhelp.errors import AgencyAnsweredOddly
from tests.connectors.dropped import HEADINGS, Drop
from tests.connectors.old_excel import compound, workbook


@pytest.fixture
def drop(tmp_path):
    return Drop(tmp_path)


def excel(rows, sheet="Visits", hidden=False):
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    if hidden:
        book.add_worksheet("Cover").activate()
        book.add_worksheet("Look-ups").hide()
    page = book.add_worksheet(sheet)
    for down, cells in rows.items():
        page.write_row(down, 0, cells)
    book.close()
    return file.getvalue()


def zipped(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return file.getvalue()


def rows(*more):
    return {0: HEADINGS.split(","), **{at: list(row) for at, row in enumerate(more, start=1)}}


def sheet(drop, content, name="visits_20261031.xlsx", layout=None, **declared):
    drop.put(name, content)
    told = {"pattern": "visits_*.xls*", "layout": layout or Excel(), "whole": Settled(), **declared}
    return drop.fetch(**told)


V1 = ("V1", "31/10/2026", 10012345678, "done")


def test_an_old_workbook_is_read_like_a_new_one(drop):
    (page,) = sheet(drop, workbook([HEADINGS.split(","), V1]), "visits_20261031.xls")
    assert [row.uprn for row in page.rows] == ["010012345678"]
    assert page.shape["UPRN"] == {"number"}


def test_a_sheet_is_found_by_its_name_or_by_being_the_first_to_be_seen(drop):
    content = excel(rows(V1), hidden=True)
    assert len(sheet(drop, content, layout=Excel("Visits"))[0].rows) == 1
    with pytest.raises(AgencyAnsweredOddly, match="missing: Ref, Day, UPRN, Outcome"):
        sheet(drop, content)
    with pytest.raises(AgencyAnsweredOddly, match="no sheet of the name agreed"):
        sheet(drop, content, layout=Excel("Visit"))


def test_a_table_may_stand_anywhere_on_its_sheet(drop):
    cells = {
        3: ["", "Visits in October"],
        6: ["", *HEADINGS.split(",")],
        8: ["", *V1],
        9: ["", "V2", "soon", "", "done"],
    }
    (page,) = sheet(drop, excel(cells))
    assert len(page.rows) == 1
    assert [bad.place for bad in page.refused] == ["visits_20261031.xlsx line 10"]


def test_a_refused_row_of_a_sheet_is_kept_whatever_is_in_its_cells(drop):
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    page = book.add_worksheet()
    page.write_row(0, 0, [*HEADINGS.split(","), "Took"])
    page.write_row(1, 0, [7, "soon", "", "done"])
    page.write(1, 4, 0.5, book.add_format({"num_format": "[h]:mm"}))
    book.close()
    ((bad,),) = (page.refused for page in sheet(drop, file.getvalue()))
    assert '"Took":"12:00:00"' in bad.row
    assert bad.record_id == "7"


@pytest.mark.parametrize(
    "content",
    [b"", b"Ref,Day\n", excel(rows(V1))[:-30], excel(rows(V1))[:400], zipped({"a.txt": "b"}),
     workbook([V1])[:900], b"PK\x03\x04" + bytes(600), b"\xd0\xcf\x11\xe0" + bytes(900)],
)  # fmt: skip
def test_what_is_no_workbook_is_said_to_be_none(drop, content):
    with pytest.raises(AgencyAnsweredOddly, match="is no Excel workbook, or only half there"):
        sheet(drop, content)


OLD_LOCK = b"\x09\x08\x10\0\0\x06\x05\0" + bytes(12) + b"\x2f\0\x06\0" + bytes(4096)


@pytest.mark.parametrize(
    "content", [compound("EncryptedPackage", bytes(8192)), compound("Workbook", OLD_LOCK)], ids=["new", "old"]
)
def test_a_locked_workbook_is_refused_in_plain_words(drop, content):
    with pytest.raises(AgencyAnsweredOddly, match="locked with a password, which we do not take"):
        sheet(drop, content)


def test_a_workbook_with_a_bit_turned_is_not_believed(drop):
    content = bytearray(excel(rows(V1)))
    inside = zipfile.ZipFile(io.BytesIO(content)).getinfo("xl/worksheets/sheet1.xml")
    content[inside.header_offset + 120] ^= 0x10
    with pytest.raises(AgencyAnsweredOddly, match="no Excel workbook, or only half there"):
        sheet(drop, bytes(content))


def test_a_workbook_that_would_not_fit_is_not_opened(drop, monkeypatch):
    content = excel({**rows(V1), 1_048_575: [""] * 500 + ["x"]})
    with pytest.raises(AgencyAnsweredOddly, match="a cell so far away"):
        sheet(drop, content)
    monkeypatch.setattr(sheets, "MOST_UNPACKED", 1000)
    with pytest.raises(AgencyAnsweredOddly, match="more than any sheet should hold"):
        sheet(drop, excel(rows(V1)))
