"""What a household's page says as JSON, field by field."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any

from pydantic.functional_validators import BeforeValidator

from earlyhelp.web.forms.shapes import Fresh, Reply, Shape, Told


class Case(Shape):
    """How a household's case stands."""

    state: str
    opened_on: date
    look_by: date
    due_on: date | None
    gateway: str


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
