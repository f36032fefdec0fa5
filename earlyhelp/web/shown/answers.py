"""The answers of a decision in words: as they are offered, and as they are told afterwards."""

from dataclasses import dataclass

from earlyhelp.keywork.answers import Answer, NotRight
from earlyhelp.store.casework.decisions import Decided


@dataclass(frozen=True, slots=True)
class Words:
    """An answer as it is offered and told, and what comes of it."""

    said: str
    hint: str


ANSWERS: dict[Answer, Words] = {
    Answer.CONTACT: Words("Contact the household", "You keep the case and set a day for the next step."),
    Answer.ASK: Words(
        "Ask an agency", "Next, choose who to ask, what to share and by when. You keep the case."
    ),
    Answer.HELPED: Words("Already being helped", "Say below who is helping. The case closes."),
    Answer.LATER: Words("Look again later", "Within 28 days, and sooner if things get worse."),
    Answer.NOT_RIGHT: Words("Not right for early help", "Your answer tells us what to put right."),
}
NOT_RIGHT: dict[NotRight, str] = {
    NotRight.WRONG_FACT: "A fact is wrong",
    NotRight.WRONG_RULE: "The facts are right, but the warning is wrong",
    NotRight.WRONG_HOUSEHOLD: "It is about another household",
    NotRight.TOO_LATE: "It comes too late for early help",
    NotRight.NO_ROOM: "I have no room: the case goes back to the manager",
}


def said(one: Decided) -> str:
    """A decision in words: 'Not right for early help (A fact is wrong)'."""
    words = ANSWERS[Answer(one.answer)].said
    if one.not_right is None:
        return words
    return f"{words} ({NOT_RIGHT[NotRight(one.not_right)]})"
