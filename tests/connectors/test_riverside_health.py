import httpx
import orjson

from connectors.riverside_health import RiversideHealth
from earlyhelp.connecting.fhir.resources import ADDRESS_KEY, NHS_NUMBER
from earlyhelp.feeds import Window
from earlyhelp.promises.asking import ConnectorPromises
from earlyhelp.promises.pretending import environment

APPOINTMENT = {
    "resourceType": "Appointment",
    "id": "A000000000001",
    "meta": {"lastUpdated": "2026-10-12T15:00:00Z"},
    "status": "noshow",
    "created": "2026-09-20",
    "start": "2026-10-12T09:30:00+01:00",
    "participant": [
        {"actor": {"type": "Location", "display": "Riverside outpatients"}, "status": "accepted"},
        {"actor": {"type": "Patient", "identifier": {"system": NHS_NUMBER, "value": "9990000018"}}},
    ],
}
UPRN_KEY = {
    "url": ADDRESS_KEY,
    "extension": [
        {"url": "type", "valueCodeableConcept": {"coding": [{"code": "UPRN"}]}},
        {"url": "value", "valueString": "999000000001"},
    ],
}
PATIENT = {
    "resourceType": "Patient",
    "id": "P0000000001",
    "meta": {"lastUpdated": "2026-10-12T15:00:00Z"},
    "identifier": [{"system": "urn:local", "value": "7"}, {"system": NHS_NUMBER, "value": "9990000018"}],
    "name": [{"use": "official", "family": "O'Neill", "given": ["Ada", "Mary"]}],
    "gender": "female",
    "birthDate": "1980-02-01",
    "address": [{"use": "home", "extension": [UPRN_KEY]}],
}
IN_XML = b"""<Bundle xmlns="http://hl7.org/fhir"><type value="searchset"/><entry><resource><Appointment>
  <id value="A000000000001"/><meta><lastUpdated value="2026-10-12T15:00:00Z"/></meta><status value="noshow"/>
  <start value="2026-10-12T09:30:00+01:00"/><created value="2026-09-20"/>
  <participant><actor><type value="Patient"/><identifier>
    <system value="https://fhir.nhs.uk/Id/nhs-number"/><value value="9990000018"/></identifier></actor>
  </participant>
</Appointment></resource><search><mode value="match"/></search></entry></Bundle>"""


class TestRiversideHealth(ConnectorPromises):
    agency, feed, spoil, sample = RiversideHealth, "appointments", "status", APPOINTMENT


class TestRiversidePatients(ConnectorPromises):
    agency, feed, spoil, sample = RiversideHealth, "patients", "gender", PATIENT


def answered(body, media_type):
    """The pages of appointments of an agency that answers with this, and what it was asked to accept."""
    accepted = []

    def agency(request):
        if request.method == "POST":
            return httpx.Response(200, json={"access_token": "token", "expires_in": 600})
        accepted.append(request.headers["Accept"])
        return httpx.Response(200, content=body, headers={"Content-Type": media_type})

    health = RiversideHealth(
        environment(RiversideHealth), transport=httpx.MockTransport(agency), sleep=lambda _: None
    )
    feed = next(one for one in health.feeds if one.name == "appointments")
    return list(health.pages(feed, Window())), accepted


def test_json_and_xml_are_the_same_to_us():
    bundle = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": APPOINTMENT}]}
    (json,), accepted = answered(orjson.dumps(bundle), "application/fhir+json; charset=utf-8")
    (xml,), _ = answered(IN_XML, "application/fhir+xml; charset=utf-8")
    assert json.rows == xml.rows
    assert xml.rows[0].nhs_number == "9990000018"
    assert all("application/fhir+json" in one and "application/fhir+xml" in one for one in accepted)


def status_of(changes, *beside):
    """What becomes of an appointment with these changes, sent with these other resources."""
    entries = [{"resource": {**APPOINTMENT, **changes}}, *({"resource": one, "search": {"mode": "include"}}
                                                          for one in beside)]  # fmt: skip
    bundle = {"resourceType": "Bundle", "type": "searchset", "entry": entries}
    (page,), _ = answered(orjson.dumps(bundle), "application/fhir+json")
    return page.rows[0].status


def test_a_reason_says_that_somebody_was_not_brought():
    reason = {"cancelationReason": {"coding": [{"system": "https://riverside.example", "code": "WNB"}]}}
    assert status_of(reason) == "not_brought"
    assert status_of({**reason, "status": "cancelled"}) == "cancelled"
    assert status_of({"cancelationReason": {"coding": [{"code": "pat"}]}}) == "noshow"


def test_a_patient_who_came_along_and_is_under_age_was_not_brought():
    child = {**PATIENT, "birthDate": "2008-10-13"}
    assert status_of({}, child) == "not_brought"
    assert status_of({}, {**child, "birthDate": "2008-10-12"}) == "noshow"
    assert status_of({"status": "fulfilled"}, child) == "fulfilled"
    assert status_of({}, {**child, "birthDate": None}) == "noshow"


def test_no_server_says_so_by_a_status_of_its_own():
    bundle = {"resourceType": "Bundle", "entry": [{"resource": {**APPOINTMENT, "status": "not_brought"}}]}
    (page,), _ = answered(orjson.dumps(bundle), "application/fhir+json")
    assert not page.rows
    assert len(page.refused) == 1
