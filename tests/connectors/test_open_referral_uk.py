"""Answers in the shapes in which Open Referral UK is published, told in words of our own.

Version 1: the API pages of developers.openreferraluk.org. HSDS-UK 3.0: the schemas of
OpenReferralUK/uk-profile, the examples of openreferral/specification and the mock of
OpenReferralUK/oruk-validator. The oddities marked "live" were seen in a stored page of a council's feed.
"""

from datetime import UTC, date, datetime

import httpx
import pytest

from connectors.open_referral_uk import OpenReferralUk
from earlyhelp.connecting.open_referral import NOT_SAID, OpenReferralService
from earlyhelp.errors import AgencyAnsweredOddly, TryAgainLater
from earlyhelp.feeds import Window
from earlyhelp.promises.asking import ConnectorPromises
from earlyhelp.promises.pretending import NOW, answer, environment, status
from tests.connectors.directories import changing, stamped

ROOT = {"version": "HSDS-UK-3.0", "profile": "https://x.test/profile", "openapi_url": "https://x.test/api"}
IN_VERSION_3 = {
    "id": "ac148810-d857-441c-9679-408f346de14b",
    "organization_id": "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610",
    "name": "Evening counselling",
    "description": "<h1>About</h1>\n<p>Six sessions with a&nbsp;<b>trained</b> counsellor.</p>",
    "url": "https://talk.example/evening",
    "email": "hello@talk.example",
    "status": "temporarily closed",
    "alert": "Closed until the roof is mended.",
    "minimum_age": 12,
    "maximum_age": 18.5,
    "assured_date": "2026-01-31",
    "assurer_email": "somebody@council.example",
    "last_modified": "2026-03-15T10:30:45.123Z",
    "organization": {"id": "d9d5", "name": "Talk", "description": "A charity.", "website": "https://talk.example"},
    "phones": [{"id": "1", "number": "01632 960001"}],
    "contacts": [{"id": "1e7e", "name": "Ann Persona", "title": "Reception manager"}],
    "service_areas": [{"id": "381c", "name": "Old Town"}, {"id": "381d", "service_area": "Harbour"}],
    "service_at_locations": [{"location": {
        "latitude": 53.05, "longitude": -2.18,
        "addresses": [{"address_1": "1 Kiln Road", "postal_code": "zz1 4hq", "country": "GB"}],
        "external_identifier": "10012345678", "external_identifier_type": "UPRN",
    }}],
}  # fmt: skip
IN_VERSION_1 = {
    "id": "0afc4a40-c5a0-4a3c-9d27-7f0a1d3b9f42",
    "name": "Lunch club",
    "description": "A hot meal on Tuesdays.",
    "status": "active",
    "assured_date": "2025-11-20",
    "organization": {"id": "b1", "name": "Good Neighbours", "url": "https://neighbours.example"},
    "eligibilitys": [{"minimum_age": 60, "maximum_age": None}],
    "contacts": [{"name": "Ann Persona", "phones": [{"number": "01632 960002"}]}],
    "service_at_locations": [{"location": {
        "latitude": "53.05", "longitude": "-2.18",
        "physical_addresses": [{"address_1": "2 Kiln Road", "postal_code": "ZZ1 4HR", "country": "England"}],
    }}],
}  # fmt: skip
BASE = "https://agency.test/api"


def in_3(services, number=1, pages=1):
    return {"total_items": len(services) * pages, "total_pages": pages, "page_number": number,
            "size": len(services), "first_page": number == 1, "last_page": number == pages,
            "empty": not services, "contents": services}  # fmt: skip


def in_1(services, number=1, pages=1):
    return {"totalElements": len(services) * pages, "totalPages": pages, "number": number,
            "size": len(services), "first": number == 1, "last": number == pages,
            "content": services}  # fmt: skip


def directory(root, *pages):
    """A directory that answers its root document, and then these pages in turn; and what it was asked."""
    asked = []

    def answering(request):
        asked.append(request)
        if request.url.path == "/api/":
            return root if isinstance(root, httpx.Response) else answer(root)
        return answer(pages[int(request.url.params["page"]) - 1])

    connector = OpenReferralUk(
        environment(OpenReferralUk), transport=httpx.MockTransport(answering), sleep=lambda _: None
    )
    connector.pace = lambda: None
    return connector, asked


