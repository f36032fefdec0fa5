from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from connectors.moorland_fire import OUTCOMES, MoorlandFire, _Visit
from earlyhelp.demo.agencies.drops import OUTCOMES as THEIRS
from earlyhelp.promises.dropping import DropPromises

VISIT = {
    "VisitRef": "HV000000000001",
    "VisitDate": "30/07/2026",
    "UPRN": "999000000001",
    "Address": "",
    "Outcome": "HFSV-DONE",
    "PoliceRef": "",
    "Called": "",
    "Recorded": "31/07/2026 00:30",
}


class TestMoorlandFire(DropPromises):
    agency, feed, spoil, sample = MoorlandFire, "visits", "Outcome", VISIT


def test_dates_are_british_and_times_by_the_clock_on_the_wall():
    visit = _Visit.model_validate(VISIT)
    assert visit.occurred_on == date(2026, 7, 30)
    assert visit.recorded_at == datetime(2026, 7, 30, 23, 30, tzinfo=UTC)


def test_an_american_date_is_refused():
    with pytest.raises(ValidationError, match="31/10/2026"):
        _Visit.model_validate({**VISIT, "VisitDate": "07/30/2026"})


def test_a_spreadsheet_has_eaten_the_zeros():
    assert _Visit.model_validate({**VISIT, "UPRN": "10012345678"}).uprn == "010012345678"
    assert _Visit.model_validate({**VISIT, "UPRN": ""}).uprn is None


def test_every_outcome_the_agency_uses_is_known():
    assert {code: ours for ours, code in THEIRS.items()} == OUTCOMES


def test_a_fire_may_bear_the_polices_number():
    assert _Visit.model_validate(VISIT).incident is None
    assert _Visit.model_validate({**VISIT, "PoliceRef": "EB000000000001"}).incident == "EB000000000001"


def test_of_some_visits_only_the_address_is_known():
    by_hand = _Visit.model_validate({**VISIT, "UPRN": "", "Address": "12 Bobbin St, ZZ1 0AA"})
    assert (by_hand.uprn, by_hand.address) == (None, "12 Bobbin St, ZZ1 0AA")
    assert _Visit.model_validate({**VISIT, "Address": " "}).address is None
