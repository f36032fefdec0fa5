import io
import zipfile

import pytest

from earlyhelp.connecting.files import zips
from earlyhelp.feeds import Window
from tests.connectors.dropped import ROW, Drop, csv


@pytest.fixture
def drop(tmp_path):
    return Drop(tmp_path)


def zipped(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return file.getvalue()


def test_zips_keep_their_place_among_files_by_their_day(drop):
    drop.put("visits_20261029.csv", csv(ROW))
    drop.put(
        "week_20261030.zip",
        zipped({"b/visits_20261028.csv": csv(ROW, ROW), "visits_x.csv": csv(ROW, ROW, ROW)}),
    )
    drop.put("visits_20261031.csv", csv(*[ROW] * 4))
    pages = drop.fetch(archive="week_*.zip", page_size=1)
    names = ["visits_20261029.csv", "week_20261030.zip/b/visits_20261028.csv", 
             "week_20261030.zip/visits_x.csv", "visits_20261031.csv"]  # fmt: skip
    assert [(one.name, one.rows) for page in pages for one in page.files] == list(
        zip(names, (1, 2, 3, 4), strict=True)
    )
    for number, page in enumerate(pages[:-1]):
        again = drop.fetch(Window(position=page.position), archive="week_*.zip", page_size=1)
        assert [len(one.rows) for one in again] == [1] * (9 - number)


def test_a_zip_that_nobody_declared_is_left(drop):
    drop.put("week_20261030.zip", zipped({"visits_20261028.csv": csv(ROW)}))
    assert [len(page.rows) for page in drop.fetch()] == [0]


def test_a_zip_with_none_of_our_files_holds_nothing(drop):
    drop.put("week_20261030.zip", zipped({"readme.txt": "hello"}))
    drop.put("visits_20261031.csv", csv(ROW))
    (page,) = drop.fetch(archive="week_*.zip")
    assert (len(page.rows), page.position) == (1, None)


def test_a_locked_zip_is_refused_in_plain_words(drop):
    content = bytearray(zipped({"visits_20261028.csv": csv(ROW)}))
    central = content.index(b"PK\x01\x02")
    content[6] |= 1
    content[central + 8] |= 1
    drop.put("week_20261030.zip", bytes(content))
    drop.odd("the file of 2026-10-30 is a zip locked with a password", archive="week_*.zip")


def test_a_zip_is_whole_or_none(drop):
    content = zipped({"visits_20261028.csv": csv(*[ROW] * 50)})
    broken = bytearray(content)
    broken[60] ^= 0x10
    for half in (content[:-20], content[:40], b"", bytes(broken)):
        drop.put("week_20261030.zip", half)
        drop.odd("is no zip, or only half there", archive="week_*.zip")


def test_a_zip_bomb_does_not_go_off(drop, monkeypatch):
    drop.put("week_20261030.zip", zipped({"visits_20261028.csv": "x" * 3_000_000}))
    monkeypatch.setattr(zips, "MOST_BYTES", 2_000_000)
    drop.odd("unpacks into more than any drop should hold", archive="week_*.zip")
    monkeypatch.setattr(zips, "MOST_MEMBERS", 0)
    monkeypatch.setattr(zips, "MOST_BYTES", 4_000_000)
    drop.odd("unpacks into more than any drop should hold", archive="week_*.zip")


def test_a_zip_that_lies_about_its_size_is_broken(drop):
    content = bytearray(zipped({"visits_20261028.csv": "x" * 3_000_000}))
    central = content.index(b"PK\x01\x02")
    for at in (22, central + 24):
        content[at : at + 4] = (1000).to_bytes(4, "little")
    drop.put("week_20261030.zip", bytes(content))
    drop.odd("is no zip, or only half there", archive="week_*.zip")
