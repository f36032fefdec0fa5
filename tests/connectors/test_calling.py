"""The caller on a real wire, as far as the wire matters; see test_paging for what it fetches."""

import gzip
import socket
import threading
import time
import tracemalloc
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import orjson
import pytest

from earlyhelp.connecting.paging import Cursor, LinkHeader, NextLink
from earlyhelp.connecting.signing_in import ClientCredentials
from earlyhelp.connecting.wire import calling
from earlyhelp.connecting.wire.bounds import Bounds, Deadline, TooLarge, unpacked
from earlyhelp.connecting.wire.manners import Fault, Pacer, pacer, told_to_wait, used_up
from earlyhelp.errors import AgencyAnsweredOddly, SetUpWrong, TryAgainLater
from earlyhelp.feeds import Window
from tests.connectors.wire import agency_of, feed, fetched, ids, served, visit, visits

LIST = LinkHeader(size=None)
NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
QUICK = Bounds(seconds=0.2)


def one_list(rows=None, **headers):
    body = orjson.dumps(visits(2) if rows is None else rows)
    return lambda request: request.give(body, **headers)


def raw(*parts, pause=0.0):
    """Writes exactly these bytes, one part after the other, and hangs up; ``heard`` holds who heard all."""

    def answer(request):
        request.close_connection = True
        try:
            for part in parts:
                request.wfile.write(part)
                request.wfile.flush()
                time.sleep(pause)
        except OSError:
            return  # the caller hung up
        answer.heard.append(request.client_address)

    answer.heard = []
    return answer


def from_wire(answer, **declared):
    with served(answer) as url:
        return fetched(agency_of(feed(LIST, **declared), url=url))


def gave_up(answer, **declared):
    with served(answer) as url:
        agency = agency_of(feed(LIST, **declared), url=url)
        with pytest.raises(TryAgainLater, match="5 attempts") as failed:
            fetched(agency)
    assert len(agency.naps) == 4
    return str(failed.value)


HEAD = b"HTTP/1.1 200 OK\r\n"


def test_rows_come_over_a_real_wire_with_their_bytes():
    (page,) = from_wire(one_list())
    assert ids([page]) == ["V0", "V1"]
    assert page.raw == orjson.dumps(visits(2))


@pytest.mark.parametrize(
    "drip",
    [
        raw(HEAD + b"Content-Length: 9999\r\n\r\n", *[b" "] * 500, pause=0.02),
        raw(HEAD + b"\r\n", *[b" "] * 500, pause=0.02),
        raw(*[bytes([byte]) for byte in HEAD + b"X-Slow: " + b"x" * 500], pause=0.02),
        raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[b"1\r\n \r\n"] * 500, pause=0.02),
    ],
    ids=["body", "body until they hang up", "header", "chunks"],
)
def test_a_slow_drip_is_cut_whole_as_it_is(drip):
    """No silence between two bytes is long, but the whole answer takes longer than we have."""
    assert "an answer that took too long" in gave_up(drip, bounds=QUICK)
    assert not drip.heard, "the line was cut, not sat out"


def test_a_drip_while_signing_in_is_cut_too():
    def answer(request):
        if request.command == "POST":
            return raw(HEAD, *[b"X-Slow: x\r\n"] * 500, pause=0.02)(request)
        return one_list()(request)

    with served(answer) as url:
        settings = {"CLIENT_ID": "us", "SECRET": "s"}
        agency = agency_of(
            feed(LIST, bounds=QUICK), url=url, settings=settings, sign_in=ClientCredentials("/token")
        )
        with pytest.raises(TryAgainLater, match="took too long"):
            fetched(agency)


@pytest.mark.parametrize(
    "said", [b"", HEAD, HEAD + b"Content-Length: 9\r\n\r\n["], ids=["none", "head", "half"]
)
def test_silence_is_not_sat_out(said, monkeypatch):
    """Before the first byte as after it, and while signing in: there httpx alone would wait for ever."""
    monkeypatch.setattr(calling, "TIMEOUT", httpx.Timeout(0.1))
    assert "ReadTimeout" in gave_up(raw(said, pause=0.5))
    with served(raw(said, pause=0.5)) as url:
        settings = {"CLIENT_ID": "us", "SECRET": "s"}
        agency = agency_of(feed(LIST), url=url, settings=settings, sign_in=ClientCredentials("/token"))
        with pytest.raises(TryAgainLater, match="ReadTimeout"):
            fetched(agency)


