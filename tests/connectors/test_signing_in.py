import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from connectors.northside_homes import NorthsideHomes
from connectors.riverside_health import RiversideHealth
from earlyhelp.connecting.credentials import Credentials
from earlyhelp.connecting.signing_in import SignedJwt
from earlyhelp.errors import SetUpWrong, SignInRefused, TryAgainLater
from earlyhelp.feeds import Window
from earlyhelp.promises.pretending import BASE, SECRET, answer, environment, signing_key

EMPTY = {"data": {"items": [], "totalPages": 0}}


def fetched(token_endpoint, connector=NorthsideHomes, pages=EMPTY, times=1):
    """The forms posted to the token endpoint while a feed is fetched so often."""
    forms, tokens = [], []

    def agency(request):
        if request.method == "GET":
            tokens.append(request.headers["Authorization"])
            return answer(pages)
        forms.append(dict(httpx.QueryParams(request.content.decode())))
        return token_endpoint(len(forms))

    made = connector(environment(connector), transport=httpx.MockTransport(agency), sleep=lambda _: None)
    for _ in range(times):
        list(made.pages(made.feeds[0], Window()))
    return forms, tokens


def test_client_credentials_go_into_the_form_and_the_token_into_the_header():
    (form,), tokens = fetched(lambda _: answer({"access_token": "t", "expires_in": 600}))
    assert form == {"grant_type": "client_credentials", "client_id": "earlyhelp", "client_secret": SECRET}
    assert tokens == ["Bearer t"]


def test_a_token_is_renewed_half_a_minute_before_it_ends():
    page = {"data": {"items": [], "totalPages": 3}}
    for lasts, asked in ((29, 3), (31, 1)):
        forms, tokens = fetched(lambda n, lasts=lasts: answer({"access_token": f"t{n}", "expires_in": lasts}),
                                pages=page)  # fmt: skip
        assert (len(forms), len(tokens)) == (asked, 3)


def test_a_wrong_secret_is_said_without_saying_it():
    with pytest.raises(SignInRefused, match="EARLYHELP_NORTHSIDE_HOMES_CLIENT_ID") as shut_out:
        fetched(lambda _: answer({"error": "invalid_client", "echo": SECRET}, 401))
    assert SECRET not in str(shut_out.value)


def test_trouble_at_the_token_endpoint_is_ridden_out():
    broken = [answer({}, 503), httpx.Response(200, text="<html>"), answer({"token": "?"}), answer([])]
    forms, tokens = fetched(lambda n: broken[n - 1] if n <= 4 else answer({"access_token": "t"}))
    assert (len(forms), tokens) == (5, ["Bearer t"])
    with pytest.raises(TryAgainLater, match="when signing in"):
        fetched(lambda _: answer({}, 503))


def test_the_assertion_is_signed_as_the_nhs_asks():
    bundle = {"resourceType": "Bundle", "total": 0}
    forms, _ = fetched(lambda _: answer({"access_token": "t"}), RiversideHealth, bundle, times=2)
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
