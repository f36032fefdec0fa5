"""Council tax accounts: what is overdue on each, a statement a month."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.feed import EventRow, Reference, Uprn, WrittenAddress


class CouncilTaxAccount(EventRow):
    """What one account owed on the day of a statement, ``occurred_on``; one that owes nothing is silent.

    ``arrears`` are pence overdue, not the year's bill; below nothing where too much was paid. ``stage`` is
    how far recovery has gone, in the order of the law: a reminder, a final notice, a summons, an order.
    ``discount`` is that of a home with one adult, a quarter off the bill: where it begins or ends somebody
    has left or come. ``arrangement`` is what was agreed about what is overdue: a plan to pay it off, or
    Breathing Space, in which nothing is recovered. None: the council does not say.
    """

    kind: ClassVar[str] = "council_tax_account"
    subject: ClassVar[tuple[str, str]] = ("uprn", "uprn")
    columns: ClassVar[tuple[str, ...]] = ("arrears", "stage", "account", "discount", "arrangement")
    codes: ClassVar[dict[str, tuple[str, ...]]] = {
        "stage": ("none", "reminder", "final_notice", "summons", "liability_order"),
        "discount": ("none", "single_person"),
        "arrangement": ("none", "payment_plan", "breathing_space"),
    }

    account: Reference
    uprn: Uprn | None = None
    address: WrittenAddress | None = None
    arrears: Annotated[int, Field(ge=-10_000_000, le=10_000_000)]
    discount: Literal["none", "single_person"] | None = None
    arrangement: Literal["none", "payment_plan", "breathing_space"] | None = None
    stage: Literal["none", "reminder", "final_notice", "summons", "liability_order"]