def test_an_answer_in_time_leaves_the_line_as_it_was():
    """What cuts a late answer must not cut the next one on the same connection."""
    lines = set()

    def answer(request):
        lines.add(request.client_address)
        more = int(request.path.rpartition("=")[2]) + 1 if "=" in request.path else 1
        link = {"Link": f'<?at={more}>; rel="next"'} if more < 4 else {}
        return request.give(orjson.dumps([visit(more)]), **link)

    assert ids(from_wire(answer, bounds=Bounds(seconds=30))) == ["V1", "V2", "V3", "V4"]
    assert len(lines) == 1
    assert not [one for one in threading.enumerate() if isinstance(one, threading.Timer)]


def packed(body):
    return one_answer(gzip.compress(body), Content_Encoding="gzip")


def one_answer(body, **headers):
    return lambda request: request.give(body, **headers)


def test_packed_answers_are_unpacked():
    (page,) = from_wire(packed(orjson.dumps(visits(2))))
    assert (ids([page]), page.raw) == (["V0", "V1"], orjson.dumps(visits(2)))


def test_a_bomb_is_not_unpacked():
    """Less than a hundredth on the wire of what it would be in memory."""
    bomb = gzip.compress(b"[" + b" " * 2**26 + b"]", 1)
    assert len(bomb) < 2**20
    with pytest.raises(AgencyAnsweredOddly, match="more than 4 MiB"):
        from_wire(one_answer(bomb, Content_Encoding="gzip"), bounds=Bounds(size=4 * 2**20))


def test_a_bomb_instead_of_a_token_is_not_unpacked_either():
    bomb = gzip.compress(b" " * 2**22, 1)

    def answer(request):
        return request.give(bomb, Content_Encoding="gzip")

    with served(answer) as url:
        agency = agency_of(
            feed(LIST, bounds=Bounds(size=2**20)), url=url, settings={"CLIENT_ID": "us", "SECRET": "s"},
            sign_in=ClientCredentials("/token"),
        )  # fmt: skip
        with pytest.raises(AgencyAnsweredOddly, match="more than 1 MiB"):
            fetched(agency)
    assert not agency.naps, "there is no use in asking again"


def test_of_a_bomb_no_more_is_unpacked_than_the_bound():
    bomb = gzip.compress(b" " * 2**25, 1)
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            list(unpacked([bomb], "gzip", 2**20, Deadline(60)))
        assert tracemalloc.get_traced_memory()[1] < 2**22
    finally:
        tracemalloc.stop()


def test_a_body_that_comes_too_late_is_left_though_it_goes_on():
    deadline = Deadline(0.01)
    deadline.start()
    with pytest.raises(Fault, match="took too long"):
        list(unpacked(iter(lambda: time.sleep(0.001) or b"[", None), "", 2**60, deadline))
    deadline.close()


def test_an_absurd_size_is_refused_as_soon_as_it_is_passed():
    with pytest.raises(AgencyAnsweredOddly, match="more than 1 MiB"):
        from_wire(
            raw(HEAD + b"Content-Length: 999999999999\r\n\r\n", *[b" " * 2**16] * 64),
            bounds=Bounds(size=2**20),
        )


GZIPPED = gzip.compress(orjson.dumps(visits(2)), mtime=0)


@pytest.mark.parametrize(
    ("body", "headers", "words"),
    [
        (GZIPPED[:-9], {"Content_Encoding": "gzip"}, "cut short"),
        (GZIPPED + b"more", {"Content_Encoding": "gzip"}, "something after its end"),
        (b"no gzip", {"Content_Encoding": "gzip"}, "cannot be unpacked"),
        (zlib.compress(b"[]"), {"Content_Encoding": "br"}, "did not ask for"),
        (b"", {"Content_Encoding": "gzip"}, "not JSON"),
        (b'[{"record_id":"V', {}, "not JSON"),
        (b"<html>Sorry</html>", {"Content_Type": "text/html"}, "not JSON"),
        (b'{"error":"later"}', {}, "no list of rows"),
    ],
)
def test_what_cannot_be_read_is_asked_for_again_and_no_empty_page(body, headers, words):
    assert words in gave_up(one_answer(body, **headers))


@pytest.mark.parametrize(
    "broken",
    [
        raw(HEAD + b'Content-Length: 99\r\n\r\n[{"record_id"'),
        raw(HEAD + b'Transfer-Encoding: chunked\r\n\r\n5\r\n[{"re\r\n'),
        raw(b""),
        raw(b"SMTP ready\r\n\r\n"),
    ],
    ids=["cut body", "cut chunks", "nothing", "another protocol"],
)
def test_a_line_that_breaks_is_tried_again(broken):
    assert "no answer" in gave_up(broken)


