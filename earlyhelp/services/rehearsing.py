"""The past weeks once more, each as it was known on its day: what the checks would have said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from earlyhelp.casework.weighing import EXPERT, Weights
from earlyhelp.checking.check import Check
from earlyhelp.chronology import day_number, day_of
from earlyhelp.law.policy import POLICY, Policy
from earlyhelp.services.past_rows import Part, PastRows
from earlyhelp.trust.calibration import Calibration
from earlyhelp.trust.escalations import Escalations
from earlyhelp.trust.methods import sums, weights
from earlyhelp.trust.raising import AHEAD
from earlyhelp.trust.shortlist import Shortlist
from earlyhelp.trust.summing_up import SHARES

WARM_UP = 13
"""Weeks before the first judged one, in which raised households begin to rest (detection.md 4.1)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which weeks are judged, at how many raised a week; which checks are asked about, and which run."""

    first: date
    last: date
    today: date
    budget: int
    named: tuple[str, ...]
    live: tuple[str, ...]
    weights: Weights = EXPERT

    @property
    def days(self) -> list[int]:
        """The weekly as-of days: those that warm up, then those that are judged."""
        first, last = day_number(self.first), day_number(self.last)
        return list(range(first - 7 * WARM_UP, last + 1, 7))


@dataclass(slots=True)
class Rehearsed:
    """Every method's list of every week, what it can be judged by, and a hash of all it was read from.

    ``not_asked`` counts, for each check, the weeks in which its feed was silent.
    """

    days: list[int]
    escalations: Escalations
    households: int = 0
    lists: dict[str, list[Shortlist]] = field(default_factory=dict)
    calibration: Calibration = field(default_factory=Calibration)
    not_asked: dict[str, int] = field(default_factory=dict)
    inputs: str = ""


def rehearse(
    conn: Connection,
    checks: Mapping[str, Check],
    plan: Plan,
    truth: Escalations | None = None,
    policy: Policy = POLICY,
) -> Rehearsed:
    """Ask ``checks`` about every household on every day of the plan; labels: ``truth``, or the records' own.

    ``checks`` hold at least those that the plan names and those that run today. Raises `SetUpWrong` where no
    night has run yet.
    """
    rows = PastRows(conn, checks, day_of(plan.days[0]), plan.today, truth)
    done = Rehearsed(plan.days, rows.escalations, len(rows.everyone))
    judged = plan.days[WARM_UP:]
    done.not_asked = {name: sum(map(rows.silent[c.reads.kind], judged)) for name, c in checks.items()}
    for part in rows.parts():
        for number in range(len(plan.days)):
            _week(done, number, rows, part, plan, policy)
    done.escalations, done.inputs = rows.escalations, rows.inputs
    return done


def _week(done: Rehearsed, number: int, rows: PastRows, part: Part, plan: Plan, policy: Policy) -> None:
    """One week of these households, offered to that week's shortlists."""
    day, count = done.days[number], len(part.households)
    cut, heard = rows.ask(part, day)
    added = sums(plan.named, plan.live)
    said = weights(heard, rows.checks, plan.named, added, cut, day, policy, count, plan.weights)
    open_to = part.open_to(day)
    most = round(max(SHARES) * plan.budget) * (AHEAD // 7 + 1)
    for name, weight in said.items():
        weeks = done.lists.setdefault(name, [Shortlist(each, most) for each in done.days])
        weeks[number].offer(part.households[open_to], weight[open_to], 0.0)
    main = next(iter(added), f"check: {plan.named[0]}")
    if number >= WARM_UP and day + AHEAD <= part.known.told_until:
        came = part.known.next_after(part.households, day) <= day + AHEAD
        done.calibration.add(said[main][open_to], came[open_to])
