"""Supervision by probation: that something happened, to whom by number, and never for what."""

from typing import ClassVar, Literal

from schemas.feed import EventRow, Reference


class Supervision(EventRow):
    """One event in the supervision of somebody, named by probation's own number for them.

    Neither the offence nor the sentence: to see a household offend again it is enough to know that an order
    was made, kept, broken or ended, and when (Sharing Code of Practice: no more than is needed). Where they
    live the register of people says, so that somebody who moves takes what happened along.
    ``reoffence`` is a new offence that was proved while the order ran.
    """

    kind: ClassVar[str] = "supervision"
    subject: ClassVar[tuple[str, str]] = ("person", "person")
    columns: ClassVar[tuple[str, ...]] = ("event",)
    codes: ClassVar[dict[str, tuple[str, ...]]] = {
        "event": (
            "order_made", "appointment_kept", "appointment_missed", "breach", "order_ended", "reoffence",
        ),
    }  # fmt: skip

    person: Reference
    event: Literal[
        "order_made",
        "appointment_kept",
        "appointment_missed",
        "breach",
        "order_ended",
        "reoffence",
    ]
