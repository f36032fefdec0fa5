"""The server of the command line: found if there is one, started once, quiet, and gone when we are."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from earlyhelp.plugins import connectors
from earlyhelp.running.prefect_server import local_prefect

HELD = """
import sys, time
from pathlib import Path
from earlyhelp.running.prefect_server import local_prefect
with local_prefect(Path(sys.argv[1])) as address:
    assert "prefect" not in sys.modules
    import os
    from prefect import flow
    from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
    assert PREFECT_API_URL.value() == address
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        flow(lambda: None, name="nothing")()
    Path(sys.argv[2]).write_text(address)
    if sys.argv[3:]:
        time.sleep(600)
"""


@pytest.fixture
def home(prefect_template: Path, tmp_path: Path) -> Path:
    """A home folder in which the empty database lies ready."""
    shutil.copy(prefect_template, tmp_path)
    return tmp_path


def holding(home: Path, told: Path, *, stay: bool) -> "subprocess.Popen[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    command = [sys.executable, "-c", HELD, str(home), str(told), *(["stay"] if stay else [])]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, env=environment, stdout=pipe, stderr=pipe, text=True, start_new_session=True
    )  # fmt: skip


def answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health", timeout=5).is_success
    except httpx.TransportError:
        return False


def soon(condition, within: float = 60) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


def test_a_server_that_is_set_is_used_and_nothing_is_started(tmp_path, monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    with local_prefect(tmp_path) as address:
        assert address == "http://127.0.0.1:9/api"
    assert list(tmp_path.iterdir()) == []


def test_started_once_shared_quiet_and_gone_with_whoever_started_it(home):
    first = holding(home, home / "first", stay=True)
    assert soon((home / "first").exists)
    address = (home / "first").read_text()
    assert httpx.get(f"{address}/admin/version").status_code == 401, "a password is asked for"

    second = holding(home, home / "second", stay=False)
    said, erred = second.communicate(timeout=60)
    assert (second.returncode, said, erred) == (0, "", "")
    assert (home / "second").read_text() == address
    assert "nothing" in (home / "prefect" / "prefect.log").read_text()

    os.kill(first.pid, signal.SIGKILL)
    assert first.communicate(timeout=60) == ("", "")
    assert soon(lambda: not answers(address), 30)


def test_what_a_killed_run_held_is_given_back_at_the_next_start(home):
    with_it = HELD.replace(
        "Path(sys.argv[2])", "import flows.set_up; flows.set_up.limit_agencies()\n    Path(sys.argv[2])"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    command = [sys.executable, "-c", with_it, str(home), str(home / "told")]
    subprocess.run(command, env=environment, check=True, timeout=300, stdin=subprocess.DEVNULL)
    with sqlite3.connect(home / "prefect" / "prefect.db") as database:
        changed = database.execute("update concurrency_limit_v2 set active_slots = 1").rowcount
    database.close()
    known = connectors().values()
    assert changed == len(known) + sum(one.rate is not None for one in known)
    subprocess.run(command, env=environment, check=True, timeout=300, stdin=subprocess.DEVNULL)
    with sqlite3.connect(home / "prefect" / "prefect.db") as database:
        # The places of a rate come free by themselves.
        query = "select sum(active_slots) from concurrency_limit_v2 where name like 'agency-%'"
        held = database.execute(query).fetchone()
    database.close()
    assert held == (0,)


def test_its_files_are_ours_alone(prefect_home):
    assert prefect_home.stat().st_mode & 0o077 == 0
    for name in ("prefect.db", "server.json"):
        assert (prefect_home / name).stat().st_mode & 0o077 == 0
    address, _ = json.loads((prefect_home / "server.json").read_text())
    assert address.startswith("http://127.0.0.1:")
