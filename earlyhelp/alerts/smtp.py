"""Messages by e-mail, through the council's own relay."""

import re
import smtplib
import ssl
from contextlib import suppress
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import localtime
from typing import Self

from earlyhelp.alerts.channel import Receipt, Standing
from earlyhelp.alerts.message import Message
from earlyhelp.connecting.credentials import Credentials
from earlyhelp.errors import PerhapsSent, SetUpWrong, SignInRefused, TryAgainLater

SECONDS = 30
OK, GO_AHEAD, TROUBLED = 250, 354, 400
NO_ADDRESS = Receipt(Standing.FAILED, "address")
SECURITY = ("starttls", "tls", "none")


class Smtp:
    """Hands each message to a relay: taken is as far as SMTP can tell, and a bounce comes by other ways.

    A relay cannot be asked what it took. So what breaks off after the last line, before the relay's answer,
    is unsure and is never sent again; what breaks off before it was certainly not taken.
    """

    name = "smtp"
    knows_after: timedelta | None = None

    def __init__(
        self, host: str, port: int, sender: str, *, security: str, user: str = "", password: str = "",
        trust: ssl.SSLContext | None = None,
    ) -> None:  # fmt: skip
        self.host, self.port, self.sender = host, port, sender
        self.security, self.user, self.password = security, user, password
        self.trust = trust or ssl.create_default_context()

    @classmethod
    def set_up(cls, given: Credentials) -> Self:
        """The relay of ``EARLYHELP_SMTP_HOST`` and its like. Raises `SetUpWrong` where one is missing."""
        security = given.get("SECURITY") or "starttls"
        if security not in SECURITY:
            raise SetUpWrong(f"EARLYHELP_SMTP_SECURITY is none of {', '.join(SECURITY)}")
        port = given.get("PORT") or ("465" if security == "tls" else "587")
        if not port.isdecimal():
            raise SetUpWrong("EARLYHELP_SMTP_PORT is no number")
        user = given.get("USER") or ""
        ca = given.file("CA")
        return cls(
            given.need("HOST"),
            int(port),
            given.need("SENDER"),
            security=security,
            user=user,
            password=given.need("PASSWORD") if user else "",
            trust=ssl.create_default_context(cafile=ca) if ca else None,
        )

    def send(self, message: Message) -> Receipt:
        """Hand one message over, and wait for the relay's word."""
        try:
            email = message.as_email(self.sender)
            email["Date"] = localtime()  # RFC 5322, 3.6: every e-mail has one, and filters mark those without
            if "@" not in email["To"].encode("ascii").decode():
                return NO_ADDRESS
        except ValueError:
            return NO_ADDRESS
        try:
            relay = self._connected()
            try:
                return _addressed(relay, email) or _handed_over(relay, email)
            finally:
                _take_leave(relay)
        except smtplib.SMTPAuthenticationError:
            raise SignInRefused("the mail relay refuses EARLYHELP_SMTP_USER or its password") from None
        except smtplib.SMTPNotSupportedError:
            raise SetUpWrong(
                "the mail relay offers no STARTTLS or no sign-in: EARLYHELP_SMTP_SECURITY"
            ) from None
        except ssl.SSLCertVerificationError:
            raise SetUpWrong("the mail relay's certificate is not trusted: EARLYHELP_SMTP_CA_FILE") from None
        except (OSError, smtplib.SMTPException):
            raise TryAgainLater("the mail relay did not take the message") from None

    def ask(self, reference: str) -> Receipt | None:
        """A relay cannot be asked."""
        raise PerhapsSent("a mail relay cannot be asked what it took")

    def _connected(self) -> smtplib.SMTP:
        """A relay that has been greeted, in private if so set, and signed in to."""
        if self.security == "tls":
            relay: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=self.trust)
        else:
            relay = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        try:
            if self.security == "starttls":
                relay.starttls(context=self.trust)
            if self.user:
                relay.login(self.user, self.password)
            relay.ehlo_or_helo_if_needed()
        except BaseException:
            relay.close()
            raise
        return relay


def _addressed(relay: smtplib.SMTP, email: EmailMessage) -> Receipt | None:
    """Say whose it is and to whom it goes; a receipt where that can never be."""
    for code, _ in (relay.mail(_bare(email["From"])), relay.rcpt(_bare(email["To"]))):
        if code >= 500:
            return Receipt(Standing.FAILED, f"smtp {code}")
        if code >= TROUBLED:
            raise TryAgainLater("the mail relay is not ready")
    return None


def _handed_over(relay: smtplib.SMTP, email: EmailMessage) -> Receipt:
    """Send every line, and then the one that ends it: until that one, the relay has taken nothing."""
    code, _ = relay.docmd("data")
    if code != GO_AHEAD:
        raise TryAgainLater("the mail relay is not ready")
    lines = email.as_bytes(policy=WIRE)
    relay.send(re.sub(rb"(?m)^\.", b"..", lines.rstrip(b"\r\n")) + b"\r\n")
    return _word(relay)


def _word(relay: smtplib.SMTP) -> Receipt:
    """End the message and hear whether it was taken. Raises `PerhapsSent` where no word comes."""
    try:
        relay.send(b".\r\n")
        code, _ = relay.getreply()
    except (OSError, smtplib.SMTPException):
        raise PerhapsSent("the mail relay gave no word after the whole message") from None
    if code == OK:
        return Receipt(Standing.SENT)
    if code >= 500:
        return Receipt(Standing.FAILED, f"smtp {code}")
    raise TryAgainLater("the mail relay did not take the message")


def _take_leave(relay: smtplib.SMTP) -> None:
    """End the conversation. What happens in it now changes nothing: the relay has said its word."""
    with suppress(OSError, smtplib.SMTPException):
        relay.quit()
    relay.close()


def _bare(address: str) -> str:
    """The address alone, without a name before it."""
    return address.rpartition("<")[2].rstrip("> ")
