"""What compose.yaml says, run without Docker: both databases in one PostgreSQL, a password, one night."""

import re
import secrets
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import psycopg
import pytest
import yaml
from cryptography.fernet import Fernet
from sqlalchemy import text

from earlyhelp.demo import workers
from earlyhelp.demo.agencies import running as agencies
from earlyhelp.demo.city.records import CityPlan
from earlyhelp.store.unit_of_work import migrate, open_store
from tests.flows.place import ROOT, Place, standing
from tests.postgres import fresh_database

PLAN = CityPlan(households=100)
COMPOSED = yaml.safe_load((ROOT / "deployments" / "compose.yaml").read_text())["services"]
UNAUTHORISED = 401
ELSEWHERE = ("PREFECT_SERVER_DATABASE_CONNECTION_URL", "EARLYHELP_DATABASE_URL", "PREFECT_API_URL")


@pytest.fixture
def place(postgres_url: str, tmp_path: Path) -> Iterator[Place]:
    """The servers of compose.yaml with its own settings, but for where they listen."""
    given = {"POSTGRES_PASSWORD": "x", "PREFECT_AUTH": f"earlyhelp:{secrets.token_urlsafe(9)}",
             "PREFECT_KEY": Fernet.generate_key().decode()}  # fmt: skip
    composed = COMPOSED["prefect"]["environment"] | COMPOSED["worker"]["environment"]
    settings = {
        name: re.sub(r"\$\{(\w+):\?\}", lambda told: given[told[1]], value)
        for name, value in composed.items()
        if name not in ELSEWHERE
    }
    town, home = tmp_path / "town", tmp_path / "server"
    town.mkdir()
    home.mkdir()
    agencies.build(PLAN, town, lambda *_: None)
    with (
        fresh_database(postgres_url) as ours,
        fresh_database(postgres_url) as prefects,
        agencies.start(town, PLAN.first_night) as running,
    ):
        settings |= {
            "EARLYHELP_DATABASE_URL": ours,
            "EARLYHELP_CLOCK": str(town / "clock"),
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": prefects.replace("+psycopg", "+asyncpg"),
        }
        with standing(home, running, settings) as place:
            yield place


def test_a_night_as_composed_is_complete_and_prefect_keeps_to_its_own_database(place, tmp_path):
    engine = open_store(place.environment["EARLYHELP_DATABASE_URL"])
    migrate(engine)
    workers.enrol(engine, PLAN)
    house = tmp_path / "house"
    house.mkdir()
    assert httpx.post(f"{place.url}/flow_runs/filter", json={}).status_code == UNAUTHORISED
    with place.worker(house):
        with place.client as client:
            run = client.create_flow_run_from_deployment(place.deployment("nightly/nightly").id)
        run = place.ended(run)
    assert (run.state.name, run.state.message) == ("Completed", "ok=10")
    with engine.connect() as conn:
        nights = conn.execute(text("select day, state from night")).all()
        assert nights == [(date.fromisoformat(PLAN.first_night.isoformat()), "complete")]
        surnames = set(conn.execute(text("select distinct surname from person")).scalars())
    engine.dispose()
    assert len(surnames) > 50
    url = place.environment["PREFECT_SERVER_DATABASE_CONNECTION_URL"].replace("+asyncpg", "")
    with psycopg.connect(url) as conn:
        names = [
            name for (name,) in conn.execute("select tablename from pg_tables where schemaname = 'public'")
        ]
        assert {"flow_run", "task_run", "log"} <= set(names)
        assert conn.execute("select count(*) from flow_run").fetchone()[0] >= 1
        kept = {
            word
            for name in names
            for (row,) in conn.execute(f'select t::text from "{name}" t')
            for word in re.findall(r"\w+", row)
        }
    assert not surnames & kept
    assert not list(place.home.glob("*.db"))


def test_the_image_holds_every_room_that_is_packed():
    """What Dockerfile copies is what the wheel is made of; a room left out would fail at three o'clock."""
    told = (ROOT / "pyproject.toml").read_text()
    rooms = re.search(r"^packages = (\[.*\])", told, re.MULTILINE)
    copied = re.findall(
        r"^COPY (\S+) \./\1$", (ROOT / "deployments" / "Dockerfile").read_text(), re.MULTILINE
    )
    assert rooms
    assert set(yaml.safe_load(rooms[1])) == set(copied)
