"""What each page says as JSON: these fields and no others, whatever the page's own content holds.

The same shapes describe the answers (`earlyhelp.web.forms.described`), so that what is told and what is
described cannot differ. Our own row numbers and dates of birth are not in them: the pages do not show them
either.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """Taken from a mapping or from one of our values, by name; a field that is not named here is left out."""

    model_config = ConfigDict(from_attributes=True)


class CaseOnList(Shape):
    """One case on the reader's list."""

    reference: str
    household: str
    whose_move: str
    sentence: str
    area: str
    raised_on: date
    due_on: date | None


class Fresh(Shape):
    """The last round, and which feeds are silent."""

    round: str
    silent: Sequence[str]
    told_until: Mapping[str, date]


class Reply(Shape):
    """What was said to a pull-in."""

    day: date
    what: str
    words: str
    by: str


class Told(Shape):
    """One fact that an agency is told, and whose it is."""

    words: str
    source: str


class PullIn(Shape):
    """What an agency was asked and told, and how far it has come."""

    area: str
    question: str
    facts: Sequence[Told]
    ground: str
    asked_on: date
    answer_by: date
    state: str
    replies: Sequence[Reply]


class Held(Shape):
    """A case that nobody holds or that is overdue, by reference alone."""

    household: str
    due_on: date
    worker: str | None


class Desk(Shape):
    """One key worker's room."""

    name: str
    ward: str | None
    holds: int
    caseload: int
    new: int
    new_a_week: int
    places: int
    trained: bool


class HeldBack(Shape):
    """Why what was worth raising was not raised; fewer than five are not counted."""

    why: str
    households: int | None


class Check(Shape):
    """How a check is answered; a figure that would point at a few is left out."""

    check: str
    state: str
    answers: int | None
    not_right: float | None = Field(ge=0, le=1)
    not_needed: float | None = Field(ge=0, le=1)


class Manage(Shape):
    """The manager's page, without any household's name."""

    unheld: Sequence[Held]
    overdue: Sequence[Held]
    desks: Sequence[Desk]
    held_back: Sequence[HeldBack]
    checks: Sequence[Check]
    fresh: Fresh
