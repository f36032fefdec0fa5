"""One Prefect server for the session, on a database made ready once; heartbeats off. No real agency."""

import base64
import json
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from sqlalchemy import Engine

from earlyhelp import plugins
from earlyhelp.feeds import Page, Sweep, Terms, Window
from earlyhelp.law.policy import Sector
from earlyhelp.running.prefect_server import local_prefect, prepare
from earlyhelp.settings import settings
from earlyhelp.store.unit_of_work import migrate, open_store
from flows.set_up import limit_agencies
from schemas.fire_visit import FireVisit

ROOT = Path(__file__).parents[2]
NIGHT = date(2026, 11, 2)


@pytest.fixture(scope="session")
def prefect_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prefect's empty database: the one that `make setup` made, or one made now."""
    home = tmp_path_factory.mktemp("template")
    for made in (ROOT / ".earlyhelp").glob("prefect-*.db"):
        shutil.copy(made, home)
    return prepare(home)


@pytest.fixture(scope="session")
def prefect_home(prefect_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the session's server, which is up."""
    home = tmp_path_factory.mktemp("prefect")
    shutil.copy(prefect_template, home)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PREFECT_API_URL", raising=False)
        with local_prefect(home), temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
            yield home / "prefect"


@dataclass
class PretendFeed:
    name: str = "visits"
    schema: type[FireVisit] = FireVisit
    look_back: timedelta = timedelta(days=14)
    stale_after: timedelta = timedelta(days=14)
    snapshot: bool = False
    sweep: Sweep | None = None
    terms: Terms = field(default_factory=Terms)


@dataclass
class Pretend:
    """An agency that answers with one page, or raises what it is told to."""

    name: str
    failure: Callable[[], BaseException] | None = None
    recovers_at: int | None = None
    sector: Sector = Sector.FIRE
    feeds: Sequence[PretendFeed] = (PretendFeed(),)
    asked: list[float] = field(default_factory=list)
    takes: float = 0.0
    rate: float | None = None
    ready: bool = True

    def pages(self, feed: PretendFeed, window: Window) -> Iterator[Page]:
        self.asked.append(time.monotonic())
        time.sleep(self.takes)
        well = self.recovers_at is not None and len(self.asked) >= self.recovers_at
        if self.failure and not well:
            raise self.failure()
        at = datetime(NIGHT.year, NIGHT.month, NIGHT.day, 1, tzinfo=UTC)
        row = FireVisit(
            record_id=f"{self.name}-1",
            recorded_at=at,
            occurred_on=NIGHT,
            uprn="999000000001",
            outcome="visited",
        )
        yield Page(rows=[row], refused=[], position=None, clock=at)


@dataclass
class House:
    """Our side of a night: a database, and agencies that only pretend."""

    folder: Path
    engine: Engine
    agencies: dict[str, Pretend]

    def rested(self) -> None:
        """Let the time pass for which agencies that failed are left alone."""
        with self.engine.begin() as conn:
            conn.exec_driver_sql("delete from circuit")

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with self.engine.connect() as conn:
            return [tuple(row) for row in conn.exec_driver_sql(sql)]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefect_home: Path) -> Iterator[House]:
    """Five agencies that answer, an empty database, no waiting between tries."""
    monkeypatch.setenv("EARLYHELP_HOME", str(tmp_path))
    monkeypatch.delenv("EARLYHELP_DATABASE_URL", raising=False)
    monkeypatch.delenv("EARLYHELP_CLOCK", raising=False)
    monkeypatch.setenv("EARLYHELP_RETRY_SECONDS", "0")
    settings.cache_clear()
    engine = open_store(settings().database)
    migrate(engine)
    names = (
        "eastborough-police",
        "moorland-fire",
        "northmoor-gazetteer",
        "northside-homes",
        "riverside-health",
    )
    agencies = {name: Pretend(name) for name in names}
    monkeypatch.setattr(plugins, "connectors", lambda: agencies)
    limit_agencies()
    yield House(tmp_path, engine, agencies)
    engine.dispose()
    settings.cache_clear()


@dataclass
class PrefectFiles:
    """All that a Prefect server keeps, open to a search."""

    home: Path
    name: str = "prefect.db"

    @property
    def database(self) -> str:
        return f"file:{self.home / self.name}?mode=ro"

    def tables(self) -> Iterator[tuple[str, str]]:
        """Every value of every column of every table, as text, with the table's name."""
        connection = sqlite3.connect(self.database, uri=True)
        try:
            names = [n for (n,) in connection.execute("select name from sqlite_master where type = 'table'")]
            for name in names:
                for row in connection.execute(f'select * from "{name}"'):
                    yield name, "\n".join(_text(value) for value in row)
        finally:
            connection.close()

    def files(self, *, database: bool = True) -> Iterator[tuple[str, str]]:
        """Every file: logs, results (decoded), and the database as it lies on the disk."""
        for path in self.home.rglob("*"):
            if path.is_file() and (database or not path.name.startswith(self.name)):
                raw = path.read_bytes()
                yield path.name, raw.decode("latin-1") + _decoded(raw)

    def holding(self, wanted: Iterable[str]) -> list[tuple[str, str]]:
        """Where which of the wanted words stand."""
        wanted = list(wanted)
        places = [*self.tables(), *self.files()]
        return [(place, word) for place, text in places for word in wanted if word in text]

    def count(self, sql: str) -> int:
        connection = sqlite3.connect(self.database, uri=True)
        try:
            return int(connection.execute(sql).fetchone()[0])
        finally:
            connection.close()

    def settle(self) -> None:
        """Wait until all that was sent is written: the server writes events every five seconds."""
        EventsWorker.drain_all(timeout=10)
        APILogWorker.drain_all(timeout=10)
        sizes: list[int] = []
        for _ in range(60):
            sizes.append(sum(self.count(f"select count(*) from {t}") for t in ("task_run", "events", "log")))
            if len(sizes) > 14 and len(set(sizes[-14:])) == 1:
                return
            time.sleep(0.5)


@pytest.fixture
def kept(prefect_home: Path) -> PrefectFiles:
    """What the session's server keeps."""
    return PrefectFiles(prefect_home)


@pytest.fixture(scope="session")
def files_of() -> type[PrefectFiles]:
    """What another server keeps."""
    return PrefectFiles


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _decoded(raw: bytes) -> str:
    """What a result file holds: a pickle in base64, with or without JSON around it."""
    try:
        return base64.b64decode(json.loads(raw)["result"] if raw[:1] == b"{" else raw).decode("latin-1")
    except (ValueError, KeyError):
        return ""
