"""What a data engineer types: a new connector that is green as it is, and a look at what an agency sends."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from earlyhelp import plugins
from earlyhelp.cli import app
from earlyhelp.commands import asking
from earlyhelp.connecting.dropping import FILE_DROPPED
from earlyhelp.demo import practice
from earlyhelp.law.policy import Sector
from earlyhelp.scaffolding.answers import Answers, Holds, Kind, PagingBy, SigningIn, likely_feed
from earlyhelp.scaffolding.health import RESOURCES
from earlyhelp.scaffolding.writing import written
from earlyhelp.store.tables import KINDS
from tests.practising import HOUSE, RIVERSIDE, earlyhelp, home, project, riverside, told

__all__ = ["home", "project", "riverside"]

CHECK = ("connectors", "check", "riverside-council-tax")
SIX = {
    Kind.REST: "council_tax_account", Kind.FHIR: "person", Kind.CSV: "fire_visit",
    Kind.XLSX: "school_attendance", Kind.FIXED: "rent_transaction", Kind.JSONL: "appointment",
}  # fmt: skip


def answers(number, kind, rows, **other):
    feed = likely_feed(rows)
    at = f"{feed}_*.{kind}" if kind.files else f"/{feed}"
    return Answers(f"made-{number}", kind, KINDS[rows], at, feed, Sector.COUNCIL, **other)


def every_answer():
    """Each kind of agency with each kind of rows, each way to go on and to sign in."""
    said = [(Kind.REST, rows, {}) for rows in KINDS]
    said += [(Kind.FHIR, rows, {"sign_in": SigningIn.SIGNED_JWT}) for rows in RESOURCES]
    said += [(Kind.REST, "tenancy", {"paging": paging}) for paging in PagingBy]
    said += [(Kind.REST, "fire_visit", {"sign_in": sign_in}) for sign_in in SigningIn]
    said += [(kind, rows, {}) for kind in Kind if kind.files for rows in KINDS]
    said += [(kind, "tenancy", {"holds": Holds.EVERYTHING}) for kind in Kind if kind.files]
    return [answers(number, kind, rows, **other) for number, (kind, rows, other) in enumerate(said)]


def python(*words, **options):
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, timeout=240, **options)


def sample_in(test):
    words = {}
    exec(test[test.index("SAMPLE") : test.index("class ")], words)
    return words["SAMPLE"]


def lines_to_edit(text):
    """All but imports, blank lines and what is said about them."""
    body = text.partition("import Sector\n")[2].splitlines()[1:]
    return sum(bool(line.strip()) and '"""' not in line for line in body)


def test_whatever_is_answered_is_lint_clean_and_reads_its_own_sample(home, project):
    made = every_answer()
    for one in made:
        written(one, project.folder)
    (project.folder / "pyproject.toml").write_text((HOUSE / "pyproject.toml").read_text())
    for words in (["check", "--no-cache"], ["format", "--check", "--no-cache"]):
        linted = python("-m", "ruff", *words, cwd=project.folder)
        assert linted.returncode == 0, linted.stdout[-2000:]
    known = plugins.connectors()
    for one in made:
        (feed,) = known[one.name].feeds
        test = (project.folder / "tests" / "connectors" / f"test_{one.module}.py").read_text()
        row = feed.theirs.model_validate({FILE_DROPPED: datetime.now(UTC), **sample_in(test)})
        assert isinstance(row, one.rows)


def test_there_is_little_to_edit(home, project):
    for rows, kind, most in (("council_tax_account", Kind.REST, 20), ("fire_visit", Kind.CSV, 15)):
        connector, _ = written(answers(0 if kind is Kind.REST else 1, kind, rows), project.folder)
        assert lines_to_edit(connector.read_text()) <= most


def test_what_is_written_is_type_clean(home, project):
    """With the types of the house, as `make check` has left them in its cache."""
    made = [answers(number, kind, rows) for number, (kind, rows) in enumerate(SIX.items())]
    files = [shutil.copy(written(one, project.folder)[0], project.folder) for one in made]
    config = ["--config-file", str(HOUSE / "pyproject.toml"), "--cache-dir", str(HOUSE / ".mypy_cache")]
    typed = python("-m", "mypy", *config, *files, cwd=HOUSE)
    assert typed.returncode == 0, typed.stdout[-2000:]


