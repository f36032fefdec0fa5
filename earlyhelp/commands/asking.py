"""The four questions about a new connector: asked at a terminal, else answered as is usual."""

import sys
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import TypeVar

import typer

from earlyhelp.errors import EarlyHelpError, SetUpWrong
from earlyhelp.scaffolding.answers import DAYS, Holds, Kind, SigningIn, checked_where, likely_rows
from earlyhelp.scaffolding.health import resource_of
from schemas.feed import FeedRow

Word = TypeVar("Word", bound=StrEnum)


def at_terminal() -> bool:
    """Whether somebody sits there who can answer."""
    return sys.stdin.isatty()


def ask_rows(name: str, kinds: Iterable[str]) -> str:
    """Which kind of rows it brings. Raises `SetUpWrong` where nobody says and the name does not either."""
    likely = likely_rows(name, kinds)
    if likely is None and not at_terminal():
        raise SetUpWrong(f"say with --rows which kind of rows it brings: {', '.join(kinds)}")
    return _asked(f"What kind of rows does it bring ({', '.join(kinds)})?", likely, _one_of(kinds))


def ask_where(kind: Kind, rows: type[FeedRow], feed: str) -> str:
    """Under which path, or under which names of files."""
    if kind.files:
        ending = "txt" if kind is Kind.FIXED else kind
        question, usual = "What are its files called, with * for the day?", f"{feed}_*.{ending}"
    else:
        question = "Under which path?"
        usual = resource_of(rows).path if kind is Kind.FHIR else f"/{feed}"
    return _asked(question, usual, lambda said: checked_where(said, kind))


def ask_sign_in(kind: Kind) -> SigningIn:
    """How we sign in; not asked of those who drop files, where the settings say it."""
    usual = SigningIn.SIGNED_JWT if kind is Kind.FHIR else SigningIn.API_KEY
    return usual if kind.files else _choice("How do we sign in", SigningIn, usual)


def ask_holds(kind: Kind) -> Holds:
    """What a file holds, in a spreadsheet most often everything; not asked of those who answer a question."""
    usual = Holds.EVERYTHING if kind is Kind.XLSX else Holds.CHANGES
    return _choice("What does a file hold", Holds, usual) if kind.files else Holds.CHANGES


def ask_days() -> int:
    """After which silence we no longer know."""
    return int(_asked("After how many days without a new row do we no longer know?", f"{DAYS}", _days))


def _choice(question: str, words: type[Word], usual: Word) -> Word:
    """One of a few words."""
    return words(_asked(f"{question} ({', '.join(words)})?", str(usual), _one_of([*words])))


def _asked(question: str, usual: str | None, checked: Callable[[str], str]) -> str:
    """The answer, asked for again while it is none; as usual where nobody sits there."""
    if not at_terminal():
        return checked(usual or "")

    def proved(said: str) -> str:
        try:
            return checked(said.strip())
        except EarlyHelpError as wrong:
            raise typer.BadParameter(str(wrong)) from None

    return str(typer.prompt(question, default=usual, value_proc=proved, err=True, prompt_suffix=" "))


def _one_of(words: Iterable[str]) -> Callable[[str], str]:
    """Refuses anything but these."""
    known = [*words]

    def checked(said: str) -> str:
        if said not in known:
            raise SetUpWrong(f"say one of {', '.join(known)}")
        return said

    return checked


def _days(said: str) -> str:
    if not said.isdecimal() or not 0 < int(said) < 3660:
        raise SetUpWrong("say a number of days, such as 7")
    return said
