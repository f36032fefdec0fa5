"""Northmoor Council's revenues: council tax overdue each month, and everybody helped with it or with rent.

Reports of an old system in Windows-1252, with a title above the headings and a total below that counts the
rows. No row is stamped: what stands in a file was so when the file was dropped.
"""

from datetime import timedelta
from typing import Self

from pydantic import model_validator

from earlyhelp.connecting.agency import Agency
from earlyhelp.connecting.dialects import british_day, coded, ledger_pence, named, padded_uprn, spelt
from earlyhelp.connecting.dropping import FILE_DROPPED, FileFeed
from earlyhelp.connecting.layouts import Csv
from earlyhelp.connecting.whole import Trailer
from earlyhelp.law.policy import Sector
from schemas.benefit_award import BenefitAward
from schemas.council_tax_account import CouncilTaxAccount

STAGES = {"": "none", "REM1": "reminder", "FINL": "final_notice", "SUMM": "summons",
          "LORD": "liability_order"}  # fmt: skip
ARRANGEMENTS = {"": "none", "PLAN": "payment_plan", "BSPC": "breathing_space"}
DISCOUNTS = {"": "none", "SPD": "single_person"}
BENEFITS = {"HB": "housing_benefit", "CTR": "council_tax_reduction"}


class _Statement(
    CouncilTaxAccount,
    extra="ignore",
    alias_generator=named(
        record_id="Account No", recorded_at=FILE_DROPPED, occurred_on="Statement Date", account="Account No",
        uprn="UPRN", arrears="Overdue", stage="Recovery Stage", discount="Discount",
        arrangement="Arrangement",
    ),
):  # fmt: skip
    _occurred_on = spelt("occurred_on", british_day)
    _uprn = spelt("uprn", padded_uprn)
    _arrears = spelt("arrears", ledger_pence)
    _arrangement = spelt("arrangement", coded(ARRANGEMENTS))
    _stage, _discount = spelt("stage", coded(STAGES)), spelt("discount", coded(DISCOUNTS))

    @model_validator(mode="after")
    def _one_a_month(self) -> Self:
        """A statement has no number of its own: it is one account's of one day."""
        return self.model_copy(update={"record_id": f"{self.account}/{self.occurred_on}"})


class _Award(
    BenefitAward,
    extra="ignore",
    alias_generator=named(
        record_id="Claim Ref", recorded_at=FILE_DROPPED, occurred_on="Award Start", uprn="UPRN",
        benefit="Benefit", weekly_amount="Weekly Award",
    ),
):  # fmt: skip
    _occurred_on = spelt("occurred_on", british_day)
    _uprn = spelt("uprn", padded_uprn)
    _benefit = spelt("benefit", coded(BENEFITS))
    _weekly_amount = spelt("weekly_amount", ledger_pence)


class NorthmoorRevenues(Agency):
    """A file a month and one a week: once the next is a week or two late we do not know.

    The names in each line are not agreed on and go no further. Who is no longer on the list of awards has
    none any more.
    """

    name = "northmoor-revenues"
    sector = Sector.COUNCIL
    feeds = (
        FileFeed("council-tax", schema=CouncilTaxAccount, theirs=_Statement, pattern="counciltax_*.csv",
                 layout=Csv(encoding="cp1252"), whole=Trailer("Total"), stale_after=timedelta(days=45)),
        FileFeed("benefits", schema=BenefitAward, theirs=_Award, pattern="benefits_*.csv", snapshot=True,
                 layout=Csv(encoding="cp1252"), whole=Trailer("Total"), stale_after=timedelta(days=14),
                 page_size=5000),
    )  # fmt: skip