def test_the_promises_hold_of_what_is_written(home, project):
    for number, (kind, rows) in enumerate(SIX.items()):
        written(answers(number, kind, rows), project.folder)
    run = "import connectors, pytest, sys; connectors.__path__.append('connectors'); sys.exit(pytest.main())"
    some = "every_page_arrives or files_land or bad_row_is_refused"
    asked = ["-c", run, "-q", "-p", "no:cacheprovider", "-k", some, "tests/connectors"]
    answer = python(*asked, cwd=project.folder, env=os.environ | {"PYTHONPATH": str(HOUSE)})
    assert answer.returncode == 0, answer.stdout[-3000:]
    assert int(answer.stdout.rsplit(" passed", 1)[0].split()[-1]) >= 12


def test_four_options_answer_the_four_questions(home, project):
    said = earlyhelp(
        "connectors", "new", "harbour-homes", "--kind", "rest", "--rows", "rent_transaction",
        "--at", "/v2/postings", "--sign-in", "basic", "--days", "5",
        "--named", "record_id=ref", "--named", "recorded_at=meta.touched", "--paging", "offset",
    )  # fmt: skip
    assert project.files() == {"connectors/harbour_homes.py", "tests/connectors/test_harbour_homes.py"}
    assert "EARLYHELP_HARBOUR_HOMES_URL, EARLYHELP_HARBOUR_HOMES_USER, EARLYHELP_HARBOUR_HOMES_SECRET" in said
    assert "earlyhelp connectors check harbour-homes" in said
    assert "pytest tests/connectors/test_harbour_homes.py" in said
    text = (project.folder / "connectors" / "harbour_homes.py").read_text()
    for part in ('path="/v2/postings"', "Basic()", "days=5", 'record_id="ref"', "Offset(", "Sector.HOUSING"):
        assert part in text
    assert 'recorded_at=AliasPath("meta", "touched")' in text


def test_at_a_terminal_a_wrong_answer_is_asked_for_again(home, project, monkeypatch):
    monkeypatch.setattr(asking, "at_terminal", lambda: True)
    typed = "dreams\n\nvisits.csv\nvisits_*.csv\neverything\nsoon\n30\n"
    answer = CliRunner().invoke(app, ["connectors", "new", "harbour-fire", "--kind", "csv"], input=typed)
    assert answer.exit_code == 0, answer.output
    for said in (
        "say one of antisocial_report, appointment",
        "one * where the day stands",
        "say a number of days",
    ):
        assert said in answer.output
    text = (project.folder / "connectors" / "harbour_fire.py").read_text()
    for part in ("FireVisit", 'pattern="visits_*.csv"', "snapshot=True", "days=30", "Sector.FIRE"):
        assert part in text


