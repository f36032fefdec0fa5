"""Rent accounts: every charge, payment and adjustment."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.feed import EventRow, Reference


class RentTransaction(EventRow):
    """A posting to a rent account, in pence: what is owed is positive, what is paid is negative.

    Their sum is the balance; above nothing means arrears. ``payment_cycle`` is how this household pays,
    when the landlord knows; the check works it out otherwise.
    """

    kind: ClassVar[str] = "rent_transaction"
    subject: ClassVar[tuple[str, str]] = ("account", "account")
    columns: ClassVar[tuple[str, ...]] = ("entry", "amount", "payment_cycle")
    codes: ClassVar[dict[str, tuple[str, ...]]] = {
        "entry": ("charge", "payment", "adjustment"),
        "payment_cycle": ("weekly", "fortnightly", "four_weekly", "monthly"),
    }

    account: Reference
    entry: Literal["charge", "payment", "adjustment"]
    amount: Annotated[int, Field(ge=-10_000_000, le=10_000_000)]
    payment_cycle: Literal["weekly", "fortnightly", "four_weekly", "monthly"] | None = None
