"""From signals to a decision: a case, an addition, a withdrawal, or nothing, each with its reason.

Pure: a decision is a value, and carrying it out is someone else's job. Doing nothing is a decision too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from earlyhelp.desks import JOINT as JOINT
from earlyhelp.desks import Desk
from earlyhelp.desks import Room as Room
from earlyhelp.drawing_lots import in_drawn_order, places_by_lot
from earlyhelp.policy import Factor, Policy, Sector
from earlyhelp.visibility import joint_gate


@dataclass(frozen=True, slots=True)
class Voice:
    """What one check says of a household tonight: a weight in log-odds that is worth a sentence."""

    check: str
    sector: Sector
    factor: Factor
    weight: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A household of which something was heard tonight; candidates come ranked, the heaviest first.

    ``total`` is the weight over all sectors, ``by_sector`` each sector's own clipped sum.
    ``restricted``: a domestic-abuse marker is known. ``weights`` is the version of the weights it is by.
    """

    household: int
    ward: str
    restricted: bool
    total: float
    by_sector: Mapping[Sector, float]
    voices: Sequence[Voice]
    weights: str = "1"


@dataclass(frozen=True, slots=True)
class Standing:
    """An open case: its ``scope`` is ``joint`` or a sector; nobody has looked while ``state`` is ``new``.

    ``unsafe``: a domestic-abuse marker is known, and whoever holds the case is not trained for it.
    """

    case: int
    household: int
    ward: str
    scope: str
    state: str
    checks: frozenset[str]
    sectors: frozenset[Sector]
    unsafe: bool = False
    weight: float = 0.0
    """What it weighed when it was opened, or when it last eased."""


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Raise a new case with this worker; ``voices`` are those the worker may see."""

    household: int
    worker: int
    scope: str
    gateway: str
    weight: float
    voices: Sequence[Voice]
    reason: str
    by_lot: bool = False


@dataclass(frozen=True, slots=True)
class AddToCase:
    """New signals join the open case; with ``worker`` set it becomes a joint case in new hands.

    ``voices`` are all that the case now rests on, or the new ones alone.
    """

    household: int
    case: int
    voices: Sequence[Voice]
    reason: str
    scope: str
    gateway: str | None = None
    worker: int | None = None


@dataclass(frozen=True, slots=True)
class HandOver:
    """The case needs other hands; its history goes with it."""

    household: int
    case: int
    worker: int
    reason: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The cause has cleared before anyone looked."""

    household: int
    case: int
    reason: str


@dataclass(frozen=True, slots=True)
class Ease:
    """Things are clearly better than when the case was opened; it stays open, and says so."""

    household: int
    case: int
    weight: float
    reason: str


@dataclass(frozen=True, slots=True)
class LeaveAlone:
    """Nothing is done, and why."""

    household: int
    reason: str


Decision = OpenCase | AddToCase | HandOver | Withdraw | Ease | LeaveAlone

NOTHING_NEW = "already open, nothing new"
TOO_LITTLE = "too little is known to raise it"
COOLING = "looked at before, and no worse since"
NO_ROOM = "no key worker has room"
NO_ROOM_AGENCY = "no worker of that agency has room"
NOBODY_TRAINED = "marked for domestic abuse, and no trained worker has room: a manager must place it"
FULL = (NO_ROOM, NO_ROOM_AGENCY)
"""Left alone for want of room: held back."""
DRAWN_FROM = (TOO_LITTLE, NO_ROOM, NO_ROOM_AGENCY)
"""Why those were left alone among whom a few places are given by lot."""


def decide(
    candidates: Sequence[Candidate],
    standing: Iterable[Standing],
    cooling: Mapping[int, float],
    rooms: Iterable[Room],
    unheard: frozenset[Sector],
    policy: Policy,
    unasked: frozenset[str] = frozenset(),
    seed: int | None = None,
) -> list[Decision]:
    """Decide about every household that spoke tonight, the heaviest first, and every open case.

    ``cooling`` holds the total at which a household's last case was closed, while that is recent.
    ``unheard`` are sectors whose feeds are stale, ``unasked`` checks that do not run: their silence withdraws
    nothing. With a ``seed`` a few places are kept back and given by lot.
    """
    open_cases = {case.household: case for case in standing}
    desk = Desk(rooms)
    free = desk.left
    if seed is not None:
        desk.kept_back = places_by_lot(free, policy.lot_share, seed)
    decisions = _make_safe(open_cases, desk)
    handed = {decision.household for decision in decisions}
    for candidate in candidates:
        if candidate.household in handed:
            continue
        case = open_cases.pop(candidate.household, None)
        if case is None:
            decisions.append(_raise(candidate, cooling, desk, policy))
        else:
            decisions.append(_follow(candidate, case, desk, unheard, unasked, policy))
    if desk.kept_back and seed is not None:
        decisions = _by_lot(decisions, candidates, desk, 2 * free, policy, seed)
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


def _raise(candidate: Candidate, cooling: Mapping[int, float], desk: Desk, policy: Policy) -> Decision:
    """A case for a household that has none, if it weighs enough and somebody has room."""
    if not candidate.voices:
        return LeaveAlone(candidate.household, TOO_LITTLE)
    scope, gateway, weight, voices = reach(candidate, policy)
    if weight < policy.worth_raising:
        return LeaveAlone(candidate.household, TOO_LITTLE)
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