def test_without_a_terminal_what_is_not_said_is_as_usual(home, project):
    new = told("connectors", "new", "riverside-council-tax", "--kind", "csv", "--holds", "everything")
    assert new["written"][0] == "connectors/riverside_council_tax.py"
    text = (project.folder / "connectors" / "riverside_council_tax.py").read_text()
    for part in ("CouncilTaxAccount", 'pattern="accounts_*.csv"', "snapshot=True", "days=7", "FILE_DROPPED"):
        assert part in text
    assert "sign_in" not in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["northside-homes", "--kind", "rest"], "there is a connector northside-homes already"),
        (["Riverside", "--kind", "rest"], "small letters with dashes"),
        (["class", "--kind", "rest"], "small letters with dashes"),
        (["made-up", "--kind", "rest"], "--rows"),
        (["made-up", "--kind", "rest", "--rows", "dreams"], "no rows called dreams"),
        (["made-up", "--kind", "rest", "--rows", "tenancy", "--at", "v2"], "first slash"),
        (["made-up", "--kind", "rest", "--rows", "tenancy", "--at", '/v2"+x'], "quotation marks"),
        (["made-up", "--kind", "csv", "--rows", "tenancy", "--at", "t.csv"], "one * where the day stands"),
        (["made-up", "--kind", "rest", "--rows", "tenancy", "--sector", "space"], "no sector space"),
        (["made-up", "--kind", "rest", "--rows", "tenancy", "--named", "colour=c"], "has no colour"),
        (["made-up", "--kind", "rest", "--rows", "tenancy", "--named", "uprn"], "ours=theirs"),
        (["made-up", "--kind", "fhir", "--rows", "tenancy", "--at", "/x"], "by FHIR come"),
        (["agency", "--kind", "rest", "--rows", "tenancy"], "cannot be called agency"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(home, project, words, said):
    assert said in earlyhelp("connectors", "new", *words, code=1)
    assert not project.files()


def test_nothing_is_overwritten(home, project):
    new = ("connectors", "new", "made-up", "--kind", "jsonl", "--rows", "tenancy")
    earlyhelp(*new)
    (project.folder / "connectors" / "made_up.py").unlink()
    before = (project.folder / "tests" / "connectors" / "test_made_up.py").read_text()
    assert "test_made_up.py stand there already" in earlyhelp(*new, code=1)
    assert project.files() == {"tests/connectors/test_made_up.py"}
    assert (project.folder / "tests" / "connectors" / "test_made_up.py").read_text() == before


def test_outside_a_project_it_says_where_to_stand(home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = earlyhelp("connectors", "new", "made-up", "--kind", "rest", "--rows", "tenancy", code=1)
    assert "the project's own folder" in said


def test_the_agencies_are_listed_with_what_is_not_set(home, riverside):
    (mine,) = [c for c in told("connectors", "list")["connectors"] if c["agency"] == "riverside-council-tax"]
    assert mine == {
        "agency": "riverside-council-tax",
        "sector": "council",
        "feeds": [{"feed": "accounts", "rows": "council_tax_account"}],
        "ready": True,
        "not_set": [],
    }
    listed = earlyhelp("connectors", "list")
    assert "northside-homes: set EARLYHELP_NORTHSIDE_HOMES_URL, EARLYHELP_NORTHSIDE_HOMES_CLIENT_ID" in listed
    assert "riverside-council-tax: set" not in listed


def test_a_drop_behind_sftp_wants_a_host_key(home, monkeypatch):
    monkeypatch.setenv("EARLYHELP_MOORLAND_FIRE_DROP", "sftp://earlyhelp@files.example/visits")
    (fire,) = [c for c in told("connectors", "list")["connectors"] if c["agency"] == "moorland-fire"]
    assert fire["not_set"] == ["EARLYHELP_MOORLAND_FIRE_HOST_KEY"]


def test_one_screen_says_what_the_agency_sends(home, riverside):
    said = earlyhelp(*CHECK)
    lines = [" ".join(line.split()) for line in said.splitlines()]
    for line in (
        "sign-in ok (ApiKey)", "rows 23 good, 2 refused", "pages there are more: by limit, after",
        "stmt record_id text", "propRef uprn number", "band (not taken) text",
        "- overdue: is not an amount in pounds and pence (1 row, the first at page 1, row 4)",
        "- recovery: is not a code that was agreed (1 row, the first at page 1, row 13)",
    ):  # fmt: skip
        assert line in lines
    assert any(line.startswith("clock theirs is") for line in lines)
    assert lines[-1].startswith("Next: pytest tests/connectors/test_riverside_council_tax.py")


def test_no_screen_shows_a_value_and_nothing_is_written_down(home, riverside):
    values = {str(value) for row in practice.statements(datetime.now(UTC)) for value in row.values()}
    said = [earlyhelp(*CHECK), earlyhelp(*CHECK, "--json"), earlyhelp(*CHECK, "--rows", "5")]
    riverside.put(
        "riverside_council_tax", RIVERSIDE.replace("propRef", "proprietor").replace("asAt", "as_at")
    )
    said += [earlyhelp(*CHECK, code=1), earlyhelp(*CHECK, "--json", code=1)]
    shown = {value for value in values - {"C"} for text in said if value in text}
    assert not shown
    assert practice.KEY not in "".join(said)
    assert not home.exists()


def test_so_many_rows_are_asked_for(home, riverside):
    (page,) = told(*CHECK, "--rows", "3")["feeds"]
    assert (page["rows"], page["refused"]) == (3, 0)


def test_a_field_under_another_name_is_suspected(home, riverside):
    riverside.put("riverside_council_tax", RIVERSIDE.replace('"changed"', '"changedAt"'))
    said = earlyhelp(*CHECK, code=1)
    assert "missing; is it changed?" in said
    assert "changedAt: Field required (25 rows, the first at page 1, row 0)" in said
    assert "Next: put connectors/riverside_council_tax.py right" in said


def test_before_anything_is_edited_their_fields_are_named(home, riverside):
    (riverside.folder / "connectors" / "riverside_council_tax.py").unlink()
    sys.modules.pop("connectors.riverside_council_tax", None)
    earlyhelp("connectors", "new", "riverside-council-tax", "--kind", "rest", "--at", "/statements")
    text = (riverside.folder / "connectors" / "riverside_council_tax.py").read_text()
    text = text.replace("X-Api-Key", "X-Riverside-Key").replace('"items"', '"statements"')
    riverside.put("riverside_council_tax", text)
    (page,) = told(*CHECK, code=1)["feeds"]
    strange = {one["theirs"]: one["kinds"] for one in page["fields"] if not one["ours"]}
    assert strange["propRef"] == ["number"]
    assert set(strange) == set(practice.statements(datetime.now(UTC))[0])
    assert [(one["rows"], one["fault"].rpartition(": ")[2]) for one in page["refusals"]] == [
        (25, "Field required")
    ]


def test_a_wrong_key_is_said_without_saying_it(home, riverside, monkeypatch):
    monkeypatch.setenv("EARLYHELP_RIVERSIDE_COUNCIL_TAX_KEY", "hunter2")
    said = earlyhelp(*CHECK, code=1)
    assert "sign-in  refused (ApiKey)" in said
    assert "status 401" in said
    assert "hunter2" not in said


def test_a_missing_setting_is_named(home, riverside, monkeypatch):
    monkeypatch.delenv("EARLYHELP_RIVERSIDE_COUNCIL_TAX_KEY")
    said = earlyhelp(*CHECK, code=1)
    assert "set EARLYHELP_RIVERSIDE_COUNCIL_TAX_KEY" in said
    assert "sign-in  not known (ApiKey)" in said


def test_an_agency_that_does_not_heed_what_is_asked_is_odd(home, riverside):
    riverside.put("riverside_council_tax", RIVERSIDE.replace("changed_from", "since"))
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    (page,) = told(*CHECK, "--since", day)["feeds"]
    assert "23 rows are older than was asked for: does the agency heed what was asked?" in page["oddities"]


def test_an_empty_page_shows_nothing_and_is_not_well(home, riverside):
    said = earlyhelp(*CHECK, "--since", f"{datetime.now(UTC):%Y-%m-%d}", code=1)
    assert "ask the agency for rows to test with" in said


def test_files_are_checked_too(home, monkeypatch, tmp_path):
    monkeypatch.setenv("EARLYHELP_MOORLAND_FIRE_DROP", str(tmp_path))
    lines = [
        "VisitRef,VisitDate,Called,UPRN,Address,Outcome,PoliceRef,Recorded,Crew",
        "HV1,30/10/2026,,999000000001,,HFSV-DONE,,31/10/2026 00:30,A",
    ]
    (tmp_path / "visits_20261031.csv").write_text("\n".join([*lines, "TRAILER,1", ""]))
    (page,) = told("connectors", "check", "moorland-fire")["feeds"]
    assert (page["well"], page["rows"], page["ahead"]) == (True, 1, None)
    assert [one["theirs"] for one in page["fields"] if not one["ours"]] == ["Crew"]
    (tmp_path / "visits_20261031.csv").write_text("\n".join(lines))
    assert "only half there" in earlyhelp("connectors", "check", "moorland-fire", code=1)


def test_an_agency_or_feed_that_there_is_not_is_said(home):
    assert "the agencies are data-police-uk" in earlyhelp("connectors", "check", "nobody", code=1)
    said = earlyhelp("connectors", "check", "moorland-fire", "--feed", "dreams", code=1)
    assert "moorland-fire has the feeds visits, not dreams" in said
