"""A card in a Microsoft Teams channel, through a Workflows webhook."""

import logging
from datetime import timedelta
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from earlyhelp.alerts.channel import Receipt, Standing
from earlyhelp.alerts.message import Message
from earlyhelp.connecting.credentials import Credentials
from earlyhelp.errors import PerhapsSent, SetUpWrong, SignInRefused, TryAgainLater

SECONDS = 30
HERE = ("127.0.0.1", "localhost", "::1")


class Teams:
    """Tells a whole team how much there is: a channel has more readers than any case has.

    The webhook's address is a secret: whoever has it can post. What it took it cannot be asked for, so that
    what may have been taken is unsure and is never posted again.
    """

    name = "teams"
    knows_after: timedelta | None = None

    def __init__(self, address: str, seconds: float = SECONDS) -> None:
        logging.getLogger("httpx").setLevel(
            logging.WARNING
        )  # at INFO it logs addresses, and this is a secret
        self.address, self.seconds = address, seconds

    def __repr__(self) -> str:
        return "Teams(…)"

    @classmethod
    def set_up(cls, given: Credentials) -> Self:
        """The webhook of ``EARLYHELP_TEAMS_URL``. Raises `SetUpWrong`."""
        address = given.need("URL")
        parts = urlsplit(address)
        if parts.scheme != "https" and parts.hostname not in HERE:
            raise SetUpWrong("EARLYHELP_TEAMS_URL does not begin with https://")
        return cls(address)

    def send(self, message: Message) -> Receipt:
        """Post one card."""
        try:
            answer = httpx.post(
                self.address, json=card(message), timeout=self.seconds, follow_redirects=False
            )
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise TryAgainLater("Teams is not to be reached") from None
        except httpx.HTTPError:
            raise PerhapsSent("Teams did not say whether it took the card") from None
        except (httpx.InvalidURL, ValueError):
            raise SetUpWrong("EARLYHELP_TEAMS_URL is no address") from None
        return _receipt(answer.status_code)

    def ask(self, reference: str) -> Receipt | None:
        """A webhook cannot be asked."""
        raise PerhapsSent("a webhook cannot be asked what it took")


def card(message: Message) -> dict[str, Any]:
    """The Adaptive Card: title, text and one button, in words alone."""
    said, *_, safe = message.lines
    text = [
        {"type": "TextBlock", "text": message.subject, "size": "Medium", "weight": "Bolder", "wrap": True},
        {"type": "TextBlock", "text": said, "wrap": True},
        {"type": "TextBlock", "text": safe, "wrap": True, "isSubtle": True},
    ]
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": text,
        "actions": [{"type": "Action.OpenUrl", "title": "Sign in to see more", "url": message.link}],
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "contentUrl": None, "content": content}]}


def _receipt(status: int) -> Receipt:
    """What an answer means: 202 is taken, as Workflows says it; what may have been taken is unsure."""
    if status in (200, 202):
        return Receipt(Standing.SENT)
    if status == 429:
        raise TryAgainLater("Teams asks for peace")
    if status in (401, 403):
        raise SignInRefused("Teams refuses the signature in EARLYHELP_TEAMS_URL; copy the address anew")
    if status < 500:
        raise SetUpWrong(
            f"Teams answers {status}: is the workflow of EARLYHELP_TEAMS_URL there and on, and does anyone "
            "have the right to trigger it?"
        )
    raise PerhapsSent("Teams did not say whether it took the card")
