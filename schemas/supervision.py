"""Supervision by probation: that something happened at a home, and never for what."""

from typing import ClassVar, Literal

from schemas.feed import EventRow, Uprn


class Supervision(EventRow):
    """One event in the supervision of somebody who lives at an address.

    Neither who, nor the offence, nor the sentence: to see a household offend again it is enough to know that
    an order was made, kept, broken or ended, and when (Sharing Code of Practice: no more than is needed).
    ``reoffence`` is a new offence that was proved while the order ran.
    """

    kind: ClassVar[str] = "supervision"
    subject: ClassVar[tuple[str, str]] = ("uprn", "uprn")
    columns: ClassVar[tuple[str, ...]] = ("event",)
    codes: ClassVar[dict[str, tuple[str, ...]]] = {
        "event": (
            "order_made", "appointment_kept", "appointment_missed", "breach", "order_ended", "reoffence",
        ),
    }  # fmt: skip

    uprn: Uprn | None = None
    event: Literal[
        "order_made",
        "appointment_kept",
        "appointment_missed",
        "breach",
        "order_ended",
        "reoffence",
    ]
