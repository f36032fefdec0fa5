"""Whether the list falls on groups alike: each group's figures beside those of everybody.

Groups are used here alone. No check reads a trait that the law protects, and no score is changed by what is
found: a ratio outside the limits is a question for people, first of all about what each feed records.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from earlyhelp.chronology import Ids
from earlyhelp.sharing.disclosure import share
from earlyhelp.trust.escalations import Escalations
from earlyhelp.trust.raising import Raised, Score, judge

LOW, HIGH = 0.8, 1.25
"""Ratios to the whole outside of which a figure is flagged: the four-fifths rule and its inverse
(detection.md 8)."""
FEWEST_RAISED = 100
"""A group with fewer raised is not reported: below, chance alone leaves the limits (detection.md 8)."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One group's figures; None where it would point at a few."""

    raised_share: float | None
    precision: float | None
    caught: float | None
    mean_lead_weeks: float | None


@dataclass(frozen=True, slots=True)
class Group:
    """A group, its figures, each figure's ratio to that of everybody, and the names of those flagged."""

    name: str
    households: int
    figures: Figures
    ratios: Mapping[str, float]
    flagged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """Everybody's figures, each reported group's, and how many groups were too small to report."""

    everybody: Figures
    groups: tuple[Group, ...]
    not_reported: int


def audit(
    households: Ids,
    group: NDArray[np.str_],
    raised: Raised,
    escalations: Escalations,
    days: Sequence[int],
    warm_up: int,
    fewest: int = FEWEST_RAISED,
) -> Audit:
    """Compare groups (H names, one for each household; an empty one belongs to none) with everybody."""
    everybody = _figures(households, raised, escalations, days, warm_up)[0]
    groups, small = [], 0
    for name in sorted(set(group.tolist()) - {""}):
        members = households[group == name]
        figures, count = _figures(members, raised, escalations, days, warm_up)
        if count < fewest:
            small += 1
            continue
        ratios = _ratios(figures, everybody)
        flagged = tuple(figure for figure, ratio in ratios.items() if not LOW <= ratio <= HIGH)
        groups.append(Group(name, len(members), figures, ratios, flagged))
    return Audit(everybody, tuple(groups), small)


def _figures(
    members: Ids, raised: Raised, escalations: Escalations, days: Sequence[int], warm_up: int
) -> tuple[Figures, int]:
    """The figures of these households alone, and how many of them were raised."""
    ours, theirs = np.isin(raised.household, members), np.isin(escalations.household, members)
    mine = Raised(raised.household[ours], raised.day[ours])
    came = Escalations(escalations.household[theirs], escalations.day[theirs], "", escalations.told_until)
    score: Score = judge(mine, came, days, warm_up, budget=1)
    caught = share(score.caught(), score.escalated)
    return (
        Figures(
            raised_share=share(len(np.unique(mine.household[mine.day >= days[warm_up]])), len(members)),
            precision=share(score.right, score.settled),
            caught=caught,
            mean_lead_weeks=None if caught is None else round(score.mean_lead, 2),
        ),
        score.raised,
    )


def _ratios(figures: Figures, everybody: Figures) -> dict[str, float]:
    """Each figure as a multiple of everybody's, where both can be shown."""
    whole = asdict(everybody)
    return {
        name: round(mine / whole[name], 2)
        for name, mine in asdict(figures).items()
        if mine is not None and whole[name]
    }
