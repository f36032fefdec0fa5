"""Fixtures that any test may ask for; each is costly to nobody who does not."""

import pytest
from hypothesis import settings as drawing

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

drawing.register_profile("in its own time", deadline=None)  # tests assert behaviour, never time
drawing.load_profile("in its own time")

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
