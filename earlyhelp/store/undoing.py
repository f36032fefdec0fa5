"""What rested on a match that did not hold: signals set aside, and which cases and alerts those were."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Undone:
    """One case that rested on rows of another household.

    ``checks`` are those whose signals were set aside, ``rows`` how many rows were not theirs, ``alerts`` how
    many alerts had been raised on it by then and ``sent`` how many of them workers had been sent. ``became``
    is what became of the case, as of now: withdrawn, closed, eased or kept.
    """

    case: str
    household: str
    day: date
    checks: tuple[str, ...]
    rows: int
    alerts: int
    sent: int
    became: str


def undone(conn: Connection, limit: int = 100) -> list[Undone]:
    """The cases that rested on a match that did not hold, the newest first."""
    raise NotImplementedError
