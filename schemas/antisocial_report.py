"""Reports of anti-social behaviour: of the home that suffers it, and of the one it is said to come from."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime

from schemas.feed import EventRow, Reference, Uprn, WrittenAddress


class AntisocialReport(EventRow):
    """One home's part in one report: ``victim`` where somebody there suffers it, ``cause`` where it is said
    to come from. Being named proves nothing, so that the two are never added up.

    ``incident`` is one event, however often and to however many agencies it was reported (domain.md 4.4).
    ``occurred_on`` is the day of the event and not of the report; its hour is told where it is known.
    """

    kind: ClassVar[str] = "antisocial_report"
    subject: ClassVar[tuple[str, str]] = ("uprn", "uprn")
    columns: ClassVar[tuple[str, ...]] = ("role", "nuisance", "incident", "occurred_at")
    codes: ClassVar[dict[str, tuple[str, ...]]] = {
        "role": ("victim", "cause"),
        "nuisance": ("noise", "rowdy_behaviour", "intimidation", "rubbish", "vehicles", "animals", "other"),
    }

    uprn: Uprn | None = None
    address: WrittenAddress | None = None
    incident: Reference
    occurred_at: AwareDatetime | None = None
    role: Literal["victim", "cause"]
    nuisance: Literal["noise", "rowdy_behaviour", "intimidation", "rubbish", "vehicles", "animals", "other"]