def fetched(connector, position=None):
    return list(connector.pages(connector.feeds[0], Window(position=position)))


class TestOpenReferralUk(ConnectorPromises):
    agency, feed, spoil, sample = OpenReferralUk, "services", "status", IN_VERSION_3

    def vary(self, row, number, moment):
        return changing(self.declared.theirs, row, number, moment)

    def pretend(self, *args, **kwargs):
        """As ever, but that the root document is answered beside the truth."""
        made = super().pretend(*args, **kwargs)
        stamped(made.truth)
        of_services = made.answer_to
        made.answer_to = lambda request: answer(ROOT) if request.url.path == "/api/" else of_services(request)
        made.set_up(made.settings)
        return made


def test_a_service_of_version_3_in_our_words():
    service = OpenReferralService.model_validate(IN_VERSION_3)
    assert service.model_dump() == {
        "record_id": IN_VERSION_3["id"],
        "recorded_at": datetime(2026, 3, 15, 10, 30, 45, 123_000, UTC),
        "void": False,
        "name": "Evening counselling",
        "description": "About Six sessions with a trained counsellor.",
        "organisation": "Talk",
        "status": "temporarily_closed",
        "alert": "Closed until the roof is mended.",
        "minimum_age": 12,
        "maximum_age": 18,
        "url": "https://talk.example/evening",
        "email": "hello@talk.example",
        "telephone": "01632 960001",
        "postcode": "ZZ1 4HQ",
        "uprn": "010012345678",
        "serves": "Old Town, Harbour",
        "assured_on": date(2026, 1, 31),
    }


def test_a_service_of_version_1_in_our_words():
    service = OpenReferralService.model_validate(IN_VERSION_1)
    assert (service.minimum_age, service.maximum_age) == (60, None)
    assert (service.telephone, service.url) == ("01632 960002", "https://neighbours.example")
    assert (service.postcode, service.assured_on) == ("ZZ1 4HR", date(2025, 11, 20))
    assert service.recorded_at == NOT_SAID


@pytest.mark.parametrize("sent", [IN_VERSION_1, IN_VERSION_3])
def test_nobodys_name_is_taken(sent):
    said = OpenReferralService.model_validate(sent).model_dump_json()
    assert "Persona" not in said
    assert "somebody@council" not in said


def read(**changes):
    return OpenReferralService.model_validate({**IN_VERSION_3, **changes})


def test_live_an_age_below_nothing_is_no_age():
    service = read(minimum_age=-1, maximum_age=-1)
    assert (service.minimum_age, service.maximum_age) == (None, None)


def test_live_a_moment_without_its_zone_is_never_read_later_than_it_was():
    """In summer it is an hour earlier by Greenwich if it was meant by London's clocks."""
    assert read(last_modified="2025-09-02T12:06:15.654").recorded_at == datetime(
        2025, 9, 2, 11, 6, 15, 654_000, UTC
    )


@pytest.mark.parametrize("made_up", ["Unknown-17@noemail.invalid", "none", "", None, "a@b@c"])
def test_live_an_address_made_up_to_fill_the_field_is_left_out(made_up):
    assert read(email=made_up).email is None


@pytest.mark.parametrize("unsafe", ["javascript:alert(1)", "www.talk.example", "https://a b", "", None, 7])
def test_only_what_a_browser_may_safely_open_is_a_web_address(unsafe):
    assert read(url=unsafe).url is None


def test_a_long_description_is_cut_and_says_so():
    cut = read(description="<p>word</p>" * 400).description
    assert len(cut) == 1000
    assert cut.endswith("…")


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ({"latitude": 100, "longitude": -2.18}, "latitude"),
        ({"latitude": 53.05, "longitude": 100}, "longitude"),
        ({"latitude": 0, "longitude": 0}, "latitude"),
        ({"addresses": [{"country": "US", "postal_code": "90210"}]}, "country"),
        ({"physical_addresses": [{"country": "FR"}]}, "country"),
    ],
)
def test_a_place_that_cannot_be_is_put_aside_and_the_rest_carry_on(place, fault):
    elsewhere = {**IN_VERSION_3, "id": "elsewhere", "service_at_locations": [{"location": place}]}
    (page,) = fetched(directory(ROOT, in_3([elsewhere, IN_VERSION_3]))[0])
    assert [row.record_id for row in page.rows] == [IN_VERSION_3["id"]]
    (bad,) = page.refused
    assert bad.record_id == "elsewhere"
    assert bad.reason.startswith("service_at_locations: holds a")
    assert fault in bad.reason


