"""What a channel is: a way out for messages. Each stands in a file of its own beside this one."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from earlyhelp.alerts.message import Message


class Standing(StrEnum):
    """What a provider says has become of a message."""

    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A provider's answer; ``why`` is its code for a failure, never its words, which may hold an address."""

    standing: Standing
    why: str | None = None


class Channel(Protocol):
    """A way out for messages.

    ``knows_after`` says how long after a try the provider surely knows a message that it took, and can be
    asked for it by our reference. None: it can never be asked.
    """

    name: str
    knows_after: timedelta | None

    def send(self, message: Message) -> Receipt:
        """Try once to send a message.

        Raises `TryAgainLater` where the provider certainly did not take it, `PerhapsSent` where nobody can
        tell, and `SetUpWrong` or `SignInRefused` where it will take none before a person has helped.
        """

    def ask(self, reference: str) -> Receipt | None:
        """What has become of the message of that reference; None where the provider has none such.

        Raises `TryAgainLater`. Never called where ``knows_after`` is None.
        """


@dataclass(frozen=True, slots=True)
class Ways:
    """How this council reaches its workers: each by themselves, and a team besides if it wants that."""

    personal: Channel
    team: Channel | None = None
