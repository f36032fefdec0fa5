from datetime import UTC, date, datetime

import pytest

from connectors.northmoor_safety import CATEGORIES, PARTIES, NorthmoorSafety, _Party
from earlyhelp.demo.agencies import safety
from earlyhelp.promises.dropping import DropPromises
from schemas.antisocial_report import AntisocialReport

LINE = {
    "Report No": "R0000000000017",
    "Incident No": "I0000000000016",
    "Date of Incident": "30/07/2026",
    "Time of Incident": "",
    "Party": "COMPLAINANT",
    "UPRN": "999000000001",
    "Address": "",
    "Category": "NOISE",
    "Entered": "31/07/2026 00:30",
}


class TestNorthmoorSafety(DropPromises):
    agency, feed, spoil, sample = NorthmoorSafety, "reports", "Category", LINE


def test_a_report_is_told_of_each_home_apart():
    suffers, named = (_Party.model_validate({**LINE, "Party": party}) for party in PARTIES)
    assert (suffers.record_id, suffers.role) == ("R0000000000017/victim", "victim")
    assert (named.record_id, named.role) == ("R0000000000017/cause", "cause")
    assert suffers.incident == named.incident == "I0000000000016"


def test_the_day_is_that_of_the_event_and_the_time_by_the_clock_on_the_wall():
    party = _Party.model_validate(LINE)
    assert party.occurred_on == date(2026, 7, 30)
    assert party.recorded_at == datetime(2026, 7, 30, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(("ours", "theirs"), [("role", safety.PARTIES), ("nuisance", safety.CATEGORIES)])
def test_every_code_the_team_uses_is_known(ours, theirs):
    read = {"role": PARTIES, "nuisance": CATEGORIES}[ours]
    assert {code: word for word, code in theirs.items()} == read
    assert tuple(theirs) == AntisocialReport.codes[ours]


def test_a_call_that_was_passed_on_has_its_time():
    assert _Party.model_validate(LINE).occurred_at is None
    told = _Party.model_validate({**LINE, "Time of Incident": "30/07/2026 23:10"}).occurred_at
    assert (told.hour, told.minute, told.utcoffset().total_seconds()) == (22, 10, 0)


def test_of_some_homes_only_the_address_is_known():
    by_hand = _Party.model_validate({**LINE, "UPRN": "", "Address": "12 Bobbin St, ZZ1 0AA"})
    assert (by_hand.uprn, by_hand.address) == (None, "12 Bobbin St, ZZ1 0AA")
    assert _Party.model_validate({**LINE, "Address": ""}).address is None
