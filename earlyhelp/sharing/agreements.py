"""What a sharing agreement is: who, why, by which power, which feeds and fields, and until when.

Each stands as one readable file in `agreements/`. What a sharing agreement must say follows the Information
Commissioner's data sharing code (in force 5 October 2021; domain.md 6); the powers are those that domain.md 6
names, each with its source in the file. Without an agreement in force nothing is fetched, and nothing counts.
"""

import tomllib
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from earlyhelp.errors import SetUpWrong
from earlyhelp.law.policy import CRIME_AND_DISORDER_ACT, DIGITAL_ECONOMY_ACT, HEALTH_AGREEMENT, Factor, Sector
from earlyhelp.sharing.kinds import KINDS
from schemas.feed import FeedRow

ENVELOPE = frozenset(FeedRow.model_fields)
"""What every statement bears: its number, when it was written, whether it was withdrawn."""
MARKERS = {"police_callout": frozenset({"domestic_abuse", "category"})}
"""Fields that keep people safe: rows that come without them could not be guarded, so they must be shared."""
ABOUT_NOBODY = frozenset({"area_crime", "local_service", "residence"})
"""Kinds of rows that speak of no person; all others need a power that reaches people."""
SENSITIVE = frozenset({Sector.HEALTH, Sector.POLICE, Sector.PROBATION})
"""Whose data are special category (UK GDPR article 9) or about offences (article 10)."""

Words = Annotated[str, StringConstraints(min_length=3, strip_whitespace=True)]


class Power(StrEnum):
    """The lawful gateway. The first three let data be brought together with other agencies' under a case."""

    DIGITAL_ECONOMY_ACT = DIGITAL_ECONOMY_ACT
    CRIME_AND_DISORDER_ACT = CRIME_AND_DISORDER_ACT
    HEALTH = HEALTH_AGREEMENT
    PUBLIC_TASK = "public task, UK GDPR article 6(1)(e)"
    OPEN_LICENCE = "open licence, about nobody"

    @property
    def joins(self) -> bool:
        """Whether it reaches as far as a joint case."""
        return self not in (Power.PUBLIC_TASK, Power.OPEN_LICENCE)


class State(StrEnum):
    """Where an agreement stands on a day."""

    DRAFT = "draft"
    NOT_YET = "not yet in force"
    IN_FORCE = "in force"
    REVIEW_DUE = "in force, review due"
    EXPIRED = "expired"
    ENDED = "ended"

    @property
    def holds(self) -> bool:
        """Whether data may be fetched and used under it."""
        return self in (State.IN_FORCE, State.REVIEW_DUE)


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Gateway(_Written):
    """By which power, on what ground, and where that can be read."""

    power: Power
    factors: tuple[Factor, ...] = ()
    lawful_basis: Words
    special_category: str = ""
    confidentiality: str = ""
    source: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.power is Power.DIGITAL_ECONOMY_ACT and not self.factors:
            raise ValueError("section 35 serves the thirteen factors: list under factors those it is for")
        if self.power is Power.HEALTH and not self.confidentiality:
            raise ValueError(
                "confidential health data need a common-law route: say which, as confidentiality"
            )
        return self


class Share(_Written):
    """One feed: which rows, which of their fields, what for, how long, and what becomes of them then.

    ``keep_months`` count from the day an event happened, or from when a register's entry was replaced.
    ``keep_answers_days`` caps how long the agency's answer itself may be kept word for word.
    """

    rows: str
    fields: tuple[str, ...]
    why: Words
    keep_months: Annotated[int, Field(ge=1, le=1200)]
    after: Literal["remove", "pseudonymise"] = "remove"
    keep_answers_days: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _fits_its_rows(self) -> Self:
        if self.rows not in KINDS:
            raise ValueError(f"schemas/ has no rows {self.rows}; it has {', '.join(KINDS)}")
        known = KINDS[self.rows].model_fields
        if unknown := [name for name in self.fields if name not in known]:
            raise ValueError(
                f"{self.rows} has no field {', '.join(unknown)}; it has {', '.join(set(known) - ENVELOPE)}"
            )
        must = {name for name, field in known.items() if field.is_required()} - ENVELOPE
        if left := sorted((must | MARKERS.get(self.rows, frozenset())) - set(self.fields)):
            raise ValueError(
                f"no {self.rows} can do without {', '.join(left)}: list it, or leave the feed out"
            )
        return self

    @classmethod
    def whole(cls, rows: str) -> Self:
        """Everything that such rows can say: for rows that are made up, as in the promises of connectors."""
        fields = tuple(name for name in KINDS[rows].model_fields if name not in ENVELOPE)
        return cls(rows=rows, fields=fields, why="made-up rows", keep_months=1200, keep_answers_days=36_500)

    def dropped(self) -> tuple[str, ...]:
        """The fields of these rows that were not agreed on, in their order."""
        return tuple(n for n in KINDS[self.rows].model_fields if n not in ENVELOPE and n not in self.fields)


