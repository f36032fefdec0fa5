from datetime import date

import pytest
from pydantic import ValidationError

from connectors.moorland_probation import EVENTS, MoorlandProbation, _Contact
from earlyhelp.demo.agencies.probation import CODES
from earlyhelp.promises.asking import ConnectorPromises

CONTACT = {
    "ref": "C000000000001",
    "type": "APP-FTA",
    "contactDate": "2026-10-26",
    "uprn": "999000000001",
    "office": "Canal Street",
    "recordedAt": "2026-10-26T16:10:00+00:00",
}


class TestMoorlandProbation(ConnectorPromises):
    agency, feed, spoil, sample = MoorlandProbation, "supervision", "type", CONTACT


def read(**changes):
    return _Contact.model_validate({**CONTACT, **changes})


def test_every_code_the_agency_uses_is_known():
    assert {code: ours for ours, code in CODES.items()} == EVENTS
    assert {read(type=code).event for code in EVENTS} == set(EVENTS.values())


def test_a_code_nobody_agreed_on_is_refused_without_being_quoted():
    with pytest.raises(ValidationError, match="not a code that was agreed") as wrong:
        read(type="RECALL")
    assert "RECALL" not in str(wrong.value)


def test_the_day_is_the_one_it_happened_and_not_the_one_it_was_written_down():
    assert read(recordedAt="2026-10-28T09:00:00+00:00").occurred_on == date(2026, 10, 26)


def test_somebody_of_no_fixed_abode_has_no_property():
    assert read(uprn=None).uprn is None


def test_nobody_is_told_where_it_was_seen_to():
    assert "Canal Street" not in read().model_dump_json()


def test_an_entry_for_the_wrong_person_leaves_no_more_than_its_number():
    feed = MoorlandProbation.feeds[0]
    deleted = {"ref": "C000000000001", "deleted": True, "recordedAt": "2026-10-30T09:00:00+00:00"}
    page = feed.page("x", [CONTACT, deleted], "row {}".format, read().recorded_at)
    assert [row.record_id for row in page.rows] == ["C000000000001"]
    assert [gone.record_id for gone in page.gone] == ["C000000000001"]
    assert not page.refused
