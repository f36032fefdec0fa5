"""Where agencies drop their files: a folder of ours, or a folder of theirs behind SFTP.

EARLYHELP_MOORLAND_FIRE_DROP=/var/drops/fire
EARLYHELP_MOORLAND_FIRE_DROP=sftp://earlyhelp@files.example:22/visits
EARLYHELP_MOORLAND_FIRE_HOST_KEY="ssh-ed25519 AAAA…"
EARLYHELP_MOORLAND_FIRE_SECRET=… (password), or …_KEY_FILE (private key)
"""

import asyncio
import logging
import shutil
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Protocol, TypeVar
from urllib.parse import unquote, urlsplit

import asyncssh
import tenacity

from earlyhelp.connecting.reading import Line
from earlyhelp.errors import SetUpWrong, SignInRefused, TryAgainLater

ATTEMPTS = 4
IN_MEMORY = 16 * 2**20
"""Bytes of a file kept in memory; more goes to an unnamed file."""

logging.getLogger("asyncssh").setLevel(logging.WARNING)  # it logs user names and every file

T = TypeVar("T")


class Drop(Protocol):
    """A place with files in it."""

    def names(self) -> list[str]:
        """The names of the files there."""

    def take(self, name: str, into: IO[bytes]) -> datetime:
        """Copy a file, and say when it was dropped."""


@contextmanager
def opened(line: Line, feed: str) -> Iterator[Drop]:
    """The agency's drop, as its settings say."""
    address = line.credentials.need("DROP")
    if address.startswith("sftp://"):
        with asyncio.Runner() as runner:
            drop = _Sftp(line, feed, address, runner)
            try:
                yield drop
            finally:
                drop.close()
    else:
        yield _Folder(line, feed, Path(address))


def copy_of(drop: Drop, name: str) -> tuple[IO[bytes], datetime]:
    """A file taken from a drop, and when it was dropped. Nothing of it stays on disk."""
    copy = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the caller closes it
    dropped = drop.take(name, copy)
    copy.seek(0)
    return copy, dropped


class _Folder:
    def __init__(self, line: Line, feed: str, folder: Path) -> None:
        self._label, self._folder = f"{line.agency}/{feed}", folder
        if not folder.is_dir():
            raise SetUpWrong(f"{self._label}: {line.credentials.variable('DROP')} names no folder")

    def names(self) -> list[str]:
        return [path.name for path in self._folder.iterdir() if path.is_file()]

    def take(self, name: str, into: IO[bytes]) -> datetime:
        try:
            with (self._folder / name).open("rb") as file:
                shutil.copyfileobj(file, into)
            return datetime.fromtimestamp((self._folder / name).stat().st_mtime, UTC)
        except OSError as lost:
            raise TryAgainLater(f"{self._label}: a file cannot be read; see to its rights") from lost


class _Sftp:
    """A folder behind SFTP, reached only if the server shows the host key we know."""

    def __init__(self, line: Line, feed: str, address: str, runner: asyncio.Runner) -> None:
        self._label, self._line, self._runner = f"{line.agency}/{feed}", line, runner
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "", parts.port or 22
        self._user, self._folder = unquote(parts.username or ""), parts.path or "/"
        self._connection: asyncssh.SSHClientConnection | None = None
        self._sftp: asyncssh.SFTPClient | None = None

    def names(self) -> list[str]:
        found = self._patiently(self._list)
        return [str(one.filename) for one in found if one.attrs.type != asyncssh.FILEXFER_TYPE_DIRECTORY]

    def take(self, name: str, into: IO[bytes]) -> datetime:
        return self._patiently(lambda: self._copy(name, into))

    def close(self) -> None:
        self._runner.run(self._hang_up())

    async def _hang_up(self) -> None:
        if self._connection:
            self._connection.close()
            await self._connection.wait_closed()
        self._connection = self._sftp = None

    async def _list(self) -> list[asyncssh.SFTPName]:
        return list(await (await self._client()).readdir(self._folder))

    async def _copy(self, name: str, into: IO[bytes]) -> datetime:
        into.seek(0)
        into.truncate()
        async with (await self._client()).open(f"{self._folder.rstrip('/')}/{name}", "rb") as file:
            while part := await file.read(2**20):
                into.write(part)  # type: ignore[call-overload]
            attributes = await file.stat()
        return datetime.fromtimestamp(attributes.mtime or 0, UTC)

    async def _client(self) -> asyncssh.SFTPClient:
        if self._sftp is None:
            self._connection = await asyncssh.connect(self._host, self._port, **self._options())
            self._sftp = await self._connection.start_sftp_client()
        return self._sftp

    def _options(self) -> dict[str, Any]:
        """Nothing from this machine's own SSH settings: only what was set for this agency."""
        credentials = self._line.credentials
        key, host_key = credentials.get("KEY"), credentials.need("HOST_KEY")
        try:
            known_hosts: Any = ([asyncssh.import_public_key(host_key)], [], [])
        except asyncssh.KeyImportError:
            raise SetUpWrong(f"{credentials.variable('HOST_KEY')} holds no public key") from None
        try:
            client_keys = [asyncssh.import_private_key(key)] if key else None
        except asyncssh.KeyImportError:
            raise SetUpWrong(f"{credentials.variable('KEY')} holds no private key") from None
        return {
            "username": self._user,
            "known_hosts": known_hosts,
            "client_keys": client_keys,
            "password": None if key else credentials.need("SECRET"),
            "config": None,
            "agent_path": None,
            "connect_timeout": 5,
            "login_timeout": 15,
        }

    def _patiently(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Do it, again if need be, on a new connection each time. Raises our errors."""
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(ATTEMPTS),
            wait=tenacity.wait_random_exponential(multiplier=0.5, max=20),
            sleep=self._line.sleep or self._line.doze,
            retry=tenacity.retry_if_exception_type((OSError, asyncssh.Error)),
            reraise=True,
        )
        try:
            done: T = retrying(self._once, work)
        except (OSError, asyncssh.Error) as lost:
            raise TryAgainLater(
                f"{self._label}: no answer from the drop ({type(lost).__name__}) after {ATTEMPTS} attempts; "
                "run again later"
            ) from None
        return done

    def _once(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        try:
            return self._runner.run(work())
        except asyncssh.HostKeyNotVerifiable:
            variable = self._line.credentials.variable("HOST_KEY")
            raise SignInRefused(f"{self._label}: the server's host key is not that of {variable}") from None
        except asyncssh.PermissionDenied:
            raise SignInRefused(f"{self._label}: the drop refused our password or key; renew it") from None
        except (OSError, asyncssh.Error):
            self._runner.run(self._hang_up())
            raise
