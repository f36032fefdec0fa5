from connectors.northmoor_voices import NorthmoorVoices
from earlyhelp.connecting.open_referral import PAGES
from earlyhelp.promises.asking import ConnectorPromises
from schemas.local_service import LocalService
from tests.connectors.directories import changing, stamped

SERVICE = {
    "id": "5ac1e6b0-6a57-4c1f-9b1e-2f0a6d3c8e11",
    "name": "Money and debt advice 1",
    "description": "<p>Free help with debts.</p>",
    "url": "https://advice.northmoor.example/1",
    "status": "active",
    "minimum_age": -1,
    "maximum_age": -1,
    "assured_date": "2026-09-02",
    "organization": {"id": "x", "name": "Northmoor Advice Centre"},
    "last_modified": "2026-10-02T12:06:15.654",
}


class TestNorthmoorVoices(ConnectorPromises):
    agency, feed, spoil, sample = NorthmoorVoices, "services", "status", SERVICE

    def vary(self, row, number, moment):
        return changing(self.declared.theirs, row, number, moment)

    def pretend(self, *args, **kwargs):
        made = super().pretend(*args, **kwargs)
        stamped(made.truth)
        return made


def test_it_is_about_services_and_nobody():
    (feed,) = NorthmoorVoices.feeds
    assert feed.schema is LocalService
    assert feed.snapshot, "what the directory no longer lists is gone"
    assert feed.paging is PAGES
