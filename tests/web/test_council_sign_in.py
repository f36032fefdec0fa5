"""The council's sign-in against a real provider on loopback, and six attacks and more on it."""

import re
import time
from datetime import timedelta
from html import unescape

import httpx
import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import update

from earlyhelp.connecting.credentials import Credentials
from earlyhelp.errors import SetUpWrong
from earlyhelp.store import tables as t
from earlyhelp.store.access.workers import let_go
from earlyhelp.web import confirming
from earlyhelp.web.app import create_app
from earlyhelp.web.entry.cookies import COOKIE, HINT_COOKIE, STARTED_COOKIE
from earlyhelp.web.entry.council import Council
from earlyhelp.web.entry.rates import TRIES
from earlyhelp.web.entry.sessions import form_token, make_link
from earlyhelp.web.pages import signing_in
from tests.web import provider as providers
from tests.web.conftest import AGENCIES, Browser
from tests.web.seed import DAN, PRIYA, TODAY

ASHDOWN = "/households/H7Q2M9KX"
PAGES = "https://early-help.northmoor.example"


class Person(Browser):
    """A browser that keeps every cookie of the app, and follows the provider over the wire."""

    def __init__(self, app):
        super().__init__(app)
        self.cookies = {}

    def ask(self, method, path, base=PAGES, **more):
        told = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        more["headers"] = {**more.get("headers", {}), **({"cookie": told} if told else {})}
        answer = super().ask(method, path, base, **more)
        for one in answer.headers.get_list("set-cookie"):
            name, _, value = one.split(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        self.cookies = {name: value for name, value in self.cookies.items() if value}
        self.key = ""
        return answer

    def sent_out(self):
        """Where the app sends the browser, and where the provider sends it back to."""
        answer = self.get("/council/sign-in")
        assert answer.status_code == 303, answer.text
        returned = httpx.get(answer.headers["location"], trust_env=False)
        assert returned.status_code == 302
        return returned.headers["location"].removeprefix(PAGES)

    def sign_in(self):
        return self.get(self.sent_out())


@pytest.fixture
def provider():
    with providers.running() as running:
        yield running


@pytest.fixture
def house(city, provider):
    """The seeded city as a council's: Priya and Dan are enrolled under their accounts."""
    with city.engine.begin() as conn:
        for worker, oid in ((PRIYA, "priya"), (DAN, "dan")):
            subject = f"{providers.TENANT}/{oid}"
            conn.execute(update(t.worker).where(t.worker.c.id == worker).values(subject=subject))
    given = {
        "EARLYHELP_SIGN_IN_ISSUER": provider.issuer,
        "EARLYHELP_SIGN_IN_CLIENT_ID": providers.CLIENT,
        "EARLYHELP_SIGN_IN_SECRET": providers.SECRET,
    }
    city.app = create_app(
        city.engine, demo=False, host="127.0.0.1", port=8765, today=lambda: TODAY, now=city.clock,
        connectors=AGENCIES, council=Council.set_up(PAGES + "/", Credentials("sign-in", given)),
    )  # fmt: skip
    return city


def test_somebody_with_a_role_signs_in_and_sees_their_own_cases(house):
    priya = Person(house.app)
    assert "/council/sign-in" in priya.get("/sign-in").text
    answer = priya.sign_in()
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Priya Shah" in priya.get("/").text
    assert STARTED_COOKIE not in priya.cookies
    assert house.rows(t.sign_in_start) == []
    (session,) = house.rows(t.session)
    assert (session["worker_id"], session["role"]) == (PRIYA, "key_worker")
    assert priya.cookies[COOKIE] not in str(session)


def test_the_cookies_are_bound_to_this_host_and_hidden_from_scripts(house):
    priya = Person(house.app)
    out = priya.get("/council/sign-in").headers["set-cookie"]
    back = priya.get(priya.sent_out()).headers.get_list("set-cookie")
    for cookie in (out, back[0]):
        assert cookie.startswith("__Host-")
        assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


def test_what_is_sent_to_the_provider_says_nothing_and_proves_everything(house):
    location = httpx.URL(Person(house.app).get("/council/sign-in").headers["location"])
    asked = dict(location.params)
    assert asked["redirect_uri"] == f"{PAGES}/council/signed-in"
    assert asked["scope"] == "openid profile"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    (begun,) = house.rows(t.sign_in_start)
    assert begun["verifier"] not in str(location)
    assert asked["state"] not in str(begun), "it is kept hashed"


SPOILT = {
    "a wrong nonce": {"nonce": "of-another-sign-in"},
    "no nonce": {"nonce": None},
    "a wrong issuer": {"iss": "https://login.elsewhere.example"},
    "a token that has run out": {"exp": int(time.time()) - 3600},
    "a token without an end": {"exp": None},
    "a token of tomorrow": {"nbf": int(time.time()) + 3600},
    "a token for another application": {"aud": "another-app"},
    "a token asked for by another application": {"azp": "another-app"},
    "two audiences": {"aud": [providers.CLIENT, "another-app"], "azp": "another-app"},
}


def refused(house, browser, path):
    answer = browser.get(path)
    assert answer.status_code == 401
    assert "Nobody was signed in" in answer.text
    assert COOKIE not in browser.cookies
    assert house.rows(t.session) == []


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_token_that_is_not_for_this_sign_in_signs_nobody_in(house, provider, spoil):
    provider.spoil = spoil
    somebody = Person(house.app)
    refused(house, somebody, somebody.sent_out())


@pytest.mark.parametrize("how", ["another key", "none", "the public key as a secret", "an unknown key"])
def test_a_token_that_the_provider_did_not_sign_signs_nobody_in(house, provider, how):
    stranger = RSAKey.generate_key(2048, {"kid": "one"})
    if how == "none":
        provider.header = {"alg": "none"}
    elif how == "the public key as a secret":
        provider.header = {"alg": "HS256", "kid": "one"}
    else:
        provider.signer = stranger
        provider.header = {"alg": "RS256", "kid": "one" if how == "another key" else "two"}
    somebody = Person(house.app)
    refused(house, somebody, somebody.sent_out())


def test_a_way_back_opened_in_another_browser_signs_nobody_in(house):
    attacker, victim = Person(house.app), Person(house.app)
    path = attacker.sent_out()
    refused(house, victim, path)
    victim.get("/council/sign-in")
    refused(house, victim, path)


def test_a_way_back_works_once_and_for_ten_minutes(house):
    priya = Person(house.app)
    path = priya.sent_out()
    late = Person(house.app)
    stale = late.sent_out()
    assert priya.get(path).status_code == 303
    with house.engine.begin() as conn:
        conn.execute(t.session.delete())
    priya.cookies.pop(COOKIE)
    refused(house, priya, path)
    house.clock.now += signing_in.START_LASTS
    refused(house, late, stale)


def test_a_made_up_state_or_an_error_from_the_provider_signs_nobody_in(house):
    somebody = Person(house.app)
    path = somebody.sent_out()
    state = httpx.URL(path).params["state"]
    for query in ("", "?code=x", "?code=x&state=made-up", f"?error=access_denied&state={state}"):
        refused(house, somebody, f"/council/signed-in{query}")
    refused(house, somebody, path)


def test_a_key_that_was_changed_is_asked_for_at_once(house, provider):
    assert Person(house.app).sign_in().status_code == 303
    provider.key = RSAKey.generate_key(2048, {"kid": "two", "alg": "RS256", "use": "sig"})
    provider.header = {"alg": "RS256", "kid": "two"}
    assert Person(house.app).sign_in().status_code == 303
    assert len(provider.asked) == 2


def test_a_key_that_was_published_before_it_signs_needs_no_second_asking(house, provider):
    assert Person(house.app).sign_in().status_code == 303
    provider.signer, provider.header = provider.coming, {"alg": "RS256", "kid": "next"}
    assert Person(house.app).sign_in().status_code == 303
    assert len(provider.asked) == 1


def test_groups_beyond_what_a_token_holds_change_nothing_since_roles_count(house, provider):
    provider.spoil = {
        "hasgroups": True, "_claim_names": {"groups": "src1"},
        "_claim_sources": {"src1": {"endpoint": "https://graph.elsewhere.example/me/getMemberObjects"}},
    }  # fmt: skip
    assert Person(house.app).sign_in().status_code == 303


def test_a_token_of_another_tenant_signs_nobody_in(house, provider):
    other = "00000000-0000-4000-8000-000000000000"
    provider.spoil = {"iss": provider.issuer.replace(providers.TENANT, other), "tid": other}
    somebody = Person(house.app)
    refused(house, somebody, somebody.sent_out())


@pytest.mark.parametrize("accounts", [1, 2])
def test_who_is_signed_in_with_several_accounts_is_asked_again_for_the_one_that_is_meant(
    house, provider, accounts
):
    provider.accounts = accounts
    priya = Person(house.app)
    priya.sign_in()
    house.clock.now += confirming.HOLDS
    assert went_and_came_back(house, priya).headers["location"] == "/"
    assert provider.hints == [None, "priya@northmoor.example"]
    assert "priya@" not in str(priya.cookies), "a hint shows on no screen"
    priya.cookies[HINT_COOKIE] = "bm9ib2R5"
    house.clock.now += confirming.HOLDS
    answer = went_and_came_back(house, priya)
    assert (answer.status_code == 303) == (accounts == 1), "a hint is believed by nobody"


def test_a_hint_goes_with_the_session_and_one_that_was_tampered_with_is_none(house):
    priya = Person(house.app)
    priya.sign_in()
    for spoilt in ("%%%", "/w==", "AAAA", "a" * 2_000):
        priya.cookies[HINT_COOKIE] = spoilt
        location = httpx.URL(priya.get("/council/confirm?to=/").headers["location"])
        assert "login_hint" not in location.params
    priya.post("/sign-out", form_token=form_token(priya.cookies[COOKIE]))
    assert HINT_COOKIE not in priya.cookies


def test_a_secret_that_has_run_out_is_said_so_to_engineers_and_ends_no_session(house, provider, caplog):
    priya, late = Person(house.app), Person(house.app)
    priya.sign_in()
    provider.secret = "another"
    path = late.sent_out()
    answer = late.get(path)
    assert answer.status_code == 503
    assert "service desk" in answer.text
    house.clock.now += confirming.HOLDS
    assert went_and_came_back(house, priya).status_code == 503
    assert [one.message.count("EARLYHELP_SIGN_IN_SECRET") for one in caplog.records] == [1, 1]
    assert "AADSTS" not in caplog.text
    provider.secret = providers.SECRET
    assert went_and_came_back(house, priya).headers["location"] == "/"


def test_a_refusal_of_the_provider_is_shown_by_its_code_alone(house):
    somebody = Person(house.app)
    state = httpx.URL(somebody.sent_out()).params["state"]
    words = "AADSTS50105: Your administrator has blocked priya@northmoor.example <b>"
    asked = {"error": "access_denied", "error_description": words, "state": state}
    answer = somebody.get("/council/signed-in", params=asked)
    assert answer.status_code == 401
    assert "AADSTS50105" in answer.text
    assert "priya@" not in answer.text
    made_up = somebody.get("/council/signed-in", params=asked | {"state": "made-up"})
    assert "AADSTS" not in made_up.text, "only of a sign-in that was begun here"


def test_a_provider_that_is_away_is_said_so(house, provider):
    somebody = Person(house.app)
    path = somebody.sent_out()
    provider.down = True
    assert somebody.get(path).status_code == 503
    fresh = create_app(
        house.engine, demo=False, host="127.0.0.1", port=1, today=lambda: TODAY, connectors=AGENCIES,
        council=Council(provider.issuer, "c", "s", PAGES),
    )  # fmt: skip
    answer = Person(fresh).get("/council/sign-in")
    assert answer.status_code == 503
    assert "does not answer" in answer.text


@pytest.mark.parametrize(
    ("oid", "roles"), [("priya", []), ("priya", ["TeamManager"]), ("priya", None), ("nobody", ["KeyWorker"])]
)
def test_without_a_role_that_was_given_and_enrolled_nobody_comes_in(house, provider, oid, roles):
    provider.person = {"oid": oid, "roles": roles}
    answer = Person(house.app).sign_in()
    assert answer.status_code == 403
    assert "no role here" in answer.text
    assert house.rows(t.session) == []


def test_a_role_that_is_lost_ends_every_session(house, provider):
    priya, dan = Person(house.app), Person(house.app)
    priya.sign_in()
    provider.person = {"oid": "dan", "roles": ["KeyWorker"]}
    dan.sign_in()
    provider.person = {"oid": "priya", "roles": []}
    assert Person(house.app).sign_in().status_code == 403
    assert priya.get("/").status_code == 303
    assert dan.get("/").status_code == 200


def test_a_role_that_is_changed_with_us_ends_the_session(house):
    priya = Person(house.app)
    priya.sign_in()
    with house.engine.begin() as conn:
        conn.execute(update(t.worker).where(t.worker.c.id == PRIYA).values(role="manager"))
    assert priya.get("/").status_code == 303
    assert house.rows(t.session) == []


def went_and_came_back(house, browser, page="/"):
    """Open a page when the council's word is old: what is shown, sent on, and come back with."""
    shown = browser.get(page)
    assert "We are checking with the council that you still work here" in shown.text
    (to,) = re.findall(r'http-equiv="refresh" content="0; url=([^"]*)"', shown.text)
    sent = browser.get(unescape(to))
    assert sent.status_code == 303, sent.text
    assert httpx.URL(sent.headers["location"]).params["prompt"] == "none"
    returned = httpx.get(sent.headers["location"], trust_env=False).headers["location"]
    return browser.get(returned.removeprefix(PAGES))


def test_the_council_is_asked_again_every_quarter_of_an_hour_and_nobody_sees_it(house, provider):
    priya = Person(house.app)
    priya.sign_in()
    key = priya.cookies[COOKIE]
    house.clock.now += confirming.HOLDS - timedelta(seconds=1)
    assert "Your cases" in priya.get("/").text
    house.clock.now += timedelta(seconds=1)
    answer = went_and_came_back(house, priya, f"{ASHDOWN}?recorded=decision")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{ASHDOWN}?recorded=decision")
    assert "The Ashdown household" in priya.get(ASHDOWN).text
    assert (priya.cookies[COOKIE], provider.silent) == (key, 1)
    assert house.rows(t.sign_in_start) == []


@pytest.mark.parametrize("lost", ["the role", "another role", "the account", "somebody else's browser"])
def test_what_the_council_takes_away_is_lost_within_a_quarter_of_an_hour(house, provider, lost):
    priya, elsewhere = Person(house.app), Person(house.app)
    priya.sign_in()
    elsewhere.sign_in()
    house.clock.now += confirming.HOLDS
    if lost == "the account":
        provider.signed_in = False
    else:
        roles = {"the role": [], "another role": ["TeamManager"]}.get(lost, ["KeyWorker"])
        provider.person = {"oid": "dan" if lost.startswith("somebody") else "priya", "roles": roles}
    answer = went_and_came_back(house, priya, ASHDOWN)
    assert (answer.status_code, "Ashdown" in answer.text) == (401, False)
    assert "You are signed out" in answer.text
    assert priya.get("/").headers["location"] == "/sign-in"
    over = elsewhere.get("/").status_code == 303
    assert over == lost.endswith("role"), "a role that is lost ends every session of theirs"


def test_words_that_were_being_written_are_kept_and_half_an_hour_is_the_end(house):
    priya = Person(house.app)
    priya.sign_in()
    form = {"form_token": form_token(priya.cookies[COOKIE]), "what": "story", "words": "We moved twice."}
    house.clock.now += confirming.LATEST - timedelta(seconds=1)
    assert priya.post(f"{ASHDOWN}/words", **form).headers["location"] == f"{ASHDOWN}/plan"
    house.clock.now += timedelta(seconds=1)
    assert priya.post(f"{ASHDOWN}/words", **form | {"words": "Thrice."}).status_code == 401
    assert [row["words"] for row in house.rows(t.story)] == ["We moved twice."]
    assert house.rows(t.session) == []


def test_a_silent_way_back_is_of_its_own_session_alone(house):
    priya, dan = Person(house.app), Person(house.app)
    priya.sign_in()
    dan.sign_in()
    sent = priya.get("/council/confirm?to=/").headers["location"]
    returned = httpx.get(sent, trust_env=False).headers["location"].removeprefix(PAGES)
    assert dan.get(returned).status_code == 401
    assert Person(house.app).get("/council/confirm?to=/").headers["location"] == "/sign-in"


@pytest.mark.parametrize(
    "to", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere", "/" + "a" * 300]
)
def test_a_way_back_never_leads_elsewhere(house, to):
    priya = Person(house.app)
    priya.sign_in()
    sent = priya.get("/council/confirm", params={"to": to}).headers["location"]
    returned = httpx.get(sent, trust_env=False).headers["location"].removeprefix(PAGES)
    assert priya.get(returned).headers["location"] == "/"


def test_whoever_is_let_go_is_out_at_the_next_request_and_what_changes_with_us_counts_at_once(house):
    priya = Person(house.app)
    priya.sign_in()
    with house.engine.begin() as conn:
        conn.execute(update(t.worker).where(t.worker.c.id == PRIYA).values(domestic_abuse_trained=False))
    assert priya.get("/households/H3V8T4WD").status_code == 404
    assert "H3V8T4WD" not in priya.get("/").text
    with house.engine.begin() as conn:
        assert let_go(conn, PRIYA, TODAY) is not None
    assert priya.get(ASHDOWN).headers["location"] == "/sign-in"
    assert house.rows(t.session) == []


def test_a_list_to_keep_asks_the_council_too(house):
    priya = Person(house.app)
    priya.sign_in()
    house.clock.now += confirming.HOLDS
    assert priya.get("/cases.csv").headers["location"] == "/council/confirm?to=%2Fcases.csv"


def test_signing_in_again_ends_the_session_before(house):
    priya = Person(house.app)
    priya.sign_in()
    before = priya.cookies[COOKIE]
    priya.sign_in()
    assert priya.cookies[COOKIE] != before
    assert len(house.rows(t.session)) == 1


def test_who_tries_too_often_waits_and_others_do_not(house):
    somebody = Person(house.app)
    answers = [somebody.get("/council/sign-in").status_code for _ in range(TRIES + 2)]
    assert answers == [303] * TRIES + [429] * 2
    assert somebody.get("/sign-in").status_code == 200
    house.clock.now += timedelta(minutes=1)
    assert somebody.get("/council/sign-in").status_code == 303


def test_links_on_the_terminal_let_nobody_into_a_councils_pages(house):
    path = make_link(house.engine, PAGES, now=house.clock.now).removeprefix(PAGES)
    somebody = Person(house.app)
    assert somebody.get(path).status_code == 404
    assert somebody.post(path, worker="1").status_code == 404
    assert house.rows(t.session) == []


def test_only_the_councils_own_name_is_answered_to_and_only_in_private(house):
    somebody = Person(house.app)
    assert somebody.get("/sign-in", base="http://127.0.0.1:8765").status_code == 400
    answer = somebody.get("/sign-in")
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
    assert "Demo" not in answer.text


def test_in_the_demo_there_is_no_councils_sign_in(city):
    assert city.browser().get("/council/sign-in").status_code == 404
    assert city.browser().get("/council/signed-in?code=x&state=y").status_code == 404
    with pytest.raises(SetUpWrong, match="link on the terminal"):
        create_app(
            city.engine, demo=True, host="127.0.0.1", port=1, today=lambda: TODAY,
            council=Council("https://x.example", "c", "s", PAGES),
        )  # fmt: skip


GIVEN = {"ISSUER": "https://login.example/t/v2.0", "CLIENT_ID": "c", "SECRET": "s"}


@pytest.mark.parametrize(
    ("change", "pages", "named"),
    [
        ({"ISSUER": ""}, PAGES, "SIGN_IN_ISSUER"),
        ({"CLIENT_ID": ""}, PAGES, "SIGN_IN_CLIENT_ID"),
        ({"SECRET": ""}, PAGES, "SIGN_IN_SECRET"),
        ({"ISSUER": "https://login.microsoftonline.com/northmoor.example/v2.0"}, PAGES, "not its name"),
        ({"ISSUER": f"https://login.microsoftonline.com/{providers.TENANT}"}, PAGES, "end it in /v2.0"),
        ({"ISSUER": "http://login.example/t"}, PAGES, "SIGN_IN_ISSUER"),
        ({"ISSUER": "https://login.microsoftonline.com/common/v2.0"}, PAGES, "SIGN_IN_ISSUER"),
        ({}, "http://early-help.northmoor.example", "EARLYHELP_PAGES"),
    ],
)
def test_a_setting_that_is_missing_or_unsafe_is_named(change, pages, named):
    given = {f"EARLYHELP_SIGN_IN_{name}": value for name, value in (GIVEN | change).items() if value}
    with pytest.raises(SetUpWrong, match=named):
        Council.set_up(pages, Credentials("sign-in", given))
