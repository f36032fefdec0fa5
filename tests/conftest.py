"""Fixtures that any test may ask for; each is costly to nobody who does not."""

import pytest

from earlyhelp.settings import settings
from tests.agreed import write_all
from tests.postgres import postgres_url
from tests.stores import (
    another_engine,
    engine,
    new_store,
    postgres_template,
    sqlite_template,
    store_url,
)

collect_ignore = ["third_party"]  # a distribution of its own: see test_third_party.py

__all__ = [
    "another_engine",
    "engine",
    "new_store",
    "postgres_template",
    "postgres_url",
    "sqlite_template",
    "store_url",
]


@pytest.fixture(scope="session", autouse=True)
def agreements_of_made_up_agencies(tmp_path_factory):
    """Agencies that tests make up have agreements too, or nothing of theirs would be fetched."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EARLYHELP_AGREEMENTS", str(write_all(tmp_path_factory.mktemp("agreements"))))
        settings.cache_clear()
        yield
    settings.cache_clear()
