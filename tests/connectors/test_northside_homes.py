from datetime import date

import pytest
from pydantic import ValidationError

from connectors.northside_homes import NorthsideHomes, _Posting, _Tenancy, _Tenant
from earlyhelp.promises.asking import ConnectorPromises

POSTING = {
    "transNo": "000000000001",
    "tagRef": "000123456/01 ",
    "transType": "RNT ",
    "payFreq": "W  ",
    "realValue": "112.45",
    "postDate": "2026-10-26",
    "lastChanged": "2026-10-26T09:12:00Z",
    "reversed": False,
}
TENANCY = {
    "tagRef": "000123456/01 ",
    "uprn": "999000000001",
    "cotDate": "2014-04-07",
    "eotDate": "1900-01-01",
    "tenantNo": "000000017 ",
    "jointNo": "         ",
    "lastChanged": "2026-10-26T09:12:00Z",
}
TENANT = {
    "personNo": "000000017",
    "forename": "Ada",
    "surname": "O'Neill",
    "dob": "1980-02-01",
    "gender": "F ",
    "shortAddress": "",
    "uprn": "",
    "lastChanged": "2026-10-26T09:12:00Z",
}


class TestNorthsideHomes(ConnectorPromises):
    agency, feed, spoil, sample = NorthsideHomes, "rent", "realValue", POSTING


class TestNorthsideTenancies(ConnectorPromises):
    agency, feed, spoil, sample = NorthsideHomes, "tenancies", "cotDate", TENANCY


def test_what_is_owed_is_positive_and_what_is_paid_negative():
    assert _Posting.model_validate(POSTING).amount == 11_245
    paid = _Posting.model_validate({**POSTING, "transType": "RUC ", "realValue": "-85.4"})
    assert (paid.entry, paid.amount) == ("payment", -8_540)


def test_a_fraction_of_a_penny_is_refused():
    with pytest.raises(ValidationError, match="pounds and pence"):
        _Posting.model_validate({**POSTING, "realValue": "1.005"})


@pytest.mark.parametrize(("code", "entry"), [("RNT ", "charge"), ("RHB", "payment"), ("ADJ ", "adjustment")])
def test_codes_are_padded(code, entry):
    assert _Posting.model_validate({**POSTING, "transType": code}).entry == entry


@pytest.mark.parametrize(
    ("code", "cycle"), [("F  ", "fortnightly"), ("4  ", "four_weekly"), ("M", "monthly"), ("   ", None)]
)
def test_how_they_pay_may_be_unknown(code, cycle):
    assert _Posting.model_validate({**POSTING, "payFreq": code}).payment_cycle == cycle


def test_a_code_nobody_agreed_on_is_refused_without_being_quoted():
    with pytest.raises(ValidationError, match="not a code that was agreed") as wrong:
        _Posting.model_validate({**POSTING, "transType": "XYZ"})
    assert "XYZ" not in str(wrong.value)


def test_a_reversed_posting_is_void():
    assert _Posting.model_validate({**POSTING, "reversed": True}).void


def test_padding_of_references_is_not_part_of_them():
    tenancy = _Tenancy.model_validate(TENANCY)
    assert (tenancy.record_id, tenancy.account) == ("000123456/01", "000123456/01")
    assert (tenancy.tenant, tenancy.joint_tenant) == ("000000017", None)


def test_no_date_is_the_first_of_january_1900():
    assert _Tenancy.model_validate(TENANCY).ended_on is None
    assert _Tenancy.model_validate({**TENANCY, "eotDate": "2026-10-04"}).ended_on == date(2026, 10, 4)
    assert _Tenant.model_validate({**TENANT, "dob": "1900-01-01"}).date_of_birth is None


@pytest.mark.parametrize(("sent", "uprn"), [(10012345678, "010012345678"), ("7", f"{7:012d}"), (" ", None)])
def test_a_uprn_may_have_been_a_number(sent, uprn):
    assert _Tenancy.model_validate({**TENANCY, "uprn": sent}).uprn == uprn


def test_a_tenant_is_a_person():
    tenant = _Tenant.model_validate(TENANT)
    assert (tenant.forename, tenant.sex, tenant.address) == ("Ada", "female", None)


def test_what_was_agreed_stands_among_the_postings():
    agreed = _Posting.model_validate({**POSTING, "transType": "AGM ", "payFreq": "M  ", "realValue": "40.00"})
    assert (agreed.entry, agreed.amount, agreed.payment_cycle) == ("agreement", 4_000, "monthly")
    space = [
        _Posting.model_validate({**POSTING, "transType": code, "payFreq": "   ", "realValue": "0.00"}).entry
        for code in ("BSM", "BSO", "BSX")
    ]
    assert space == ["moratorium", "open_moratorium", "moratorium_ended"]
