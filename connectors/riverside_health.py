"""Riverside Health: patients and appointments, as FHIR R4 resources of UK Core, in JSON or XML."""

from datetime import timedelta

from earlyhelp.connecting.agency import Agency, RestFeed
from earlyhelp.connecting.fhir.search import MEDIA_TYPES, SearchSet
from earlyhelp.connecting.fhir.uk_core import UkCoreAppointment, UkCorePatient
from earlyhelp.connecting.signing_in import SignedJwt
from earlyhelp.law.policy import Sector
from schemas.appointment import Appointment
from schemas.person import Person


class RiversideHealth(Agency):
    """Appointments are made every working day: five days without mean that we do not know. Restricted
    people and hidden clinics are left out by rule, so that silence about somebody never means anything.
    """

    name = "riverside-health"
    sector = Sector.HEALTH
    sign_in = SignedJwt("/oauth2/token")
    feeds = (
        RestFeed("patients", schema=Person, theirs=UkCorePatient, path="/Patient", paging=SearchSet(),
                 since="_lastUpdated", since_as="ge{}", page_size=2000, stale_after=timedelta(days=60),
                 parsers=MEDIA_TYPES),
        RestFeed("appointments", schema=Appointment, theirs=UkCoreAppointment, path="/Appointment",
                 paging=SearchSet(), since="_lastUpdated", since_as="ge{}", page_size=2000,
                 stale_after=timedelta(days=5), parsers=MEDIA_TYPES),
    )  # fmt: skip
