"""The figures of a backtest as one plain answer: what the JSON says, the page shows, and the record keeps."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import ceil
from typing import Any

from earlyhelp.chronology import Ids, day_of
from earlyhelp.sharing.disclosure import share, shown, small
from earlyhelp.trust.calibration import Calibration
from earlyhelp.trust.escalations import Escalations
from earlyhelp.trust.methods import RUNNING
from earlyhelp.trust.raising import AHEAD, EARLY_WEEKS, Score, judge, overlap, raise_weekly

SHARES = (0.2, 0.5, 1.0, 2.0)
"""Parts of the budget at which methods are compared besides the budget itself."""
WEEKS = 26
"""How far ahead of an escalation the curve of those caught looks."""


def sum_up(
    lists: Mapping[str, Sequence[Ids]],
    days: Sequence[int],
    warm_up: int,
    budget: int,
    key_workers: int,
    escalations: Escalations,
    calibration: Calibration,
) -> dict[str, Any]:
    """Every method's figures, in the order of their precision; small numbers are withheld as None."""
    scores: dict[str, Score] = {}
    methods = []
    for name, weekly in lists.items():
        raised = raise_weekly(weekly, days, budget)
        scores[name] = judge(raised, escalations, days, warm_up, budget)
        by_day = [int((raised.day == day).sum()) for day in days[warm_up:]]
        methods.append(
            _figures(name, scores[name])
            | {
                "a_key_worker_a_week": round(sum(by_day) / len(by_day) / key_workers, 2),
                "most_for_a_key_worker_in_a_week": ceil(max(by_day) / key_workers),
                "stability": _rounded(overlap(weekly[warm_up:], budget)),
                "at_other_budgets": [
                    _at(weekly, days, warm_up, budget, part, escalations) for part in SHARES
                ],
            }
        )
    methods.sort(key=lambda figures: (-(figures["precision"] or 0.0), figures["method"]))
    return {
        "judged_until": day_of(days[-1]),
        "weeks": len(days) - warm_up,
        "budget_a_week": budget,
        "key_workers": key_workers,
        "labels": escalations.words,
        "escalations": shown(next(iter(scores.values())).escalated) if scores else 0,
        "settled_until": day_of(escalations.told_until) - timedelta(days=AHEAD),
        "main": RUNNING if RUNNING in lists else methods[0]["method"] if methods else None,
        "methods": methods,
        "calibration": [
            {"weight": name, "weeks_of_households": seen, "came": share(came, seen), "said": round(said, 3)}
            for name, seen, came, said in calibration.bands()
        ],
    }


def _figures(name: str, score: Score) -> dict[str, Any]:
    """One method's figures at the budget."""
    told = score.escalated >= 5 and not small(score.caught())
    return {
        "method": name,
        "raised": shown(score.raised),
        "filled": round(score.filled, 3),
        "settled": shown(score.settled),
        "right": shown(score.right),
        "precision": share(score.right, score.settled),
        "caught": share(score.caught(), score.escalated),
        "caught_early": share(score.caught(EARLY_WEEKS), score.escalated),
        "mean_lead_weeks": round(score.mean_lead, 2) if told else None,
        "caught_by_weeks_ahead": [
            share(score.caught(weeks), score.escalated) for weeks in range(1, WEEKS + 1)
        ],
    }


def _at(
    weekly: Sequence[Ids], days: Sequence[int], warm_up: int, budget: int, part: float, came: Escalations
) -> dict[str, Any]:
    """Precision and share caught at another budget."""
    room = max(1, round(part * budget))
    score = judge(raise_weekly(weekly, days, room), came, days, warm_up, room)
    return {
        "a_week": room,
        "precision": share(score.right, score.settled),
        "caught": share(score.caught(), score.escalated),
    }


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 3)
