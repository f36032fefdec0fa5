"""`earlyhelp workers` and `earlyhelp serve`: from an empty database to a first page, over the wire."""

import json
import os
import re
import subprocess
import sys

import httpx
import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from earlyhelp.cli import app, main
from earlyhelp.settings import settings
from earlyhelp.store import tables as t
from earlyhelp.store.unit_of_work import open_store
from tests.web import provider as providers

PRIYA = f"{providers.TENANT}/priya"


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("EARLYHELP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("EARLYHELP_HOME", str(tmp_path / "house"))
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


def said(*words):
    answer = CliRunner().invoke(app, ["workers", *words, "--json"])
    return answer, json.loads(answer.stdout) if answer.exit_code == 0 else {}


def test_somebody_is_enrolled_with_the_account_they_sign_in_with(home):
    _, added = said("add", "Priya Shah", "--email", "priya@northmoor.example", "--account", PRIYA)
    _, other = said("add", "Dan Holt", "--email", "dan@northmoor.example")
    answer, _ = said("account", str(other["id"]), PRIYA)
    assert answer.exit_code != 0
    assert f"worker {added['id']} signs in with that account" in str(answer.exception)
    answer, _ = said("account", str(other["id"]), f"{providers.TENANT}/dan")
    assert answer.exit_code == 0
    said("remove", str(added["id"]))
    answer, _ = said("account", str(added["id"]), PRIYA)
    assert "is at work" in str(answer.exception)
    engine = open_store(f"sqlite:///{home / 'house' / 'earlyhelp.db'}")
    with engine.connect() as conn:
        accounts = conn.execute(select(t.worker.c.subject).order_by(t.worker.c.id)).scalars().all()
        noted = str(conn.execute(select(t.operation)).all())
    engine.dispose()
    assert accounts == [None, f"{providers.TENANT}/dan"], "who has left signs in no more"
    assert providers.TENANT not in noted


@pytest.mark.parametrize("missing", ["ISSUER", "CLIENT_ID", "SECRET"])
def test_a_setting_that_is_missing_is_named_before_anything_is_served(home, missing, monkeypatch, capsys):
    for name in {"ISSUER", "CLIENT_ID", "SECRET"} - {missing}:
        monkeypatch.setenv(f"EARLYHELP_SIGN_IN_{name}", "https://login.example/t")
    monkeypatch.setattr(sys, "argv", ["earlyhelp", "serve"])
    with pytest.raises(SystemExit):
        main()
    assert f"EARLYHELP_SIGN_IN_{missing}" in capsys.readouterr().err.replace("\n", " ")


def test_a_council_is_served_and_its_worker_comes_in_over_the_wire(home):
    said("add", "Priya Shah", "--email", "priya@northmoor.example", "--account", PRIYA)
    with providers.running() as provider:
        pages = "http://127.0.0.1"
        environment = os.environ | {
            "EARLYHELP_SIGN_IN_ISSUER": provider.issuer, "EARLYHELP_SIGN_IN_CLIENT_ID": providers.CLIENT,
            "EARLYHELP_SIGN_IN_SECRET": providers.SECRET, "EARLYHELP_PAGES": pages,
        }  # fmt: skip
        command = [sys.executable, "-m", "earlyhelp.cli", "serve", "--port", "0"]
        served = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            line = served.stdout.readline()
            address = "http://" + re.search(r"at (127\.0\.0\.1:\d+)", line)[1]
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
