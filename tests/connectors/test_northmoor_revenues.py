from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from connectors.northmoor_revenues import (
    ARRANGEMENTS,
    BENEFITS,
    DISCOUNTS,
    STAGES,
    NorthmoorRevenues,
    _Award,
    _Statement,
)
from earlyhelp.connecting.dropping import FILE_DROPPED
from earlyhelp.demo.agencies import revenues
from earlyhelp.errors import AgencyAnsweredOddly
from earlyhelp.promises.dropping import DropPromises
from earlyhelp.promises.drops import SECOND
from schemas.council_tax_account import CouncilTaxAccount

DROPPED = datetime(2026, 11, 6, 0, 5, tzinfo=UTC)
STATEMENT = {
    "Account No": "251073305",
    "Liable Person": "O'Brien, Chloe",
    "UPRN": "999000000432",
    "Overdue": "1,234.50",
    "Recovery Stage": "SUMM",
    "Statement Date": "01/11/2026",
    "Discount": "SPD",
    "Arrangement": "PLAN",
}
AWARD = {
    "Claim Ref": "HB953500070208",
    "Claimant": "O'Brien, Chloe",
    "UPRN": "999000000432",
    "Benefit": "CTR",
    "Award Start": "06/04/2026",
    "Weekly Award": "18.42",
}
REPORT = """Northmoor Council – Revenues: accounts overdue at 05/11/2026

Account No,Liable Person,UPRN,Overdue,Recovery Stage,Statement Date,Discount,Arrangement
000000001,"O’Brien, Chloé",999000000432,"£1,234.50",SUMM,01/11/2026,SPD,
000000002,"D’Souza, Amélie",10012345678,12.00 CR,,01/11/2026,,
Total,2,,"£1,222.50",,,,
"""


def statement(**other):
    return _Statement.model_validate({**STATEMENT, FILE_DROPPED: DROPPED, **other})


def award(**other):
    return _Award.model_validate({**AWARD, FILE_DROPPED: DROPPED, **other})


class TestCouncilTax(DropPromises):
    agency, feed, spoil, sample = NorthmoorRevenues, "council-tax", "Overdue", STATEMENT

    def test_a_report_as_the_old_system_prints_it(self) -> None:
        self.drop(SECOND, REPORT.encode("cp1252"))
        (page,) = self.fetch()
        assert page.refused == []
        assert [(row.account, row.arrears, row.stage, row.uprn, row.discount) for row in page.rows] == [
            ("000000001", 123_450, "summons", "999000000432", "single_person"),
            ("000000002", -1_200, "none", "010012345678", "none"),
        ]

    def test_the_same_report_in_utf_8_is_odd(self) -> None:
        self.drop(SECOND, REPORT.encode())
        with pytest.raises(AgencyAnsweredOddly, match="UTF-8 where cp1252 was agreed"):
            self.fetch()

    def test_a_report_whose_total_was_cut_off_is_only_half_there(self) -> None:
        self.drop(SECOND, REPORT[: REPORT.index("Total")].encode("cp1252"))
        with pytest.raises(AgencyAnsweredOddly, match="only half there"):
            self.fetch()

    def test_names_go_no_further(self) -> None:
        self.drop(SECOND, self.content(1))
        ((row,),) = (page.rows for page in self.fetch())
        assert "Chloe" not in str(row.model_dump())


class TestBenefits(DropPromises):
    agency, feed, spoil, sample = NorthmoorRevenues, "benefits", "Weekly Award", AWARD


def test_a_statement_is_one_accounts_of_one_day_and_stamped_by_its_file():
    made = statement()
    assert made.record_id == "251073305/2026-11-01"
    assert made.account == "251073305"
    assert made.occurred_on == date(2026, 11, 1)
    assert made.recorded_at == DROPPED


def test_next_months_statement_is_another_record():
    assert statement(**{"Statement Date": "01/12/2026"}).record_id != statement().record_id


@pytest.mark.parametrize(
    ("written", "pence"),
    [("£1,234.50", 123_450), ("£0.00", 0), ("12.00 CR", -1_200), ("(12.00)", -1_200), ("£85.4", 8_540)],
)
def test_amounts_are_as_a_ledger_has_them(written, pence):
    assert statement(Overdue=written).arrears == pence


@pytest.mark.parametrize("written", ["", "£12.345", "one pound", "-12.00 CR", "12,00"])
def test_an_amount_that_is_none_is_refused(written):
    with pytest.raises(ValidationError, match="pounds and pence"):
        statement(Overdue=written)


def test_what_the_council_pays_cannot_be_less_than_nothing():
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        award(**{"Weekly Award": "12.00 CR"})


def test_every_code_the_department_uses_is_known():
    assert {code: ours for ours, code in revenues.STAGES.items()} == STAGES
    assert set(DISCOUNTS.values()) == set(CouncilTaxAccount.codes["discount"])
    assert {code: ours for ours, code in revenues.CODES.items()} == BENEFITS


def test_an_award_is_known_by_its_claim_whatever_the_amount():
    first, later = award(), award(**{"Weekly Award": "£20.00"})
    assert first.record_id == later.record_id == "HB953500070208"
    assert (first.weekly_amount, later.weekly_amount) == (1_842, 2_000)
    assert first.occurred_on == date(2026, 4, 6)


@pytest.mark.parametrize("heading", ["UPRN"])
def test_a_place_nobody_looked_up_is_no_place(heading):
    assert award(**{heading: ""}).uprn is None
    assert statement(**{heading: " "}).uprn is None


def test_what_was_arranged_is_told():
    assert set(ARRANGEMENTS.values()) == set(CouncilTaxAccount.codes["arrangement"])
    assert statement().arrangement == "payment_plan"
    assert statement(Arrangement="").arrangement == "none"
