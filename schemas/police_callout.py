"""Police callouts: calls about a place, with their kind and harm."""

from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field

from schemas.feed import EventRow, Reference, Uprn, WrittenAddress


class PoliceCallout(EventRow):
    """A call to the police about an address.

    ``incident`` is one event, however often it was reported. ``harm`` is in days, in the spirit of the
    Cambridge Crime Harm Index (domain.md 4.4): it orders, and never replaces the count. A
    ``domestic_abuse`` marker changes who may see the household before it changes anything else.

    ``person`` and ``other_person`` are the force's own numbers of whom the call concerns, if it tells them:
    they only tell one from another, name nobody, and are shown to nobody.
    """

    kind: ClassVar[str] = "police_callout"
    subject: ClassVar[tuple[str, str]] = ("uprn", "uprn")
    columns: ClassVar[tuple[str, ...]] = (
        "category",
        "harm",
        "police_initiated",
        "domestic_abuse",
        "incident",
        "occurred_at",
        "person",
        "other_person",
    )
    codes: ClassVar[dict[str, tuple[str, ...]]] = {
        "category": (
            "antisocial_behaviour", "domestic", "violence", "theft", "damage", "concern", "other",
        ),
    }  # fmt: skip

    uprn: Uprn | None = None
    address: WrittenAddress | None = None
    incident: Reference
    occurred_at: AwareDatetime
    category: Literal[
        "antisocial_behaviour",
        "domestic",
        "violence",
        "theft",
        "damage",
        "concern",
        "other",
    ]
    harm: Annotated[float, Field(ge=0, le=10_000)] = 0.0
    police_initiated: bool = False
    domestic_abuse: bool = False
    person: Reference | None = None
    other_person: Reference | None = None
