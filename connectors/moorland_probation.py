"""Moorland Probation: what happens in the supervision of people, by address and never by offence."""

from datetime import timedelta

from earlyhelp.connecting.agency import Agency, RestFeed
from earlyhelp.connecting.dialects import coded, named, padded_uprn, spelt
from earlyhelp.connecting.paging import LinkHeader
from earlyhelp.connecting.signing_in import MutualTls
from earlyhelp.connecting.tombstones import Tombstone
from earlyhelp.law.policy import Sector
from schemas.supervision import Supervision

EVENTS = {"ORD-MADE": "order_made", "APP-ATT": "appointment_kept", "APP-FTA": "appointment_missed",
          "ENF-BRCH": "breach", "ORD-TERM": "order_ended", "RE-OFF": "reoffence"}  # fmt: skip


class _Contact(
    Supervision,
    extra="ignore",
    alias_generator=named(record_id="ref", recorded_at="recordedAt", occurred_on="contactDate", event="type"),
):
    """Somebody of no fixed abode has no property; a missed appointment is put right by a later row."""

    _uprn = spelt("uprn", padded_uprn)
    _event = spelt("event", coded(EVENTS))


class MoorlandProbation(Agency):
    """Appointments every working day: ten days without one, longer than Christmas, mean that we do not know.

    An entry made for the wrong person is deleted as soon as somebody notices, and says no more than that.
    """

    name = "moorland-probation"
    sector = Sector.PROBATION
    sign_in = MutualTls()
    feeds = (
        RestFeed("supervision", schema=Supervision, theirs=_Contact, path="/contacts", paging=LinkHeader(),
                 since="updatedSince", tombstone=Tombstone("deleted"), stale_after=timedelta(days=10)),
    )  # fmt: skip
