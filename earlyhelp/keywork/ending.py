"""How help ends: when to think of stepping down, why a case is closed, and the question six months on."""

from calendar import monthrange
from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum

from earlyhelp.law.policy import Policy, Sector

MONTHS_HELD = 6
"""An outcome counts as held half a year after closing (the Supporting Families rule, domain.md 7)."""


class Ending(StrEnum):
    """Why a case is closed after help."""

    REACHED = "reached"
    STEPPED_DOWN = "stepped_down"
    THEIR_CHOICE = "their_choice"
    MOVED = "moved"
    HIGHER = "higher"
    NOT_NEEDED = "not_needed"


ENDINGS: dict[Ending, str] = {
    Ending.REACHED: "what was agreed has been reached",
    Ending.STEPPED_DOWN: "stepped down to lighter help",
    Ending.THEIR_CHOICE: "the household chose to end it",
    Ending.MOVED: "the household has moved away",
    Ending.HIGHER: "statutory help has taken over",
    Ending.NOT_NEEDED: "nothing was needed",
}
"""How each ending is told. That nothing was needed is a good answer, and as easy to give as another: from it
the night learns which weight is worth a visit (`casework.lines`)."""


def problems(ending: Ending | None, why: str, reached: int) -> dict[str, str]:
    """What keeps a case from being closed; ``reached`` counts the agreed outcomes that were."""
    found: dict[str, str] = {}
    if ending is None:
        found["ending"] = "Choose why you are closing the case"
    elif ending is Ending.REACHED and not reached:
        found["ending"] = "Nothing that was agreed is marked as reached. Mark one, or choose another reason"
    if not why.strip():
        found["why"] = "Write what was done, and what comes next"
    return found


def months_after(day: date, months: int = MONTHS_HELD) -> date:
    """The same day so many months on, or the month's last day where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def has_eased(
    rests_on: Mapping[str, Sector],
    reads: Mapping[str, float],
    unheard: Collection[Sector],
    policy: Policy,
) -> bool:
    """Whether everything that raised a case has fallen below notice, with every source heard.

    ``rests_on`` is the sector of each check with a signal on the case; a silent sector is never a sign that
    all is well.
    """
    if not rests_on or set(rests_on.values()) & set(unheard):
        return False
    return all(reads.get(check, 0.0) < policy.notable for check in rests_on)
