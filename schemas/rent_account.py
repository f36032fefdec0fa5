"""Rent accounts: every charge, payment and adjustment, and what was agreed about old arrears."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.feed import EventRow, Reference

POSTINGS = ("charge", "payment", "adjustment")
"""Entries that are money; the others are agreements and moratoria, and no part of a balance."""


class RentTransaction(EventRow):
    """An entry of a rent account, in pence: what is owed is positive, what is paid is negative.

    The postings' sum is the balance; above nothing means arrears. ``payment_cycle`` is how this household
    pays, when the landlord knows; the check works it out otherwise.

    Of an ``agreement`` to pay arrears off, ``amount`` is the instalment, above the rent, and
    ``payment_cycle`` how often it comes. A ``moratorium`` is Breathing Space and lasts sixty days; an
    ``open_moratorium`` lasts until somebody ends it, and why is not told.
    """

    kind: ClassVar[str] = "rent_transaction"
    subject: ClassVar[tuple[str, str]] = ("account", "account")
    columns: ClassVar[tuple[str, ...]] = ("entry", "amount", "payment_cycle")
    codes: ClassVar[dict[str, tuple[str, ...]]] = {
        "entry": (
            *POSTINGS, "agreement", "agreement_ended", "moratorium", "open_moratorium", "moratorium_ended",
        ),
        "payment_cycle": ("weekly", "fortnightly", "four_weekly", "monthly"),
    }  # fmt: skip

    account: Reference
    entry: Literal[
        "charge",
        "payment",
        "adjustment",
        "agreement",
        "agreement_ended",
        "moratorium",
        "open_moratorium",
        "moratorium_ended",
    ]
    amount: Annotated[int, Field(ge=-10_000_000, le=10_000_000)]
    payment_cycle: Literal["weekly", "fortnightly", "four_weekly", "monthly"] | None = None
