"""A small OpenID provider on loopback: real HTTP, real keys, and strict about what it gives.

Its addresses, keys, claims and errors have the shape that Microsoft documents for Entra ID's v2.0 endpoint
and one tenant: an issuer with the tenant's id, keys without ``alg`` and with an ``issuer``, more than one of
them published, ``ver``, ``oid``, ``tid``, ``roles``, times five minutes back, and silence that fails where
several accounts are signed in and none is hinted at. Entra ID itself was never asked.
"""

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
from joserfc.jwk import RSAKey

from tests.connectors.wire import served

CLIENT, SECRET = "b9f6a2c4-0a5e-4a57-9d6f-6a1f4c1c2e10", "the-apps-secret"
TENANT, DOMAIN = "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "northmoor.example"


PAGE = b"""<!doctype html><html lang="en"><title>Sign in</title>
<link rel="icon" href="data:,"><main><h1>Northmoor accounts</h1>
<a href="%s&amp;account=priya">Priya Shah</a></main></html>"""


class Provider:
    """Signs everybody in as ``person``; ``spoil`` changes claims, and ``sign`` how they are signed."""

    def __init__(self):
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.coming = RSAKey.generate_key(2048, {"kid": "next", "use": "sig"})
        self.person = {"oid": "priya", "roles": ["KeyWorker"]}
        self.spoil, self.header, self.signer = {}, {"typ": "JWT", "alg": "RS256", "kid": "one"}, None
        self.codes, self.asked, self.down = {}, [], False
        self.signed_in, self.shows_a_page, self.silent = True, False, 0
        self.accounts, self.secret, self.hints = 1, SECRET, []

    def __call__(self, request):
        parts = urlsplit(request.path)
        if self.down:
            return request.give(b"", 503)
        if parts.path.endswith("/openid-configuration"):
            return self._json(request, self._configuration())
        if parts.path == f"/{TENANT}/discovery/v2.0/keys":
            self.asked.append("keys")
            return self._json(request, {"keys": [self._published(key) for key in (self.coming, self.key)]})
        if parts.path == f"/{TENANT}/oauth2/v2.0/authorize":
            return self._authorise(request, {k: v[0] for k, v in parse_qs(parts.query).items()})
        return self._token(request)

    def _configuration(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.base}/{TENANT}/oauth2/v2.0/authorize",
            "token_endpoint": f"{self.base}/{TENANT}/oauth2/v2.0/token",
            "jwks_uri": f"{self.base}/{TENANT}/discovery/v2.0/keys",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "response_modes_supported": ["query", "fragment", "form_post"],
            "subject_types_supported": ["pairwise"],
            "tenant_region_scope": "EU",
        }

    def _published(self, key):
        """A key as Entra ID tells of it: whose it is, and not for which algorithm."""
        return key.as_dict(private=False) | {"issuer": self.issuer, "x5t": key.kid}

    def _authorise(self, request, asked):
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT
        silent = asked.get("prompt") == "none"
        self.silent += silent
        self.hints.append(asked.get("login_hint"))
        several = self.accounts > 1 and asked.get("login_hint") != self._hint()
        if silent and (not self.signed_in or several):
            why = "interaction_required" if several else "login_required"
            said = "AADSTS16000: Either multiple user identities are available for the current request …"
            back = urlencode({"error": why, "error_description": said, "state": asked["state"]})
            return request.give(b"", 302, Location=f"{asked['redirect_uri']}?{back}")
        if self.shows_a_page and not silent and "account" not in asked:
            return request.give(PAGE % escape(request.path).encode(), 200, Content_Type="text/html")
        self.signed_in = True
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"], "session_state": secrets.token_hex(16)})
        request.give(b"", 302, Location=f"{asked['redirect_uri']}?{back}")

    def _token(self, request):
        sent = parse_qs(request.rfile.read(int(request.headers["Content-Length"])).decode())
        sent = {name: values[0] for name, values in sent.items()}
        if sent.get("client_secret") != self.secret:
            said = "AADSTS7000222: The provided client secret keys are expired."
            return self._json(request, {"error": "invalid_client", "error_description": said}, 401)
        asked = self.codes.pop(sent["code"], None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        proven = _part(digest)
        if (
            asked is None
            or proven != asked["code_challenge"]
            or sent["client_id"] != CLIENT
            or sent["redirect_uri"] != asked["redirect_uri"]
        ):
            return self._json(request, {"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {
            "ver": "2.0", "iss": self.issuer, "aud": CLIENT, "tid": TENANT, "nonce": asked["nonce"],
            "sub": _part(hashlib.sha256(self.person["oid"].encode()).digest()),
            "uti": "u", "rh": "0.x", "aio": "a",
            "name": "Priya Shah", "preferred_username": self._hint(),
            "iat": now - 300, "nbf": now - 300, "exp": now + 3900, **self.person, **self.spoil,
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        self._json(
            request,
            {
                "token_type": "Bearer", "scope": "openid profile User.Read", "expires_in": 3899,
                "ext_expires_in": 3899, "access_token": "opaque", "id_token": self._signed(claims),
            },
        )  # fmt: skip

    def _hint(self):
        return f"{self.person['oid']}@{DOMAIN}"

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
    with served(provider) as provider.base:
        provider.issuer = f"{provider.base}/{TENANT}/v2.0"
        yield provider
