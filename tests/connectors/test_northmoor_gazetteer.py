import pytest

from connectors.northmoor_gazetteer import NorthmoorGazetteer, _Address
from earlyhelp.demo.agencies.drops import CLASSES
from earlyhelp.demo.city.records import USAGES
from earlyhelp.promises.dropping import DropPromises

ADDRESS = {
    "UPRN": "999000000001",
    "ParentUPRN": "",
    "Class": "RD04",
    "Address": "Flat 3, Etruria Court, 12 Canal Street",
    "Postcode": "ZZ1 4HQ",
    "Ward": "Jarrowwold",
    "LastUpdated": "02/11/2025 03:00",
}


class TestNorthmoorGazetteer(DropPromises):
    agency, feed, spoil, sample = NorthmoorGazetteer, "residences", "Class", ADDRESS


def test_a_residence_is_known_by_its_uprn():
    residence = _Address.model_validate(ADDRESS)
    assert residence.record_id == residence.uprn == "999000000001"
    assert residence.parent_uprn is None


@pytest.mark.parametrize(("theirs", "ours"), list(zip(CLASSES, USAGES, strict=True)))
def test_usage_goes_by_the_first_two_letters(theirs, ours):
    assert _Address.model_validate({**ADDRESS, "Class": theirs}).usage == ours