def test_nobody_at_home():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        agency = agency_of(feed(LIST), url=f"http://127.0.0.1:{free.getsockname()[1]}")
        with pytest.raises(TryAgainLater, match="ConnectError"):
            fetched(agency)


@pytest.mark.parametrize("kind", ["text/html", "text/plain; charset=latin-1", "application/octet-stream", ""])
def test_rows_that_can_be_read_are_accepted_whatever_the_header_says(kind):
    assert ids(from_wire(one_list(Content_Type=kind))) == ["V0", "V1"]


def test_a_byte_order_mark_is_no_reason_to_refuse():
    assert ids(from_wire(one_answer(b"\xef\xbb\xbf" + orjson.dumps(visits(1))))) == ["V0"]


def test_another_format_is_read_by_its_own_parser_and_asked_for():
    accepted = []

    def answer(request):
        accepted.append(request.headers["Accept"])
        kind, body = kinds.pop(0)
        return request.give(body, Content_Type=kind)

    def lines(body):
        if not body.startswith(b"V"):
            raise ValueError
        return [visit(int(line[1:])) for line in body.split()]

    kinds = [("text/x-lines; charset=utf-8", b"?"), ("Text/X-Lines", b"V7 V8"), ("application/json", b"[]")]
    with served(answer) as url:
        agency = agency_of(feed(LIST, parsers={"text/x-lines": lines}), url=url)
        assert ids(fetched(agency)) == ["V7", "V8"]
        assert len(agency.naps) == 1, "what the parser cannot read is asked for again"
        assert ids(fetched(agency)) == []
    assert set(accepted) == {"application/json, text/x-lines"}


def test_a_form_is_posted_page_after_page():
    asked = []

    def answer(request):
        length = int(request.headers["Content-Length"])
        asked.append((request.command, request.path, request.rfile.read(length)))
        return request.give(
            orjson.dumps({"items": [visit(len(asked))], "next": "2" if len(asked) < 2 else None})
        )

    with served(answer) as url:
        one = feed(Cursor(), form={"poly": "52,0:53,1"}, since="since")
        fetched(agency_of(one, url=f"{url}/api"), Window(since=NOW))
    path = "/api/visits?since=2026-11-02T02%3A00%3A00Z&limit=3"
    assert asked == [
        ("POST", path, b"poly=52%2C0%3A53%2C1"),
        ("POST", f"{path}&cursor=2", b"poly=52%2C0%3A53%2C1"),
    ]


def test_a_range_is_asked_for_with_both_its_ends():
    asked = []

    def answer(request):
        asked.append(request.url.params.multi_items())
        return httpx.Response(200, json=[])

    window = Window(since=NOW - timedelta(days=30), until=NOW)
    fetched(agency_of(feed(LIST, since="from", until="to", since_as="{:.10}"), answer), window)
    fhir = feed(LIST, since="_lastUpdated", since_as="ge{}", until="_lastUpdated", until_as="lt{}")
    fetched(agency_of(fhir, answer), window)
    assert asked == [
        [("from", "2026-10-03"), ("to", "2026-11-02T02:00:00Z")],
        [("_lastUpdated", "ge2026-10-03T02:00:00Z"), ("_lastUpdated", "lt2026-11-02T02:00:00Z")],
    ]


def test_a_feed_without_an_upper_bound_cannot_be_asked_for_a_range():
    with pytest.raises(SetUpWrong, match="test-agency/visits: this feed cannot be asked for a range"):
        fetched(
            agency_of(feed(LIST, since="from"), lambda _: httpx.Response(200, json=[])), Window(until=NOW)
        )


def test_a_feed_that_always_tells_everything_is_not_told_since_when():
    asked = []
    fetched(
        agency_of(feed(LIST), lambda one: asked.append(one) or httpx.Response(200, json=[])),
        Window(since=NOW),
    )
    assert not asked[0].url.query


