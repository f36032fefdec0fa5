"""Thresholds that law or statutory guidance sets, each with the days on which it holds and its source.

They are data files in `earlyhelp/law/`, one pack for each tenure or subject: the law changes, and a replay of
a past day must use what was in force then.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from earlyhelp.errors import SetUpWrong


class Threshold(BaseModel):
    """One number that somebody else sets. ``to`` is the last day on which it holds, None while it does.

    ``evidence`` says how the source was known: read, secondary, or general knowledge.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    tenure: str | None = None
    value: float
    unit: str
    since: Annotated[date, Field(alias="from")]
    to: date | None = None
    says: Annotated[str, Field(min_length=10)]
    source: Annotated[str, Field(pattern=r"^https?://\S+$")]
    evidence: Annotated[str, Field(min_length=4)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to is not None and self.to < self.since:
            raise ValueError("to lies before from")
        return self

    def holds(self, day: date) -> bool:
        """Whether it holds on that day."""
        return self.since <= day and (self.to is None or day <= self.to)


@dataclass(frozen=True, slots=True)
class Law:
    """Every threshold, of all days. Raises `SetUpWrong` where two of one name and tenure hold on one day."""

    all: tuple[Threshold, ...]

    @classmethod
    def of(cls, texts: Iterable[tuple[str, str]]) -> Self:
        """Those in the texts of these files."""
        found = [one for file, text in texts for one in _read(file, text)]
        found.sort(key=lambda one: (one.name, one.tenure or "", one.since))
        for one, after in pairwise(found):
            if (one.name, one.tenure) == (after.name, after.tenure) and one.holds(after.since):
                raise SetUpWrong(f"{one.name} has two values on {after.since}; end the first the day before")
        return cls(tuple(found))

    def on(self, day: date) -> tuple[Threshold, ...]:
        """The pack in force on that day."""
        return tuple(one for one in self.all if one.holds(day))

    def of_name(self, name: str, day: date, tenure: str | None = None) -> Threshold:
        """The threshold of that name and tenure on that day. Raises `SetUpWrong` where there was none."""
        for one in self.all:
            if (one.name, one.tenure) == (name, tenure) and one.holds(day):
                return one
        of = f" for {tenure}" if tenure else ""
        raise SetUpWrong(f"no threshold {name}{of} was in force on {day}; see earlyhelp law --as-of {day}")

    def value(self, name: str, day: date, *, without: float) -> float:
        """Its value on that day, and ``without`` where there was none: a check of long ago goes on."""
        return next((one.value for one in self.all if one.name == name and one.holds(day)), without)

    def version(self, day: date) -> str:
        """What tells the pack of that day from every other: the last day on which anything changed."""
        changes = {one.since for one in self.all} | {one.to for one in self.all if one.to}
        return max((f"{change}" for change in changes if change <= day), default="none")


@cache
def law() -> Law:
    """The packs that ship with us."""
    packs = (one for one in files("earlyhelp.law").iterdir() if one.name.endswith(".toml"))
    return Law.of(sorted((one.name, one.read_text("utf-8")) for one in packs))


def _read(file: str, text: str) -> list[Threshold]:
    try:
        told = tomllib.loads(text)
        tenure = {"tenure": told["tenure"]} if "tenure" in told else {}
        return [Threshold.model_validate({**tenure, **one}) for one in told["threshold"]]
    except (tomllib.TOMLDecodeError, KeyError, ValidationError) as wrong:
        raise SetUpWrong(f"earlyhelp/law/{file}: {wrong}") from None
