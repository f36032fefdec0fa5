"""A key worker's answer to a case, what it does to the case, and what it says of each check.

The answer is a human decision with reasons: nothing here chooses one, and none is easier to give than
another (Data (Use and Access) Act 2025, section 80: meaningful human involvement).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from earlyhelp.keywork.states import State


class Answer(StrEnum):
    """What a key worker may decide about a household."""

    CONTACT = "contact"
    ASK = "ask"
    HELPED = "helped"
    LATER = "later"
    NOT_RIGHT = "not_right"


class NotRight(StrEnum):
    """Why early help is not right for a household."""

    WRONG_FACT = "wrong_fact"
    WRONG_RULE = "wrong_rule"
    WRONG_HOUSEHOLD = "wrong_household"
    TOO_LATE = "too_late"
    NO_ROOM = "no_room"


class Verdict(StrEnum):
    """What an answer says of a check: it was right, it was wrong, or nothing."""

    RIGHT = "right"
    WRONG = "wrong"
    OPEN = "open"


LONGEST_LATER = timedelta(days=28)
"""A case may be put off for four weeks at most (ui.md 3.4): longer, and nobody holds it in truth."""
LONGEST_STEP = timedelta(days=92)
"""A next step further off than three months is no next step."""
LONGEST_WORDS = 2_000
"""Letters of a reason: it is read on a phone."""

DATED = frozenset({Answer.CONTACT, Answer.ASK, Answer.LATER})
"""Answers that name a day."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a worker answered; ``wrong`` are the checks that they say are wrong."""

    answer: Answer
    why: str
    due_on: date | None = None
    not_right: NotRight | None = None
    wrong: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Settled:
    """What an answer makes of the case; ``kept`` false: nobody holds it, and a manager must place it."""

    state: State
    due_on: date | None
    kept: bool = True
    closing: str | None = None


def problems(given: Given, today: date) -> dict[str, str]:
    """What is missing or impossible in an answer, by the field to correct; empty when it may be recorded."""
    found: dict[str, str] = {}
    if given.answer in DATED:
        found |= _problem_of_day(given, today)
    if given.answer is Answer.NOT_RIGHT and given.not_right is None:
        found["not_right"] = "Choose what is not right"
    if not given.why.strip():
        found["why"] = "Write a sentence to say why"
    elif len(given.why) > LONGEST_WORDS:
        found["why"] = f"Shorten your reason to {LONGEST_WORDS:,} letters"
    return found


def _problem_of_day(given: Given, today: date) -> dict[str, str]:
    """The day must lie ahead, and not too far."""
    longest = LONGEST_LATER if given.answer is Answer.LATER else LONGEST_STEP
    if given.due_on is None:
        return {"due_on": "Select a day"}
    if given.due_on <= today:
        return {"due_on": "Select a day after today"}
    if given.due_on > today + longest:
        return {"due_on": f"Select a day within {longest.days} days"}
    return {}


def settle(given: Given) -> Settled:
    """What an answer without problems makes of the case.

    No room closes nothing: the household is still in trouble, so the case goes back to be placed.
    """
    match given.answer:
        case Answer.CONTACT:
            return Settled(State.ACTING, given.due_on)
        case Answer.ASK:
            return Settled(State.WAITING, given.due_on)
        case Answer.LATER:
            return Settled(State.LATER, given.due_on)
        case Answer.HELPED:
            return Settled(State.CLOSED, None, closing="already being helped")
    if given.not_right is NotRight.NO_ROOM:
        return Settled(State.NEW, None, kept=False)
    return Settled(State.CLOSED, None, closing=f"not right: {str(given.not_right).replace('_', ' ')}")


def verdicts(given: Given, checks: Iterable[str]) -> dict[str, Verdict]:
    """What an answer says of each check that stood on the page.

    A household that is contacted, asked about or in other hands already was rightly shown. Putting off says
    nothing, and neither do a wrong match, lateness or want of room. Of a wrong fact or rule the named checks
    are wrong, or all of them where none was named.
    """
    seen = set(checks)
    if given.answer in (Answer.CONTACT, Answer.ASK, Answer.HELPED):
        return dict.fromkeys(seen, Verdict.RIGHT)
    faulted = given.answer is Answer.NOT_RIGHT and given.not_right in (
        NotRight.WRONG_FACT, NotRight.WRONG_RULE,
    )  # fmt: skip
    if faulted:
        wrong = given.wrong & seen or seen
        return {check: Verdict.WRONG if check in wrong else Verdict.OPEN for check in seen}
    return dict.fromkeys(seen, Verdict.OPEN)