class Agreement(_Written):
    """One sharing agreement. ``file`` is where it stands; without ``signed_on`` it is a draft.

    ``expires_on`` is the last day on which it holds; ``ended_on`` the day from which somebody ended it early.
    ``ring`` is whom another agency's worker may ring; ``headline`` whether such a worker may learn that there
    is contact at all before a case is open (of probation, say, already that may be too much).
    """

    file: str
    title: Words
    agency: Words
    sector: Sector
    parties: Annotated[tuple[Words, ...], Field(min_length=2)]
    purpose: Words
    contact: Words
    ring: str = ""
    headline: bool = False
    signed_on: date | None = None
    begins_on: date
    review_on: date
    expires_on: date
    ended_on: date | None = None
    gateway: Gateway
    feeds: Annotated[dict[str, Share], Field(min_length=1)]

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if not self.begins_on <= self.review_on <= self.expires_on:
            raise ValueError("begins_on, review_on and expires_on must follow each other in time")
        power = self.gateway.power
        if self.sector is Sector.HEALTH and power is Power.DIGITAL_ECONOMY_ACT:
            raise ValueError("health bodies stand outside section 35: name the health partner's own route")
        if self.sector in SENSITIVE and power.joins and not self.gateway.special_category:
            raise ValueError(
                f"data of {self.sector} need a condition: say which, as gateway.special_category"
            )
        people = sorted({s.rows for s in self.feeds.values()} - ABOUT_NOBODY)
        if power is Power.OPEN_LICENCE and people:
            raise ValueError(f"{', '.join(people)} are about people: no open licence can cover them")
        if self.headline and not self.ring:
            raise ValueError("headline says whom to ring: give a number as ring")
        return self

    def state(self, day: date) -> State:
        """Where it stands on that day."""
        if self.signed_on is None or self.signed_on > day:
            return State.DRAFT
        if day < self.begins_on:
            return State.NOT_YET
        if self.ended_on is not None and day >= self.ended_on:
            return State.ENDED
        if day > self.expires_on:
            return State.EXPIRED
        return State.REVIEW_DUE if day >= self.review_on else State.IN_FORCE

    def why_not(self, day: date) -> str:
        """Why it does not hold on that day, for an error."""
        return {
            State.DRAFT: "is a draft that nobody has signed",
            State.NOT_YET: f"begins on {self.begins_on}",
            State.ENDED: f"was ended on {self.ended_on}",
            State.EXPIRED: f"expired on {self.expires_on}",
        }[self.state(day)]


def read(text: str, file: str) -> Agreement:
    """The agreement in that text. Raises `SetUpWrong` with every fault: where, what, and what to write."""
    try:
        return Agreement.model_validate({**tomllib.loads(text), "file": file})
    except tomllib.TOMLDecodeError as fault:
        raise SetUpWrong(f"{file}: {fault}; it must be TOML, as the agreements beside it are") from None
    except ValidationError as wrong:
        faults = "; ".join(_fault(error) for error in wrong.errors(include_url=False, include_input=False))
        raise SetUpWrong(f"{file}: {faults}") from None


def _fault(error: Any) -> str:
    where = ".".join(str(step) for step in error["loc"])
    what = str(error["msg"]).removeprefix("Value error, ")
    return f"{where}: {what}" if where else what
