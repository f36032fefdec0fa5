"""One settings object, read from the environment at the edge of the house."""

from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from earlyhelp.alerts.rules import LONDON, Manners
from earlyhelp.errors import SetUpWrong
from earlyhelp.law.working_days import DIVISIONS, ENGLAND_AND_WALES


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
    agreements: Path | None = None
    """A folder of the council's own sharing agreements; a file takes the place of ours of that name."""

    alerts: str = "folder"
    """How workers are told: ``folder``, ``smtp`` or ``notify``; each has settings of its own."""

    alerts_team: str = ""
    """A team's channel besides: ``teams``; empty: none."""

    digest_at: time = time(8, 30)
    quiet_from: time = time(18)
    quiet_until: time = time(8)
    """When the day's message goes out, and between which hours nobody is disturbed, in London."""

    bank_holidays: str = ENGLAND_AND_WALES
    """Whose bank holidays the council keeps: one of `working_days.DIVISIONS`."""

    immediate: str = "break-glass"
    """Checks and causes, parted by commas, that do not wait for the day's message."""

    immediate_a_day: int = 2
    """How many messages besides the day's one a worker gets at most."""

    @property
    def manners(self) -> Manners:
        """When workers may be told. Raises `SetUpWrong` where no digest could ever go out."""
        if not self.quiet_until <= self.digest_at < self.quiet_from:
            raise SetUpWrong("EARLYHELP_DIGEST_AT lies in quiet time, so that no message would ever go out")
        if self.bank_holidays not in DIVISIONS:
            raise SetUpWrong(f"EARLYHELP_BANK_HOLIDAYS is none of {', '.join(DIVISIONS)}")
        named = frozenset(name.strip() for name in self.immediate.split(",") if name.strip())
        return Manners(
            self.digest_at, self.quiet_from, self.quiet_until, self.bank_holidays, named, self.immediate_a_day
        )

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
            return datetime.now(LONDON).date()
        try:
            return date.fromisoformat(self.clock.read_text().strip())
        except (OSError, ValueError):
            raise SetUpWrong(f"the clock file {self.clock.name} holds no day; run `earlyhelp demo`") from None

    def now(self) -> datetime:
        """The moment it is; where a clock file says the day, the hour of that day's message."""
        if self.clock is None:
            return datetime.now(UTC)
        return datetime.combine(self.day(), self.digest_at, LONDON).astimezone(UTC)


@cache
def settings() -> Settings:
    """The settings, read once. Raises `SetUpWrong`, with the names of those that cannot be read.

    Tests call ``settings.cache_clear()`` after changing the environment.
    """
    try:
        return Settings()
    except ValidationError as wrong:
        names = ", ".join(f"EARLYHELP_{fault['loc'][0]}".upper() for fault in wrong.errors())
        raise SetUpWrong(f"cannot be read: {names}; earlyhelp/settings.py says what each may be") from None
