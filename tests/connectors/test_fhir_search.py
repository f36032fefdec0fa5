"""What stands beside the resources in a search's answer."""

import pytest

from earlyhelp.connecting.fhir.resources import NHS_NUMBER
from earlyhelp.connecting.fhir.search import SearchSet

NUMBER = "9990000018"
BY_NUMBER = {"system": NHS_NUMBER, "value": NUMBER}
WHEN = "2026-10-12T15:00:00Z"
MARIGOLD = {
    "resourceType": "Patient",
    "id": "7",
    "identifier": [{"system": "urn:local", "value": "7"}, BY_NUMBER],
}


def searched(*entries, **said):
    return SearchSet().rows({"resourceType": "Bundle", "type": "searchset", "entry": list(entries)} | said)


def match(resource):
    return {"resource": resource, "search": {"mode": "match"}}


def include(resource, **more):
    return {"resource": resource, "search": {"mode": "include"}} | more


def outcome(severity, mode=None):
    issues = [{"severity": "information", "code": "x"}, {"severity": severity, "code": "x"}]
    resource = {"resourceType": "OperationOutcome", "issue": issues}
    return {"resource": resource} | ({"search": {"mode": mode}} if mode else {})


def referring_to(reference, **more):
    actor = {"reference": reference, "display": "Marigold"}
    return {"id": "A1", "meta": {"lastUpdated": WHEN}, "participant": [{"actor": actor}]} | more


def named(rows):
    """The identifier by which each row's only participant is known."""
    return [row["participant"][0]["actor"].get("identifier") for row in rows]


@pytest.mark.parametrize("body", [None, [], {}, {"resourceType": "OperationOutcome", "issue": []},
                                  {"resourceType": "Bundle", "entry": "none"}])  # fmt: skip
def test_what_is_no_answer_is_asked_for_again(body):
    assert SearchSet().rows(body) is None


def test_nothing_found_is_an_answer():
    assert SearchSet().rows({"resourceType": "Bundle", "type": "searchset", "total": 0}) == []
    assert searched(total=0) == []


@pytest.mark.parametrize("mode", ["outcome", "include", None])
@pytest.mark.parametrize("severity", ["error", "fatal"])
def test_an_answer_of_which_a_part_failed_is_no_answer(mode, severity):
    """Taken for whole, what one of the aggregator's portals could not tell would be lost."""
    assert searched(match({"id": "A1"}), outcome(severity, mode)) is None


@pytest.mark.parametrize("mode", ["outcome", "match", None])
@pytest.mark.parametrize("severity", ["warning", "information"])
def test_a_remark_about_the_search_is_no_row(mode, severity):
    rows = searched(match({"id": "A1", "meta": {"lastUpdated": WHEN}}), outcome(severity, mode))
    assert [row["id"] for row in rows] == ["A1"]


def test_what_is_included_is_no_row_and_what_has_no_mode_is():
    whole = {"id": "A1", "meta": {"lastUpdated": WHEN}}
    assert searched(include(MARIGOLD), {"resource": whole}, {"resource": whole, "search": {}}) == [
        whole,
        whole,
    ]


def test_an_entry_without_a_resource_is_left_to_our_schema_to_refuse():
    assert searched({"fullUrl": "urn:x"}, "odd", match(None)) == [None, None, None]


@pytest.mark.parametrize("said", [{"timestamp": WHEN}, {"meta": {"lastUpdated": WHEN}}])
def test_a_resource_that_does_not_say_stood_so_when_the_answer_was_made(said):
    told, silent = {"id": "A1", "meta": {"lastUpdated": "2026-10-01T00:00:00Z"}}, {"id": "A2"}
    rows = searched(match(told), match(silent), match({"id": "A3", "meta": {"versionId": "2"}}), **said)
    assert [row["meta"].get("lastUpdated") for row in rows] == ["2026-10-01T00:00:00Z", WHEN, WHEN]
    assert silent == {"id": "A2"}


def test_where_nobody_says_when_nothing_is_made_up():
    assert searched(match({"id": "A1"})) == [{"id": "A1"}]


@pytest.mark.parametrize("reference", ["Patient/7", "Patient/7/_history/3", "https://agency.test/Patient/7"])
def test_a_patient_who_came_along_is_named_by_number(reference):
    beside = include(MARIGOLD, fullUrl="https://agency.test/Patient/7")
    assert named(searched(match(referring_to(reference)), beside)) == [BY_NUMBER]


def test_a_patient_inside_the_resource_is_named_by_number():
    inside = referring_to("#p", contained=[{"resourceType": "Location", "id": "l"}, MARIGOLD | {"id": "p"}])
    elsewhere = referring_to("#p")
    assert named(searched(match(inside), match(elsewhere))) == [BY_NUMBER, None]


@pytest.mark.parametrize(
    "reference", ["Patient/8", "https://elsewhere.test/Patient/7", "RelatedPerson/7", 7, None]
)
def test_a_reference_to_anybody_else_stays_one(reference):
    assert named(searched(match(referring_to(reference)), include(MARIGOLD))) == [None]


def test_what_a_participant_says_itself_counts():
    said = {"reference": "Patient/7", "identifier": {"system": "urn:local", "value": "7"}}
    row = {"meta": {"lastUpdated": WHEN}, "participant": [{"actor": said}]}
    assert named(searched(match(row), include(MARIGOLD))) == [said["identifier"]]


@pytest.mark.parametrize("identifiers", [
    None, "odd", [None], [{"system": NHS_NUMBER, "value": "9990000019"}], [BY_NUMBER | {"extension": "odd"}],
])  # fmt: skip
def test_a_patient_without_a_right_number_names_nobody(identifiers):
    beside = include(MARIGOLD | {"identifier": identifiers})
    assert named(searched(match(referring_to("Patient/7")), beside)) == [None]


def test_odd_resources_do_not_stop_the_page():
    odd = [{"meta": "odd"}, {"meta": {"lastUpdated": WHEN}, "contained": "odd", "participant": "odd"}]
    assert searched(*map(match, odd), include(MARIGOLD), timestamp=WHEN) == odd
