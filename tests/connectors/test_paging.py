import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earlyhelp.connecting.paging import (
    Answer,
    Bundle,
    Cursor,
    LinkHeader,
    NextLink,
    Offset,
    PageNumber,
    Shifted,
    found,
)
from earlyhelp.connecting.wire.bounds import Bounds
from earlyhelp.connecting.wire.links import link_to
from earlyhelp.errors import AgencyAnsweredOddly
from earlyhelp.feeds import Window
from tests.connectors.wire import BASE, agency_of, feed, fetched, ids, visit, visits


def answered(rows, body=None, url=f"{BASE}/visits", **headers):
    return Answer({"items": rows} if body is None else body, rows, None, url, headers)


class Town:
    """An agency whose list may change before any request: ``meanwhile`` holds what happens before which."""

    def __init__(self, rows, meanwhile=()):
        self.rows, self.meanwhile, self.asked = list(rows), dict(meanwhile), []

    def change(self, request):
        self.asked.append(request)
        if len(self.asked) in self.meanwhile:
            self.meanwhile[len(self.asked)](self.rows)
        return request.url.params

    def by_offset(self, request):
        query = self.change(request)
        begins, size = int(query["offset"]), int(query["limit"])
        return httpx.Response(200, json={"items": self.rows[begins : begins + size], "total": len(self.rows)})

    def by_number(self, request):
        query = self.change(request)
        number, size = int(query["page"]), int(query["pageSize"])
        part = self.rows[(number - 1) * size : number * size]
        return httpx.Response(200, json={"items": part, "totalPages": -(-len(self.rows) // size)})

    def uncounted(self, request):
        body = httpx.Response.json(self.by_number(request))
        return httpx.Response(200, json={"items": body["items"]})

    def linked(self, request):
        """The bare list, with links as RFC 8288 writes them: relative, and among others."""
        at = int(self.change(request).get("at", 0))
        more = f'<?at={at + 3}>; rel="prefetch next"' if at + 3 < len(self.rows) else '<?at=0>; rel="prev"'
        headers = [("Link", '</api/visits?at=0>; rel="first"; title="one, two; three"'), ("Link", more)]
        return httpx.Response(200, json=self.rows[at : at + 3], headers=headers)


@pytest.mark.parametrize(
    ("paging", "body"),
    [
        (PageNumber(rows_at="data.items"), {"data": {"items": {}}}),
        (PageNumber(rows_at="data.items"), {"data": None}),
        (Cursor(), []),
        (Offset(), {"items": None}),
        (LinkHeader(), {"error": "sorry"}),
        (LinkHeader(rows_at="rows"), []),
        (NextLink(), {"next": None}),
        (Bundle(), {"resourceType": "OperationOutcome"}),
        (Bundle(), {"resourceType": "Bundle", "entry": {}}),
    ],
)
def test_no_place_for_rows_is_not_an_empty_page(paging, body):
    assert paging.rows(body) is None


def test_a_bundle_that_found_nothing_has_no_entry():
    assert Bundle().rows({"resourceType": "Bundle", "total": 0}) == []


def test_the_empty_path_is_the_body_itself():
    assert found([1], "") == [1]
    assert LinkHeader().rows([1]) == [1]


@pytest.mark.parametrize(
    "body",
    [
        {"content": [1, 2], "number": 1, "totalPages": 2, "last": False},
        {"contents": [1, 2], "page_number": 1, "total_pages": 2, "last_page": False},
    ],
)
def test_both_wrappers_of_open_referral_are_told_apart_by_looking(body):
    paging = PageNumber(rows_at=("contents", "content"), pages_at=("total_pages", "totalPages"), size=None)
    ask = paging.first("/services", {}, 50)
    assert ask["query"] == {"page": 1}
    assert paging.rows(body) == [1, 2]
    second = paging.following(ask, answered([1, 2], body))
    assert second["query"] == {"page": 2}
    assert paging.following(second, answered([3], body)) is None


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 6, 7])
@pytest.mark.parametrize(
    ("paging", "served"),
    [
        (Offset(), Town.by_offset),
        (Offset(total_at="total"), Town.by_offset),
        (Offset(overlap=2), Town.by_offset),
        (Offset(overlap=0), Town.by_offset),
        (PageNumber(), Town.by_number),
        (PageNumber(), Town.uncounted),
        (LinkHeader(), Town.linked),
    ],
)
def test_every_row_comes_once(paging, served, count):
    town = Town(visits(count))
    pages = fetched(agency_of(feed(paging), lambda request: served(town, request)))
    assert ids(pages) == [f"V{number}" for number in range(count)]
    assert [page.position is None for page in pages] == [False] * (len(pages) - 1) + [True]


def test_a_count_of_all_rows_spares_the_request_that_brings_nothing():
    plain, counted = Town(visits(5)), Town(visits(5))
    fetched(agency_of(feed(Offset()), plain.by_offset))
    fetched(agency_of(feed(Offset(total_at="total")), counted.by_offset))
    assert (len(plain.asked), len(counted.asked)) == (3, 2)


def test_pages_may_be_numbered_from_nought():
    paging = PageNumber(start=0)
    first = paging.first("/x", {}, 2)
    assert first["query"]["page"] == 0
    second = paging.following(first, answered([1, 2], {"items": [1, 2], "totalPages": 2}))
    assert second["query"]["page"] == 1
    assert paging.following(second, answered([3], {"items": [3], "totalPages": 2})) is None


def test_numbered_pages_end_with_an_empty_one_where_nobody_counts_them():
    paging = PageNumber()
    ask = paging.first("/x", {}, 2)
    following = paging.following(ask, answered([1]))
    assert following["query"]["page"] == 2
    assert paging.following(following, answered([])) is None


def test_a_page_must_hold_more_than_it_shares():
    with pytest.raises(ValueError, match="more rows than it shares"):
        Offset(overlap=3).first("/x", {}, 3)


@pytest.mark.parametrize(
    ("paging", "served"),
    [(Offset(), Town.by_offset), (PageNumber(), Town.by_number)],
)
def test_a_row_taken_from_the_top_makes_no_row_slip_past(paging, served):
    def take(rows):
        del rows[:4]

    town = Town(visits(9), {2: take})
    pages = fetched(agency_of(feed(paging), lambda request: served(town, request)))
    assert set(ids(pages)) >= {f"V{number}" for number in range(4, 9)}
    starts = [
        one
        for one in town.asked
        if one.url.params.get("offset", "0") == "0" and one.url.params.get("page", "1") == "1"
    ]
    assert len(starts) == 2, "the window was started again once"


def test_a_first_page_without_a_second_needs_no_new_start():
    town = Town(visits(3))
    fetched(agency_of(feed(PageNumber()), town.by_number))
    assert len(town.asked) == 1


def test_what_lies_between_the_pages_is_saved_with_the_position():
    """A process that was killed between two pages is followed by one that knows what they must share."""
    town = Town(visits(9))
    agency = agency_of(feed(Offset()), town.by_offset)
    first = next(pages := agency.pages(agency.feeds[0], Window()))
    pages.close()
    del town.rows[0]
    rest = fetched(agency, Window(position=first.position))
    assert set(ids(rest)) == {f"V{number}" for number in range(1, 9)}


def test_a_list_that_never_stands_still_is_refused_after_three_new_starts():
    moving = {number: lambda rows: rows.insert(0, visit(f"new-{len(rows)}")) for number in range(2, 99)}
    town = Town(visits(9), moving)
    with pytest.raises(
        AgencyAnsweredOddly, match="do not meet, after the window was started again 3 times"
    ) as odd:
        fetched(agency_of(feed(Offset()), town.by_offset))
    assert "offset=" not in str(odd.value)
    assert [one.url.params["offset"] for one in town.asked] == ["0", "2"] * 4


def test_uneven_pages_are_believed_where_that_was_agreed():
    lengths = {1: [visit(1)], 2: [], 3: [visit(2), visit(3)]}

    def filtered(request):
        return httpx.Response(200, json={"items": lengths[int(request.url.params["page"])], "totalPages": 3})

    assert ids(fetched(agency_of(feed(PageNumber(even=False)), filtered))) == ["V1", "V2", "V3"]
    with pytest.raises(AgencyAnsweredOddly, match="a page in the middle is short"):
        fetched(agency_of(feed(PageNumber()), filtered))


@pytest.mark.parametrize(
    ("lengths", "pages", "slipped"),
    [
        ([3, 3, 1], 3, False),
        ([3, 2, 2], 3, True),
        ([3, 0, 0], 3, True),
        ([2, 3, 1], 3, True),
        ([3, 3, 1, 0], None, False),
        ([3, 2, 3, 0], None, True),
    ],
)
def test_only_the_last_page_may_be_short(lengths, pages, slipped):
    paging = PageNumber()
    ask = paging.first("/x", {}, 3)
    try:
        for length in lengths:
            ask = paging.following(ask, answered([{}] * length, {"totalPages": pages}))
    except Shifted:
        assert slipped
    else:
        assert (slipped, ask) == (False, None)


@pytest.mark.parametrize("rows", [[], [visit(1)]])
def test_pages_that_go_round_are_noticed_full_or_empty(rows):
    asked = []

    def round_and_round(request):
        asked.append(request)
        return httpx.Response(200, json={"items": rows[: len(asked)], "next": "1"})

    with pytest.raises(AgencyAnsweredOddly, match="round in a circle"):
        fetched(agency_of(feed(Cursor()), round_and_round))
    assert len(asked) == 2


def test_fewer_pages_than_there_were_is_a_list_that_shrank():
    paging = PageNumber()
    ask = paging.following(paging.first("/x", {}, 2), answered([1, 2], {"totalPages": 9}))
    with pytest.raises(Shifted, match="fewer pages"):
        paging.following(ask, answered([3, 4], {"totalPages": 8}))


def test_a_page_that_comes_twice_is_noticed_though_its_wrapper_differs():
    """An agency that does not heed the number hands out its first page for ever."""
    asked = []

    def deaf(request):
        asked.append(request)
        return httpx.Response(200, json={"items": visits(3), "totalPages": 9, "page": len(asked)})

    with pytest.raises(AgencyAnsweredOddly, match="a page came twice"):
        fetched(agency_of(feed(PageNumber()), deaf))
    assert len(asked) == 8


def test_a_page_that_came_twice_by_mishap_does_no_harm():
    town = Town(visits(9))
    kept = []

    def cached(request):
        """A cache that once hands out the answer before."""
        answer = town.by_number(request)
        kept.append(answer)
        return kept[0] if len(kept) == 2 else answer

    assert set(ids(fetched(agency_of(feed(PageNumber()), cached)))) == {f"V{number}" for number in range(9)}


def test_empty_pages_in_a_row_are_no_page_that_came_twice():
    def empty(request):
        at = int(request.url.params.get("cursor", 0))
        return httpx.Response(200, json={"items": [], "next": at + 1 if at < 3 else None})

    assert len(fetched(agency_of(feed(Cursor()), empty))) == 4


def test_pages_without_end_have_one():
    def endless(request):
        at = int(request.url.params.get("cursor", 0))
        return httpx.Response(200, json={"items": [visit(at)], "next": at + 1})

    agency = agency_of(feed(Cursor(), bounds=Bounds(pages=5)), endless)
    came = []
    with pytest.raises(AgencyAnsweredOddly, match="more than 5 pages"):
        came.extend(page for page in agency.pages(agency.feeds[0], Window()))
    again = agency.pages(agency.feeds[0], Window(position={"path": "/visits", "query": {"cursor": "4"}}))
    assert next(again).rows[0].record_id == "V4", "the next run goes on where this one stopped"
    again.close()


@pytest.mark.parametrize("paging", [NextLink(), NextLink(rows_at="items", next_at="links.next")])
@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.test/",
        "//elsewhere.test/x",
        "https://u:p@agency.test/api",
        "http://[",
        "file:///etc/x",
    ],
)
def test_a_next_link_to_anybody_else_is_not_followed(paging, link):
    asked = []

    def agency(request):
        asked.append(request)
        return httpx.Response(200, json={"items": [visit(1)], "next": link, "links": {"next": link}})

    with pytest.raises(AgencyAnsweredOddly, match="another host"):
        fetched(agency_of(feed(paging), agency))
    assert len(asked) == 1