@pytest.mark.parametrize(
    ("mark", "asks"),
    [
        ({"ETag": '"v7"'}, ("If-None-Match", '"v7"')),
        ({"ETag": 'W/"v7"', "Last-Modified": "Mon, 02 Nov 2026 02:00:00 GMT"}, ("If-None-Match", 'W/"v7"')),
        (
            {"Last-Modified": "Mon, 02 Nov 2026 02:00:00 GMT"},
            ("If-Modified-Since", "Mon, 02 Nov 2026 02:00:00 GMT"),
        ),
    ],
)
def test_what_has_not_changed_is_not_sent_again(mark, asks):
    asked = []

    def answer(request):
        asked.append(request.headers)
        if request.headers.get(asks[0]) == asks[1]:
            return httpx.Response(304, headers={"Date": format_datetime(NOW, usegmt=True)})
        at = int(request.url.params.get("cursor", 0))
        return httpx.Response(
            200, json={"items": [visit(at)], "next": at + 1 if at < 2 else None}, headers=mark
        )

    agency = agency_of(feed(Cursor(), conditional=True), answer)
    pages = fetched(agency)
    assert [page.validator for page in pages] == [None, None, asks[1]], "a window cut short has none"
    resumed = fetched(agency, Window(position=pages[0].position, validator="another"))
    assert [page.validator for page in resumed] == [None, asks[1]], "it goes with the saved position"
    assert len(fetched(agency, Window(validator='"older"'))) == 3
    (page,) = fetched(agency, Window(validator=asks[1]))
    assert (page.unchanged, page.rows, page.position, page.validator, page.clock) == (
        True,
        [],
        None,
        asks[1],
        NOW,
    )
    conditional = ["if-none-match" in headers or "if-modified-since" in headers for headers in asked]
    assert conditional == [False] * 5 + [True, False, False] + [True], "only the first request of a window"


def test_a_mark_too_long_to_keep_is_none():
    def answer(_):
        return httpx.Response(200, json=[], headers={"ETag": f'"{"x" * 199}"'})

    (page,) = fetched(agency_of(feed(LIST, conditional=True), answer))
    assert page.validator is None


def test_a_feed_that_does_not_declare_it_is_never_asked_conditionally():
    def answer(request):
        assert not {"if-none-match", "if-modified-since"} & set(request.headers)
        return httpx.Response(200, json=[], headers={"ETag": '"v7"'})

    (page,) = fetched(agency_of(feed(LIST), answer), Window(validator='"v7"'))
    assert (page.unchanged, page.validator) == (False, None)


def test_not_modified_without_having_asked_is_odd():
    with pytest.raises(AgencyAnsweredOddly, match="304"):
        fetched(agency_of(feed(LIST, conditional=True), lambda _: httpx.Response(304)))


def test_a_run_rides_out_so_many_faults_and_no_more():
    """Every page takes two attempts; none takes five, but all together take too many."""
    asked = []

    def shaky(request):
        asked.append(request)
        if len(asked) % 2:
            return httpx.Response(503)
        at = int(request.url.params.get("cursor", 0))
        return httpx.Response(200, json={"items": [visit(at)], "next": at + 1})

    agency = agency_of(feed(Cursor(), bounds=Bounds(faults=7)), shaky)
    pages = []
    with pytest.raises(TryAgainLater, match="status 503 as fault 7 of this run; run again later to go on"):
        pages.extend(agency.pages(agency.feeds[0], Window()))
    assert (len(pages), len(asked)) == (6, 13)


def test_a_page_that_is_gone_in_the_middle_starts_the_window_again():
    asked = []

    def forgetful(request):
        asked.append(request.url.params.get("cursor"))
        if len(asked) == 2:
            return httpx.Response(410)
        at = int(asked[-1] or 0)
        return httpx.Response(200, json={"items": [visit(at)], "next": at + 1 if at < 2 else None})

    assert ids(fetched(agency_of(feed(Cursor()), forgetful))) == ["V0", "V0", "V1", "V2"]
    assert asked == [None, "1", None, "1", "2"]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9"},
        {"RateLimit-Remaining": "0", "RateLimit-Reset": "9"},
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(NOW.timestamp()) + 9)},
    ],
)
def test_a_quota_that_is_used_up_is_waited_for_before_the_next_request(headers):
    headers = {"Date": format_datetime(NOW, usegmt=True)} | headers

    def answer(request):
        last = "cursor" in request.url.params
        body = {"items": [visit(int(last))], "next": None if last else "1"}
        return httpx.Response(200, json=body, headers={} if last else headers)

    agency = agency_of(feed(Cursor()), answer)
    assert len(fetched(agency)) == 2
    assert agency.naps == [9.0]
    answers = [httpx.Response(429, headers=headers), httpx.Response(200, json=[])]
    agency = agency_of(feed(LIST), lambda _: answers.pop(0))
    fetched(agency)
    assert agency.naps == [9.0]


@pytest.mark.parametrize(
    "headers", [{"Retry-After": "86400"}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "86400"}]
)
def test_an_absurd_wait_is_cut_to_two_minutes(headers):
    answers = [httpx.Response(429, headers=headers), httpx.Response(200, json=[])]
    agency = agency_of(feed(LIST), lambda _: answers.pop(0))
    fetched(agency)
    assert agency.naps == [120.0]


