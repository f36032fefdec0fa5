"""E-mail through GOV.UK Notify, by its own client library."""

import logging
import re
from datetime import timedelta
from typing import Any, NoReturn, Self

from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient

from earlyhelp.alerts.channel import Receipt, Standing
from earlyhelp.alerts.message import Message
from earlyhelp.connecting.credentials import Credentials
from earlyhelp.errors import PerhapsSent, SetUpWrong, SignInRefused, TryAgainLater

ADDRESS = "https://api.notifications.service.gov.uk"
SECONDS = 30
KEY = re.compile(r".*[0-9a-f-]{36}-[0-9a-f-]{36}")
"""A name, the service's id and the secret; the client cuts the last two off by counting."""


class Notify:
    """Sends by a template of the council's whose subject is ``((subject))`` and whose text is ``((body))``.

    Our reference is Notify's too, and it can be asked for what it took under one: so a message is never
    sent again before it has been, and is followed until it is delivered or has failed.
    """

    name = "notify"
    knows_after: timedelta | None = timedelta(minutes=5)

    def __init__(self, key: str, template: str, address: str = ADDRESS, seconds: float = SECONDS) -> None:
        # The client logs Notify's words, and those may hold an address.
        logging.getLogger("notifications_python_client").setLevel(logging.CRITICAL)
        self.template = template
        made = NotificationsAPIClient(key, base_url=address, timeout=seconds)  # type: ignore[no-untyped-call]
        self.client: Any = made

    @classmethod
    def set_up(cls, given: Credentials) -> Self:
        """The service of ``EARLYHELP_NOTIFY_KEY``. Raises `SetUpWrong`."""
        key = given.need("KEY")
        if not KEY.fullmatch(key):
            raise SetUpWrong("EARLYHELP_NOTIFY_KEY is no API key: copy all of it, its name included")
        return cls(key, given.need("TEMPLATE"), given.get("URL") or ADDRESS)

    def send(self, message: Message) -> Receipt:
        """Ask Notify to send it."""
        try:
            self.client.send_email_notification(
                email_address=message.to,
                template_id=self.template,
                personalisation={"subject": message.subject, "body": message.body},
                reference=message.reference,
            )
        except APIError as refusal:
            return _why_not(refusal)
        return Receipt(Standing.SENT)

    def ask(self, reference: str) -> Receipt | None:
        """What Notify says has become of the message of that reference."""
        try:
            found: Any = self.client.get_all_notifications(reference=reference)
        except APIError:
            raise TryAgainLater("Notify does not say what became of a message") from None
        newest = next(iter(found["notifications"]), None)
        return newest and _standing(newest["status"])


def _standing(status: str) -> Receipt:
    """Notify's states in ours: what it has and has not ended is sent."""
    if status == "delivered":
        return Receipt(Standing.DELIVERED)
    if status.endswith("-failure"):
        return Receipt(Standing.FAILED, status)
    return Receipt(Standing.SENT)


def _why_not(refusal: APIError) -> Receipt:
    """What a refusal means for the message, or for the channel. Its words are read and never kept."""
    status = refusal.status_code if refusal.response is not None else 0
    words = str(refusal.message).lower()
    if status == 429:
        raise TryAgainLater("Notify asks for peace") from None
    if status == 403:
        _not_let_in(words)
    if status == 400 and ("email_address" in words or "recipient" in words):
        return Receipt(Standing.FAILED, "notify 400")
    if 400 <= status < 500:
        raise SetUpWrong(
            "Notify refuses EARLYHELP_NOTIFY_TEMPLATE: it must be the id of an e-mail template whose subject "
            "is ((subject)) and whose text is ((body))"
        ) from None
    raise PerhapsSent("Notify did not say whether it took the message") from None


def _not_let_in(words: str) -> NoReturn:
    """A clock that is wrong looks like a wrong key, and is put right elsewhere."""
    if "clock" in words:
        raise SetUpWrong("this machine's clock is off by more than 30 seconds; set it by NTP") from None
    raise SignInRefused("Notify refuses EARLYHELP_NOTIFY_KEY; make another in its settings") from None
