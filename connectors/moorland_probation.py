"""Moorland Probation: people under supervision, and what happens in it; never for what offence."""

from datetime import timedelta
from typing import Any

from earlyhelp.connecting.agency import Agency, RestFeed
from earlyhelp.connecting.dialects import coded, named, or_no_date, or_none, spelt
from earlyhelp.connecting.paging import LinkHeader
from earlyhelp.connecting.signing_in import MutualTls
from earlyhelp.connecting.tombstones import Tombstone
from earlyhelp.law.policy import Sector
from schemas.person import Person
from schemas.supervision import Supervision

EVENTS = {"ORD-MADE": "order_made", "APP-ATT": "appointment_kept", "APP-FTA": "appointment_missed",
          "ENF-BRCH": "breach", "ORD-TERM": "order_ended", "RE-OFF": "reoffence"}  # fmt: skip
SEXES = {"1": "male", "2": "female", "9": None}
PERSON = named(record_id="crn", recorded_at="recordedAt", surname="surname", former_surname="previousSurname",
               date_of_birth="dateOfBirth", sex="sexCode", address="mainAddress")  # fmt: skip


NOWHERE = {"", "NFA", "NO FIXED ABODE"}


def _settled(written: Any) -> Any:
    """An address; words for somebody of no fixed abode are no place where anybody lives."""
    return None if isinstance(written, str) and written.strip().upper() in NOWHERE else written


class _Supervised(Person, extra="ignore", alias_generator=PERSON):
    """Names as somebody said them, the address as it was typed; never a UPRN."""

    _date_of_birth = spelt("date_of_birth", or_no_date)
    _sex = spelt("sex", coded(SEXES))
    _address = spelt("address", _settled)
    _former_surname = spelt("former_surname", or_none)


class _Contact(
    Supervision,
    extra="ignore",
    alias_generator=named(
        record_id="ref", recorded_at="recordedAt", occurred_on="contactDate", event="type", person="crn"
    ),
):
    """What happened, and to whom by case number; a missed appointment is put right by a later row."""

    _event = spelt("event", coded(EVENTS))


class MoorlandProbation(Agency):
    """Appointments every working day: ten days without one, longer than Christmas, mean that we do not know.

    An entry made for the wrong person is deleted as soon as somebody notices, and says no more than that.
    The register of people changes seldom, and its silence says little.
    """

    name = "moorland-probation"
    sector = Sector.PROBATION
    sign_in = MutualTls()
    feeds = (
        RestFeed("people", schema=Person, theirs=_Supervised, path="/people", paging=LinkHeader(),
                 since="updatedSince", stale_after=timedelta(days=60)),
        RestFeed("supervision", schema=Supervision, theirs=_Contact, path="/contacts", paging=LinkHeader(),
                 since="updatedSince", tombstone=Tombstone("deleted"), stale_after=timedelta(days=10)),
    )  # fmt: skip
