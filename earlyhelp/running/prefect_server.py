"""Prefect's own server for one machine: started once, as a child that ends with us, and quiet.

Where ``PREFECT_API_URL`` is set, that server is used and nothing is started. Prefect reads its settings
when it is imported, so call `local_prefect` before the first import of ``prefect``.
"""

import fcntl
import json
import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from earlyhelp.errors import TryAgainLater

START_SECONDS = 120
"""How long a server may take to start: ten seconds where its tables are still to be made, else three."""
STOP_SECONDS = 10
BUSY = 503
NOT_NEEDED = (
    "CANCELLATION_CLEANUP", "FOREMAN", "LATE_RUNS", "PAUSE_EXPIRATIONS", "SCHEDULER", "TRIGGERS",
)  # fmt: skip
"""Services for schedules and automations. A run from the command line has neither."""
QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LOG_PRINTS": "false",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    "PREFECT_TASKS_DEFAULT_NO_CACHE": "true",
    "PREFECT_TASKS_DEFAULT_PERSIST_RESULT": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    "PREFECT_CLIENT_MAX_RETRIES": "30",
}


@contextmanager
def local_prefect(home: Path) -> Iterator[str]:
    """Yield the address of a server whose files are in ``home/prefect``, and set this process to use it.

    Whoever comes second, from another terminal, uses the server of the first. Raises `TryAgainLater`
    when it does not start; its log says why.
    """
    if address := os.environ.get("PREFECT_API_URL"):
        yield address
        return
    folder = home.resolve() / "prefect"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as stack:
        first = stack.enter_context(_lock(folder))
        if first:
            address, password = stack.enter_context(_server(folder, migrate=_settle_database(home, folder)))
            _free_slots(address, password)
            _write_private(folder / "server.json", json.dumps([address, password]))
        else:
            address, password = _server_of_the_first(folder)
        stack.enter_context(_environment(client_settings(folder, address, password)))
        stack.callback(_send_what_waits)
        yield address


def prepare(home: Path) -> Path:
    """Make Prefect's empty database once, so that a new ``home/prefect`` starts from a copy of it."""
    template = _template(home)
    if not template.exists():
        home.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory() as temporary:
            folder = Path(temporary)
            with _server(folder, migrate=True):
                pass
            _copy_database(folder / "prefect.db", template)
    return template


def client_settings(folder: Path, address: str, password: str | None = None) -> dict[str, str]:
    """The environment of a process that runs flows: where the server is, and a log kept off the terminal."""
    _write_private(folder / "logging.yml", json.dumps(_logging(folder / "prefect.log")).replace("$", "$$"))
    settings = QUIET | {"PREFECT_HOME": str(folder), "PREFECT_API_URL": address}
    return settings | ({"PREFECT_API_AUTH_STRING": password} if password else {})


def _logging(file: Path) -> Mapping[str, object]:
    """Prefect's logging as JSON, which is YAML: to its database and a file, and never to a terminal."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "handlers": {
            "file": {
                "class": "logging.FileHandler", "filename": str(file), "delay": True,
                "encoding": "utf-8", "formatter": "line",
            },
            "api": {"class": "prefect.logging.handlers.APILogHandler"},
        },
        "loggers": {
            "prefect": {"level": "INFO", "propagate": False, "handlers": ["file"]},
            "prefect.server": {"level": "WARNING"},
            "prefect.flow_runs": {"level": "NOTSET", "handlers": ["api"]},
            "prefect.task_runs": {"level": "NOTSET", "handlers": ["api"]},
            "prefect.extra": {"level": "INFO", "propagate": False, "handlers": ["api"]},
            "uvicorn": {"level": "WARNING", "propagate": False, "handlers": ["file"]},
        },
    }  # fmt: skip


@contextmanager
def _lock(folder: Path) -> Iterator[bool]:
    """Whether we are the first in this folder; the operating system forgets the lock with the process."""
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _settle_database(home: Path, folder: Path) -> bool:
    """Put the ready-made database in place; True when the server has to make or renew the tables itself."""
    database, stamp = folder / "prefect.db", folder / "version"
    if not database.exists():
        for template in (_template(home), _template(home.resolve().parent)):
            if template.exists():
                _copy_database(template, database)
                stamp.write_text(version("prefect"))
                break
    return not (stamp.exists() and stamp.read_text() == version("prefect"))


def _template(home: Path) -> Path:
    return home / f"prefect-{version('prefect')}.db"


def _copy_database(source: Path, target: Path) -> None:
    """Copy a SQLite database with what its log still holds; the target appears whole or not at all."""
    unfinished = target.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    reading, writing = sqlite3.connect(source), sqlite3.connect(unfinished)
    try:
        reading.backup(writing)
    finally:
        writing.close()
        reading.close()
    unfinished.chmod(0o600)
    unfinished.rename(target)


@contextmanager
def _server(folder: Path, *, migrate: bool) -> Iterator[tuple[str, str]]:
    """Run the server as a child on a free port of this machine; yields its address and its password."""
    password = f"earlyhelp:{secrets.token_urlsafe(24)}"
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/api"
        client_settings(folder, address)
        with (folder / "server.log").open("ab") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", "earlyhelp.running.prefect_server", str(listener.fileno())],
                stdin=subprocess.PIPE, stdout=log, stderr=log, pass_fds=[listener.fileno()],
                env=_server_environment(folder, password, migrate=migrate), start_new_session=True,
            )  # fmt: skip
    try:
        _wait_until_well(address, child, folder)
        (folder / "version").write_text(version("prefect"))
        yield address, password
    finally:
        _stop(child)


def _server_environment(folder: Path, password: str, *, migrate: bool) -> dict[str, str]:
    """Ours alone: whatever of Prefect's is set outside is for other servers."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    services = {f"PREFECT_SERVER_SERVICES_{name}_ENABLED": "false" for name in NOT_NEEDED}
    return (
        kept
        | QUIET
        | services
        | {
            "PREFECT_HOME": str(folder),
            "PREFECT_SERVER_API_AUTH_STRING": password,
            "PREFECT_SERVER_UI_ENABLED": "false",
            "PREFECT_SERVER_DATABASE_MIGRATE_ON_START": str(migrate).lower(),
            "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": str(migrate).lower(),
            "PREFECT__SERVER_FINAL": "1",
        }
    )


