"""Where an agency's address and secrets are read from: the environment, or a file named there.

A secret is read when it is needed and kept nowhere else, so that no log line or traceback can show it.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from earlyhelp.errors import SetUpWrong


class Credentials:
    """The settings of one agency: ``EARLYHELP_NORTHSIDE_HOMES_SECRET`` and its like.

    Each may stand in the environment itself, or in a file that ``..._FILE`` names (a mounted secret).
    """

    def __init__(self, agency: str, environment: Mapping[str, str] | None = None) -> None:
        self.agency = agency
        self._environment = environment

    def __repr__(self) -> str:
        return f"Credentials({self.agency!r})"

    def variable(self, what: str) -> str:
        """The name of the environment variable that holds ``what``."""
        return f"EARLYHELP_{self.agency.replace('-', '_').upper()}_{what}"

    def any(self) -> bool:
        """Whether anything at all is set for this agency."""
        environment = os.environ if self._environment is None else self._environment
        return any(name.startswith(self.variable("")) for name in environment)

    def get(self, what: str) -> str | None:
        """The value of ``what``, None where nobody has set it."""
        environment = os.environ if self._environment is None else self._environment
        variable = self.variable(what)
        if value := environment.get(variable):
            return value
        if not (file := environment.get(f"{variable}_FILE")):
            return None
        try:
            return Path(file).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as lost:
            raise SetUpWrong(f"{self.agency}: {variable}_FILE names a file that cannot be read") from lost

    def need(self, what: str) -> str:
        """The value of ``what``; the error says which variable to set."""
        if value := self.get(what):
            return value
        variable = self.variable(what)
        raise SetUpWrong(f"{self.agency}: set {variable}, or {variable}_FILE to a file that holds it")
