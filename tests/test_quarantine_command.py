"""Fetching by hand, and what becomes of the rows that were refused."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from getpass import getuser

import pytest

from earlyhelp.demo import practice
from tests.practising import RIVERSIDE, earlyhelp, home, project, riverside, told

__all__ = ["home", "project", "riverside"]

FETCH = ("fetch", "riverside-council-tax")
FEED = "riverside-council-tax/accounts"


@pytest.fixture
def fetched(home, riverside):
    """The practice agency, fetched once: 57 of its 60 rows have landed."""
    counts = told(*FETCH)["feeds"]
    assert counts["accounts"] == {"fetched": 60, "landed": 57, "known": 0, "refused": 3, "pages": 3}
    return riverside


def mended(project):
    """Somebody has asked the agency what BLF means."""
    project.put("riverside_council_tax", RIVERSIDE.replace('"NIL"', '"BLF": "liability_order", "NIL"'))


def in_store(home, question):
    with closing(sqlite3.connect(home / "earlyhelp.db")) as store:
        return store.execute(question).fetchall()


def test_fetch_says_what_became_of_the_rows(home, riverside):
    said = earlyhelp(*FETCH)
    assert "60      57      0        3      3" in said
    assert "earlyhelp quarantine list" in said
    again = told(*FETCH, "--feed", "accounts")["feeds"]["accounts"]
    assert (again["landed"], again["refused"], again["known"]) == (0, 0, again["fetched"])


def test_all_of_it_again_changes_nothing(fetched, home):
    again = told(*FETCH, "--full")["feeds"]["accounts"]
    assert (again["fetched"], again["landed"], again["known"], again["refused"]) == (60, 0, 57, 3)
    assert len(told("quarantine", "list")["rows"]) == 3


def test_a_past_stretch_is_asked_for_in_slices(fetched, home):
    fetched.put(
        "riverside_council_tax", RIVERSIDE.replace('since="changed_from"', 'since="changed_from", until="to"')
    )
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    counts = told(*FETCH, "--feed", "accounts", "--from", "2026-01-01", "--to", day, "--slice", "400d")
    assert counts["feeds"]["accounts"]["known"] == 57


@pytest.mark.parametrize(
    "words",
    [
        ["--to", "2026-01-01"],
        ["--from", "2026-01-01"],
        ["--from", "2026-01-01", "--feed", "accounts", "--full"],
        ["--from", "2026-01-01", "--feed", "accounts", "--slice", "1m"],
    ],
)
def test_wrong_use_ends_with_2(home, riverside, words):
    earlyhelp(*FETCH, *words, code=2)
    assert not home.exists()


def test_an_agency_that_nobody_has_set_up_is_not_asked(home):
    said = earlyhelp("fetch", "northside-homes", code=1)
    assert "earlyhelp connectors list" in said


def test_the_list_names_place_and_reason_and_never_the_row(fetched):
    values = {str(value) for row in practice.statements(datetime.now(UTC)) for value in row.values()} - {"C"}
    days = {str(row["asAt"]) for row in practice.statements(datetime.now(UTC))}
    text, rows = earlyhelp("quarantine", "list"), told("quarantine", "list")["rows"]
    assert not [value for value in values - days if value in text or value in str(rows)]
    assert [(row["place"], row["reason"], row["state"]) for row in rows] == [
        ("page 1, row 4", "overdue: is not an amount in pounds and pence", "open"),
        ("page 1, row 13", "recovery: is not a code that was agreed", "open"),
        ("page 2, row 22", "recovery: is not a code that was agreed", "open"),
    ]
    assert rows[0]["keep_until"] > rows[0]["first_seen_on"]
    assert not told("quarantine", "list", "--feed", "northside-homes/rent")["rows"]
    assert not told("quarantine", "list", "--feed", "northside-homes/rent", "--all")["rows"]


def test_a_row_is_shown_only_on_purpose_and_that_is_written_down(fetched, home):
    number = str(told("quarantine", "list")["rows"][1]["id"])
    refused = earlyhelp("quarantine", "show", number, code=1)
    assert "personal data" in refused
    assert "BLF" not in refused
    assert not in_store(home, "select * from operation")
    assert '"recovery":"BLF"' in earlyhelp("quarantine", "show", number, "--personal-data")
    assert told("quarantine", "show", number, "--personal-data")["place"] == "page 1, row 13"
    looks = in_store(home, "select operator, what, about from operation")
    assert looks == [(getuser(), "quarantine show", f"{FEED} {number}")] * 2
    assert "no refused row 999" in earlyhelp("quarantine", "show", "999", "--personal-data", code=1)


def test_once_mended_what_was_refused_lands(fetched, home):
    assert told("quarantine", "replay")["feeds"][FEED] == {
        "tried": 3, "landed": 0, "known": 0, "still_refused": 3,
    }  # fmt: skip
    mended(fetched)
    assert told("quarantine", "replay", FEED)["feeds"][FEED] == {
        "tried": 3, "landed": 2, "known": 0, "still_refused": 1,
    }  # fmt: skip
    assert in_store(home, "select count(*) from council_tax_account") == [(59,)]
    assert [row["place"] for row in told("quarantine", "list")["rows"]] == ["page 1, row 4"]
    states = [row["state"] for row in told("quarantine", "list", "--all")["rows"]]
    assert states == ["open", "replayed", "replayed"]
    assert "agencies" not in earlyhelp("quarantine", "replay", FEED)
    assert "there is no feed nobody/x" in earlyhelp("quarantine", "replay", "nobody/x", code=1)


def test_what_is_discarded_is_emptied_and_tried_no_more(fetched, home):
    first, *_ = [str(row["id"]) for row in told("quarantine", "list")["rows"]]
    assert told("quarantine", "discard", first) == {
        "schema": "earlyhelp/quarantine-discard/1", "asked": 1, "discarded": 1,
    }  # fmt: skip
    assert "not waiting in quarantine" in earlyhelp("quarantine", "discard", first, code=1)
    assert "no longer kept" in earlyhelp("quarantine", "show", first, "--personal-data")
    mended(fetched)
    assert told("quarantine", "replay")["feeds"][FEED]["tried"] == 2
    done = in_store(home, "select about from operation where what = 'quarantine discard' order by id")
    assert done[0] == (first,)
    assert "Nothing waits" in earlyhelp("quarantine", "list")
    assert "Nothing waits" in earlyhelp("quarantine", "replay")
    assert "replayed" in earlyhelp("quarantine", "list", "--all")
