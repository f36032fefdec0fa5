"""What is kept of a night's decisions: of each household that spoke, its place and why; and counts."""

from collections import Counter
from collections.abc import Iterator, Sequence

from earlyhelp.casework.decisions import (
    FULL,
    AddToCase,
    Candidate,
    Decision,
    Ease,
    HandOver,
    LeaveAlone,
    OpenCase,
    Withdraw,
)
from earlyhelp.casework.desks import JOINT
from earlyhelp.store.judged.weighed import HELD_BACK, LEFT, OPENED, Weighed


def weighed_of(candidates: Sequence[Candidate], decisions: Sequence[Decision]) -> Iterator[Weighed]:
    """What is kept of each candidate of whom something notable was heard, and of whatever was done."""
    decided = {decision.household: decision for decision in decisions}
    for place, candidate in enumerate(candidates, start=1):
        decision = decided[candidate.household]
        if isinstance(decision, LeaveAlone) and not candidate.voices:
            continue
        yield Weighed(
            household=candidate.household,
            place=place,
            of=len(candidates),
            total=candidate.total,
            decision=_word(decision),
            why=decision.reason,
            by_lot=isinstance(decision, OpenCase) and decision.by_lot,
            weights=candidate.weights,
        )


def _word(decision: Decision) -> str:
    """A decision in one word or two, as it is kept."""
    if isinstance(decision, LeaveAlone):
        return HELD_BACK if decision.reason in FULL else LEFT
    return {
        Ease: "eased",
        OpenCase: OPENED,
        AddToCase: "added",
        HandOver: "handed over",
        Withdraw: "withdrawn",
    }[type(decision)]


def counted(decisions: Sequence[Decision]) -> dict[str, int]:
    """How many of each decision, and of each reason for leaving alone."""
    counts = Counter(
        {
            "cases_opened": sum(isinstance(d, OpenCase) for d in decisions),
            "by_lot": sum(isinstance(d, OpenCase) and d.by_lot for d in decisions),
            "joint": sum(isinstance(d, OpenCase) and d.scope == JOINT for d in decisions),
            "handed_over": sum(isinstance(d, HandOver) for d in decisions),
            "added": sum(isinstance(d, AddToCase) for d in decisions),
            "withdrawn": sum(isinstance(d, Withdraw) for d in decisions),
            "eased": sum(isinstance(d, Ease) for d in decisions),
        }
    )
    counts.update(f"left: {d.reason}" for d in decisions if isinstance(d, LeaveAlone))
    return dict(counts)
