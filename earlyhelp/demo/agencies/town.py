"""What the invented agencies share: the day it is in their town, their troubles, and their keys.

Day and troubles are files, read again at every request, so that moving the clock needs no restart.
"""

import json
import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from functools import cached_property
from pathlib import Path

import asyncssh
from joserfc.jwk import RSAKey

from earlyhelp.demo.agencies import certificates
from schemas.feed import LONDON

NIGHT = time(2, 0)
"""The hour of the night, in London, at which the clock stands: whatever was written down before is served."""
CLIENT = "earlyhelp"
KEY_ID = "earlyhelp-demo-1"


@dataclass(frozen=True)
class Town:
    """The folder in which a built city stands, and what is kept beside it."""

    folder: Path

    @property
    def clock(self) -> Path:
        """The file that holds the day."""
        return self.folder / "clock"

    @property
    def faults(self) -> Path:
        """The file that says which agency is in which trouble, such as ``{"police": "down"}``."""
        return self.folder / "faults.json"

    def city(self, name: str) -> Path:
        """A file or folder of the built city."""
        return self.folder / "city" / name

    def now(self) -> datetime:
        """The moment at which the town stands."""
        day = date.fromisoformat(self.clock.read_text().strip())
        return datetime.combine(day, NIGHT, LONDON).astimezone(UTC)

    def minute(self) -> int:
        """The same as a whole minute; what was written down from then on is not told yet."""
        return int(self.now().timestamp()) // 60

    def date_header(self) -> bytes:
        """The agencies' clock as HTTP writes it."""
        return format_datetime(self.now(), usegmt=True).encode()

    def fault(self, agency: str) -> str | None:
        """The trouble an agency is in, None when all is well."""
        try:
            return str(json.loads(self.faults.read_text()).get(agency) or "") or None
        except (OSError, ValueError):
            return None

    @cached_property
    def keys(self) -> "Keys":
        """The agencies' secrets, made up on first use and kept in the folder."""
        return Keys.of(self.folder / "keys")


@dataclass(frozen=True)
class Keys:
    """What opens each agency's door. Nothing here is real, and all of it is made anew for each folder."""

    folder: Path
    secret: str
    signing: RSAKey
    host: asyncssh.SSHKey

    def __repr__(self) -> str:
        return "Keys(...)"

    @property
    def signing_file(self) -> Path:
        """The file with the private key that signs in to health."""
        return self.folder / "health_signing.pem"

    def tls(self, name: str) -> Path:
        """One of the files that `certificates.make` names: what probation and its callers show each other."""
        return self.folder / "tls" / name

    @classmethod
    def of(cls, folder: Path) -> "Keys":
        """The keys kept in a folder; made first where there are none."""
        secret, signing, host = (folder / name for name in ("secret", "health_signing.pem", "drop_host_key"))
        if not host.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _keep(secret, secrets.token_urlsafe(24).encode())
            _keep(signing, RSAKey.generate_key(2048, private=True).as_pem(private=True))
            _keep(host, asyncssh.generate_private_key("ssh-ed25519").export_private_key())
        if not (folder / "tls").exists():
            _make_certificates(folder / "tls")
        return cls(
            folder,
            secret.read_text(),
            RSAKey.import_key(signing.read_text()),
            asyncssh.read_private_key(host),
        )


def _make_certificates(folder: Path) -> None:
    """All of them at once, since one without the others is of no use."""
    making = folder.with_name("tls.new")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    for name, text in certificates.make().items():
        _keep(making / name, text)
    making.rename(folder)


def _keep(path: Path, text: bytes) -> None:
    """Write a file that only its owner may read."""
    path.touch(mode=0o600)
    path.write_bytes(text)
