"""Fixtures that any test may ask for; each is costly to nobody who does not."""

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
