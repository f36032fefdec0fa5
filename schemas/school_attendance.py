"""School attendance: one child's half-day sessions in one week."""

from datetime import date
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.feed import EventRow, Reference

Sessions = Annotated[int, Field(ge=0, le=14)]
"""Half-days in a week: two a school day, so ten at most in an ordinary one (domain.md 3.7)."""


class SchoolAttendance(EventRow):
    """A week that began on ``occurred_on``, its Monday, at the child's own school.

    ``pupil`` is the school's own number, by which their register says who that is and where they live: a
    child who moves takes the weeks before along. Rates are of the child's own possible sessions: of one who
    was ``enrolled_on`` a short while ago a rate says little (domain.md 3.7).
    """

    kind: ClassVar[str] = "school_attendance"
    subject: ClassVar[tuple[str, str]] = ("person", "pupil")
    columns: ClassVar[tuple[str, ...]] = (
        "possible_sessions", "missed_sessions", "unauthorised_sessions", "pupil",
    )  # fmt: skip

    pupil: Reference
    possible_sessions: Sessions
    missed_sessions: Sessions
    unauthorised_sessions: Sessions
    enrolled_on: date | None = None

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        """Refuse a week in which more was missed than could be, or more unauthorised than missed."""
        if not self.unauthorised_sessions <= self.missed_sessions <= self.possible_sessions:
            raise PydanticCustomError("sessions", "missed sessions are more than there were")
        return self
