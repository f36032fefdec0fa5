"""Where fire service, council and schools drop their files: what is there changes with the clock."""

import os
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import asyncssh

from earlyhelp.demo.agencies.town import CLIENT, Town

FOLDER = "drop"


class _Doorman(asyncssh.SSHServer):
    """Lets in whoever knows the password."""

    def __init__(self, town: Town) -> None:
        self._town = town

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        troubled = self._town.fault("drop") == "wrong-password"
        return username == CLIENT and password == self._town.keys.secret and not troubled


class _Shelf(asyncssh.SFTPServer):
    """The files dropped before the town's day."""

    def __init__(self, town: Town, channel: asyncssh.SSHServerChannel[bytes]) -> None:
        super().__init__(channel, chroot=str(town.city(FOLDER)).encode())
        self._town = town

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        """Reading only, and only what has been dropped by now."""
        if pflags != asyncssh.FXF_READ or not self._dropped(path):
            raise asyncssh.SFTPNoSuchFile("no such file")
        return super().open(path, pflags, attrs)

    def read(self, file_obj: Any, offset: int, size: int) -> bytes:
        """What stands there; half of it when in trouble, as if the upload were still going on."""
        part = bytes(super().read(file_obj, offset, size))  # type: ignore[arg-type]
        if self._town.fault("drop") == "half":
            part = part[: max(os.fstat(file_obj.fileno()).st_size // 2 - offset, 0)]
        return part

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        """Only what has been dropped by now."""
        if self._town.fault("drop") == "down":
            raise asyncssh.SFTPFailure("out of order")
        async for name in super().scandir(path):
            if self._dropped(os.fsencode(name.filename)):
                yield name

    def _dropped(self, path: bytes) -> bool:
        """Whether a file's day is over: it is dropped in the night after the day in its name."""
        day = Path(path.decode()).stem.rpartition("_")[2]
        return day.isdecimal() and date.fromisoformat(day) < self._town.now().date()


async def listen(town: Town) -> asyncssh.SSHAcceptor:
    """Open the server on any free port of this machine."""
    return await asyncssh.listen(
        "127.0.0.1",
        0,
        server_factory=lambda: _Doorman(town),
        server_host_keys=[town.keys.host],
        sftp_factory=lambda channel: _Shelf(town, channel),
        allow_scp=False,
    )
