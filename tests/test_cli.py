"""The command as a person or a script meets it: what it answers, and how it ends when it cannot."""

import json
import os
import socket
import subprocess
import sys
from datetime import date

import pytest
from typer.testing import CliRunner

from earlyhelp.cli import app, main
from earlyhelp.settings import settings


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("EARLYHELP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("EARLYHELP_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    yield tmp_path / "home"
    settings.cache_clear()


def test_help_names_every_command(home):
    answer = CliRunner().invoke(app, ["--help"])
    assert answer.exit_code == 0
    for command in ("run", "demo", "serve", "status", "doctor", "replay", "assess", "checks"):
        assert command in answer.stdout


def test_status_before_the_first_night(home):
    answer = CliRunner().invoke(app, ["status", "--json"])
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert (told["schema"], told["feeds"], told["night"]) == ("earlyhelp/status/1", [], None)
    assert told["cases"] == {"open": 0, "new": 0, "overdue": 0, "closed": 0}


def test_rebuild_packs_every_kind_that_a_check_reads(home):
    answer = CliRunner().invoke(app, ["rebuild", "--json"])
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert told["schema"] == "earlyhelp/rebuild/1"
    assert {"rent_transaction", "police_callout", "appointment"} <= set(told["rows"])


def test_doctor_says_what_is_well_and_what_is_not(home, monkeypatch):
    well = json.loads(CliRunner().invoke(app, ["doctor", "--json"]).stdout)
    assert {f["what"] for f in well["findings"]} >= {
        "database",
        "connectors",
        "checks",
        "packages",
        "bank holidays",
    }
    assert well["well"]
    monkeypatch.setenv("EARLYHELP_CLOCK", str(home / "no-such-clock"))
    settings.cache_clear()
    answer = CliRunner().invoke(app, ["doctor", "--json"])
    assert answer.exit_code == 1
    (ill,) = [f for f in json.loads(answer.stdout)["findings"] if not f["well"]]
    assert ill["what"] == "day"
    assert "earlyhelp demo" in ill["says"]


def test_an_unreadable_database_address_says_what_to_write(home, monkeypatch, capsys):
    monkeypatch.setenv("EARLYHELP_DATABASE_URL", "hunter2 @ nowhere")
    monkeypatch.setattr(sys, "argv", ["earlyhelp", "status"])
    settings.cache_clear()
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert "EARLYHELP_DATABASE_URL" in said
    assert "postgresql" in said
    assert "hunter2" not in said, "an address may hold a password"


@pytest.mark.parametrize(
    "words", [["run", "--as-of", "yesterday"], ["demo", "--households", "3"], ["nonsense"]]
)
def test_wrong_use_ends_with_2(home, words):
    assert CliRunner().invoke(app, words).exit_code == 2


def test_serve_without_a_city_says_what_to_run(home, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["earlyhelp", "serve"])
    with pytest.raises(SystemExit):
        main()
    assert "earlyhelp demo" in capsys.readouterr().err


def test_a_port_that_is_taken_is_said_before_any_work_is_done(home, monkeypatch, capsys):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        monkeypatch.setattr(sys, "argv", ["earlyhelp", "demo", "--households", "100", "--port", port])
        with pytest.raises(SystemExit) as ended:
            main()
    assert ended.value.code == 1
    assert f"port {port} of 127.0.0.1 is taken" in capsys.readouterr().err
    assert not home.exists()


def earlyhelp(home, *words):
    """The real command in a process of its own, with nobody at the terminal."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("EARLYHELP_", "PREFECT_"))}
    return subprocess.run(
        [sys.executable, "-m", "earlyhelp.cli", *words],
        env=environment | {"EARLYHELP_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=240,
    )


def test_two_nights_over_an_invented_city(tmp_path):
    first = earlyhelp(tmp_path, "demo", "--households", "200", "--no-serve", "--json")
    assert first.returncode == 0, first.stderr
    told = json.loads(first.stdout)
    assert (told["day"], told["state"], told["failed"]) == ("2026-11-02", "complete", [])
    assert set(told["fetch"]) == {
        "eastborough-police", "moorland-fire", "moorland-probation", "northmoor-gazetteer",
        "northmoor-revenues", "northmoor-safety", "northmoor-schools", "northmoor-voices", "northside-homes",
        "riverside-health",
    }  # fmt: skip
    for feeds in told["fetch"].values():
        for counts in feeds.values():
            assert counts["fetched"] == counts["landed"] + counts["known"] + counts["refused"]
    registers = {"residences", "tenancies", "tenants", "patients", "services"}
    events = sum(
        counts["landed"]
        for feeds in told["fetch"].values()
        for feed, counts in feeds.items()
        if feed not in registers
    )
    assert 0 < told["match"]["rows_matched"] + told["match"]["rows_unmatched"] <= events
    assert told["decide"]["cases_opened"] > 0
    assert told["alert"]["cases"] == told["decide"]["cases_opened"]

    second = earlyhelp(tmp_path, "demo", "--households", "200", "--no-serve")
    assert second.returncode == 0, second.stderr
    assert "Tuesday 3 November 2026: complete" in second.stdout

    status = json.loads(earlyhelp(tmp_path, "status", "--json").stdout)
    assert status["night"] == {"day": "2026-11-03", "state": "complete"}
    assert status["cases"]["open"] >= told["decide"]["cases_opened"]
    assert status["alerts"]["waiting"] == 0
    assert date.fromisoformat(status["day"]) == date(2026, 11, 3)

    past = json.loads(earlyhelp(tmp_path, "replay", "--as-of", "2026-09-07", "--json").stdout)
    assert past["as_of"] == "2026-09-07"
    assert past["households"] >= told["match"]["households"]
