"""A small OpenID provider on loopback: real HTTP, real keys, and strict about what it gives."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from contextlib import contextmanager
from html import escape
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from tests.connectors.wire import served

CLIENT, SECRET, TENANT = "early-help-app", "the-apps-secret", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"


PAGE = b"""<!doctype html><html lang="en"><title>Sign in</title>
<link rel="icon" href="data:,"><main><h1>Northmoor accounts</h1>
<a href="%s&amp;account=priya">Priya Shah</a></main></html>"""


class Provider:
    """Signs everybody in as ``person``; ``spoil`` changes claims, and ``sign`` how they are signed."""

    def __init__(self):
        self.key = RSAKey.generate_key(2048, {"kid": "one", "alg": "RS256", "use": "sig"})
        self.person = {"oid": "priya", "roles": ["KeyWorker"]}
        self.spoil, self.header, self.signer = {}, {"alg": "RS256", "kid": "one"}, None
        self.codes, self.asked, self.down = {}, [], False
        self.signed_in, self.shows_a_page, self.silent = True, False, 0

    def __call__(self, request):
        parts = urlsplit(request.path)
        if self.down:
            return request.give(b"", 503)
        if parts.path.endswith("/openid-configuration"):
            return self._json(request, self._configuration())
        if parts.path == "/keys":
            self.asked.append("keys")
            return self._json(request, KeySet([self.key]).as_dict(private=False))
        if parts.path == "/authorize":
            return self._authorise(request, {k: v[0] for k, v in parse_qs(parts.query).items()})
        return self._token(request)

    def _configuration(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }

    def _authorise(self, request, asked):
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT
        silent = asked.get("prompt") == "none"
        self.silent += silent
        if silent and not self.signed_in:
            back = urlencode({"error": "login_required", "state": asked["state"]})
            return request.give(b"", 302, Location=f"{asked['redirect_uri']}?{back}")
        if self.shows_a_page and not silent and "account" not in asked:
            return request.give(PAGE % escape(request.path).encode(), 200, Content_Type="text/html")
        self.signed_in = True
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"]})
        request.give(b"", 302, Location=f"{asked['redirect_uri']}?{back}")

    def _token(self, request):
        sent = parse_qs(request.rfile.read(int(request.headers["Content-Length"])).decode())
        sent = {name: values[0] for name, values in sent.items()}
        asked = self.codes.pop(sent["code"], None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        proven = _part(digest)
        if (
            asked is None
            or proven != asked["code_challenge"]
            or (sent["client_id"], sent["client_secret"]) != (CLIENT, SECRET)
            or sent["redirect_uri"] != asked["redirect_uri"]
        ):
            return self._json(request, {"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "s", "tid": TENANT, "nonce": asked["nonce"],
            "iat": now, "nbf": now, "exp": now + 3600, **self.person, **self.spoil,
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        self._json(
            request, {"token_type": "Bearer", "access_token": "opaque", "id_token": self._signed(claims)}
        )

    def _signed(self, claims):
        parts = ".".join(_part(json.dumps(part).encode()) for part in (self.header, claims))
        if self.header["alg"] == "none":
            return f"{parts}."
        if self.header["alg"] == "HS256":  # an old confusion: the public key, misused as a shared secret
            secret = self.key.as_pem(private=False)
            return f"{parts}.{_part(hmac.digest(secret, parts.encode(), 'sha256'))}"
        return jwt.encode(self.header, claims, self.signer or self.key, algorithms=[self.header["alg"]])

    def _json(self, request, content, status=200):
        request.give(json.dumps(content).encode(), status, Content_Type="application/json")


def _part(content):
    """One part of a token."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@contextmanager
def running():
    """The provider at a free port of loopback."""
    provider = Provider()
    with served(provider) as provider.issuer:
        yield provider
