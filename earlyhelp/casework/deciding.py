"""From signals to a decision: a case, an addition, a withdrawal, or nothing, each with its reason.

Pure: a decision is a value, and carrying it out is someone else's job. Doing nothing is a decision too.
"""

from collections.abc import Iterable, Mapping, Sequence

from earlyhelp.casework.decisions import (
    COOLING,
    DRAWN_FROM,
    NO_ROOM,
    NO_ROOM_AGENCY,
    NOBODY_TRAINED,
    NOTHING_NEW,
    SELDOM_RIGHT,
    TOO_LITTLE,
    AddToCase,
    Candidate,
    Decision,
    Ease,
    HandOver,
    LeaveAlone,
    OpenCase,
    Standing,
    Voice,
    Withdraw,
)
from earlyhelp.casework.desks import JOINT, Desk, Room
from earlyhelp.casework.drawing_lots import Lots, in_drawn_order
from earlyhelp.casework.lines import line_of
from earlyhelp.law.policy import Policy, Sector
from earlyhelp.sharing.visibility import joint_gate


def decide(
    candidates: Sequence[Candidate],
    standing: Iterable[Standing],
    cooling: Mapping[int, float],
    rooms: Iterable[Room],
    unheard: frozenset[Sector],
    policy: Policy,
    unasked: frozenset[str] = frozenset(),
    lots: Lots | None = None,
    lines: Mapping[str, float] | None = None,
) -> list[Decision]:
    """Decide about every household that spoke tonight, the heaviest first, and every open case.

    ``cooling`` holds the total at which a household's last case was closed, while that is recent.
    ``unheard`` are sectors whose feeds are stale, ``unasked`` checks that do not run: their silence withdraws
    nothing. With ``lots`` a few places are kept back and given by lot.
    ``lines`` are the least weights for a case by scope, where workers' answers have raised them.
    """
    open_cases = {case.household: case for case in standing}
    desk = Desk(rooms)
    free = desk.left
    if lots is not None:
        desk.kept_back = lots.left(free, policy.lot_share)
    decisions = _make_safe(open_cases, desk)
    handed = {decision.household for decision in decisions}
    for candidate in candidates:
        if candidate.household in handed:
            continue
        case = open_cases.pop(candidate.household, None)
        if case is None:
            decisions.append(_raise(candidate, cooling, desk, policy, lines))
        else:
            decisions.append(_follow(candidate, case, desk, unheard, unasked, policy))
    if desk.kept_back and lots is not None:
        decisions = _by_lot(decisions, candidates, desk, 2 * lots.whole(free), policy, lots.seed)
    decisions += [_quiet(case, unheard, unasked) for case in open_cases.values()]
    return decisions


def _make_safe(open_cases: dict[int, Standing], desk: Desk) -> list[Decision]:
    """A marker changes who may see before anything else: such cases go to trained hands first of all."""
    decisions: list[Decision] = []
    for case in [c for c in open_cases.values() if c.unsafe]:
        del open_cases[case.household]
        worker = desk.take(case.scope, case.ward, restricted=True)
        decisions.append(
            LeaveAlone(case.household, NOBODY_TRAINED)
            if worker is None
            else HandOver(case.household, case.case, worker, "marked for domestic abuse: to somebody trained")
        )
    return decisions


def reach(candidate: Candidate, policy: Policy) -> tuple[str, str, float, list[Voice]]:
    """How far what is known may go: scope, the power for it, its weight, and what may be seen.

    Two or more of the thirteen factors, each from a sector whose sharing agreement names a power, open
    the joint case. One alone stays with the sector it came from: its own worker, its own data.
    """
    needs = [(v.factor, v.sector) for v in candidate.voices]
    gate = joint_gate(needs, policy.gateways, policy.factors_for_a_joint_case)
    if gate.open:
        shared = [v for v in candidate.voices if v.sector in policy.gateways]
        return JOINT, gate.recorded, candidate.total, shared
    sector = max(candidate.voices, key=lambda v: (v.weight, v.check)).sector
    own = [v for v in candidate.voices if v.sector == sector]
    return sector.value, f"{sector.value}: its own data", candidate.by_sector[sector], own


