"""Fits the weights anew to what came, and lets the fit run only where it does better on weeks not seen.

Weeks to fit on end half a year before the first week held out, so that no outcome is seen from both sides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from earlyhelp.casework.weighing import Weights, lots, weigh
from earlyhelp.checking.check import Check, Reading
from earlyhelp.checking.measures import Floats
from earlyhelp.chronology import Ids, day_number, day_of
from earlyhelp.errors import SetUpWrong
from earlyhelp.law.policy import POLICY, Policy
from earlyhelp.services.past_rows import Part, PastRows
from earlyhelp.trust.escalations import Escalations
from earlyhelp.trust.fitting import MOST_TERMS, fit, loss_of
from earlyhelp.trust.raising import AHEAD, judge, raise_weekly
from earlyhelp.trust.shortlist import Shortlist

EVERY = 4
"""Weeks from one row of a household to its next: a week later is almost the same row."""
FEWEST = 30
"""Fewest rows followed by an escalation to fit on."""
MOST_ROWS = 400_000
"""About so many rows that nothing followed are kept, drawn by lot; each stands for those not drawn."""


@dataclass(frozen=True, slots=True)
class Weeks:
    """The days to fit on, and the days held out."""

    fitted: list[int]
    held_out: list[int]

    @classmethod
    def of(cls, first: date, told_until: int, held_out: int) -> "Weeks":
        """As many weeks as there are, the last ``held_out`` whose half year is over apart.

        Raises `SetUpWrong` where there are too few.
        """
        last = told_until - AHEAD
        out = list(range(last - 7 * (held_out - 1), last + 1, 7))
        fitted = list(range(day_number(first), out[0] - AHEAD + 1, 7 * EVERY))
        if not fitted:
            begin = day_of(out[0] - AHEAD)
            raise SetUpWrong(
                f"too few weeks: to hold out {held_out} the rows must reach back before {begin}; "
                "name an earlier --from, or hold out fewer weeks"
            )
        return cls(fitted, out)


@dataclass(frozen=True, slots=True)
class Refit:
    """A fit beside the weights that run: on the weeks held out, and whether it takes their place."""

    weights: Weights
    accepted: bool
    inputs: str
    held_out: Mapping[str, Any]


def refit(
    rows: PastRows, weeks: Weeks, running: Weights, version: str, budget: int, policy: Policy = POLICY
) -> Refit:
    """Fit to the weeks, and set the fit beside what runs at ``budget`` raised a week. Raises `SetUpWrong`."""
    names = sorted(rows.checks)
    if len(names) > MOST_TERMS:
        raise SetUpWrong(
            f"{len(names)} checks are live, and at most {MOST_TERMS} can be weighed; retire some"
        )
    thin = max(1, -(-len(rows.everyone) * len(weeks.fitted) // MOST_ROWS))
    seen, later = _Table(policy), _Table(policy)
    for part in rows.parts():
        for day in (*weeks.fitted, *weeks.held_out):
            terms = _terms(rows.ask(part, day)[1], names, len(part.households))
            if day in weeks.held_out:
                later.add(part, day, terms, 1)
            else:
                seen.add(part, day, terms, thin)
    terms, came, counts = seen.columns()
    if came.sum() < FEWEST:
        raise SetUpWrong("too few escalations to fit on: the weights stay as they are")
    found = fit(np.clip(terms, policy.floor, policy.ceiling), came, counts)
    made = Weights(version, {name: float(times) for name, times in zip(names, found.times, strict=True)})
    told = {
        title: later.tried(by, rows.checks, weeks.held_out, rows.escalations, budget)
        for title, by in (("running", running), ("fitted", made))
    }
    return Refit(made, wins(told["fitted"], told["running"]), rows.inputs, told)


def wins(fitted: Mapping[str, float], running: Mapping[str, float]) -> bool:
    """Whether a fit may take the place of what runs: more right at the budget, or as many and truer."""
    if fitted["right"] != running["right"]:
        return fitted["right"] > running["right"]
    return fitted["log_loss"] < running["log_loss"]


def _terms(heard: Mapping[str, Reading], names: list[str], households: int) -> Floats:
    """Each check's own weight (H, T); nothing where its feed was silent."""
    nothing = np.zeros(households)
    return np.column_stack([heard[name].weight if name in heard else nothing for name in names])


@dataclass(slots=True)
class _Table:
    """Rows of households by weeks, as columns."""

    policy: Policy
    days: list[int] = field(default_factory=list)
    households: list[Ids] = field(default_factory=list)
    terms: list[Floats] = field(default_factory=list)
    came: list[Floats] = field(default_factory=list)
    counts: list[Floats] = field(default_factory=list)

    def add(self, part: Part, day: int, terms: Floats, thin: int) -> None:
        """Take in a week of these households; of those that nothing followed, one in ``thin``, by lot."""
        came = part.known.next_after(part.households, day) <= day + AHEAD
        drawn = lots(part.households, day) % np.uint64(thin) == 0
        keep = part.open_to(day) & (came | drawn)
        self.days.append(day)
        self.households.append(part.households[keep])
        self.terms.append(terms[keep])
        self.came.append(came[keep].astype(np.float64))
        self.counts.append(np.where(came[keep], 1.0, float(thin)))

    def columns(self) -> tuple[Floats, Floats, Floats]:
        """Terms, whether it came, and for how many each row stands."""
        return np.concatenate(self.terms), np.concatenate(self.came), np.concatenate(self.counts)

    def tried(
        self, by: Weights, checks: Mapping[str, Check], days: list[int], told: Escalations, budget: int
    ) -> dict[str, float]:
        """How these weights do on the rows: how many raised, how many right, and the mean log loss."""
        names = sorted(checks)
        sectors = {name: checks[name].sector for name in names}
        weeks = {day: Shortlist(day, budget * (AHEAD // 7 + 1)) for day in days}
        totals = []
        for day, households, terms in zip(self.days, self.households, self.terms, strict=True):
            since = np.zeros(len(households), np.int32)
            readings = {name: Reading(terms[:, n], since, {}) for n, name in enumerate(names)}
            totals.append(weigh(readings, sectors, self.policy, by))
            weeks[day].offer(households, totals[-1], 0.0)
        raised = raise_weekly([weeks[day].ranked() for day in days], days, budget)
        score = judge(raised, told, days, 0, budget)
        _, came, counts = self.columns()
        loss = round(loss_of(np.concatenate(totals), came, counts), 9)
        return {"raised": score.raised, "right": score.right, "log_loss": loss}
