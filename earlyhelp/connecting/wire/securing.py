"""Whom we trust on the wire, and the certificate with which we show who we are.

EARLYHELP_EASTMOOR_PROBATION_CA_FILE        the authority that signed theirs, where it is a private one
EARLYHELP_EASTMOOR_PROBATION_CERT_FILE      our certificate, PEM
EARLYHELP_EASTMOOR_PROBATION_CERT_KEY_FILE  its private key, PEM; ..._CERT_KEY_SECRET, if it has a passphrase
"""

import ssl
from collections.abc import Callable, Iterator

from earlyhelp.connecting.credentials import Credentials
from earlyhelp.errors import AgencyAnsweredOddly, SetUpWrong, SignInRefused

_ABOUT_OURS = ("CERT", "UNKNOWN_CA", "ACCESS_DENIED")
"""Words in a TLS alert that say that it is our certificate which does not please them."""


def secured(credentials: Credentials, usual: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """What an agency's connections are secured with: as usual, unless its settings say otherwise.

    With an authority of its own an agency is believed on nobody else's word. Raises `SetUpWrong`.
    """
    authority = credentials.get("CA")
    try:
        context = ssl.create_default_context(cadata=authority) if authority else usual()
    except ssl.SSLError:
        raise _no_pem(credentials, "CA", "certificate of an authority") from None
    if certificate := credentials.file("CERT"):
        key = credentials.file("CERT_KEY")
        passphrase = credentials.get("CERT_KEY_SECRET") or ""  # a callable, lest OpenSSL asks the terminal
        try:
            context.load_cert_chain(certificate, key, lambda: passphrase)
        except ssl.SSLError:
            raise _no_pem(credentials, "CERT", "certificate with a key that belongs to it") from None
        except OSError:
            raise SetUpWrong(
                f"{credentials.agency}: {credentials.variable('CERT_FILE')} or "
                f"{credentials.variable('CERT_KEY_FILE')} names a file that cannot be read"
            ) from None
    return context


def certificate_trouble(
    label: str, credentials: Credentials, lost: BaseException
) -> AgencyAnsweredOddly | SignInRefused | None:
    """What to do about a certificate, theirs or ours, over which a line was lost; None: it was not that.

    To ask again would not help: it will be the same certificate the next time.
    """
    for one in _all(lost):
        if isinstance(one, ssl.SSLCertVerificationError):
            return AgencyAnsweredOddly(
                f"{label}: we do not trust its certificate ({one.verify_message}); ask the agency, "
                f"or set {credentials.variable('CA_FILE')} to the authority that signed it"
            )
        reason = (one.reason or "") if isinstance(one, ssl.SSLError) else ""
        if "ALERT" in reason and any(word in reason for word in _ABOUT_OURS):
            return SignInRefused(
                f"{label}: our certificate was refused; renew the one in {credentials.variable('CERT_FILE')}"
            )
    return None


def _all(error: BaseException | None) -> Iterator[BaseException]:
    """An error, and the errors from which it came."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _no_pem(credentials: Credentials, what: str, is_no: str) -> SetUpWrong:
    return SetUpWrong(f"{credentials.agency}: {credentials.variable(what)}_FILE holds no {is_no} in PEM form")
