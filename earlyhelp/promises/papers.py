"""How the pretend agency knows us: it checks what the real one would check, by the connector's sign-in."""

from collections import deque
from functools import cache
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

from earlyhelp.connecting.agency import Agency
from earlyhelp.connecting.credentials import Credentials
from earlyhelp.connecting.signing_in import ApiKey, Basic, ClientCredentials, MutualTls, SignedJwt, SignIn
from earlyhelp.promises.mischief import SECRET, answer

BASE = "https://agency.test/api"
US = "earlyhelp"


@cache
def signing_key() -> str:
    """A private key nobody uses."""
    return RSAKey.generate_key(2048, private=True).as_pem(private=True).decode()


class KeysReadOnce(RSAKey):
    """Keys that are remembered by their text."""

    @classmethod
    @cache
    def import_key(cls, value: Any, *others: Any) -> RSAKey:  # type: ignore[override]
        """The key, whose mathematics are looked at the first time."""
        return RSAKey.import_key(value, *others)


class Gate:
    """Lets in whoever shows what was agreed; ``tokens`` are given out first, right or wrong."""

    def __init__(self, sign_in: SignIn | None) -> None:
        self.besides_a_certificate = sign_in.then if isinstance(sign_in, MutualTls) else sign_in
        self.forms: list[dict[str, str]] = []
        self.tokens: deque[httpx.Response] = deque()
        self._token = ""

    @property
    def gives_tokens(self) -> bool:
        """Whether there is a token to be asked for, and so one to be renewed."""
        return isinstance(self.besides_a_certificate, ClientCredentials | SignedJwt)

    def revoke(self) -> None:
        """Let the agency forget the token it gave."""
        self._token = "none"

    def asks_for_token(self, request: httpx.Request) -> bool:
        """Whether a request is for a token and not for rows."""
        sign_in = self.besides_a_certificate
        return isinstance(sign_in, ClientCredentials | SignedJwt) and request.url.path.endswith(
            sign_in.token_path
        )

    def give_token(self, request: httpx.Request) -> httpx.Response:
        """A token for whoever asks as agreed."""
        self.forms.append(dict(httpx.QueryParams(request.content.decode())))
        if self.tokens:
            return self.tokens.popleft()
        if not self._is_us(self.forms[-1]):
            return answer({"error": "invalid_client"}, 401)
        self._token = f"token-{len(self.forms)}"
        return answer({"access_token": self._token, "expires_in": 600})

    def lets_in(self, request: httpx.Request) -> bool:
        """Whether a request shows what was agreed."""
        sign_in, shown = self.besides_a_certificate, request.headers.get("Authorization")
        if isinstance(sign_in, ApiKey):
            return bool(request.headers.get(sign_in.header) == SECRET)
        if isinstance(sign_in, Basic):
            basic: Any = httpx.BasicAuth(US, SECRET)
            return bool(shown == next(basic.auth_flow(httpx.Request("GET", BASE))).headers["Authorization"])
        return not self.gives_tokens or shown == f"Bearer {self._token}"

    def _is_us(self, form: dict[str, str]) -> bool:
        """Whether somebody who asks for a token knows our secret, or signs with our key."""
        if isinstance(self.besides_a_certificate, ClientCredentials):
            return (form.get("client_id"), form.get("client_secret")) == (US, SECRET)
        token = jwt.decode(
            form["client_assertion"], KeysReadOnce.import_key(signing_key()), algorithms=["RS512"]
        )
        return bool(token.claims["iss"] == token.claims["sub"] == US)


def environment(connector: type[Agency]) -> dict[str, str]:
    """The settings with which a connector finds the pretend agency and signs in there."""
    variable, sign_in = Credentials(connector.name).variable, connector.sign_in
    settings = {"URL": BASE}
    if isinstance(sign_in, MutualTls):
        settings |= {"CERT_FILE": "our-certificate.pem", "CERT_KEY_FILE": "its-key.pem"}
        sign_in = sign_in.then
    if isinstance(sign_in, ApiKey):
        settings |= {"KEY": SECRET}
    elif isinstance(sign_in, Basic):
        settings |= {"USER": US, "SECRET": SECRET}
    elif isinstance(sign_in, ClientCredentials):
        settings |= {"CLIENT_ID": US, "SECRET": SECRET}
    elif isinstance(sign_in, SignedJwt):
        settings |= {"CLIENT_ID": US, "KEY_ID": "test-1", "KEY": signing_key()}
    return {variable(what): value for what, value in settings.items()}