def test_a_service_without_a_place_is_a_service():
    bare = {k: v for k, v in IN_VERSION_3.items() if k not in ("service_at_locations", "service_areas")}
    service = OpenReferralService.model_validate(bare)
    assert (service.postcode, service.uprn, service.serves) == (None, None, None)


@pytest.mark.parametrize("places", ["nowhere", 7, [7], [{"location": 7}], [{}], None])
def test_places_of_no_agreed_form_never_stop_the_page(places):
    odd = {**IN_VERSION_3, "id": "odd", "service_at_locations": places}
    (page,) = fetched(directory(ROOT, in_3([odd, IN_VERSION_3]))[0])
    assert IN_VERSION_3["id"] in [row.record_id for row in page.rows]
    assert len(page.rows) + len(page.refused) == 2


@pytest.mark.parametrize(("wrapped", "sent"), [(in_3, IN_VERSION_3), (in_1, IN_VERSION_1)])
def test_the_wrapper_is_told_by_its_looks(wrapped, sent):
    connector, asked = directory(ROOT, *(wrapped([{**sent, "id": f"s{n}"}], n, 3) for n in (1, 2, 3)))
    assert [row.record_id for page in fetched(connector) for row in page.rows] == ["s1", "s2", "s3"]
    assert [dict(one.url.params) for one in asked[1:]] == [
        {"page": str(n), "per_page": "100"} for n in (1, 2, 3)
    ]
    assert {one.url.path for one in asked[1:]} == {"/api/services"}


def test_an_empty_directory_is_an_empty_page():
    for wrapped in (in_3, in_1):
        (page,) = fetched(directory(ROOT, wrapped([], pages=0))[0])
        assert (list(page.rows), page.position, page.unchanged) == ([], None, False)


def test_a_service_that_says_no_moment_bears_the_directorys():
    (page,) = fetched(directory(ROOT, in_1([IN_VERSION_1]))[0])
    assert [row.recorded_at for row in page.rows] == [NOW]


@pytest.mark.parametrize(
    "root",
    [
        status(404)(None),
        httpx.Response(200, text="<html>Welcome</html>", headers={"content-type": "text/html"}),
        {"version": "1.0"},
        {"version": "3.0"},
        {"version": "HSDS-UK-3.0", "openapi_url": "no-scheme/openapi30.json"},
        {},
        ["a list"],
    ],
    ids=["none", "a page for people", "1.0", "3.0", "the failing mock", "empty", "no object"],
)
def test_versions_that_we_can_read(root):
    (page,) = fetched(directory(root, in_1([IN_VERSION_1]))[0])
    assert len(page.rows) == 1


@pytest.mark.parametrize("version", ["HSDS-UK-4.0", "2.0", "31", {"no": "text"}])
def test_a_version_that_we_cannot_read_is_refused_in_plain_words(version):
    connector, asked = directory({"version": version}, in_3([IN_VERSION_3]))
    with pytest.raises(AgencyAnsweredOddly, match="a version of the standard that we cannot read"):
        fetched(connector)
    assert len(asked) == 1


def test_a_directory_that_is_down_is_asked_again_another_day():
    with pytest.raises(TryAgainLater, match="status 503 after 5 attempts"):
        fetched(directory(status(503)(None))[0])


def test_the_root_is_asked_once_a_window():
    connector, asked = directory(ROOT, in_3([{**IN_VERSION_3, "id": "a"}], 1, 2), in_3([IN_VERSION_3], 2, 2))
    first, _ = fetched(connector)
    asked.clear()
    assert len(fetched(connector, first.position)) == 1
    assert [one.url.path for one in asked] == ["/api/services"]


def test_without_a_setting_it_is_not_ready():
    assert not OpenReferralUk({}).ready
    assert OpenReferralUk({"EARLYHELP_OPEN_REFERRAL_UK_URL": BASE}).ready
