"""What waits for a reviewer: two records that may be one person's, or an address that may mean a residence.

For the reviewer's page: `waiting` lists the questions and `both_sides` shows one of them. What the reviewer
says of it `earlyhelp.store.people.answering` keeps.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, exists, func, select

from earlyhelp.errors import SetUpWrong
from earlyhelp.linking.deciding import MATCH, REVIEW
from earlyhelp.linking.joining import Key, both
from earlyhelp.store.people.addresses_written import answers_about_addresses
from earlyhelp.store.people.matching import answers_about_people, marked
from earlyhelp.store.people.sides import Side as Side
from earlyhelp.store.people.sides import guarded, person, residence, who_wrote, written
from earlyhelp.store.tables import (
    household,
    link,
    member,
    reviewed,
    same_person,
    worker,
    written_address,
)

PERSON, ADDRESS = "person", "address"

s, w = same_person.c, written_address.c


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
    return _open(conn, trained=trained)[:limit]


def count_waiting(conn: Connection, *, trained: bool) -> int:
    """How many `waiting` would give without a limit."""
    return len(_open(conn, trained=trained))


def matches_of(conn: Connection, household_id: int, *, trained: bool) -> list[Question]:
    """What likeness or a written address brought to a household: each may be answered, and so undone."""
    here = select(member.c.agency, member.c.record_id).where(member.c.household_id == household_id)
    keys = {(agency, record) for agency, record in conn.execute(here)}
    texts = select(link.c.value).where(
        link.c.household_id == household_id, link.c.scheme == "uprn", link.c.sure.is_not(None)
    )
    addresses = {*conn.execute(texts).scalars()}
    found = [
        question for question, ends in _people(conn, s.decision == MATCH)
        if ends[0] in keys and ends[1] in keys
    ]  # fmt: skip
    found += [question for question, text in _addresses(conn, w.decision == MATCH) if text in addresses]
    return [one for one in found if trained or not one.marked]


def both_sides(conn: Connection, question_id: str, *, trained: bool) -> BothSides | None:
    """One question, whether it waits or not; None where there is none, or only a trained reviewer may see."""
    kind, number = named(question_id)
    if kind == PERSON:
        for question, (left, right) in _people(conn, s.id == number):
            if question.marked and not trained:
                return None
            said = conn.execute(select(s.decision, s.why).where(s.id == number)).one()
            sides = (person(conn, left), person(conn, right))
            return BothSides(
                question, *sides, *_told(said.why), _answered(conn, *left, *right), said.decision
            )
    for question, text in _addresses(conn, w.id == number) if kind == ADDRESS else ():
        if question.marked and not trained:
            return None
        row = conn.execute(select(w.decision, w.uprn, w.asked).where(w.id == number)).one()
        uprn = row.uprn or row.asked
        sides = (written(conn, text, question.agencies), residence(conn, uprn))
        given = _answered(conn, "", text, "", uprn or "")
        return BothSides(question, *sides, (), (), (), given, row.decision)
    return None


def named(question_id: str) -> tuple[str, int]:
    """Kind and number of a question. Raises `SetUpWrong` for what names none."""
    kind, _, number = question_id.partition("-")
    if kind not in (PERSON, ADDRESS) or not (number.isascii() and number.isdecimal() and len(number) < 19):
        raise SetUpWrong("that names no question; they are called like person-12 or address-7")
    return kind, int(number)


def _open(conn: Connection, *, trained: bool) -> list[Question]:
    """Every question without an answer, the likeliest first."""
    people, places = answers_about_people(conn), answers_about_addresses(conn)
    found = [one for one, ends in _people(conn, s.decision == REVIEW) if both(*ends) not in people]
    asked = {
        text: uprn for text, uprn in conn.execute(select(w.address, w.asked).where(w.decision == REVIEW))
    }
    found += [
        one for one, text in _addresses(conn, w.decision == REVIEW)
        if asked[text] not in places.get(text, {})
    ]  # fmt: skip
    return sorted((one for one in found if trained or not one.marked), key=lambda one: (-one.sure, one.id))


def _people(conn: Connection, where: ColumnElement[bool]) -> list[tuple[Question, tuple[Key, Key]]]:
    """Pairs of records as questions."""
    marks = marked(conn)
    fields = (
        s.id, s.left_agency, s.left_record, s.right_agency, s.right_record, s.probability, s.why, s.because,
        s.made_on,
    )  # fmt: skip
    found = []
    for number, a, b, c, d, sure, why, because, since in conn.execute(select(*fields).where(where)):
        ends = ((a, b), (c, d))
        whole = f"{why}. {because[:1].upper()}{because[1:]}" if because else why
        held = any(end in marks for end in ends)
        found.append((Question(f"{PERSON}-{number}", PERSON, sure, whole, since, held, (a, c)), ends))
    return found


def _addresses(conn: Connection, where: ColumnElement[bool]) -> list[tuple[Question, str]]:
    """Written addresses as questions; marked where a marker is known at either side."""
    at = household.c.uprn == func.coalesce(w.uprn, w.asked)
    restricted = exists().where(at, household.c.restricted_from.is_not(None))
    fields = (w.id, w.address, w.sure, w.why, w.made_on, guarded(w.address) | restricted)
    found = []
    for number, text, sure, why, since, held in conn.execute(select(*fields).where(where)).all():
        question = Question(f"{ADDRESS}-{number}", ADDRESS, sure, why, since, held, who_wrote(conn, text))
        found.append((question, text))
    return found


def _told(why: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """What agrees, what differs and what could not be compared, of the sentence that says so."""
    rest, _, unknown = why.partition("not known: ")
    agrees, _, differs = rest.partition("but ")
    nearby = differs.replace("same postcode", "another address in the same postcode")
    return _parts(agrees), _parts(nearby), _parts(unknown)


def _parts(told: str) -> tuple[str, ...]:
    """Comparisons one by one; what comes after a colon is why only a person may decide."""
    return tuple(one for one in told.split(": ")[0].strip("; ").split(", ") if one)


def _answered(conn: Connection, a: str, b: str, c: str, d: str) -> list[Answered]:
    """What was answered before, the newest first."""
    r = reviewed.c
    mine = (r.left_agency == a, r.left_record == b, r.right_agency == c)
    about = [*mine, r.right_record == d] if a else [r.kind == ADDRESS, r.left_record == b]
    query = select(r.answer, worker.c.name, r.answered_at, r.note).join(worker, worker.c.id == r.worker_id)
    return [Answered(*row) for row in conn.execute(query.where(*about).order_by(r.id.desc()))]
