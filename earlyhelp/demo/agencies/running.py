"""The invented agencies, alive: `build` makes their books, `start` opens their doors in a process of its own.

    build(plan, folder, report)
    with start(folder, plan.first_night) as agencies:
        os.environ.update(agencies.environment)
        agencies.set_clock(plan.first_night + timedelta(days=1))

By hand: ``python -m earlyhelp.demo.agencies.running FOLDER`` serves until its input ends (Ctrl-D).
"""

import asyncio
import json
import logging
import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self

import uvicorn

from earlyhelp.demo.agencies.build import build
from earlyhelp.demo.agencies.certificates import SaysWhy
from earlyhelp.demo.agencies.doors import Server
from earlyhelp.demo.agencies.finding import environment
from earlyhelp.demo.agencies.servers import Health, Housing, Police, Probation, Voices
from earlyhelp.demo.agencies.sftp import listen
from earlyhelp.demo.agencies.town import Town
from earlyhelp.errors import SetUpWrong

__all__ = ["Agencies", "build", "start"]

READY_WITHIN = 30.0
"""Seconds the agencies may take to open."""


class Agencies:
    """The running agencies; leaving the ``with`` block closes them."""

    def __init__(self, town: Town, process: "subprocess.Popen[bytes]", environment: dict[str, str]) -> None:
        self._town, self._process = town, process
        self.environment = environment
        """The environment in which our connectors find them."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def set_clock(self, day: date) -> None:
        """Let it be two in the morning of that day; what was written down before is served."""
        _put(self._town.clock, day.isoformat())

    def set_faults(self, **faults: str) -> None:
        """Get agencies into trouble: ``police="down"``; with no arguments, out of it again."""
        _put(self._town.faults, json.dumps(faults))

    def close(self) -> None:
        """Close the agencies' doors."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def start(folder: Path, clock: date) -> Agencies:
    """Open the agencies of a built folder at that day, all in one child that ends when we do."""
    town, addresses = Town(folder), folder / "addresses.json"
    if not town.city("plan.json").exists():
        raise SetUpWrong(f"there is no city in {folder.name}; build it first")
    addresses.unlink(missing_ok=True)
    town.faults.unlink(missing_ok=True)
    _put(town.clock, clock.isoformat())
    process = subprocess.Popen(
        [sys.executable, "-m", "earlyhelp.demo.agencies.running", str(folder)],
        stdin=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for us: we close the agencies when we have finished with them
    )
    until = time.monotonic() + READY_WITHIN
    while not addresses.exists():
        if process.poll() is not None or time.monotonic() > until:
            process.kill()
            process.wait()
            raise SetUpWrong(f"the demo agencies did not open within {READY_WITHIN:.0f} seconds")
        time.sleep(0.02)
    return Agencies(town, process, json.loads(addresses.read_text())["environment"])


def _put(path: Path, text: str) -> None:
    """Replace a file at once, so that nobody reads half of it."""
    new = path.with_name(f"{path.name}.new")
    new.touch(mode=0o600)
    new.write_text(text)
    new.replace(path)


class _Service(uvicorn.Server):
    """A server among several in one process: signals are not its business."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(town: Town) -> None:
    """All agencies, each on a port of its own, until our standard input ends."""
    over = _end_of_input()
    services, running = [], []
    servers: list[Server] = [Housing(town), Police(town), Health(town), Probation(town), Voices(town)]
    for server in servers:
        door = socket.create_server(("127.0.0.1", 0))
        server.address = f"{'https' if server.tls else 'http'}://127.0.0.1:{door.getsockname()[1]}"
        services.append(_Service(_set_up(server, town)))
        running.append(asyncio.create_task(services[-1].serve(sockets=[door])))
    sftp = await listen(town)
    found = {server.agency: server.address for server in servers}
    told = {"urls": found, "environment": environment(town.keys, found, sftp.get_port())}
    _put(town.folder / "addresses.json", json.dumps(told, indent=1))
    await over.wait()
    sftp.close()
    for service in services:
        service.should_exit = True
    await asyncio.gather(*running)


def _set_up(server: Server, town: Town) -> uvicorn.Config:
    """How uvicorn serves an agency; one under TLS shows who it is, and asks the same of whoever calls."""
    shown: dict[str, Any] = {
        "ssl_certfile": town.keys.tls("server.pem"),
        "ssl_keyfile": town.keys.tls("server_key.pem"),
        "ssl_ca_certs": str(town.keys.tls("ca.pem")),
        "ssl_cert_reqs": ssl.CERT_REQUIRED,
    }
    config = uvicorn.Config(
        server,
        lifespan="off",
        log_config=None,
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_keep_alive=60,
        **(shown if server.tls else {}),
    )
    config.load()
    if config.ssl:
        config.ssl.sslobject_class = SaysWhy
    return config


def _end_of_input() -> asyncio.Event:
    """Set when our standard input ends, as it does when whoever started us is gone."""
    over, loop = asyncio.Event(), asyncio.get_running_loop()

    def watch() -> None:
        sys.stdin.buffer.read()
        loop.call_soon_threadsafe(over.set)

    Thread(target=watch, daemon=True).start()
    return over


def main() -> None:
    """Serve the folder named on the command line."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python -m earlyhelp.demo.agencies.running FOLDER\n")
        raise SystemExit(os.EX_USAGE)
    logging.basicConfig(level=logging.WARNING)
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(Town(Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
