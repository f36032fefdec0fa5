"""A folder behind SFTP, reached only if the server shows the host key we know.

Everything is asked for a few times, on a new connection each, within the time that one window may take.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from typing import IO, Any, TypeVar
from urllib.parse import unquote, urlsplit

import asyncssh
import tenacity

from earlyhelp.connecting.files.found import MOST_BYTES, Found
from earlyhelp.connecting.reading import Line
from earlyhelp.errors import AgencyAnsweredOddly, SetUpWrong, SignInRefused, TryAgainLater

ATTEMPTS = 4
SILENCE = 60.0
"""Seconds without a byte after which a server that still holds the line is given up."""
EVERYBODY_READS = 2**15
"""Bytes that every server hands over at once. One request at a time: of several, those still under way when
a line is cut would each complain."""

logging.getLogger("asyncssh").setLevel(logging.WARNING)  # it logs user names and every file

T = TypeVar("T")


class Sftp:
    """A drop on an agency's server; close it when done."""

    def __init__(self, line: Line, feed: str, address: str, runner: asyncio.Runner) -> None:
        self._label, self._line, self._runner = f"{line.agency}/{feed}", line, runner
        self._until = time.monotonic() + line.budget.total_seconds()
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "", parts.port or 22
        self._user, self._folder = unquote(parts.username or ""), unquote(parts.path) or "/"
        self._connection: asyncssh.SSHClientConnection | None = None
        self._sftp: asyncssh.SFTPClient | None = None

    def look(self) -> list[Found]:
        """The files in the folder."""
        return self._patiently(self._list)

    def take(self, name: str, into: IO[bytes]) -> None:
        """Copy one, from its beginning at each attempt."""
        self._patiently(lambda: self._copy(name, into))

    def close(self) -> None:
        """Hang up."""
        self._runner.run(self._hang_up())

    async def _hang_up(self) -> None:
        connection, self._connection, self._sftp = self._connection, None, None
        if connection:
            connection.abort()
            await connection.wait_closed()

    async def _list(self) -> list[Found]:
        client = await self._client()
        try:
            names = await _soon(client.readdir(self._folder))
        except asyncssh.SFTPNoSuchFile:
            variable = self._line.credentials.variable("DROP")
            raise SetUpWrong(f"{self._label}: {variable} names no folder of the server") from None
        return [
            Found(str(one.filename), one.attrs.size or 0, datetime.fromtimestamp(one.attrs.mtime or 0, UTC))
            for one in names
            if one.attrs.type != asyncssh.FILEXFER_TYPE_DIRECTORY and "/" not in str(one.filename)
        ]

    async def _copy(self, name: str, into: IO[bytes]) -> None:
        into.seek(0)
        into.truncate()
        client = await self._client()
        try:
            file = await _soon(client.open(f"{self._folder.rstrip('/')}/{name}", "rb", block_size=0))
            most = max(client.limits.max_read_len, EVERYBODY_READS)
            while part := await _soon(file.read(most)):
                self._in_time()
                if into.tell() > MOST_BYTES:
                    raise AgencyAnsweredOddly(f"{self._label}: a file without an end; ask the agency")
                into.write(part)  # type: ignore[call-overload]
            await _soon(file.close())  # after an error the connection goes, and it with it
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPPermissionDenied):
            raise TryAgainLater(
                f"{self._label}: a file is gone or may not be read; run again later"
            ) from None

    async def _client(self) -> asyncssh.SFTPClient:
        if self._sftp is None:
            self._connection = await asyncssh.connect(self._host, self._port, **self._options())
            self._sftp = await _soon(self._connection.start_sftp_client())
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
            "keepalive_interval": 15,
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
        """One attempt, cut short when the window's time is over; a timeout is an `OSError` like others."""
        left = self._in_time()
        try:
            return self._runner.run(asyncio.wait_for(work(), left))
        except asyncssh.HostKeyNotVerifiable:
            variable = self._line.credentials.variable("HOST_KEY")
            raise SignInRefused(f"{self._label}: the server's host key is not that of {variable}") from None
        except asyncssh.PermissionDenied:
            raise SignInRefused(f"{self._label}: the drop refused our password or key; renew it") from None
        except (OSError, asyncssh.Error):
            self._runner.run(self._hang_up())
            raise

    def _in_time(self) -> float:
        """The seconds left. Raises `TryAgainLater` when there are none, or nobody wants the answer."""
        left = self._until - time.monotonic()
        if left <= 0 or self._line.hung_up.is_set():
            raise TryAgainLater(f"{self._label}: out of time; run again later to go on from the last page")
        return left


async def _soon(answer: Awaitable[T]) -> T:
    """An answer for which nobody waits for ever. Raises `TimeoutError`."""
    async with asyncio.timeout(SILENCE):
        return await answer
