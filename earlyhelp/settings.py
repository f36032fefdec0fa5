"""One settings object, read from the environment at the edge of the house."""

from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from earlyhelp.errors import SetUpWrong


class Settings(BaseSettings):
    """Where things are. Each field is set by ``EARLYHELP_`` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="EARLYHELP_", hide_input_in_errors=True)

    home: Path = Path(".earlyhelp")
    """The folder of everything we write when nothing else is set."""

    database_url: str = ""
    """SQLAlchemy address of the database; empty: a SQLite file in ``home``."""

    clock: Path | None = None
    """A file with the day it is, for the demo city; unset: the day in London."""

    pages: str = "http://127.0.0.1:8765/"
    """Where the key workers' pages are: the one link of every message."""

    check_processes: int = 1
    """In how many processes of this machine checks are asked; each holds a part of the city in memory."""

    dask: str = ""
    """The address of a Dask scheduler on whose workers checks are asked; ``local``: one of this machine's."""

    @property
    def outbox(self) -> Path:
        """Where messages are written that would be sent."""
        return self.home / "outbox"

    @property
    def database(self) -> str:
        """The database's address, made out. Raises `SetUpWrong` when it cannot be read."""
        url = self.database_url or f"sqlite:///{self.home / 'earlyhelp.db'}"
        try:
            make_url(url)
        except ArgumentError:
            raise SetUpWrong(
                "EARLYHELP_DATABASE_URL is not an address of a database; write for example "
                "postgresql+psycopg://user@host/earlyhelp"
            ) from None
        return url

    def day(self) -> date:
        """The day the house stands on. Raises `SetUpWrong` when the clock file cannot be read."""
        if self.clock is None:
            return datetime.now(ZoneInfo("Europe/London")).date()
        try:
            return date.fromisoformat(self.clock.read_text().strip())
        except (OSError, ValueError):
            raise SetUpWrong(f"the clock file {self.clock.name} holds no day; run `earlyhelp demo`") from None


@cache
def settings() -> Settings:
    """The settings, read once. Tests call ``settings.cache_clear()`` after changing the environment."""
    return Settings()
