"""When a case that was put off comes back early: things got worse."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from earlyhelp.law.policy import Policy


@dataclass(frozen=True, slots=True)
class PutOff:
    """A case to be looked at again later: what each check read of the household then, and reads now.

    ``marked``: a domestic-abuse marker has become known since.
    """

    case: int
    then: Mapping[str, float]
    now: Mapping[str, float]
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Woken:
    """A case that is to be looked at now, and why; ``checks`` are those that spoke."""

    case: int
    checks: tuple[str, ...]


def wake(put_off: Iterable[PutOff], policy: Policy) -> list[Woken]:
    """Which of the cases come back early.

    Worse is: a check has become notable that was not, or what all of them read together has risen by the
    policy's ``step_up``, or a domestic-abuse marker has become known.
    """
    return [Woken(one.case, louder) for one in put_off if (louder := _louder(one, policy)) or one.marked]


def _louder(one: PutOff, policy: Policy) -> tuple[str, ...]:
    """The checks that make it worse, the loudest first."""
    rise = {check: weight - one.then.get(check, 0.0) for check, weight in one.now.items()}
    fresh = {
        check
        for check, weight in one.now.items()
        if weight >= policy.notable > one.then.get(check, 0.0) and rise[check] > 0
    }
    total = sum(max(weight, 0.0) for weight in one.now.values())
    before = sum(max(weight, 0.0) for weight in one.then.values())
    if total - before >= policy.step_up:
        fresh |= {check for check, more in rise.items() if more > 0}
    return tuple(sorted(fresh, key=lambda check: (-rise[check], check)))
