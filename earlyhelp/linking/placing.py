"""Which residence a written address is taken to mean: by the gazetteer, the costs, and reviewers. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from earlyhelp.linking.addresses import Gazetteer
from earlyhelp.linking.deciding import MATCH, REVIEW

APART: Final = "apart"
SAME, DIFFERENT, UNSURE = "same", "different", "unsure"

PLACED_FROM: Final = 0.97
"""A residence is used from here on. Every row that bears the address goes with it, police calls and school
alike, so that a wrong one costs more than a wrong pair of records: 33 looks of a reviewer against 20
(decision 0022)."""
ASKED_FROM: Final = 0.5
"""From here on a reviewer is asked, as for people: below, a look costs more than what is missed."""
OF_TWO: Final = 0.5
"""How sure either of two addresses is that are as like."""

BY_REVIEW: Final = "a reviewer says so"
NOT_SO: Final = "a reviewer says that it is another"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an address means: ``uprn`` where that is sure; of ``asked`` a reviewer is or was asked."""

    uprn: str | None
    asked: str | None
    sure: float
    decision: str
    why: str


def meanings(
    gazetteer: Gazetteer, texts: Iterable[str], answers: Mapping[str, Mapping[str, str]]
) -> dict[str, Meaning]:
    """What each address means. ``answers`` hold, for an address, what was last said of each residence.

    Of several residences that reviewers said it means the last said holds: they come in order of time.
    """
    return {text: _meaning(gazetteer, text, answers.get(text, {})) for text in texts}


def _meaning(gazetteer: Gazetteer, text: str, answers: Mapping[str, str]) -> Meaning:
    said = [uprn for uprn, answer in answers.items() if answer == SAME]
    if said:
        return Meaning(said[-1], None, 1.0, MATCH, BY_REVIEW)
    placed = gazetteer.place(text)
    likeliest, sure = (placed.uprn, placed.sure) if placed.uprn else (placed.likeliest, OF_TWO)
    if likeliest is None:
        return Meaning(None, None, 0.0, APART, placed.why)
    if answers.get(likeliest) == DIFFERENT:
        return Meaning(None, likeliest, 0.0, APART, NOT_SO)
    if sure >= PLACED_FROM and answers.get(likeliest) != UNSURE:
        return Meaning(likeliest, None, sure, MATCH, placed.why)
    return Meaning(None, likeliest, sure, REVIEW if sure >= ASKED_FROM else APART, placed.why)