@pytest.mark.parametrize("told", ["soon", "", "-4", "²", "1e9", "Mon, 99 Foo"])
def test_a_wait_that_cannot_be_read_is_none(told):
    assert told_to_wait({"retry-after": told}) is None
    assert used_up({"x-ratelimit-remaining": "0", "x-ratelimit-reset": told}) is None


def test_the_pacer_lets_one_pass_every_so_often():
    now = [100.0]
    turns = Pacer(4, lambda: now[0])
    assert [turns.turn() for _ in range(4)] == [0.0, 0.25, 0.5, 0.75]
    now[0] += 0.5
    assert turns.turn() == 0.5
    now[0] += 60
    assert [turns.turn() for _ in range(2)] == [0.0, 0.25], "a pause saves nothing up"


def test_all_feeds_of_an_agency_in_this_process_have_one_pacer():
    assert pacer("a", 2.0) is pacer("a", 2.0)
    assert pacer("a", 2.0) is not pacer("b", 2.0)


def test_a_rate_that_was_agreed_is_kept(monkeypatch):
    turns = []
    monkeypatch.setattr(Pacer, "turn", lambda self: turns.append(self) or 0.0)
    answers = [httpx.Response(503), httpx.Response(200, json=[])]
    fetched(agency_of(feed(LIST), lambda _: answers.pop(0), rate=5.0, name="paced-agency"))
    assert len(turns) == 2, "every attempt takes its turn"
    fetched(agency_of(feed(LIST), lambda _: httpx.Response(200, json=[]), name="paced-agency"))
    assert len(turns) == 2, "without a rate nobody waits"


def test_a_limit_over_all_processes_takes_the_pacers_place(monkeypatch):
    monkeypatch.setattr(Pacer, "turn", lambda _: pytest.fail("the limit over all processes paces already"))
    passed = []

    def answer(request):
        passed.append("request")
        if request.method == "POST":
            return httpx.Response(200, json={"access_token": "t"})
        return httpx.Response(200, json=[])

    settings = {"CLIENT_ID": "us", "SECRET": "s"}
    agency = agency_of(feed(LIST), answer, settings=settings, rate=1.0, sign_in=ClientCredentials("/token"))
    agency.pace = lambda: passed.append("pace")
    fetched(agency)
    assert passed == ["pace", "request"] * 2, "a request for a token is a request"


@pytest.mark.parametrize(
    "url",
    ["agency.test", "ftp://agency.test", "https://us:secret@agency.test", "https://", "http://a.test:port"],
)
def test_an_address_that_is_none_is_named_and_not_shown(url):
    with pytest.raises(SetUpWrong, match="EARLYHELP_TEST_AGENCY_URL must be an address") as wrong:
        fetched(agency_of(feed(LIST), url=url))
    assert "secret" not in str(wrong.value)


def test_no_log_line_holds_a_query_or_a_header(caplog):
    caplog.set_level("DEBUG")
    more = {"Link": '<?cursor=who-knows>; rel="next"'}
    answers = [(503, {}), (200, more), (200, {})]

    def answer(request):
        status, headers = answers.pop(0)
        return request.give(orjson.dumps({"items": [visit(len(answers))]}), status, **headers)

    with served(answer) as url:
        one = feed(LinkHeader(rows_at="items"), query={"q": "whom"})
        assert len(fetched(agency_of(one, url=url))) == 2
    assert "test-agency/visits: status 503" in caplog.text
    for shown in ("whom", "who-knows", "V1"):
        assert shown not in caplog.text


def test_a_redirect_to_a_private_address_is_not_followed():
    asked = []

    def answer(request):
        asked.append(request.path)
        return request.give(b"", 302, Location="http://169.254.169.254/latest/meta-data")

    with pytest.raises(AgencyAnsweredOddly, match="status 302"):
        from_wire(answer)
    assert len(asked) == 1


def test_the_councils_proxy_is_asked_where_there_is_one(monkeypatch):
    """Most council servers reach the outside no other way."""
    asked = []

    def proxy(request):
        asked.append(request.path)
        return one_list()(request)

    with served(proxy) as url:
        monkeypatch.setenv("http_proxy", url)
        assert ids(fetched(agency_of(feed(NextLink(rows_at="", size=None)), url="http://agency.test"))) == [
            "V0",
            "V1",
        ]
        monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert asked == ["http://agency.test/visits"]