def _wait_until_well(address: str, child: subprocess.Popen[bytes] | None, folder: Path) -> None:
    """Return when the server answers; raise when it is gone or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and (child is None or child.poll() is None):
        try:
            if httpx.get(f"{address}/health", timeout=5, trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise TryAgainLater(f"Prefect's server did not start; see {folder.name}/server.log in the home folder")


def _server_of_the_first(folder: Path) -> tuple[str, str]:
    """Address and password of the server that another process has started, or is starting."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if (file := folder / "server.json").exists():
            address, password = json.loads(file.read_text())
            try:
                if httpx.get(f"{address}/health", timeout=5, trust_env=False).is_success:
                    return address, password
            except httpx.TransportError:
                pass
        time.sleep(0.2)
    raise TryAgainLater("another process holds Prefect's folder and its server is silent; end it first")


def _free_slots(address: str, password: str) -> None:
    """Give back what a killed run held of the limits: the server that would do so ended with it."""
    auth = tuple(password.split(":", 1))
    with httpx.Client(base_url=address, auth=(auth[0], auth[1]), timeout=30, trust_env=False) as client:
        held = client.post("/v2/concurrency_limits/filter", json={"limit": 200}).raise_for_status().json()
        for limit in held:
            if limit["active_slots"]:
                client.patch(
                    f"/v2/concurrency_limits/{limit['id']}", json={"active_slots": 0}
                ).raise_for_status()


def _stop(child: subprocess.Popen[bytes]) -> None:
    """End the server: what it has taken in is written first."""
    if child.stdin:
        child.stdin.close()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


@contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    """Set these variables, and have Prefect read them anew where it has been imported already."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        with ExitStack() as stack:
            if "prefect" in sys.modules:
                from prefect.context import SettingsContext, get_settings_context
                from prefect.settings import Settings

                profile = get_settings_context().profile
                stack.enter_context(SettingsContext(profile=profile, settings=Settings()))
            yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _send_what_waits() -> None:
    """Hand the server the last events and log lines before it is stopped."""
    if "prefect" in sys.modules:
        from prefect.events.worker import EventsWorker
        from prefect.logging.handlers import APILogWorker

        EventsWorker.drain_all(timeout=STOP_SECONDS)
        APILogWorker.drain_all(timeout=STOP_SECONDS)


def _write_private(file: Path, text: str) -> None:
    """Write a file that nobody else on this machine can read."""
    file.touch(mode=0o600)
    file.write_text(text)


def _hurried(app: Any) -> Any:
    """The server, asking whom it turns away to come back at once.

    On SQLite it turns away whoever meets another writer, and its clients would stay away for seconds.
    """

    async def asked(scope: Any, receive: Any, send: Any) -> None:
        async def answer(message: Any) -> None:
            if message["type"] == "http.response.start" and message["status"] == BUSY:
                message["headers"] = [*message["headers"], (b"retry-after", b"0.1")]
            await send(message)

        await app(scope, receive, answer)

    return asked


def _serve(descriptor: int) -> None:
    """Be the server, until standard input closes: until our parent says so, or is no more."""
    import uvicorn
    from prefect.server.api.server import create_app

    # Handed over as a socket, so that nobody can take the port in between.
    listener = socket.socket(fileno=descriptor)
    server = uvicorn.Server(
        uvicorn.Config(
            _hurried(create_app()), log_config=None, access_log=False,
            timeout_graceful_shutdown=3,
        )
    )  # fmt: skip

    def end_with_parent() -> None:
        sys.stdin.buffer.read()
        server.should_exit = True
        time.sleep(STOP_SECONDS)
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()
    server.run(sockets=[listener])


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
