"""`earlyhelp enrol` and `earlyhelp serve`: from an empty database to a first page, over the wire."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from earlyhelp.cli import app, main
from earlyhelp.settings import settings
from earlyhelp.store import tables as t
from earlyhelp.store.unit_of_work import open_store
from tests.web import provider as providers

STAFF = f"""subject,name,role,email,sector,ward,domestic_abuse_trained
{providers.TENANT}/priya,Priya Shah,key_worker,priya@northmoor.example,,Harbourside,true
{providers.TENANT}/tom,Tom Reeve,agency_worker,tom@northmoor.example,housing,,
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("EARLYHELP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("EARLYHELP_HOME", str(tmp_path / "house"))
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


def enrolled(home: Path, text: str):
    file = home / "staff.csv"
    file.write_text(text)
    return CliRunner().invoke(app, ["enrol", str(file), "--json"])


def workers(home):
    engine = open_store(f"sqlite:///{home / 'house' / 'earlyhelp.db'}")
    with engine.connect() as conn:
        found = conn.execute(t.worker.select().order_by(t.worker.c.id)).all()
        noted = conn.execute(t.operation.select()).all()
    engine.dispose()
    return found, noted


def test_workers_are_enrolled_once_and_changed_when_their_line_is(home):
    assert json.loads(enrolled(home, STAFF).stdout)["new"] == 2
    assert json.loads(enrolled(home, STAFF).stdout)["as_before"] == 2
    assert json.loads(enrolled(home, STAFF.replace("Harbourside", "Quayside")).stdout)["changed"] == 1
    (priya, tom), noted = workers(home)
    assert (priya.ward, priya.domestic_abuse_trained, priya.caseload) == ("Quayside", True, 15)
    assert (tom.role, tom.sector, tom.ward) == ("agency_worker", "housing", None)
    assert [row.what for row in noted] == ["enrol"] * 3
    assert "priya" not in str(noted)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (STAFF.replace("key_worker", "boss"), "line 2: role"),
        (STAFF.replace("housing", ""), "line 3"),
        (STAFF.replace("priya@northmoor.example", "nowhere"), "line 2: email"),
        (STAFF.replace("/tom", "/priya"), "one account twice"),
        (STAFF.replace("ward,", "wards,"), "wards"),
    ],
)
def test_a_line_that_is_wrong_enrols_nobody_and_is_named_without_its_words(
    home, wrong, said, capsys, monkeypatch
):
    (home / "staff.csv").write_text(wrong)
    monkeypatch.setattr(sys, "argv", ["earlyhelp", "enrol", str(home / "staff.csv")])
    with pytest.raises(SystemExit):
        main()
    told = capsys.readouterr().err.replace("\n", " ")
    assert said in told
    assert "Priya" not in told
    assert "nowhere" not in told
    assert not (home / "house").exists()


@pytest.mark.parametrize("missing", ["ISSUER", "CLIENT_ID", "SECRET"])
def test_a_setting_that_is_missing_is_named_before_anything_is_served(home, missing, monkeypatch, capsys):
    for name in {"ISSUER", "CLIENT_ID", "SECRET"} - {missing}:
        monkeypatch.setenv(f"EARLYHELP_SIGN_IN_{name}", "https://login.example/t")
    monkeypatch.setattr(sys, "argv", ["earlyhelp", "serve"])
    with pytest.raises(SystemExit):
        main()
    assert f"EARLYHELP_SIGN_IN_{missing}" in capsys.readouterr().err.replace("\n", " ")


def test_a_council_is_served_and_its_worker_comes_in_over_the_wire(home):
    enrolled(home, STAFF)
    with providers.running() as provider:
        pages = "http://127.0.0.1"
        environment = os.environ | {
            "EARLYHELP_SIGN_IN_ISSUER": provider.issuer, "EARLYHELP_SIGN_IN_CLIENT_ID": providers.CLIENT,
            "EARLYHELP_SIGN_IN_SECRET": providers.SECRET, "EARLYHELP_PAGES": pages,
        }  # fmt: skip
        command = [sys.executable, "-m", "earlyhelp.cli", "serve", "--port", "0"]
        served = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            said = served.stdout.readline()
            address = "http://" + re.search(r"at (127\.0\.0\.1:\d+)", said)[1]
            came_in(address, pages)
        finally:
            served.terminate()
            served.wait(20)
            served.stdout.close()


def came_in(address, pages):
    """Sign in as a browser would: to the provider and back, with the cookies that were set."""
    with httpx.Client(base_url=address, trust_env=False) as browser:
        host = {"host": "127.0.0.1"}
        out = browser.get("/council/sign-in", headers=host)
        back = httpx.get(out.headers["location"], trust_env=False).headers["location"]
        cookie = out.headers["set-cookie"].split(";")[0]
        answer = browser.get(back.removeprefix(pages), headers=host | {"cookie": cookie})
        assert answer.status_code == 303, answer.text
        cookie = answer.headers.get_list("set-cookie")[0].split(";")[0]
        assert "Priya Shah" in browser.get("/", headers=host | {"cookie": cookie}).text
        assert browser.get("/", headers=host).headers["location"] == "/sign-in"
