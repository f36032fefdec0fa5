"""The pages as JSON, the lists as CSV and ODS: the same doors, nothing more than the page, no formula."""

import csv
import io
import re
from datetime import date
from zipfile import ZIP_STORED, ZipFile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy import insert, update

from earlyhelp.store import tables as t
from earlyhelp.web.forms.sheets import STEERS, as_ods, defused
from tests.web.seed import DAN, PRIYA, RUTH, START, TODAY, TOM

ASHDOWN, KESTREL, THORNBURY = "/households/H7Q2M9KX", "/households/H3V8T4WD", "/households/H5N1C6RB"


def opened(content):
    """An ODS as another program reads it: the table's name, and its rows."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    (name,) = book.sheet_names
    return name, book.get_sheet_by_name(name).to_python()


def sheet(answer):
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"].startswith("attachment")
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_your_cases_as_json_and_csv_hold_what_the_page_holds(city):
    browser = city.browser(PRIYA)
    told = browser.get("/cases.json").json()
    assert told["schema"] == "earlyhelp/cases/1"
    rows = sheet(browser.get("/cases.csv"))
    assert [one["household"] for one in told["cases"]] == [row["household"] for row in rows]
    assert {row["household"] for row in rows} == {
        "The Ashdown household", "A restricted household", "The Okafor household",
    }  # fmt: skip
    assert {row["whose_move"] for row in rows} == {"Needs a first look", "Action due"}
    assert rows[0]["due_on"] == "2026-10-28" or rows[0]["due_on"] == ""


def test_a_household_as_json_holds_its_reasons_and_what_is_not_known(city):
    told = city.browser(PRIYA).get(f"{ASHDOWN}.json").json()["household"]
    assert [one["name"] for one in told["reasons"]] == [
        "rent_arrears_trend", "repeat_police_callouts", "missed_appointments",
    ]  # fmt: skip
    assert told["fresh"]["silent"][0].startswith("Riverside Health (appointments) did not answer")
    assert told["recent"][0]["day"] == "2026-11-02"
    assert told["case"]["state"] == "new"


@pytest.mark.parametrize("word", ["weight", "score", "risk"])
def test_no_form_of_a_page_shows_a_score(city, word):
    browser = city.browser(PRIYA)
    for path in ("/cases.json", "/cases.csv", f"{ASHDOWN}.json"):
        assert word not in browser.get(path).text, path


def test_a_restricted_households_address_is_in_no_file(city):
    told = city.browser(PRIYA).get(f"{KESTREL}.json")
    assert told.status_code == 200
    assert "Canal Street" not in told.text


def test_the_doors_are_those_of_the_pages(city):
    absent = city.browser(DAN).get("/nowhere").content
    for worker, path in (
        (DAN, f"{ASHDOWN}.json"), (TOM, f"{ASHDOWN}.json"), (RUTH, f"{KESTREL}.json"),
        (PRIYA, "/manage.json"), (DAN, "/manage/wards.csv"), (TOM, "/manage/checks.csv"),
        (PRIYA, "/manage/overdue.ods"), (DAN, "/manage/wards.ods"), (TOM, "/manage/room.csv"),
    ):  # fmt: skip
        answer = city.browser(worker).get(path)
        assert (answer.status_code, answer.content) == (404, absent), path
    told = city.browser(TOM).get(f"{THORNBURY}.json").text
    for foreign in ("A violent call", "olice", "Vandermeer", "ealth"):
        assert foreign not in told, foreign
    outline = city.browser(RUTH).get(f"{ASHDOWN}.json").json()["household"]
    assert "reasons" not in outline
    assert "people" not in outline


def test_every_export_is_recorded(city):
    browser = city.browser(PRIYA)
    for path in ("/cases.csv", "/cases.json", f"{ASHDOWN}.json"):
        browser.get(path)
    assert [(row["page"], row["household_id"]) for row in city.rows(t.look)] == [
        ("your cases as CSV", None), ("your cases as JSON", None), ("household as JSON", 1),
    ]  # fmt: skip


def test_a_formula_in_a_name_reaches_no_spreadsheet(city):
    with city.engine.begin() as conn:
        person = t.landing["person"]
        conn.execute(update(person).where(person.c.surname == "Okafor").values(surname="=1+1"))
        conn.execute(update(t.household).values(ward="+Harbourside"))
    rows = sheet(city.browser(PRIYA).get("/cases.csv"))
    assert {row["area"] for row in rows} == {"'+Harbourside"}
    kept = city.browser(PRIYA).get("/cases.ods").content
    _, (headings, *lines) = opened(kept)
    assert {line[headings.index("area")] for line in lines} == {"'+Harbourside"}
    assert b"formula" not in ZipFile(io.BytesIO(kept)).read("content.xml")


@given(st.text())
def test_no_cell_begins_a_formula_and_nothing_of_it_is_lost(text):
    cell = defused(text)
    assert not cell.startswith(STEERS)
    assert cell.removeprefix("'") == text or cell == text


CELL = st.one_of(st.none(), st.integers(-(2**40), 2**40), st.dates(min_value=date(1900, 3, 1)), st.text())


@given(st.lists(st.tuples(CELL, CELL), max_size=6))
@example([(None, "\x1f=")])
def test_what_is_written_as_ods_is_what_another_program_reads(rows):
    name, (headings, *read) = opened(as_ods("a-list", ("one", "two"), rows)[0])
    assert (name, headings) == ("a-list", ["one", "two"])
    words = [[_said(cell) for cell in row] for row in rows]
    while words and not any(words[-1]):  # a reader need not know how much nothing there was at the end
        words.pop()
    said = [[_said(cell) for cell in row] for row in read]
    while said and not any(said[-1]):
        said.pop()
    assert [row + [""] * (2 - len(row)) for row in said] == words


def _said(cell):
    """A cell in words: without what XML cannot hold, blanks apart."""
    if isinstance(cell, int | float):
        return str(int(cell))
    text = "" if cell is None else str(cell)
    text = "".join(one for one in text if one in "\t\n\r" or " " <= one < "\ufffe" or one > "\uffff")
    return " ".join(defused(text).split())


@pytest.mark.parametrize(("worker", "path"), [
    (PRIYA, "/cases"), (RUTH, "/cases"), (RUTH, "/manage/wards"), (RUTH, "/manage/checks"),
    (RUTH, "/manage/overdue"), (RUTH, "/manage/room"),
])  # fmt: skip
def test_every_list_is_there_as_csv_and_as_ods_with_the_same_in_both(city, worker, path):
    with city.engine.begin() as conn:
        conn.execute(update(t.case).where(t.case.c.id.in_([1, 2])).values(worker_id=None))
        row = {"case_id": 1, "worker_id": PRIYA, "at": START, "day": TODAY, "answer": "contact", "why": "x"}
        said = {"rent_arrears_trend": "right"}
        conn.execute(insert(t.decision).values(**row, saw={}, verdicts=said, policy="x"))
    browser = city.browser(worker)
    lines = list(csv.reader(io.StringIO(browser.get(f"{path}.csv").content.decode("utf-8-sig"))))
    answer = browser.get(f"{path}.ods")
    assert answer.headers["content-type"] == "application/vnd.oasis.opendocument.spreadsheet"
    assert answer.headers["content-disposition"].endswith('.ods"')
    _, read = opened(answer.content)
    assert len(lines) > 1
    assert [[_said(cell) for cell in row] for row in read] == [
        [_said(_typed(c)) for c in row] for row in lines
    ]
    first = ZipFile(io.BytesIO(answer.content)).infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", ZIP_STORED)
    assert "H3V8T4WD" not in str(lines) + str(read), "a restricted household stands in no file of a manager"


def _typed(text):
    return int(text) if text.isdecimal() else text


def test_counts_by_ward_leave_the_few_out(city):
    with city.engine.begin() as conn:
        for number in range(100, 112):
            row = {"id": number, "reference": f"R{number}", "formed_on": TODAY, "ward": "Harbourside"}
            conn.execute(insert(t.household).values(uprn=f"{number:012}", **row))
            made = {"id": number, "reference": f"C{number}", "household_id": number, "scope": "joint"}
            days = {"opened_on": TODAY, "look_by": TODAY}
            state = "new" if number < 106 else "seen"
            words = {"gateway": "x", "reason": "x", "weight": 2.0, "state": state}
            conn.execute(insert(t.case).values(worker_id=PRIYA, **made, **days, **words))
        conn.execute(
            update(t.case).where(t.case.c.id == 5).values(state="waiting", due_on=date(2026, 11, 20))
        )
    (row,) = sheet(city.browser(RUTH).get("/manage/wards.csv"))
    assert row["ward"] == "Harbourside"
    assert row["Waiting for someone else"] == "", "one case points at a family"
    assert "" in (row["Needs a first look"], row["Action due"]), "nor can it be worked out from a total"
    assert row["Looking again later"] == "0"
    _, (headings, line) = opened(city.browser(RUTH).get("/manage/wards.ods").content)
    said = dict(zip(headings, line, strict=True))
    assert said["Waiting for someone else"] == ""
    assert "" in (said["Needs a first look"], said["Action due"])


def test_how_checks_are_answered_leaves_the_few_out(city):
    with city.engine.begin() as conn:
        row = {"case_id": 1, "worker_id": PRIYA, "at": START, "day": TODAY, "answer": "contact", "why": "x"}
        for verdict in ("right", "wrong", "wrong"):
            said = {"rent_arrears_trend": verdict}
            conn.execute(insert(t.decision).values(**row, saw={}, verdicts=said, policy="x"))
    (row,) = sheet(city.browser(RUTH).get("/manage/checks.csv"))
    assert (row["answers"], row["not_right"]) == ("", "")
    told = city.browser(RUTH).get("/manage.json").json()["manage"]
    assert told["checks"][0]["not_right"] is None


def found(city, worker, asked):
    browser = city.browser(worker)
    answer = browser.post("/search", form_token=browser.form_token(), asked=asked)
    return answer.status_code, re.findall(r'href="/households/(\w+)"', answer.text)


def test_a_household_is_found_by_name_address_or_reference_among_your_own(city):
    for asked in ("ashdown", "Marlon Ash", "12 canal", "nm1 4qt 12", "H7Q2M9KX", "h7q2m9kx"):
        assert found(city, PRIYA, asked) == (200, ["H7Q2M9KX"]), asked
        assert found(city, DAN, asked) == (200, []), "nobody else's are looked through"
    assert found(city, PRIYA, "Thornbury") == (200, [])
    assert found(city, TOM, "Thornbury") == (200, ["H5N1C6RB"])
    assert found(city, TOM, "Vandermeer") == (200, []), "health knows that name, and housing does not"
    assert found(city, RUTH, "ashdown") == (200, ["H7Q2M9KX"])
    assert found(city, RUTH, "kestrel") == (200, []), "restricted"
    for asked in ("", "a", "%", "__"):
        assert found(city, PRIYA, asked)[1] == [], asked
    assert found(city, PRIYA, "a")[0] == 422


def test_what_was_searched_for_stands_in_no_address_and_the_search_is_recorded(city):
    browser = city.browser(PRIYA)
    answer = browser.post("/search", form_token=browser.form_token(), asked="Ashdown")
    assert "Ashdown" not in str(answer.url)
    assert not re.search(r'(href|action)="[^"]*shdown', answer.text)
    assert browser.get("/search?asked=Ashdown").text.count("Ashdown") == 0
    assert [row["page"] for row in city.rows(t.look)][-1] == "search"


def test_what_a_search_found_is_there_as_csv_ods_and_json_and_no_more_than_on_the_page(city):
    with city.engine.begin() as conn:
        person = t.landing["person"]
        conn.execute(update(person).where(person.c.surname == "Okafor").values(surname="=Okafor"))
    browser = city.browser(PRIYA)
    token = browser.form_token()

    def kept(form, asked="canal street"):
        return browser.post(f"/search.{form}", form_token=token, asked=asked)

    page = browser.post("/search", form_token=token, asked="canal street").text
    shown = re.findall(r'href="/households/(\w+)">([^<]+)', page)
    told = kept("json").json()
    assert told["schema"] == "earlyhelp/found/1"
    assert told["found"]["more"] is False
    assert [(one["reference"], one["title"]) for one in told["found"]["households"]] == shown
    rows = sheet(kept("csv"))
    assert [row["household"] for row in rows] == [title for _, title in shown]
    assert {"A restricted household", "The =Okafor household"} <= {row["household"] for row in rows}
    name, (headings, *lines) = opened(kept("ods").content)
    assert (name, headings) == ("found", ["household", "area"])
    assert lines == [[row["household"], row["area"]] for row in rows]
    for answer in (kept("csv", "a"), kept("json", "%")):
        assert answer.status_code == 422
        assert "Write at least two letters or numbers" in answer.text
    assert kept("json", "Thornbury").json()["found"]["households"] == [], "nobody else’s are looked through"
    pages = [row["page"] for row in city.rows(t.look)]
    assert {"search as CSV", "search as ODS", "search as JSON"} <= set(pages), "each is recorded"
    assert browser.post("/search.csv", asked="canal").status_code == 403, "only our own form asks"
