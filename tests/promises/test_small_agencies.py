"""The whole suite over small agencies: as they are it holds, and with a broken kit it must not."""

from earlyhelp.connecting.paging import Bundle, Cursor
from earlyhelp.connecting.signing_in import ClientCredentials
from earlyhelp.testing import ConnectorPromises, DropPromises
from tests.promises.agencies import POSTING, agency, drop


class TestByMarks(ConnectorPromises):
    agency = agency(Cursor(), ClientCredentials("/token"))
    feed, spoil, sample = "rent", "pounds", POSTING


class TestByLinks(ConnectorPromises):
    agency = agency(Bundle())
    feed, spoil, sample = "rent", "pounds", POSTING


class TestByFiles(DropPromises):
    agency = drop()
    feed, spoil, sample = "rent", "pounds", POSTING
