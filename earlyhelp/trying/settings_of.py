"""Which settings an agency needs on this machine, and which of them nobody has set. Names, never a value."""

from collections.abc import Iterator, Mapping
from os import environ

from earlyhelp.connecting.agency import Agency, RestFeed
from earlyhelp.connecting.credentials import Credentials
from earlyhelp.connecting.dropping import FileFeed
from earlyhelp.connecting.signing_in import ApiKey, Basic, ClientCredentials, MutualTls, SignedJwt
from earlyhelp.feeds import Connector

NEEDED_BY: Mapping[type, tuple[str, ...]] = {
    ApiKey: ("KEY",),
    Basic: ("USER", "SECRET"),
    MutualTls: ("CERT", "CERT_KEY"),
    ClientCredentials: ("CLIENT_ID", "SECRET"),
    SignedJwt: ("CLIENT_ID", "KEY_ID", "KEY"),
}
"""What each way to sign in reads."""


def not_set(connector: Connector) -> list[str]:
    """The variables that are still to be set, each in the environment itself, as a file or as a block."""
    credentials = Credentials(connector.name)
    missing = [credentials.variable(what) for what in _needed(connector) if not _is_set(credentials, what)]
    return missing if missing or connector.ready else [f"{credentials.variable('')}…"]


def _needed(connector: Connector) -> Iterator[str]:
    """What the connector reads, as far as it is declared."""
    if not isinstance(connector, Agency):
        return
    if any(isinstance(feed, RestFeed) for feed in connector.feeds):
        yield "URL"
        sign_in = connector.sign_in
        yield from NEEDED_BY.get(type(sign_in), ())
        if isinstance(sign_in, MutualTls):
            yield from NEEDED_BY.get(type(sign_in.then), ())
    if any(isinstance(feed, FileFeed) for feed in connector.feeds):
        yield "DROP"
        address = environ.get(Credentials(connector.name).variable("DROP"), "")
        if address.startswith("sftp://"):
            yield "HOST_KEY"


def _is_set(credentials: Credentials, what: str) -> bool:
    return any(environ.get(f"{credentials.variable(what)}{form}") for form in ("", "_FILE", "_BLOCK"))
