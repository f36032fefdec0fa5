"""What each page says as JSON: these fields and no others, whatever the page's own content holds.

The same shapes describe the answers (`earlyhelp.web.described`), so that what is told and what is described
cannot differ. Our own row numbers and dates of birth are not in them: the pages do not show them either.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.functional_validators import BeforeValidator


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


class Case(Shape):
    """How a household's case stands."""

    state: str
    opened_on: date
    look_by: date
    due_on: date | None
    gateway: str


class Fresh(Shape):
    """The last round, and which feeds are silent."""

    round: str
    silent: Sequence[str]
    told_until: Mapping[str, date]


class Record(Shape):
    """One landed record; ``row`` is what it is marked by when it is wrong."""

    row: int
    day: date
    words: str
    agency: str
    corrected: bool


class Reason(Shape):
    """One thing that was seen, with its records."""

    name: str
    version: str
    kind: str
    sector: str
    as_of: date
    check: str
    sentence: str
    would_lower: str
    since: date
    records: Sequence[Record]


class FactChecked(Shape):
    """A record that somebody marked as wrong."""

    kind: str
    row: int
    agency: str
    why: str
    marked_on: date
    marked_by: str
    state: str
    reply: str | None


class News(Shape):
    """What is new since the reader last looked."""

    looked_at: datetime
    lines: Sequence[str]
    more: int


class Decided(Shape):
    """One decision."""

    answer: str
    not_right: str | None
    due_on: date | None
    why: str
    day: date
    worker: str


class Outcome(Shape):
    """What was agreed, and whether it held."""

    words: str
    agreed_on: date
    state: str
    state_on: date
    check_on: date | None
    held: bool | None
    held_words: str | None


class LastTime(Shape):
    """The household's last case."""

    opened_on: date
    closed_on: date
    closing: str
    decided: Decided | None
    outcomes: Sequence[Outcome]


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


class Asked(Shape):
    """An agency or a local service that was asked to join."""

    reference: str
    name: str
    ground: str
    question: str
    facts: Sequence[Told]
    with_words: bool
    asked_on: date
    answer_by: date
    asked_by: str
    replies: Sequence[Reply]


class AskedAndState(Shape):
    """A pull-in, with how far it has come in words."""

    asked: Asked
    state: str


class Line(Shape):
    """One line of the chronology."""

    day: date
    words: str
    agency: str
    known_on: date | None
    told_on: date | None


class Story(Shape):
    """One version of what the household told."""

    version: int
    words: str
    told_on: date
    by: str
    shared: bool


class Word(Shape):
    """A goal, a step, a skill or an offer, in the household's words."""

    words: str
    said_on: date
    done_on: date | None


class Person(Shape):
    """Somebody in the household, as its page names them."""

    name: str
    age: int | None


class Outline(Shape):
    """A household in outline, as its ward's manager sees it."""

    household: str
    case: Case
    title: str
    reason: str
    fresh: Fresh
    holds: bool


def _values(found: Any) -> Any:
    return list(found.values()) if isinstance(found, Mapping) else found


class Household(Outline):
    """A household as the worker who holds its case sees it; a restricted one has no address in a file."""

    reasons: Sequence[Reason]
    aside: Sequence[Reason]
    fact_checks: Annotated[Sequence[FactChecked], BeforeValidator(_values)]
    news: News | None
    last_time: LastTime | None
    pull_ins: Sequence[AskedAndState]
    decided: Sequence[Decided]
    nothing_from: Sequence[str]
    ahead: Sequence[Line]
    recent: Sequence[Line]
    older: Sequence[Line]
    stories: Sequence[Story]
    goals: Sequence[Word]
    steps: Sequence[Word]
    skills: Sequence[Word]
    offers: Sequence[Word]
    outcomes: Sequence[Outcome]
    eased: bool
    people: Sequence[Person]
    address: str | None


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


class Manage(Shape):
    """The manager's page, without any household's name."""

    unheld: Sequence[Held]
    overdue: Sequence[Held]
    desks: Sequence[Desk]
    held_back: Sequence[HeldBack]
    checks: Sequence[Check]
    fresh: Fresh
