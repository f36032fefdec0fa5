"""What an alert says: how many, by when, and where to look. Nothing about anyone, ever.

Messages show on lock screens, in shared mailboxes and team channels; where a family's trouble or
address must not (ui.md 3.2). No name, address, reason, agency or case reference has a place here.
"""

from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage


@dataclass(frozen=True, slots=True)
class Message:
    """One message of one day to one worker, or to a team.

    ``reference`` is opaque, and the same however often it is tried. ``cases`` are those to look at, of
    which the first is to be looked at by ``look_by``; ``overdue`` are first looks that a manager is told
    of. ``link`` leads to the list, and to nobody's page.
    """

    reference: str
    to: str
    day: date
    cases: int
    overdue: int
    look_by: date | None
    link: str

    @property
    def subject(self) -> str:
        """How many there are to look at, and by when the first: all that a lock screen shows."""
        looks = "first look" if self.overdue == 1 else "first looks"
        overdue = f"{self.overdue} {looks} overdue" if self.overdue else ""
        look = f"{self.cases} to look at{self._by()}" if self.cases else ""
        return f"Early help: {'; '.join(part for part in (look, overdue) if part)}"

    @property
    def lines(self) -> list[str]:
        """The whole message in plain words, a paragraph each."""
        said_ = [f"There {_are(self.cases, 'case')} to look at.{self._first()}"] if self.cases else []
        if self.overdue:
            said_.append(f"{self.overdue} first {'look is' if self.overdue == 1 else 'looks are'} overdue.")
        return [
            " ".join(said_),
            f"Sign in to see more: {self.link}",
            "You can also go to the service as you usually do. Nobody has been contacted.",
        ]

    @property
    def body(self) -> str:
        """The paragraphs as one text."""
        return "\n\n".join(self.lines) + "\n"

    def _by(self) -> str:
        """The day of the first in a subject's few words."""
        if self.look_by is None:
            return ""
        which = "" if self.cases == 1 else "the first "
        return f", {which}{'due since' if self.look_by < self.day else 'by'} {said(self.look_by, year=False)}"

    def _first(self) -> str:
        """By when the first is to be looked at; nothing where there is no such day."""
        if self.look_by is None:
            return ""
        which = "It" if self.cases == 1 else "The first"
        return f" {which} {'was' if self.look_by < self.day else 'is'} due on {said(self.look_by)}."

    def as_email(self, sender: str) -> EmailMessage:
        """The message as it goes out by e-mail."""
        email = EmailMessage()
        email["From"], email["To"], email["Subject"] = sender, self.to, self.subject
        email["Message-ID"] = f"<{self.reference}@{sender.rpartition('@')[2].strip('> ')}>"
        email["Auto-Submitted"] = "auto-generated"
        email.set_content(self.body)
        return email


def _are(number: int, noun: str) -> str:
    """Is 1 case, are 2 cases."""
    return f"is {number} {noun}" if number == 1 else f"are {number} {noun}s"


def said(day: date, *, year: bool = True) -> str:
    """A day as people say it: Wednesday 4 November 2026."""
    return f"{day:%A} {day.day} {day:%B}{f' {day.year}' if year else ''}"
