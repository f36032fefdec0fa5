from harbour_homes import HarbourHomes, _Row

from earlyhelp.testing import ConnectorPromises

POSTING = {
    "ref": "HH-000123",
    "touched": "2026-10-31T09:12:00+00:00",
    "day": "2026-10-30",
    "acct": "HH/1001",
    "what": "PAID",
    "pounds": "-92.10",
}


class TestHarbourHomes(ConnectorPromises):
    agency, feed, spoil, sample = HarbourHomes, "postings", "what", POSTING


def test_pounds_become_pence():
    assert _Row.model_validate(POSTING).amount == -9210
