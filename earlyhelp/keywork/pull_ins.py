"""Pulling an expert in: who may be asked, on what ground, which facts, and what may be answered.

The expert joins the case and the key worker keeps it; it is never a referral. What is shared is named fact
by fact, on a named ground, before anybody is asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from earlyhelp.casework.desks import JOINT
from earlyhelp.law.policy import HEALTH_AGREEMENT, Policy, Sector

AGREEMENT = "agreed with the household"


class Standing(StrEnum):
    """How far a pull-in has come."""

    ASKED = "asked"
    JOINED = "joined"
    ANSWERED = "answered"
    DECLINED = "declined"
    CALLED_OFF = "called_off"


NEXT: dict[Standing, frozenset[Standing]] = {
    Standing.ASKED: frozenset({Standing.JOINED, Standing.ANSWERED, Standing.DECLINED, Standing.CALLED_OFF}),
    Standing.JOINED: frozenset({Standing.ANSWERED, Standing.DECLINED, Standing.CALLED_OFF}),
    Standing.ANSWERED: frozenset({Standing.ANSWERED, Standing.CALLED_OFF}),
    Standing.DECLINED: frozenset(),
    Standing.CALLED_OFF: frozenset(),
}
"""What may follow on what: whoever answered may answer again, and a refusal is the end of it."""

OPEN = frozenset({Standing.ASKED, Standing.JOINED})
"""Somebody still owes an answer."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that could be shared: in words, of which day, from whose data."""

    key: str
    words: str
    sector: Sector
    source: str


@dataclass(frozen=True, slots=True)
class Ask:
    """What a key worker is about to ask. Without a ``sector`` it is a local service that is asked."""

    name: str
    sector: Sector | None
    question: str
    facts: tuple[Fact, ...]
    answer_by: date | None
    agreed: bool
    with_words: bool = False


def may_follow(now: Standing, then: Standing) -> bool:
    """Whether that may be said next."""
    return then in NEXT[now]


def is_late(standing: Standing, answer_by: date, today: date) -> bool:
    """Whether an answer is owed and overdue."""
    return standing in OPEN and today > answer_by


def ground(ask: Ask, scope: str, policy: Policy) -> str | None:
    """On what ground the facts may be shared with whom is asked; None when there is none.

    The household's agreement carries everything. Without it, an agency may be told of a joint case under
    its sector's gateway, or of its own sector's case. A local service has no gateway. Health's data reach
    another sector only by agreement: a confidential duty needs its own route (`policy.HEALTH_AGREEMENT`).
    """
    if ask.agreed:
        return AGREEMENT
    if ask.sector is None or ask.with_words:
        return None
    if scope == ask.sector.value:
        return f"{ask.sector.value}: its own data"
    if scope != JOINT or ask.sector not in policy.gateways:
        return None
    if any(_confidential(fact, ask.sector, policy) for fact in ask.facts):
        return None
    return policy.gateways[ask.sector]


def _confidential(fact: Fact, told: Sector, policy: Policy) -> bool:
    return fact.sector != told and policy.gateways.get(fact.sector) == HEALTH_AGREEMENT


def problems(ask: Ask, scope: str, today: date, policy: Policy) -> dict[str, str]:
    """What keeps this from being asked, by the field to correct."""
    found: dict[str, str] = {}
    if not ask.name:
        found["whom"] = "Choose who to ask"
    if not ask.question.strip():
        found["question"] = "Write what you are asking for"
    elif len(ask.question) > 2_000:
        found["question"] = "Shorten your question to 2,000 letters"
    if ask.answer_by is None or ask.answer_by <= today:
        found["answer_by"] = "Select a day after today"
    if ask.name and ground(ask, scope, policy) is None:
        found["agreed"] = _missing_ground(ask)
    return found


def _missing_ground(ask: Ask) -> str:
    if ask.sector is None:
        return "Ask the household first: a local service may be told only with its agreement"
    if ask.with_words:
        return "Ask the household first: its own words are shared only with its agreement"
    return "There is no power to share these facts with them: leave facts out, or ask the household first"


def minimal(facts: Iterable[Fact], chosen: Iterable[str]) -> tuple[Fact, ...]:
    """Those of the facts that were chosen, and no other."""
    keys = set(chosen)
    return tuple(fact for fact in facts if fact.key in keys)
