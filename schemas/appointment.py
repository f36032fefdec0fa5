"""Appointments: what was booked with health, and whether it was kept."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from schemas.feed import EventRow, Reference


class Appointment(EventRow):
    """An appointment of one person; ``occurred_on`` is the day it is for.

    Its outcome comes as a later row with the same ``record_id``. Health leaves people out by rule, so
    that silence about somebody is never attendance (domain.md 3.2). Who depends on others to come, a child or
    an adult in care, did not miss it: they were ``not_brought``.
    """

    kind: ClassVar[str] = "appointment"
    subject: ClassVar[tuple[str, str]] = ("nhs_number", "nhs_number")
    columns: ClassVar[tuple[str, ...]] = ("status", "nhs_number")
    codes: ClassVar[dict[str, tuple[str, ...]]] = {
        "status": ("booked", "fulfilled", "cancelled", "noshow", "not_brought"),
    }
    ahead: ClassVar[bool] = True

    nhs_number: Reference
    booked_on: date | None = None
    starts_at: AwareDatetime
    status: Literal["booked", "fulfilled", "cancelled", "noshow", "not_brought"]
