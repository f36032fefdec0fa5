"""The promises about landing are kept in PostgreSQL too: what arrives, is refused, taken away or killed."""

import pytest

from earlyhelp.connecting.paging import Cursor
from earlyhelp.promises.arriving import ArrivingPromises
from earlyhelp.promises.dying import DyingPromises
from earlyhelp.promises.refusing import RefusingPromises
from earlyhelp.promises.renewing import RenewingPromises
from earlyhelp.promises.stores import empty
from earlyhelp.store.unit_of_work import open_store
from tests.postgres import fresh_database
from tests.promises.agencies import POSTING, agency


@pytest.fixture(scope="module")
def in_postgresql(postgres_url, postgres_template):
    with fresh_database(postgres_url, postgres_template) as url:
        engine = open_store(url)
        yield engine
        engine.dispose()


class TestInPostgresql(ArrivingPromises, RenewingPromises, RefusingPromises, DyingPromises):
    agency = agency(Cursor())
    feed, spoil, sample = "rent", "pounds", POSTING

    @pytest.fixture
    def store(self, in_postgresql):
        empty(in_postgresql)
        return in_postgresql
