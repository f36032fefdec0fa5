"""What waits for a reviewer: two records that may be one person's, or an address that may mean a residence.

For the reviewer's page: `waiting` lists the questions, `both_sides` shows one of them, `answer` keeps what
the reviewer says. An answer is never changed; of one question the last holds and wins over the model, always.
It takes effect at the next matching, or at once by `earlyhelp.services.matching.rematch`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

PERSON, ADDRESS = "person", "address"
SAME, DIFFERENT, UNSURE = "same", "different", "unsure"
ANSWERS = (SAME, DIFFERENT, UNSURE)


@dataclass(frozen=True, slots=True)
class Question:
    """One question on the list; nothing in it leads to anybody.

    ``id`` names it in addresses of pages (``person-12``, ``address-7``). ``sure`` is how likely the answer
    "same" is, ``why`` what agrees and what differs, in words and never in values, and ``marked`` whether a
    domestic-abuse marker is known on either side: then only a reviewer who is trained for it may see it.
    """

    id: str
    kind: str
    sure: float
    why: str
    since: date
    marked: bool
    agencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: the agency that says it, its values by name, and what was seen of it since.

    ``fields`` are a person's forename, surname, date_of_birth, sex, nhs_number, uprn and address, or an
    address's own (address, postcode, usage, ward). ``events`` counts rows by kind of feed that name it.
    ``household`` is the id of the household it leads to now, None where it leads to none.
    """

    agency: str
    record: str
    fields: Mapping[str, str]
    events: Mapping[str, int]
    household: int | None


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was given before; the newest comes first."""

    answer: str
    worker: str
    answered_at: datetime
    note: str | None


@dataclass(frozen=True, slots=True)
class BothSides:
    """A question with both its sides, how each comparison came out, and what was answered before."""

    question: Question
    left: Side
    right: Side
    agrees: Sequence[str]
    differs: Sequence[str]
    unknown: Sequence[str]
    answered: Sequence[Answered]
    decision: str
    """match, review or apart: as matching has it now. A match may be answered too, and is then undone."""


def waiting(conn: Connection, *, trained: bool, limit: int = 100) -> list[Question]:
    """The questions that nobody has answered, the likeliest first.

    Those with a marker on either side are left out for a reviewer who is not ``trained`` for it.
    """
    raise NotImplementedError


def count_waiting(conn: Connection, *, trained: bool) -> int:
    """How many `waiting` would give without a limit."""
    raise NotImplementedError


def matches_of(conn: Connection, household_id: int, *, trained: bool) -> list[Question]:
    """What likeness or a written address brought to a household: each may be answered, and so undone."""
    raise NotImplementedError


def both_sides(conn: Connection, question_id: str, *, trained: bool) -> BothSides | None:
    """One question, whether it waits or not; None where there is none, or only a trained reviewer may see."""
    raise NotImplementedError


def answer(
    conn: Connection, worker_id: int, question_id: str, said: str, now: datetime, note: str = ""
) -> None:
    """Keep an answer: one of `ANSWERS`. Raises `SetUpWrong` for another, or a question that is not there."""
    raise NotImplementedError


def correct_address(
    conn: Connection, worker_id: int, question_id: str, uprn: str, now: datetime, note: str = ""
) -> None:
    """A reviewer says which residence an address means. Raises `SetUpWrong` for one not in the gazetteer."""
    raise NotImplementedError
