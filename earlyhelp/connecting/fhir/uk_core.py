"""Patients and appointments of UK Core (FHIR R4) as our rows; a health agency's connector declares them.

Which official examples they read, and which are refused and why: tests/connectors/test_fhir_examples.py.
"""

from datetime import date
from typing import Any

from pydantic import (
    AliasChoices,
    AliasPath,
    AwareDatetime,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from earlyhelp.connecting.dialects import coded, day_in_london, named, spelt
from earlyhelp.connecting.fhir.resources import (
    day_in,
    forename_in,
    home_in,
    is_withdrawn,
    name_in,
    number_in,
    patient_in,
    surname_in,
    uprn_in,
    was_not_brought,
    written_out,
)
from schemas.appointment import Appointment
from schemas.feed import london_day
from schemas.person import Person

NOT_STANDING = ("entered-in-error", "proposed", "pending", "waitlist")
"""What never was, or is not yet agreed, or no longer is."""
UNTIMED = (*NOT_STANDING, "cancelled")
"""These may come without a time (FHIR R4, Appointment, app-3): they are of the day they were recorded."""
NOT_BROUGHT = "noshow: not brought"
"""Stands in place of "noshow" once the reason is known; no server says it of itself."""
STATUSES = {"booked": "booked", "fulfilled": "fulfilled", "arrived": "fulfilled", "checked-in": "fulfilled",
            "noshow": "noshow", NOT_BROUGHT: "not_brought",
            **dict.fromkeys(UNTIMED, "cancelled")}  # fmt: skip
STATES = tuple(STATUSES)
SEXES = {"female": "female", "male": "male", "other": None, "unknown": None}
UPDATED = AliasPath("meta", "lastUpdated")


def _changed_on(info: ValidationInfo) -> date | None:
    """The day on which the resource was last changed, where that could be read."""
    return london_day(info.data["recorded_at"]) if "recorded_at" in info.data else None


class UkCorePatient(
    Person, extra="ignore",
    alias_generator=named(record_id="id", recorded_at=UPDATED, forename="name", surname="name",
                          date_of_birth="birthDate", sex="gender", nhs_number="identifier", uprn="address"),
):  # fmt: skip
    """A number that is wrong or in doubt is left out, and the person kept: it must never match another's.

    Of a person who is restricted, or replaced by another record, nothing is kept but that they are withdrawn.
    """

    _sex = spelt("sex", coded(SEXES))
    _born = spelt("date_of_birth", day_in)
    _number = spelt("nhs_number", number_in)

    @model_validator(mode="before")
    @classmethod
    def _withdrawn(cls, sent: Any) -> Any:
        if not is_withdrawn(sent):
            return sent
        return {"id": sent.get("id"), "meta": sent.get("meta"), "void": True, "name": [{"text": " "}]}

    @field_validator("forename", mode="before")
    @classmethod
    def _forename(cls, names: Any, info: ValidationInfo) -> str:
        return forename_in(name_in(names, _changed_on(info)))

    @field_validator("surname", mode="before")
    @classmethod
    def _surname(cls, names: Any, info: ValidationInfo) -> str:
        return surname_in(name_in(names, _changed_on(info)))

    @field_validator("uprn", mode="before")
    @classmethod
    def _uprn(cls, addresses: Any, info: ValidationInfo) -> str | None:
        return uprn_in(home_in(addresses, _changed_on(info)))

    @field_validator("address", mode="before")
    @classmethod
    def _address(cls, addresses: Any, info: ValidationInfo) -> str | None:
        return written_out(home_in(addresses, _changed_on(info)))


class UkCoreAppointment(
    Appointment, extra="ignore",
    alias_generator=named(record_id="id", recorded_at=UPDATED, void="status", booked_on="created",
                          nhs_number="participant"),
):  # fmt: skip
    """Entered in error, or not agreed yet: it does not stand. Arrived without more: it was kept.

    FHIR has no status for somebody who was not brought. It is a "noshow" whose reason says so; or that of a
    patient who came along with it, in the same answer, and was under age on that day.
    """

    # Where there is no time its status stands in its place, which says whether that may be.
    occurred_on: date = Field(validation_alias=AliasChoices("start", "status"))
    starts_at: AwareDatetime = Field(validation_alias=AliasChoices("start", UPDATED))

    _void = spelt("void", lambda status: status in NOT_STANDING)
    _status = spelt("status", coded(STATUSES))
    _booked_on = spelt("booked_on", day_in)
    _number = spelt("nhs_number", patient_in)

    @model_validator(mode="before")
    @classmethod
    def _not_brought(cls, sent: Any) -> Any:
        if isinstance(sent, dict) and sent.get("status") == "noshow" and was_not_brought(sent):
            return {**sent, "status": NOT_BROUGHT}
        return sent

    @field_validator("occurred_on", mode="before")
    @classmethod
    def _day(cls, start: Any, info: ValidationInfo) -> date | None:
        if start not in STATES:
            return day_in_london(start)
        if start not in UNTIMED:
            raise PydanticCustomError("untimed", "is one that needs a start, and there is none")
        return _changed_on(info)
