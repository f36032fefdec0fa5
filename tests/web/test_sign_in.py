"""Locks: one-time links, sessions, forms, hosts and headers; and what the built style sheet must not hold."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from earlyhelp.errors import SetUpWrong
from earlyhelp.store import tables as t
from earlyhelp.web import app as web
from earlyhelp.web.desk import STATIC
from earlyhelp.web.entry.sessions import IDLE, LINK_LASTS, LONGEST, hashed
from tests.web.seed import PRIYA, TODAY

ASHDOWN = "/households/H7Q2M9KX"


def test_a_link_works_once(city):
    path, browser = city.link(), city.browser()
    assert browser.post(path, worker="1").headers["location"] == "/"
    assert "Your cases" in browser.get("/").text
    again = city.browser()
    assert again.post(path, worker="1").status_code == 404
    assert not again.key


def test_opening_a_link_uses_nothing_up_and_signs_nobody_in(city):
    path, scanner = city.link(), city.browser()
    for _ in range(3):
        answer = scanner.get(path)
        assert answer.status_code == 200
        assert "Priya Shah" in answer.text
        assert "set-cookie" not in answer.headers
    assert city.rows(t.session) == []
    assert city.browser().post(path, worker="1").status_code == 303


def test_one_worker_of_each_kind_is_offered_first_and_a_busy_key_worker_is_chosen(city):
    page = city.browser().get(city.link()).text
    offered = re.findall(r'value="(\d)"( checked)?', page)
    assert offered == [("1", " checked"), ("2", ""), ("3", ""), ("4", ""), ("5", ""), ("6", ""), ("7", "")]
    assert "3 cases, 2 to look at" in page


def test_a_link_lasts_ten_minutes(city):
    path = city.link()
    city.clock.now += LINK_LASTS
    assert city.browser().get(path).status_code == 404
    assert city.browser().post(path, worker="1").status_code == 404


@pytest.mark.parametrize("worker", ["", "99", "Priya", "1 or 1", "²"])
def test_only_a_worker_can_be_chosen_and_a_wrong_choice_keeps_the_link(city, worker):
    path = city.link()
    assert city.browser().post(path, worker=worker).status_code == 404
    assert city.browser().post(path, worker="1").status_code == 303


def test_a_made_up_link_shows_no_worker(city):
    answer = city.browser().get("/sign-in/" + "a" * 43)
    assert answer.status_code == 404
    assert "Priya" not in answer.text


def test_keys_are_long_and_stored_hashed(city):
    token = city.link().removeprefix("/sign-in/")
    browser = city.browser(PRIYA)
    assert min(len(token), len(browser.key)) >= 43  # 256 bits
    assert hashed(token) in {row["token_hash"] for row in city.rows(t.sign_in_link)}
    assert [row["id_hash"] for row in city.rows(t.session)] == [hashed(browser.key)]


def test_the_cookie_is_bound_to_this_host_and_out_of_reach_of_scripts(city):
    answer = city.browser().post(city.link(), worker="1")
    first, *others = answer.headers.get_list("set-cookie")
    assert first.startswith("__Host-")
    for part in ("HttpOnly", "Path=/", "SameSite=lax", "Secure"):
        assert part in first
    assert "Domain" not in first
    assert all("HttpOnly" in one and "SameSite=lax" in one for one in others)


def test_a_session_ends_when_it_is_idle(city):
    browser = city.browser(PRIYA)
    city.clock.now += IDLE - timedelta(seconds=1)
    assert browser.get("/").status_code == 200
    city.clock.now += IDLE - timedelta(seconds=1)
    assert browser.get("/").status_code == 200
    city.clock.now += IDLE
    assert browser.get("/").status_code == 303


def test_a_session_ends_after_ten_hours_however_busy(city):
    browser = city.browser(PRIYA)
    until = city.clock.now + LONGEST
    while city.clock.now + IDLE / 2 < until:
        city.clock.now += IDLE / 2
        assert browser.get("/").status_code == 200
    city.clock.now = until
    assert browser.get("/").status_code == 303


def test_signing_out_ends_the_session_for_good(city):
    browser = city.browser(PRIYA)
    key, token = browser.key, browser.form_token()
    assert browser.post("/sign-out", form_token=token).headers["location"] == "/sign-in"
    browser.key = key
    assert browser.get("/").status_code == 303
    assert city.rows(t.session) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"accept": "text/html"},
    ],
)
def test_a_form_from_elsewhere_changes_nothing(city, headers):
    browser = city.browser(PRIYA)
    token, path = browser.form_token(), city.link()
    assert browser.post(f"{ASHDOWN}/seen", headers=headers, form_token=token).status_code == 403
    assert browser.post("/sign-out", headers=headers, form_token=token).status_code == 403
    assert city.browser().post(path, headers=headers, worker="1").status_code == 403
    assert city.rows(t.case_event) == []
    assert len(city.rows(t.session)) == 1


def test_a_form_without_its_token_or_with_anothers_changes_nothing(city):
    browser, other = city.browser(PRIYA), city.browser(2).form_token()
    mine = browser.form_token()
    made_up = ("", other, mine[:64], mine[64:], mine[2:], "00" * 64, "x" * 128, mine[:64] + other[64:])
    for form in ({}, *({"form_token": one} for one in made_up)):
        assert browser.post(f"{ASHDOWN}/seen", **form).status_code == 403
    assert city.rows(t.case_event) == []


def test_an_origin_of_our_own_stands_in_for_older_browsers(city):
    browser = city.browser(PRIYA)
    ours = {"origin": "http://127.0.0.1:8765"}
    assert browser.post(f"{ASHDOWN}/seen", headers=ours, form_token=browser.form_token()).status_code == 303


@pytest.mark.parametrize("path", ["/", ASHDOWN, "/sign-in", "/nowhere", "/households/NOBODY"])
def test_every_page_carries_the_security_headers(city, path):
    answer = city.browser(PRIYA).get(path)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "script-src" not in policy, "no page needs a script, and the default lets none run"
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert "noindex" in answer.headers["x-robots-tag"]


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi", "/static/", "/static/../app.py"])
def test_nothing_else_is_open(city, path):
    answer = city.browser(PRIYA).get(path)
    assert answer.status_code == 404
    assert "Page not found" in answer.text


def test_another_host_name_is_refused(city):
    assert city.browser().get("/sign-in", base="http://rebound.example").status_code == 400
    assert city.browser().get("/sign-in", base="http://localhost:8765").status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.5", "northmoor.example", ""])
def test_the_demo_is_not_served_to_other_machines(city, host):
    with pytest.raises(SetUpWrong, match=r"127\.0\.0\.1"):
        web.create_app(city.engine, demo=True, host=host, port=1, today=lambda: TODAY, connectors=[])


def test_outside_the_demo_no_link_signs_anybody_in(city):
    city.app = web.create_app(
        city.engine,
        demo=False,
        host="127.0.0.1",
        port=8765,
        today=lambda: TODAY,
        now=city.clock,
        connectors=[],
    )
    path, browser = city.link(), city.browser()
    assert browser.get(path).status_code == 404
    assert browser.post(path, worker="1").status_code == 404
    assert "invented families" not in browser.get("/sign-in").text


def test_the_strip_says_that_families_are_invented(city):
    browser = city.browser(PRIYA)
    for path in ("/", ASHDOWN, "/sign-in", "/nowhere"):
        assert "invented families" in browser.get(path).text


def test_the_style_sheet_is_the_councils_own():
    files = [path for path in STATIC.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".css"}
    css = (STATIC / "early-help.css").read_text(encoding="utf-8-sig").lower()
    for reserved in ("gds transport", "@font-face", "url(", "crown", "crest", "royal"):
        assert reserved not in css, reserved
    assert '--govuk-frontend-version: "6.3.0"' in css.replace("'", '"')
    sources = Path(web.__file__).parent / "styles"
    assert not [path.name for path in sources.iterdir() if "lock" in path.name]


def test_a_forms_token_comes_in_another_guise_each_time_and_pages_are_compressed(city):
    browser = city.browser(PRIYA)
    tokens = {browser.form_token() for _ in range(3)}
    assert len(tokens) == 3
    for token in tokens:
        assert browser.post(f"{ASHDOWN}/seen", form_token=token).status_code == 303
    assert browser.get(ASHDOWN, headers={"accept-encoding": "gzip"}).headers["content-encoding"] == "gzip"
