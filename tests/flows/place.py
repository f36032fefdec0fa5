"""A Prefect server with our deployments, as an operator sets it up, and workers that poll it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import Deployment, FlowRun

from earlyhelp.demo.agencies import running as agencies

ROOT = Path(__file__).parents[2]


@dataclass
class Place:
    """A Prefect server with our deployments, and the environment of whoever works for it."""

    home: Path
    url: str
    environment: dict[str, str]
    town: agencies.Agencies

    @property
    def client(self) -> SyncPrefectClient:
        return SyncPrefectClient(api=self.url, auth_string=self.environment.get("PREFECT_API_AUTH_STRING"))

    def deployment(self, name: str) -> Deployment:
        with self.client as client:
            return client.read_deployment_by_name(name)  # type: ignore[return-value]

    def run(self, *command: str) -> str:
        """Run a command as an operator would: without a terminal, from the project's folder."""
        done = subprocess.run(
            [sys.executable, "-m", *command], env=self.environment, cwd=ROOT, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def python(self, script: str, **environment: str) -> str:
        """Run a few lines of Python as somebody who works for this server."""
        done = subprocess.run(
            [sys.executable, "-c", script], env=self.environment | environment, cwd=ROOT,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def worker(self, house: Path) -> Iterator[subprocess.Popen[bytes]]:
        """A process worker whose flows write into that house."""
        environment = self.environment | {"EARLYHELP_HOME": str(house)}
        command = [
            sys.executable,
            "-m",
            "prefect",
            "worker",
            "start",
            "--pool",
            "earlyhelp",
            "--name",
            house.name,
        ]
        with (self.home / "worker.log").open("ab") as log:
            worker = subprocess.Popen(
                command, env=environment, cwd=house, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )  # fmt: skip
        try:
            yield worker
        finally:
            worker.terminate()
            try:
                worker.wait(20)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()

    def ended(self, run: FlowRun, within: float = 90) -> FlowRun:
        """The run, when it has ended."""
        with self.client as client:
            waited = until(lambda: _final(client.read_flow_run(run.id)), within)
        assert waited, (self.home / "worker.log").read_text()[-4000:]
        return waited


def _final(run: FlowRun) -> FlowRun | None:
    return run if run.state and run.state.is_final() else None


def until(answer: Callable[[], Any], within: float) -> Any:
    """What ``answer`` gives as soon as it gives something."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if found := answer():
            return found
        time.sleep(0.1)
    return None


@contextmanager
def standing(home: Path, town: agencies.Agencies, settings: Mapping[str, str]) -> Iterator[Place]:
    """A server started, set up and deployed to as the README says, with these settings beside the usual."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "EARLYHELP_"))
    }
    environment = kept | town.environment | {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
        "PREFECT_SERVER_UI_ENABLED": "false",
        "PREFECT_WORKER_QUERY_SECONDS": "2",
        "DO_NOT_TRACK": "1",
        "EARLYHELP_HOME": str(home / "house"),
        "EARLYHELP_RETRY_SECONDS": "0",
        "COLUMNS": "200",
    } | settings  # fmt: skip
    with (home / "server.log").open("ab") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
            env={k: v for k, v in environment.items() if k != "PREFECT_API_URL"}, cwd=home,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    place = Place(home, environment["PREFECT_API_URL"], environment, town)
    try:
        assert until(lambda: server.poll() is None and _well(place.url), 90), (
            home / "server.log"
        ).read_text()
        place.run("flows.set_up")
        place.run("prefect", "--no-prompt", "deploy", "--all")
        yield place
    finally:
        server.kill()
        server.wait()


def _well(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", timeout=5).is_success
    except httpx.TransportError:
        return False
