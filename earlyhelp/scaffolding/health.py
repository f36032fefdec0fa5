"""What a new connector takes from the kit where an agency speaks FHIR: rows, paths and a made-up resource."""

from collections.abc import Mapping
from dataclasses import dataclass

from earlyhelp.errors import SetUpWrong
from schemas.feed import FeedRow


@dataclass(frozen=True, slots=True)
class Resource:
    """A FHIR resource that we know: our reading of it, where it is searched for, what can be spoilt in it."""

    theirs: str
    path: str
    spoil: str


RESOURCES: Mapping[str, Resource] = {
    "appointment": Resource("UkCoreAppointment", "/Appointment", "status"),
    "person": Resource("UkCorePatient", "/Patient", "gender"),
}
"""By our kind of rows; both as UK Core has them (`earlyhelp.connecting.fhir.uk_core`)."""


def resource_of(rows: type[FeedRow]) -> Resource:
    """The resource that brings these rows. Raises `SetUpWrong` for rows that no FHIR server sends."""
    if rows.kind not in RESOURCES:
        raise SetUpWrong(
            f"by FHIR come rows of {' and '.join(RESOURCES)}; for {rows.kind} say another --kind"
        )
    return RESOURCES[rows.kind]