def _raise(
    candidate: Candidate,
    cooling: Mapping[int, float],
    desk: Desk,
    policy: Policy,
    lines: Mapping[str, float] | None,
) -> Decision:
    """A case for a household that has none, if it weighs enough and somebody has room."""
    if not candidate.voices:
        return LeaveAlone(candidate.household, TOO_LITTLE)
    scope, gateway, weight, voices = reach(candidate, policy)
    if weight < policy.worth_raising:
        return LeaveAlone(candidate.household, TOO_LITTLE)
    if weight < line_of(scope, lines, policy):
        return LeaveAlone(candidate.household, SELDOM_RIGHT)
    before = cooling.get(candidate.household)
    if before is not None and weight < before + policy.step_up:
        return LeaveAlone(candidate.household, COOLING)
    worker = None
    if desk.left > desk.kept_back:
        worker = desk.take(scope, candidate.ward, restricted=candidate.restricted)
    if worker is None:
        return LeaveAlone(candidate.household, NO_ROOM if scope == JOINT else NO_ROOM_AGENCY)
    return OpenCase(
        candidate.household, worker, scope, gateway, weight, voices, "weighs enough, and there is room"
    )


def _by_lot(
    decisions: list[Decision],
    candidates: Sequence[Candidate],
    desk: Desk,
    reach_down: int,
    policy: Policy,
    seed: int,
) -> list[Decision]:
    """Give the places kept back to some of the next so many left alone, in the order of their lots."""
    by_number = {candidate.household: candidate for candidate in candidates}
    pool = []
    for place, decision in enumerate(decisions):
        candidate = by_number.get(decision.household)
        if (
            isinstance(decision, LeaveAlone)
            and decision.reason in DRAWN_FROM
            and candidate
            and candidate.voices
        ):
            scope, gateway, weight, voices = reach(candidate, policy)
            if weight >= policy.lot_line:
                made = (scope, gateway, weight, voices)
                pool.append((decision.household, (place, candidate, made)))
    given, desk.kept_back = desk.kept_back, 0
    for place, candidate, (scope, gateway, weight, voices) in in_drawn_order(pool[:reach_down], seed):
        worker = desk.take(scope, candidate.ward, restricted=candidate.restricted) if given else None
        if worker is not None:
            given -= 1
            why = "given by lot, among those below the others: it shows what the order is worth"
            decisions[place] = OpenCase(
                candidate.household, worker, scope, gateway, weight, voices, why, by_lot=True
            )
    return decisions


def _follow(
    candidate: Candidate,
    case: Standing,
    desk: Desk,
    unheard: frozenset[Sector],
    unasked: frozenset[str],
    policy: Policy,
) -> Decision:
    """What tonight means for a case that is open already."""
    if not candidate.voices:
        return _quiet(case, unheard, unasked, still=candidate.total >= policy.withdraw_below)
    scope, gateway, _, voices = reach(candidate, policy)
    fresh = [v for v in voices if v.check not in case.checks]
    if scope == JOINT != case.scope:
        worker = desk.take(JOINT, candidate.ward, restricted=candidate.restricted)
        if worker is None:
            return LeaveAlone(candidate.household, NO_ROOM)
        return AddToCase(
            candidate.household,
            case.case,
            voices,
            "a second kind of need: now a joint case",
            JOINT,
            gateway,
            worker,
        )
    allowed = [v for v in fresh if case.scope in (JOINT, v.sector.value)]
    if allowed:
        return AddToCase(candidate.household, case.case, allowed, "a new kind of signal", case.scope)
    now = candidate.total if case.scope == JOINT else candidate.by_sector.get(Sector(case.scope), 0.0)
    heard = not (case.sectors & unheard or case.checks & unasked)  # silence is no easing
    if heard and now <= case.weight - policy.step_down:
        return Ease(candidate.household, case.case, now, "clearly less than when it was opened")
    return LeaveAlone(candidate.household, NOTHING_NEW)


def _quiet(
    case: Standing, unheard: frozenset[Sector], unasked: frozenset[str], *, still: bool = False
) -> Decision:
    """A case of which nothing was heard tonight: withdrawn if nobody has looked and every source spoke."""
    if case.sectors & unheard:
        return LeaveAlone(case.household, "open; a source it rests on is silent, so nothing is concluded")
    if case.checks & unasked:
        return LeaveAlone(case.household, "open; a check it rests on does not run, so nothing is concluded")
    if case.state != "new" or still:
        return LeaveAlone(case.household, NOTHING_NEW)
    return Withdraw(case.household, case.case, "what raised it has cleared")
