"""What an alert says: how many, by when, and where to look. Nothing about anyone, ever.

Messages show on lock screens, in shared mailboxes and team channels; where a family's trouble or
address must not (ui.md 3.2). No name, address, reason, agency or case reference has a place here.
"""

from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Digest:
    """One worker's message of one day. ``reference`` is opaque, and the same if it is made again."""

    reference: str
    to: str
    cases: int
    look_by: date
    link: str

    @property
    def subject(self) -> str:
        """How many there are to look at."""
        return f"Early help: {self.cases} to look at"

    @property
    def body(self) -> str:
        """The whole message in plain words."""
        cases = "1 new case" if self.cases == 1 else f"{self.cases} new cases"
        first = "It is" if self.cases == 1 else "The first is"
        return (
            f"You have {cases}. {first} due on {said(self.look_by)}.\n\n"
            f"Sign in to see them: {self.link}\n\n"
            "You can also go to the service as you usually do. Nobody has been contacted.\n"
        )

    def as_email(self, sender: str) -> EmailMessage:
        """The message as it goes out by e-mail."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, self.to, self.subject
        message["Message-ID"] = f"<{self.reference}@earlyhelp.invalid>"
        message.set_content(self.body)
        return message


class Channel(Protocol):
    """A way out for messages."""

    name: str

    def send(self, digest: Digest) -> None:
        """Send one message; sending the same one again must have no second effect."""


def said(day: date) -> str:
    """A day as people say it: Wednesday 4 November 2026."""
    return f"{day:%A} {day.day} {day:%B %Y}"
