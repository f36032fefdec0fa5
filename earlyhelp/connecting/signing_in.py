"""How we show an agency who we are: a key, a password, a certificate, or a token that is renewed.

Declared on the agency; the secrets are read when they are needed. A token is renewed half a minute before it
ends, and once when the agency refuses it in mid-sync.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

import httpx
import orjson

from earlyhelp.connecting.credentials import Credentials
from earlyhelp.connecting.wire.calling import fault_in
from earlyhelp.connecting.wire.manners import Fault
from earlyhelp.errors import SetUpWrong, SignInRefused

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

RENEW_EARLY = 30
"""Seconds before its end at which a token is no longer used."""
ASSERTION_LIFE = 240
"""Seconds that a signed assertion holds; NHS England allows five minutes (domain.md 3.2)."""
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

Flow = Generator[httpx.Request, httpx.Response, None]


class SignIn(Protocol):
    """A declared way to sign in; ``auth`` makes the one used in a conversation."""

    def auth(self, credentials: Credentials, base: httpx.URL) -> httpx.Auth:
        """What puts itself on every request to ``base``."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key in a header: ``EARLYHELP_<AGENCY>_KEY``."""

    header: str = "X-Api-Key"

    def auth(self, credentials: Credentials, base: httpx.URL) -> httpx.Auth:
        """The header, with the key read at once."""
        key = credentials.need("KEY")
        if not (key.isascii() and key.isprintable()):
            raise SetUpWrong(
                f"{credentials.agency}: {credentials.variable('KEY')} holds more than a header can; "
                "copy the key again, without what stands around it"
            )
        return _Header(self.header, key)


class _Header(httpx.Auth):
    def __init__(self, header: str, key: str) -> None:
        self._header, self._key = header, key

    def auth_flow(self, request: httpx.Request) -> Flow:
        request.headers[self._header] = self._key
        yield request


@dataclass(frozen=True, slots=True)
class Basic:
    """A name and a password: ``EARLYHELP_<AGENCY>_USER`` and ``..._SECRET``."""

    def auth(self, credentials: Credentials, base: httpx.URL) -> httpx.Auth:
        """The header of RFC 7617, in which a colon ends the name."""
        user = credentials.need("USER")
        if ":" in user:
            variable = credentials.variable("USER")
            raise SetUpWrong(f"{credentials.agency}: {variable} holds a colon, which no such name may")
        return httpx.BasicAuth(user, credentials.need("SECRET"))


@dataclass(frozen=True, slots=True)
class MutualTls:
    """A certificate of ours: ``EARLYHELP_<AGENCY>_CERT_FILE`` and ``..._CERT_KEY_FILE``, both PEM.

    It is shown by the connection itself (`earlyhelp.connecting.wire.securing`). ``then`` is what the agency
    wants to see besides: ``MutualTls(then=ApiKey())``.
    """

    then: SignIn | None = None

    def auth(self, credentials: Credentials, base: httpx.URL) -> httpx.Auth:
        """What else is shown; here it is only seen to that there is a certificate to show."""
        for what in ("CERT", "CERT_KEY"):
            if credentials.file(what) is None:
                raise SetUpWrong(f"{credentials.agency}: set {credentials.variable(what)}_FILE to a PEM file")
        if base.scheme != "https":
            raise SetUpWrong(f"{credentials.agency}: {credentials.variable('URL')} must begin with https://")
        return self.then.auth(credentials, base) if self.then else httpx.Auth()


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """OAuth 2 client credentials: ``EARLYHELP_<AGENCY>_CLIENT_ID`` and ``..._SECRET``."""

    token_path: str
    scope: str | None = None

    def auth(self, credentials: Credentials, base: httpx.URL) -> httpx.Auth:
        """A token by id and secret."""
        return _SecretToken(credentials, httpx.URL(f"{base}{self.token_path}"), self.scope)


@dataclass(frozen=True, slots=True)
class SignedJwt:
    """A signed assertion instead of a secret (private_key_jwt), as the NHS asks for it.

    ``EARLYHELP_<AGENCY>_CLIENT_ID``, ``..._KEY_ID`` and ``..._KEY`` or ``..._KEY_FILE`` (RSA key, PEM).
    """

    token_path: str

    def auth(self, credentials: Credentials, base: httpx.URL) -> httpx.Auth:
        """A token by signature."""
        return _SignedToken(credentials, httpx.URL(f"{base}{self.token_path}"))


class _Token(httpx.Auth, ABC):
    """A bearer token: asked for first, kept while it lasts, renewed once when it is refused."""

    requires_response_body = True

    def __init__(self, credentials: Credentials, address: httpx.URL) -> None:
        self._credentials, self._address = credentials, address
        self._token, self._ends = "", 0.0

    @abstractmethod
    def form(self) -> dict[str, str]:
        """The fields of the request for a token."""

    def auth_flow(self, request: httpx.Request) -> Flow:
        if time.monotonic() >= self._ends:
            yield from self._renewed()
        request.headers["Authorization"] = f"Bearer {self._token}"
        response = yield request
        if response.status_code == 401:
            yield from self._renewed()
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request

    def _renewed(self) -> Flow:
        response = yield httpx.Request("POST", self._address, data=self.form())
        agency = self._credentials.agency
        if fault := fault_in(response):
            raise Fault(f"{fault} when signing in", fault.retry_after)
        if response.status_code != 200:
            raise SignInRefused(
                f"{agency}: status {response.status_code} when asking for a token; "
                f"put right {self._credentials.variable('CLIENT_ID')} and the secret or key that goes with it"
            )
        try:
            answer = orjson.loads(response.content)
            self._token = str(answer["access_token"])
            lasts = float(answer.get("expires_in", 300))
        except (ValueError, LookupError, TypeError, AttributeError):
            raise Fault("no token in the answer when signing in") from None
        self._ends = time.monotonic() + lasts - RENEW_EARLY


class _SecretToken(_Token):
    def __init__(self, credentials: Credentials, address: httpx.URL, scope: str | None) -> None:
        super().__init__(credentials, address)
        self._scope = scope

    def form(self) -> dict[str, str]:
        return {
            "grant_type": "client_credentials",
            "client_id": self._credentials.need("CLIENT_ID"),
            "client_secret": self._credentials.need("SECRET"),
        } | ({"scope": self._scope} if self._scope else {})


def signing_key(text: str) -> "RSAKey":
    """The private key in a text. To make sure of it takes longer than to sign with it."""
    from joserfc.jwk import RSAKey

    return RSAKey.import_key(text)


class _SignedToken(_Token):
    def form(self) -> dict[str, str]:
        return {
            "grant_type": "client_credentials",
            "client_assertion_type": JWT_BEARER,
            "client_assertion": self._assertion(),
        }

    def _assertion(self) -> str:
        from joserfc import jwt  # ten megabytes of cryptography, and only those who sign need it
        from joserfc.errors import JoseError

        client, now = self._credentials.need("CLIENT_ID"), int(time.time())
        header = {"alg": "RS512", "typ": "JWT", "kid": self._credentials.need("KEY_ID")}
        claims = {
            "iss": client,
            "sub": client,
            "aud": str(self._address),
            "jti": str(uuid4()),
            "iat": now,
            "exp": now + ASSERTION_LIFE,
        }
        try:
            key = signing_key(self._credentials.need("KEY"))
            return jwt.encode(header, claims, key, algorithms=["RS512"])
        except (JoseError, ValueError):
            variable = self._credentials.variable("KEY")
            raise SetUpWrong(f"{variable} holds no RSA private key in PEM form") from None
