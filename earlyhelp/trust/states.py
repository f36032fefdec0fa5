"""When a check may alert anybody: the states it passes through, and when it loses its place by itself.

A check that nobody has tried on past weeks never reaches a key worker: a new one begins in shadow, where it
is scored every night and says nothing to anyone.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from earlyhelp.errors import SetUpWrong

DECISIONS, MOST_WRONG = 40, 30
"""Three in four of the last forty decisions called wrong, and a check pauses itself: workers who are sent for
nothing stop reading lists, and a fixed share of forty is beyond chance for any check worth having."""


class State(StrEnum):
    """Where a check stands."""

    SHADOW = "shadow"
    LIVE = "live"
    PAUSED = "paused"
    RETIRED = "retired"


ASKED = (State.SHADOW, State.LIVE)
"""States in which a check is asked on a night; only a live one is weighed and heard."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The state a check is in, of which version that was said, since when, by whom and why."""

    check: str
    state: State
    version: str
    day: date
    who: str
    why: str


def newcomer(*, nights_before: bool, heard_before: bool) -> tuple[State, str]:
    """How a check begins of which nothing has been said: live on a first night, in shadow ever after."""
    if heard_before:
        return State.LIVE, "it had been weighed before states were kept"
    if nights_before:
        return State.SHADOW, "new since the first night: it alerts nobody until it is promoted"
    return State.LIVE, "there on the first night"


def may_become(now: Standing, wanted: State, backtested: bool) -> None:
    """Refuse a change that makes no sense, or a promotion that rests on nothing. Raises `SetUpWrong`."""
    if now.state == wanted:
        raise SetUpWrong(f"{now.check} is {wanted} already, since {now.day}")
    if wanted == State.PAUSED and now.state != State.LIVE:
        raise SetUpWrong(f"{now.check} is {now.state}: only a live check can be paused")
    if wanted == State.LIVE and now.state == State.RETIRED:
        raise SetUpWrong(f"{now.check} is retired; try it again with: earlyhelp checks shadow {now.check}")
    if wanted == State.LIVE and not backtested:
        raise SetUpWrong(
            f"{now.check} has no backtest of this version on record; make one with: "
            f"earlyhelp backtest --check {now.check}"
        )


def pauses_itself(right: Sequence[bool]) -> bool:
    """Whether a check was called wrong too often; ``right``: verdicts since it became live, newest first."""
    last = right[:DECISIONS]
    return len(last) == DECISIONS and last.count(False) >= MOST_WRONG


def named_in(states: Mapping[str, Standing], names: Collection[str], *wanted: State) -> list[str]:
    """Those of the names that are in one of these states, in order; one of which nothing is said is live."""
    return sorted(name for name in names if (states[name].state if name in states else State.LIVE) in wanted)
