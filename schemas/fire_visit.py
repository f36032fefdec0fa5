"""Fire and rescue: home safety visits and small fires."""

from typing import ClassVar, Literal

from schemas.feed import EventRow, Uprn, WrittenAddress


class FireVisit(EventRow):
    """A home safety visit, made, refused or not answered, or a small fire."""

    kind: ClassVar[str] = "fire_visit"
    subject: ClassVar[tuple[str, str]] = ("uprn", "uprn")
    columns: ClassVar[tuple[str, ...]] = ("outcome",)
    codes: ClassVar[dict[str, tuple[str, ...]]] = {
        "outcome": ("visited", "refused", "no_answer", "small_fire"),
    }

    uprn: Uprn | None = None
    address: WrittenAddress | None = None
    outcome: Literal["visited", "refused", "no_answer", "small_fire"]
