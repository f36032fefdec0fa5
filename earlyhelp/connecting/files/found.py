"""A file as it stands in a drop, and the copy that is taken of it before its first row is read.

The copy is what is hashed, judged whole and read, so that nobody can change it meanwhile.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Protocol

IN_MEMORY = 16 * 2**20
"""Bytes of a file kept in memory; more goes to an unnamed file."""
MOST_BYTES = 2 * 2**30
"""Of one file, packed or not: a city's people in CSV are a tenth of it. More is an accident or a bomb."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file as a drop lists it; ``changed`` is by the drop's clock, ``size`` in bytes."""

    name: str
    size: int
    changed: datetime


class Drop(Protocol):
    """A place with files in it."""

    def look(self) -> list[Found]:
        """The files there."""

    def take(self, name: str, into: IO[bytes]) -> None:
        """Copy a file. Raises our errors where it cannot be had."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A file's bytes, at their beginning, with their digest as hex."""

    file: IO[bytes]
    sha256: str
    size: int


@contextmanager
def copied(pour: Callable[[IO[bytes]], object]) -> Iterator[Copy]:
    """What ``pour`` writes, hashed. Nothing of it stays on disk."""
    with SpooledTemporaryFile(IN_MEMORY) as file:
        pour(file)
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        yield Copy(file, digest, size)
