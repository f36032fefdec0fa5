"""The promises about landing are kept in PostgreSQL too: whatever arrives, is refused, taken away or killed."""

import pytest

from earlyhelp.connecting.paging import Cursor
from earlyhelp.promises.arriving import ArrivingPromises
from earlyhelp.promises.dying import DyingPromises
from earlyhelp.promises.refusing import RefusingPromises
from earlyhelp.promises.renewing import RenewingPromises
from tests.promises.agencies import POSTING, agency


@pytest.mark.parametrize("new_store", ["postgresql"], indirect=True)
class TestInPostgresql(ArrivingPromises, RenewingPromises, RefusingPromises, DyingPromises):
    agency = agency(Cursor())
    feed, spoil, sample = "rent", "pounds", POSTING

    @pytest.fixture
    def store(self, engine):
        return engine
