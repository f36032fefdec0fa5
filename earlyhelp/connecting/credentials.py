"""Where an agency's address and secrets are read from: the environment, or a file or block named there.

A secret is read when it is needed and kept nowhere else, so that no log line or traceback can show it.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from earlyhelp.errors import SetUpWrong

Vault = Callable[[str], str]
"""Reads the secret that a block of this name holds; raises `LookupError` or `ValueError` without one."""

_vaults: list[Vault] = []


def open_vault(reader: Vault | None) -> None:
    """Let settings named ``..._BLOCK`` be read by ``reader``; None: by nobody any more.

    The flows hand over Prefect's Secret blocks, so that connectors work without Prefect too.
    """
    _vaults[:] = [reader] if reader else []


class Credentials:
    """The settings of one agency: ``EARLYHELP_NORTHSIDE_HOMES_SECRET`` and its like.

    Each may stand in the environment itself, in a file that ``..._FILE`` names (a mounted secret), or in a
    Prefect Secret block that ``..._BLOCK`` names.
    """

    def __init__(self, agency: str, environment: Mapping[str, str] | None = None) -> None:
        self.agency = agency
        self._given = environment

    def __repr__(self) -> str:
        return f"Credentials({self.agency!r})"

    @property
    def _environment(self) -> Mapping[str, str]:
        return os.environ if self._given is None else self._given

    def variable(self, what: str) -> str:
        """The name of the environment variable that holds ``what``."""
        return f"EARLYHELP_{self.agency.replace('-', '_').upper()}_{what}"

    def any(self) -> bool:
        """Whether anything at all is set for this agency."""
        return any(name.startswith(self.variable("")) for name in self._environment)

    def get(self, what: str) -> str | None:
        """The value of ``what``, None where nobody has set it. Raises `SetUpWrong`."""
        variable = self.variable(what)
        if value := self._environment.get(variable):
            return value
        if file := self.file(what):
            return self._in_file(f"{variable}_FILE", file)
        if block := self._environment.get(f"{variable}_BLOCK"):
            return self._in_block(f"{variable}_BLOCK", block)
        return None

    def need(self, what: str) -> str:
        """The value of ``what``; the error says which variable to set."""
        if value := self.get(what):
            return value
        variable = self.variable(what)
        raise SetUpWrong(
            f"{self.agency}: set {variable}, {variable}_FILE to a file that holds it, "
            f"or {variable}_BLOCK to a Prefect Secret block"
        )

    def file(self, what: str) -> Path | None:
        """The file that ``..._FILE`` names, for what has to be a file (a certificate)."""
        name = self._environment.get(f"{self.variable(what)}_FILE")
        return Path(name) if name else None

    def _in_file(self, variable: str, file: Path) -> str:
        try:
            return file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SetUpWrong(f"{self.agency}: {variable} names a file that cannot be read") from None

    def _in_block(self, variable: str, block: str) -> str:
        if not _vaults:
            raise SetUpWrong(
                f"{self.agency}: {variable} names a Prefect block, which only a flow can read; "
                f"run this through Prefect, or set {variable.removesuffix('_BLOCK')} instead"
            )
        try:
            return _vaults[0](block).strip()
        except (LookupError, ValueError):
            raise SetUpWrong(f"{self.agency}: {variable} names no Secret block that can be read") from None
