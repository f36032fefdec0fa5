"""A small invented city for the pages: five households, four workers, four agencies."""

import asyncio
import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine, Select

from earlyhelp.law.policy import Sector
from earlyhelp.store import tables as t
from earlyhelp.store.unit_of_work import Work, migrate, open_store
from earlyhelp.web.app import create_app, make_link
from earlyhelp.web.entry.cookies import COOKIE
from tests.postgres import fresh_database
from tests.web.busy import make as make_busy
from tests.web.in_browser import CHROMIUM, QUIET
from tests.web.seed import START, TODAY, seed

BASE = "http://127.0.0.1:8765"


def agency(name: str, sector: Sector, **feeds: str) -> Any:
    """A connector that is never asked: a name, a sector and its feeds."""
    made = [
        SimpleNamespace(name=feed, schema=t.KINDS[kind], stale_after=timedelta(days=7))
        for feed, kind in feeds.items()
    ]
    return SimpleNamespace(name=name, sector=sector, feeds=made)


AGENCIES = [
    agency("northside-homes", Sector.HOUSING, tenants="person", rent="rent_transaction"),
    agency("eastborough-police", Sector.POLICE, callouts="police_callout"),
    agency("riverside-health", Sector.HEALTH, patients="person", appointments="appointment"),
    agency("northmoor-fire", Sector.FIRE, visits="fire_visit"),
]


@dataclass
class Clock:
    """The real clock, held in the hand."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class City:
    """The seeded store, its app, and the clock."""

    engine: Engine
    app: FastAPI
    clock: Clock
    day: date = TODAY
    ids: dict[str, list[int]] = field(default_factory=dict)

    def rows(self, table: Any) -> list[Any]:
        with self.engine.connect() as conn:
            query = table if isinstance(table, Select) else table.select()
            return list(conn.execute(query).mappings())

    def link(self) -> str:
        """The path of a new one-time link."""
        return make_link(self.engine, BASE, now=self.clock.now).removeprefix(BASE)

    def browser(self, worker: int | None = None) -> "Browser":
        found = Browser(self.app)
        if worker is not None:
            assert found.post(self.link(), worker=str(worker)).status_code == 303
        return found


class Browser:
    """A browser as far as the locks can tell: it keeps cookies and says where a form came from."""

    def __init__(self, app: FastAPI) -> None:
        self.app, self.key = app, ""

    def ask(self, method: str, path: str, base: str = BASE, **more: Any) -> httpx.Response:
        cookie = {"cookie": f"{COOKIE}={self.key}"} if self.key else {}
        more["headers"] = {**more.get("headers", {}), **cookie}

        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=base) as client:
                return await client.request(method, path, **more)

        answer = asyncio.run(once())
        for one in answer.headers.get_list("set-cookie"):
            if one.startswith(COOKIE):
                self.key = one.split("=", 1)[1].split(";")[0].strip('"')
        return answer

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.ask("GET", path, **more)

    def post(self, path: str, headers: dict[str, str] | None = None, **form: str) -> httpx.Response:
        return self.ask("POST", path, data=form, headers=headers or {"sec-fetch-site": "same-origin"})

    def form_token(self) -> str:
        page = self.get("/")
        page = self.get(page.headers["location"]) if page.status_code == 303 else page
        return re.findall(r'name="form_token" value="(\w+)"', page.text)[0]


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: Any) -> Path:
    """The seeded store as a file, made once; each test works on a copy."""
    path: Path = tmp_path_factory.mktemp("seeded") / "city.db"
    engine = open_store(f"sqlite:///{path}")
    migrate(engine)
    with Work(engine) as work:
        seed(work.conn)
        work.commit()
    engine.dispose()
    return path


@pytest.fixture
def city(seeded: Path, tmp_path: Path) -> Iterator[City]:
    """The seeded city, ready to be looked at."""
    with opened(f"sqlite:///{shutil.copy(seeded, tmp_path)}") as found:
        yield found


@pytest.fixture
def city_on_postgres(postgres_url: str) -> Iterator[City]:
    """The same city in a PostgreSQL."""
    with fresh_database(postgres_url) as url, opened(url) as found:
        migrate(found.engine)
        with Work(found.engine) as work:
            seed(work.conn)
            work.commit()
        yield found


@contextmanager
def opened(url: str) -> Iterator[City]:
    """A city's store and its app."""
    engine, clock = open_store(url), Clock()
    found: list[City] = []
    app = create_app(
        engine, demo=True, host="127.0.0.1", port=8765, today=lambda: found[0].day, now=clock,
        connectors=AGENCIES,
    )  # fmt: skip
    found.append(City(engine, app, clock))
    yield found[0]
    engine.dispose()


@pytest.fixture
def address(city: Any) -> Iterator[str]:
    """The city's pages, served on a free port of this machine."""
    with served(city.app, free_port()) as found:
        yield found


def free_port() -> int:
    """A port of loopback that nobody uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def served(app: FastAPI, port: int) -> Iterator[str]:
    """An app at a port of this machine, over real HTTP."""
    running = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
    )
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not running.started and time.monotonic() < deadline:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join(20)


@pytest.fixture
def browser() -> Iterator[Any]:
    """The machine's own Chromium."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="no playwright: install the dev extra")
    with sync_api.sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield found
        found.close()


@pytest.fixture
def busy(city: City) -> City:
    """The city with a bit of everything in it."""
    made: City = make_busy(city)
    return made
