import base64
import ssl

import httpx
import orjson
import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from joserfc import jwt
from joserfc.jwk import RSAKey

from connectors.northside_homes import NorthsideHomes
from connectors.riverside_health import RiversideHealth
from earlyhelp.connecting.credentials import Credentials, open_vault
from earlyhelp.connecting.paging import LinkHeader
from earlyhelp.connecting.signing_in import ApiKey, Basic, ClientCredentials, MutualTls, SignedJwt
from earlyhelp.demo.agencies import certificates
from earlyhelp.errors import AgencyAnsweredOddly, SetUpWrong, SignInRefused, TryAgainLater
from earlyhelp.feeds import Window
from earlyhelp.promises.pretending import BASE, SECRET, answer, environment, signing_key
from tests.connectors.wire import agency_of, feed, fetched, ids, served, visits

EMPTY = {"data": {"items": [], "totalPages": 0}}


def tokens_for(token_endpoint, connector=NorthsideHomes, pages=EMPTY, times=1):
    """The forms posted to the token endpoint while a feed is fetched so often."""
    forms, tokens = [], []

    def agency(request):
        if request.method == "GET":
            tokens.append(request.headers["Authorization"])
            return answer(pages() if callable(pages) else pages)
        forms.append(dict(httpx.QueryParams(request.content.decode())))
        return token_endpoint(len(forms))

    made = connector(environment(connector), transport=httpx.MockTransport(agency), sleep=lambda _: None)
    for _ in range(times):
        list(made.pages(made.feeds[0], Window()))
    return forms, tokens


def test_client_credentials_go_into_the_form_and_the_token_into_the_header():
    (form,), tokens = tokens_for(lambda _: answer({"access_token": "t", "expires_in": 600}))
    assert form == {"grant_type": "client_credentials", "client_id": "earlyhelp", "client_secret": SECRET}
    assert tokens == ["Bearer t"]


def test_a_token_is_renewed_half_a_minute_before_it_ends():
    numbers = iter(range(99))

    def page():
        return {"data": {"items": [{"transNo": next(numbers)}], "totalPages": 3}}

    for lasts, asked in ((29, 3), (31, 1)):

        def endpoint(number, lasts=lasts):
            return answer({"access_token": f"t{number}", "expires_in": lasts})

        forms, tokens = tokens_for(endpoint, pages=page)
        assert (len(forms), len(tokens)) == (asked, 3)


def test_a_wrong_secret_is_said_without_saying_it():
    with pytest.raises(SignInRefused, match="EARLYHELP_NORTHSIDE_HOMES_CLIENT_ID") as shut_out:
        tokens_for(lambda _: answer({"error": "invalid_client", "echo": SECRET}, 401))
    assert SECRET not in str(shut_out.value)


def test_trouble_at_the_token_endpoint_is_ridden_out():
    broken = [answer({}, 503), httpx.Response(200, text="<html>"), answer({"token": "?"}), answer([])]
    forms, tokens = tokens_for(lambda n: broken[n - 1] if n <= 4 else answer({"access_token": "t"}))
    assert (len(forms), tokens) == (5, ["Bearer t"])
    with pytest.raises(TryAgainLater, match="when signing in"):
        tokens_for(lambda _: answer({}, 503))


