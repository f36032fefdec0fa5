"""The words of the reviewer's pages: kinds of records, the two sides line by line, and the three answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from earlyhelp.store.people.answering import DIFFERENT, SAME, UNSURE
from earlyhelp.store.people.contacts import Seen
from earlyhelp.store.people.reviews import ADDRESS, BothSides, Question
from earlyhelp.web.words import agency_name, day_and_month, listed, long_day, plain

QUESTION = re.compile(r"(person|address)-[0-9]{1,15}")
"""What a question is called in addresses of pages."""
AFTER_COLON = re.compile(r": (\w)")
ANSWERS = {
    "person": {SAME: "Same person", DIFFERENT: "Different people", UNSURE: "Cannot tell"},
    "address": {SAME: "Same address", DIFFERENT: "Different addresses", UNSURE: "Cannot tell"},
}
SEEN = {
    "antisocial_report": "Anti-social behaviour reports",
    "appointment": "Health appointments",
    "benefit_award": "Benefit awards",
    "council_tax_account": "Council tax statements",
    "fire_visit": "Fire service visits",
    "police_callout": "Police calls",
    "rent_transaction": "Rent postings",
    "school_attendance": "School weeks",
    "supervision": "Probation supervision",
}
PERSON_FIELDS = (
    (("forename", "surname"), "Name"),
    (("date_of_birth",), "Born"),
    (("sex",), "Sex"),
    (("nhs_number",), "NHS number"),
    (("address",), "Address"),
)
ADDRESS_FIELDS = (
    (("address",), "Address"),
    (("postcode",), "Postcode"),
    (("usage",), "What it is"),
    (("ward",), "Ward"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One field on both sides; ``differs`` where both say something and not the same."""

    label: str
    left: str
    right: str
    differs: bool


def lines(both: BothSides) -> list[Line]:
    """The two sides field by field, without those that neither side has.

    Of somebody guarded the address stands on neither side: whether it agrees is said in words.
    """
    fields = ADDRESS_FIELDS if both.question.kind == ADDRESS else PERSON_FIELDS
    told = []
    for names, label in fields:
        if label == "Address" and hides_addresses(both.question):
            continue
        left, right = (_told(side.fields, names) for side in (both.left, both.right))
        differs = bool(left and right) and left.casefold() != right.casefold()
        if left or right:
            told.append(Line(label, left, right, differs))
    return told


def hides_addresses(question: Question) -> bool:
    """Whether no address may stand on the page: of two people one of whom is guarded."""
    return question.marked and question.kind != ADDRESS


def _told(fields: Mapping[str, str], names: tuple[str, ...]) -> str:
    said = " ".join(fields[name] for name in names if fields.get(name))
    return long_day(date.fromisoformat(said)) if names == ("date_of_birth",) and said else said


def asks(question: Question) -> str:
    """The question as the list has it; it names nobody."""
    them = listed([agency_name(name) for name in question.agencies])
    return f"An address from {them}" if question.kind == ADDRESS else f"Two records: {them}"


def sentence(words: str) -> str:
    """Why a question is asked, in sentences: what agrees, what does not, what is unknown, why we ask."""
    told = words.replace("; but ", ": but ").replace("not known: ", "not known – ").replace("; not", ": not")
    told = AFTER_COLON.sub(lambda found: f". {found[1].upper()}", told).replace("known – ", "known: ")
    told = told.replace("But same postcode", "But another address in the same postcode")
    return f"{told[:1].upper()}{told[1:]}{'' if told.endswith('.') else '.'}"


def seen_words(one: Seen) -> str:
    """Police calls (Eastborough Police), 4 Oct to 2 Nov: kind, agency and days, and nothing in them."""
    days = f"{day_and_month(one.last)} {one.last.year}"
    if one.first.year != one.last.year:
        days = f"{day_and_month(one.first)} {one.first.year} to {days}"
    elif one.first != one.last:
        days = f"{day_and_month(one.first)} to {days}"
    return f"{SEEN.get(one.kind, plain(one.kind))} ({agency_name(one.agency)}), {days}"