def test_a_next_link_is_read_from_where_the_page_stands():
    asked = []

    def agency(request):
        asked.append(str(request.url))
        return httpx.Response(
            200, json={"items": [visit(len(asked))], "next": "visits/more?x=1" if len(asked) < 2 else ""}
        )

    fetched(agency_of(feed(NextLink(size=None)), agency))
    assert asked == [f"{BASE}/visits", f"{BASE}/visits/more?x=1"]


@pytest.mark.parametrize(
    ("header", "link"),
    [
        ("", None),
        ('<https://a.test/2>; rel="next"', "https://a.test/2"),
        ("<2>;rel=next", "2"),
        ('<2> ; REL = "last NEXT"', "2"),
        ('<1>; rel=prev, <3>; rel="next"', "3"),
        ('<1,2;3>; title="a, <b>; rel=next"; rel="prev", <4>; rel=next', "4"),
        ('<1>; title="rel=\\"next\\""; rel=prev', None),
        ('<2>; rel=next; anchor="/other"', None),
        ("<2>; rel=prev; rel=next", None),
        ("<2>; rel=nextish", None),
        ("<2; rel=next", None),
        ('<2>; rel="next', None),
    ],
)
def test_links_are_read_as_rfc_8288_writes_them(header, link):
    assert link_to("next", header) == link


@given(st.text(alphabet='<>;,="\\ relnxt', max_size=200))
def test_no_header_is_too_odd_to_be_read(header):
    assert (link_to("next", header) or "") in header


changes = st.lists(
    st.tuples(st.integers(2, 9), st.booleans(), st.floats(0, 1, exclude_max=True)), min_size=1, max_size=4
)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 14), st.integers(2, 5), changes)
def test_whatever_comes_or_goes_no_row_that_stayed_is_passed_over(count, size, drawn):
    """By offset with an overlap: rows are put in or taken out anywhere, before any request."""

    def at(comes, where):
        def happen(rows):
            index = int(where * (len(rows) + 1))
            if comes:
                rows.insert(index, visit(f"new-{len(town.asked)}-{index}-{len(rows)}"))
            else:
                del rows[index : index + 1]

        return happen

    town = Town(visits(count), {number: at(comes, where) for number, comes, where in drawn})
    seen, stayed = set(), set(range(count))
    try:
        seen = set(ids(fetched(agency_of(feed(Offset(), page_size=size), town.by_offset))))
    except AgencyAnsweredOddly:
        return
    stayed = {row["record_id"] for row in town.rows if "new" not in row["record_id"]}
    assert stayed <= seen