def test_the_assertion_is_signed_as_the_nhs_asks():
    bundle = {"resourceType": "Bundle", "total": 0}
    forms, _ = tokens_for(lambda _: answer({"access_token": "t"}), RiversideHealth, bundle, times=2)
    assert forms[0]["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    key = RSAKey.import_key(signing_key())
    first, second = (jwt.decode(form["client_assertion"], key, algorithms=["RS512"]) for form in forms)
    assert first.header == {"alg": "RS512", "typ": "JWT", "kid": "test-1"}
    assert first.claims["iss"] == first.claims["sub"] == "earlyhelp"
    assert first.claims["aud"] == f"{BASE}/oauth2/token"
    assert first.claims["exp"] - first.claims["iat"] <= 300
    assert first.claims["jti"] != second.claims["jti"]


def test_a_key_that_is_none_is_named_and_not_shown():
    settings = {**environment(RiversideHealth), "EARLYHELP_RIVERSIDE_HEALTH_KEY": "no-key-at-all"}
    auth = SignedJwt("/token").auth(Credentials("riverside-health", settings), httpx.URL(BASE))
    with pytest.raises(SetUpWrong, match="EARLYHELP_RIVERSIDE_HEALTH_KEY") as wrong:
        auth.form()
    assert "no-key" not in str(wrong.value)


def test_a_secret_may_stand_in_a_file(tmp_path):
    file = tmp_path / "secret"
    file.write_text("from-a-file\n")
    assert Credentials("a-b", {"EARLYHELP_A_B_SECRET_FILE": str(file)}).need("SECRET") == "from-a-file"
    with pytest.raises(SetUpWrong, match="EARLYHELP_A_B_SECRET_FILE"):
        Credentials("a-b", {"EARLYHELP_A_B_SECRET_FILE": str(tmp_path / "none")}).need("SECRET")


def test_a_secret_may_stand_in_a_prefect_block():
    credentials = Credentials("a-b", {"EARLYHELP_A_B_SECRET_BLOCK": "a-b-secret"})
    with pytest.raises(SetUpWrong, match="EARLYHELP_A_B_SECRET_BLOCK names a Prefect block"):
        credentials.need("SECRET")
    blocks = {"a-b-secret": "from-a-block\n"}
    open_vault(blocks.__getitem__)
    try:
        assert credentials.need("SECRET") == "from-a-block"
        blocks.clear()
        with pytest.raises(SetUpWrong, match="EARLYHELP_A_B_SECRET_BLOCK names no Secret block"):
            credentials.need("SECRET")
    finally:
        open_vault(None)
    with pytest.raises(
        SetUpWrong, match=r"EARLYHELP_A_B_KEY, EARLYHELP_A_B_KEY_FILE.*EARLYHELP_A_B_KEY_BLOCK"
    ):
        credentials.need("KEY")


def test_what_stands_nearest_is_taken(tmp_path):
    file = tmp_path / "secret"
    file.write_text("from-a-file")
    settings = {"EARLYHELP_A_B_SECRET_FILE": str(file), "EARLYHELP_A_B_SECRET_BLOCK": "never-asked"}
    assert Credentials("a-b", settings).need("SECRET") == "from-a-file"
    assert Credentials("a-b", {**settings, "EARLYHELP_A_B_SECRET": "here"}).need("SECRET") == "here"


LIST = feed(LinkHeader(size=None))


def shown(sign_in, **settings):
    """The headers with which an agency was asked."""
    asked = []
    handler = lambda request: asked.append(request) or httpx.Response(200, json=[])  # noqa: E731
    fetched(agency_of(LIST, handler, sign_in=sign_in, settings=settings))
    return asked[0].headers


def test_a_name_and_a_password_go_into_the_header():
    header = shown(Basic(), USER="us", SECRET="pass:wörd")["Authorization"]
    assert base64.b64decode(header.removeprefix("Basic ")).decode() == "us:pass:wörd"


@pytest.mark.parametrize(
    ("sign_in", "settings", "variable"),
    [
        (Basic(), {"SECRET": SECRET}, "USER"),
        (Basic(), {"USER": "us"}, "SECRET"),
        (Basic(), {"USER": "a:b", "SECRET": SECRET}, "USER"),
        (ApiKey(), {}, "KEY"),
        (ApiKey(), {"KEY": f"{SECRET}\nHost: x"}, "KEY"),
        (ApiKey(), {"KEY": f"{SECRET}é"}, "KEY"),
        (MutualTls(), {"CERT_KEY_FILE": "key.pem"}, "CERT_FILE"),
        (MutualTls(), {"CERT_FILE": "cert.pem"}, "CERT_KEY_FILE"),
        (MutualTls(then=ApiKey()), {"CERT_FILE": "cert.pem", "CERT_KEY_FILE": "key.pem"}, "KEY"),
        (ClientCredentials("/token"), {"SECRET": SECRET}, "CLIENT_ID"),
    ],
)
def test_a_setting_that_is_missing_or_wrong_is_named_and_not_shown(sign_in, settings, variable):
    with pytest.raises(SetUpWrong, match=f"EARLYHELP_TEST_AGENCY_{variable}\\b") as wrong:
        shown(sign_in, **settings)
    assert SECRET not in str(wrong.value)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """An authority, and what it signed for the agency and for us; and a stranger's."""
    folder = tmp_path_factory.mktemp("certificates")
    for whose in ("ours", "strange"):
        (folder / whose).mkdir()
        for name, text in certificates.make().items():
            (folder / whose / name).write_bytes(text)
    return folder


@pytest.fixture
def agency(town):
    """An agency on a real wire that wants to see a certificate, and says whose it saw."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(town / "ours/server.pem", town / "ours/server_key.pem")
    context.load_verify_locations(town / "ours/ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    asked = []

    def rows(request):
        name = dict(part[0] for part in request.connection.getpeercert()["subject"])["commonName"]
        asked.append((name, request.headers["X-Api-Key"]))
        return request.give(orjson.dumps(visits(1)))

    with served(rows, context) as url:
        yield url, asked


def settings_in(town, ca="ours", client="ours", **more):
    return {
        "CA_FILE": str(town / ca / "ca.pem"),
        "CERT_FILE": str(town / client / "client.pem"),
        "CERT_KEY_FILE": str(town / client / "client_key.pem"),
    } | more


def locked(town, passphrase):
    """Our key, locked with a passphrase."""
    key = load_pem_private_key((town / "ours/client_key.pem").read_bytes(), None)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase))


def test_a_certificate_is_shown_and_a_key_besides(town, agency):
    url, asked = agency
    settings = settings_in(town, KEY=SECRET)
    for sign_in in (MutualTls(), MutualTls(then=ApiKey())):
        assert ids(fetched(agency_of(LIST, url=url, sign_in=sign_in, settings=settings))) == ["V0"]
    assert asked == [("earlyhelp.northmoor.example", None), ("earlyhelp.northmoor.example", SECRET)]


def test_a_certificate_of_ours_that_they_do_not_trust_is_a_sign_in_refused(town, agency):
    url, asked = agency
    connector = agency_of(LIST, url=url, sign_in=MutualTls(), settings=settings_in(town, client="strange"))
    with pytest.raises(SignInRefused, match="EARLYHELP_TEST_AGENCY_CERT_FILE"):
        fetched(connector)
    assert (asked, connector.naps) == ([], [])


def test_no_certificate_where_one_is_wanted_is_a_sign_in_refused(town, agency):
    url, asked = agency
    settings = {"CA_FILE": str(town / "ours/ca.pem"), "KEY": SECRET}
    with pytest.raises(SignInRefused, match="EARLYHELP_TEST_AGENCY_CERT_FILE"):
        fetched(agency_of(LIST, url=url, sign_in=ApiKey(), settings=settings))
    assert not asked


@pytest.mark.parametrize("settings", [{}, {"CA_FILE": "strange"}])
def test_an_agency_we_do_not_trust_is_told_nothing(town, agency, settings):
    url, asked = agency
    settings = {"KEY": SECRET} | {name: str(town / whose / "ca.pem") for name, whose in settings.items()}
    connector = agency_of(LIST, url=url, sign_in=ApiKey(), settings=settings)
    with pytest.raises(
        AgencyAnsweredOddly, match=r"we do not trust its certificate.*EARLYHELP_TEST_AGENCY_CA_FILE"
    ):
        fetched(connector)
    assert (asked, connector.naps) == ([], [])


@pytest.mark.parametrize(
    ("broken", "variable"),
    [
        ({"CA_FILE": "no-pem"}, "CA_FILE"),
        ({"CERT_FILE": "no-pem"}, "CERT_FILE"),
        ({"CERT_KEY_FILE": "strange/client_key.pem"}, "CERT_FILE"),
        ({"CERT_KEY_FILE": "nowhere.pem"}, "CERT_KEY_FILE"),
        ({"CERT_KEY_FILE": "locked.pem"}, "CERT_FILE"),
    ],
)
def test_a_certificate_that_is_none_is_named(town, broken, variable):
    (town / "no-pem").write_text("-----BEGIN")
    (town / "locked.pem").write_bytes(locked(town, b"nobody knows it"))
    settings = settings_in(town, **{name: str(town / file) for name, file in broken.items()})
    with pytest.raises(SetUpWrong, match=f"EARLYHELP_TEST_AGENCY_{variable}\\b"):
        fetched(agency_of(LIST, url="https://127.0.0.1:1", sign_in=MutualTls(), settings=settings))


def test_a_certificate_is_not_shown_in_the_open(town):
    with pytest.raises(SetUpWrong, match="EARLYHELP_TEST_AGENCY_URL must begin with https"):
        fetched(agency_of(LIST, url="http://127.0.0.1:1", sign_in=MutualTls(), settings=settings_in(town)))


def test_a_key_with_a_passphrase_is_opened_with_it(town, agency):
    url, asked = agency
    (town / "ours/locked.pem").write_bytes(locked(town, b"open-sesame"))
    settings = settings_in(town, CERT_KEY_FILE=str(town / "ours/locked.pem"), CERT_KEY_SECRET="open-sesame")
    fetched(agency_of(LIST, url=url, sign_in=MutualTls(), settings=settings))
    assert len(asked) == 1
