"""The council's own sign-in: OpenID Connect, authorisation code with PKCE, one tenant, its own app roles.

What a token says is believed only after its signature, issuer, audience, age and nonce have been checked.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from earlyhelp.connecting.credentials import Credentials
from earlyhelp.errors import SetUpWrong, SignInRefused, TryAgainLater

SECONDS = 10
LEEWAY = 60
"""Seconds by which our clock and theirs may differ."""
KNOWN_FOR = 3600
"""Seconds for which the provider's addresses and keys are kept; a key we do not know is asked for at once."""
SIGNED_BY = ["RS256"]
BACK = "/council/signed-in"
ROLES = {"KeyWorker": "key_worker", "AgencyWorker": "agency_worker", "TeamManager": "manager",
         "Reviewer": "reviewer"}  # fmt: skip
"""The app roles that a council defines and assigns to its groups, and what they are to us.

App roles, since group claims drop out of a token when somebody is in too many groups (ui.md 2.1).
"""
HERE = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Started:
    """What a sign-in begins with: where the browser goes, and what must come back with it."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Account:
    """Who signed in: the account by its lasting number, and the roles it was given for this service."""

    subject: str
    roles: frozenset[str]


@dataclass
class Council:
    """One council's provider. ``pages`` is our own address as browsers know it."""

    issuer: str
    client_id: str
    secret: str
    pages: str
    _told: Mapping[str, Any] = field(default_factory=dict, repr=False)
    _keys: Any = field(default=None, repr=False)
    _asked_at: float = field(default=float("-inf"), repr=False)

    def __repr__(self) -> str:
        return f"Council({self.issuer!r})"

    @classmethod
    def set_up(cls, pages: str, given: Credentials) -> Self:
        """The provider of ``EARLYHELP_SIGN_IN_ISSUER`` and its like. Raises `SetUpWrong`."""
        issuer = given.need("ISSUER").rstrip("/")
        for name, address in (("EARLYHELP_SIGN_IN_ISSUER", issuer), ("EARLYHELP_PAGES", pages)):
            parts = urlsplit(address)
            if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in HERE):
                raise SetUpWrong(f"{name} does not begin with https://, so that others could listen")
        if "/common" in issuer or "/organizations" in issuer:
            raise SetUpWrong("EARLYHELP_SIGN_IN_ISSUER lets every tenant in; write your tenant's id in it")
        return cls(issuer, given.need("CLIENT_ID"), given.need("SECRET"), pages.rstrip("/"))

    @property
    def host(self) -> str:
        """The name by which browsers know us."""
        return urlsplit(self.pages).hostname or ""

    def start(self, state: str, nonce: str, verifier: str, *, silent: bool = False) -> Started:
        """Where to send a browser that wants to sign in. Raises `TryAgainLater`.

        ``silent``: without showing anybody anything; it comes back with an error where that cannot be.
        """
        more = {"prompt": "none"} if silent else {}
        with self._session() as session:
            address, _ = session.create_authorization_url(
                self._metadata()["authorization_endpoint"],
                state=state, nonce=nonce, code_verifier=verifier, response_mode="query", **more,
            )  # fmt: skip
        return Started(address, state, nonce, verifier)

    def account(self, code: str, nonce: str, verifier: str) -> Account:
        """Whose code it is. Raises `SignInRefused` where anything is not as it should be, `TryAgainLater`."""
        try:
            with self._session() as session:
                token = session.fetch_token(
                    self._metadata()["token_endpoint"], code=code, code_verifier=verifier, timeout=SECONDS
                )
            claims = self._claims(token, nonce)
        except (JoseError, AuthlibBaseError, KeyError, TypeError, ValueError):
            raise SignInRefused("the sign-in does not prove who it is") from None
        except requests.RequestException:
            raise TryAgainLater("the council's sign-in does not answer") from None
        roles = claims.get("roles") or []
        return Account(_subject(claims), frozenset(ROLES[role] for role in roles if role in ROLES))

    def _session(self) -> OAuth2Session:
        return OAuth2Session(
            self.client_id, self.secret, scope="openid profile", redirect_uri=self.pages + BACK,
            code_challenge_method="S256", token_endpoint_auth_method="client_secret_post",
        )  # fmt: skip

    def _claims(self, token: Mapping[str, Any], nonce: str) -> CodeIDToken:
        """What the ID token says, checked."""
        registry = JWSRegistry(algorithms=SIGNED_BY, strict_check_header=False)
        self._metadata()
        try:
            found = jwt.decode(token["id_token"], KeySet.import_key_set(self._keys), registry=registry)
        except InvalidKeyIdError:
            self._metadata(anew=True)
            found = jwt.decode(token["id_token"], KeySet.import_key_set(self._keys), registry=registry)
        claims = CodeIDToken(
            found.claims,
            found.header,
            {
                "iss": {"essential": True, "value": self.issuer},
                "aud": {"essential": True, "value": self.client_id},
                "nonce": {"essential": True, "value": nonce},
                "exp": {"essential": True},
            },
            {"nonce": nonce, "client_id": self.client_id, "access_token": token.get("access_token")},
        )
        claims.validate(leeway=LEEWAY)
        return claims

    def _metadata(self, *, anew: bool = False) -> Mapping[str, Any]:
        """The provider's addresses; they and its keys are asked for once an hour."""
        if anew or time.monotonic() - self._asked_at > KNOWN_FOR:
            told = _json(f"{self.issuer}/.well-known/openid-configuration")
            if told.get("issuer") != self.issuer:
                raise SignInRefused("the provider calls itself by another name than EARLYHELP_SIGN_IN_ISSUER")
            self._told, self._keys = told, _json(told["jwks_uri"])
            self._asked_at = time.monotonic()
        return self._told


def _subject(claims: Mapping[str, Any]) -> str:
    """Tenant and object id, which last; a name or an address may go to somebody else one day."""
    tenant, person = claims.get("tid"), claims.get("oid")
    return f"{tenant}/{person}" if tenant and person else str(claims["sub"])


def _json(address: str) -> dict[str, Any]:
    """What the provider says at an address of its own. Raises `TryAgainLater`."""
    try:
        answer = requests.get(address, timeout=SECONDS)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
    except (requests.RequestException, ValueError):
        raise TryAgainLater("the council's sign-in does not answer") from None
    return told
