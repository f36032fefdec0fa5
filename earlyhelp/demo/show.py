"""The invented city on one machine: made, served by its agencies, and taken through one night at a time."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b
from os import environ
from pathlib import Path

from sqlalchemy import Engine

from earlyhelp.demo import workers
from earlyhelp.demo.agencies import running as agencies
from earlyhelp.demo.city.records import CityPlan
from earlyhelp.demo.latest import LATEST
from earlyhelp.errors import SetUpWrong
from earlyhelp.progress import report
from earlyhelp.running.night import NightReport, run_night
from earlyhelp.running.prefect_server import local_prefect
from earlyhelp.settings import settings
from earlyhelp.store import nights
from earlyhelp.store.unit_of_work import migrate, open_store, reading


@dataclass(frozen=True, slots=True)
class City:
    """A city that is up: its agencies answer, and its database is ready."""

    folder: Path
    engine: Engine
    agencies: agencies.Agencies

    def today(self) -> date:
        """The day it is in the city."""
        return date.fromisoformat((self.folder / "clock").read_text().strip())

    def next_night(self) -> NightReport:
        """Run the night of the day it is; if that is complete, of the next."""
        with reading(self.engine) as conn:
            last = nights.latest(conn)
        day = self.today()
        if last and last[0] >= day and last[1] in ("complete", "partial"):
            day = last[0] + timedelta(days=1)
            self.agencies.set_clock(day)
        return run_night(self.engine, self.folder, day)


@contextmanager
def show(home: Path, households: int, seed: int) -> Iterator[City]:
    """Make the city if need be, and bring up its agencies, its database and Prefect's own server.

    The agencies and the server are children of this process and end with it.
    """
    plan = CityPlan(households=households, seed=seed, awkward=True)
    folder = home.resolve() / f"demo-{households}-{seed}"
    folder.mkdir(parents=True, exist_ok=True)
    clock = folder / "clock"
    if not clock.exists():
        clock.write_text(plan.first_night.isoformat())
    with ExitStack() as stack, ThreadPoolExecutor(1) as aside:
        making = aside.submit(agencies.build, plan, folder, report)
        _settle(folder)
        report("start Prefect's server", 0, 1)
        stack.enter_context(local_prefect(folder))
        report("start Prefect's server", 1, 1)
        engine = open_store(settings().database)
        stack.callback(engine.dispose)
        migrate(engine)
        workers.enrol(engine, plan)
        making.result()
        up = stack.enter_context(agencies.start(folder, date.fromisoformat(clock.read_text().strip())))
        environ.update(up.environment)
        (home / LATEST).write_text(f"{folder.name}\n{_mark()}")
        yield City(folder, engine, up)


def opened(home: Path) -> tuple[Engine, Callable[[], date]] | None:
    """The database of the city shown last, and its day; None where the database set has shown none."""
    pointer = home / LATEST
    if not pointer.exists():
        return None
    name, mark = pointer.read_text().split("\n")
    if mark != _mark():
        return None
    folder = home.resolve() / name
    if not (folder / "clock").exists():
        raise SetUpWrong(f"the city {folder.name} is gone; make it again with: earlyhelp demo")
    _settle(folder)
    engine = open_store(settings().database)
    migrate(engine)  # it may have been shown by an earlier version
    return engine, settings().day


def _mark() -> str:
    """Tells the database that is set from another, without its address, which may hold a password."""
    return blake2b(settings().database_url.encode(), digest_size=8).hexdigest()


def _settle(folder: Path) -> None:
    """Let the settings of this process be those of the city."""
    environ["EARLYHELP_HOME"] = str(folder)
    environ["EARLYHELP_CLOCK"] = str(folder / "clock")
    environ.setdefault("EARLYHELP_RETRY_SECONDS", "0")  # nobody waits five minutes for an invented agency
    settings.cache_clear()
