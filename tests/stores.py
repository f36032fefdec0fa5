"""A store, in SQLite and in PostgreSQL: a test that asks for ``engine`` runs on both."""

import shutil
import uuid
from contextlib import ExitStack

import pytest

from earlyhelp.store.unit_of_work import migrate, open_store
from tests.postgres import fresh_database


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "store.db"
    made = open_store(f"sqlite:///{path}")
    migrate(made)
    made.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_url):
    with fresh_database(postgres_url) as url:
        made = open_store(url)
        migrate(made)
        made.dispose()
        yield url.split("@/")[1].split("?")[0]


@pytest.fixture(params=["sqlite", "postgresql"])
def new_store(request, tmp_path):
    """Makes stores whose tables are there and empty: call it for an address."""
    with ExitStack() as later:
        if request.param == "sqlite":
            template = request.getfixturevalue("sqlite_template")

            def make():
                path = tmp_path / f"store-{uuid.uuid4().hex}.db"
                shutil.copyfile(template, path)
                return f"sqlite:///{path}"
        else:
            server = request.getfixturevalue("postgres_url")
            template = request.getfixturevalue("postgres_template")

            def make():
                return later.enter_context(fresh_database(server, template))

        yield make


@pytest.fixture
def store_url(new_store):
    return new_store()


@pytest.fixture
def engine(store_url):
    made = open_store(store_url)
    yield made
    made.dispose()


@pytest.fixture
def another_engine(new_store):
    made = open_store(new_store())
    yield made
    made.dispose()
