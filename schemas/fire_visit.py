"""Fire and rescue: home safety visits and small fires."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime

from schemas.feed import EventRow, Reference, Uprn, WrittenAddress


class FireVisit(EventRow):
    """A home safety visit, made, refused or not answered, or a small fire.

    ``incident`` is one event, by the number that the police or another agency gave it, where it is known.
    """

    kind: ClassVar[str] = "fire_visit"
    subject: ClassVar[tuple[str, str]] = ("uprn", "uprn")
    columns: ClassVar[tuple[str, ...]] = ("outcome", "incident", "occurred_at")
    codes: ClassVar[dict[str, tuple[str, ...]]] = {
        "outcome": ("visited", "refused", "no_answer", "small_fire"),
    }

    uprn: Uprn | None = None
    address: WrittenAddress | None = None
    incident: Reference | None = None
    occurred_at: AwareDatetime | None = None
    outcome: Literal["visited", "refused", "no_answer", "small_fire"]
