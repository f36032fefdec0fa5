"""Benefit awards: who gets housing benefit or council tax reduction, and how much a week."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.feed import EventRow, Uprn, WrittenAddress


class BenefitAward(EventRow):
    """An award as it stands; ``occurred_on`` is the day from which it was given, ``weekly_amount`` in pence.

    A new amount is a later row with the same ``record_id``. An award that has ended is no longer told of:
    the feed is a snapshot, and what it no longer names is void from then on. That it has ended is news, and
    so a check is told of it as well.
    """

    kind: ClassVar[str] = "benefit_award"
    subject: ClassVar[tuple[str, str]] = ("uprn", "uprn")
    columns: ClassVar[tuple[str, ...]] = ("benefit", "weekly_amount", "void")
    codes: ClassVar[dict[str, tuple[str, ...]]] = {
        "benefit": ("housing_benefit", "council_tax_reduction"),
    }

    uprn: Uprn | None = None
    address: WrittenAddress | None = None
    benefit: Literal["housing_benefit", "council_tax_reduction"]
    weekly_amount: Annotated[int, Field(ge=0, le=1_000_000)]
