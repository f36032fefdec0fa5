"""Zip files in a drop: each member that matches is a file like any other."""

import shutil
import zipfile
import zlib
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import IO, Final

from earlyhelp.connecting.files.found import MOST_BYTES
from earlyhelp.connecting.layouts import HalfThere, Unreadable

MOST_MEMBERS: Final = 10_000
BROKEN: Final = "is no zip, or only half there"  # its list of members comes last


class Zip:
    """A zip and its members whose name, folders aside, matches ``pattern``, in order.

    Raises `Unreadable` for one that is locked, broken or would unpack into more than any drop should hold.
    """

    def __init__(self, file: IO[bytes], pattern: str) -> None:
        try:
            self._packed = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise HalfThere(BROKEN) from None
        wanted = [one for one in self._packed.infolist() if not one.is_dir() and _fits(one.filename, pattern)]
        if any(one.flag_bits & 1 for one in wanted):
            raise Unreadable("is a zip locked with a password, which we do not take: have it sent without")
        if len(wanted) > MOST_MEMBERS or sum(one.file_size for one in wanted) > MOST_BYTES:
            raise Unreadable("is a zip that unpacks into more than any drop should hold")
        self._members = {one.filename: one for one in wanted}
        if len(self._members) < len(wanted):
            raise Unreadable("is a zip that holds two files of one name")
        self.names = sorted(self._members)

    def take(self, name: str, into: IO[bytes]) -> None:
        """Unpack a member: never more of it than the zip's list says; what is longer fails its checksum."""
        try:
            with self._packed.open(self._members[name]) as member:
                shutil.copyfileobj(member, into, 2**20)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError):
            raise HalfThere(BROKEN) from None
        except (NotImplementedError, RuntimeError):
            raise Unreadable("is a zip packed in a way that we cannot read") from None


def _fits(name: str, pattern: str) -> bool:
    return fnmatchcase(PurePosixPath(name).name, pattern)
