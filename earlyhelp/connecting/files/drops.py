"""Where agencies drop their files: a folder of ours, or a folder of theirs behind SFTP.

EARLYHELP_MOORLAND_FIRE_DROP=/var/drops/fire
EARLYHELP_MOORLAND_FIRE_DROP=sftp://earlyhelp@files.example:22/visits
EARLYHELP_MOORLAND_FIRE_HOST_KEY="ssh-ed25519 AAAA…"
EARLYHELP_MOORLAND_FIRE_SECRET=… (password), or …_KEY_FILE (private key)
"""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from earlyhelp.connecting.files.found import Drop, Found
from earlyhelp.connecting.reading import Line
from earlyhelp.errors import SetUpWrong, TryAgainLater


@contextmanager
def opened(line: Line, feed: str) -> Iterator[Drop]:
    """The agency's drop, as its settings say."""
    address = line.credentials.need("DROP")
    if address.startswith("sftp://"):
        from earlyhelp.connecting.files.sftp import (
            Sftp,  # a fifth of a second that most agencies need not wait
        )

        with asyncio.Runner() as runner:
            drop = Sftp(line, feed, address, runner)
            try:
                yield drop
            finally:
                drop.close()
    else:
        yield Folder(line, feed, Path(address))


class Folder:
    """A drop on a disk that we can reach."""

    def __init__(self, line: Line, feed: str, folder: Path) -> None:
        self._label, self._folder = f"{line.agency}/{feed}", folder
        if not folder.is_dir():
            raise SetUpWrong(f"{self._label}: {line.credentials.variable('DROP')} names no folder")

    def look(self) -> list[Found]:
        """The files there; one that goes meanwhile is not among them."""
        found = []
        for path in self._folder.iterdir():
            try:
                if path.is_file():
                    seen = path.stat()
                    found.append(Found(path.name, seen.st_size, datetime.fromtimestamp(seen.st_mtime, UTC)))
            except OSError:
                continue
        return found

    def take(self, name: str, into: IO[bytes]) -> None:
        """Copy one."""
        try:
            with (self._folder / name).open("rb") as file:
                shutil.copyfileobj(file, into, 2**20)
        except OSError as lost:
            raise TryAgainLater(
                f"{self._label}: a file is gone or cannot be read; see to its rights, or run again"
            ) from lost
