"""The tables and the line of ratios that are printed for each world."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple

import numpy as np
from rich.box import SIMPLE
from rich.table import Table

from benchmarks.detecting.judging import Score
from benchmarks.detecting.methods import ANY, AS_FEW, BALANCE, BOOSTED, CALLOUTS_RULE, CHECKS, RULES, SUM

Scores = Mapping[str, Sequence[Score]]


def mean_of(scores: Scores) -> dict[str, Score]:
    """Each method's mean over the seeds."""
    return {name: Score(*np.mean([astuple(one) for one in each], axis=0)) for name, each in scores.items()}


def table(title: str, scores: Scores) -> Table:
    """A row for each method, the least precise first."""
    shown = Table(title=title, title_justify="left", box=SIMPLE, padding=(0, 1, 0, 0))
    shown.add_column("method", no_wrap=True)
    for heading in ("precision", "caught", "8+ weeks", "lead", "filled", "per place"):
        shown.add_column(heading, justify="right", no_wrap=True)
    for name, score in sorted(mean_of(scores).items(), key=lambda item: item[1].precision):
        seeds = [one.precision for one in scores[name]]
        precision = f"{score.precision:.3f} ±{(max(seeds) - min(seeds)) / 2:.3f}"
        shares = (f"{score.caught:.3f}", f"{score.caught_early:.3f}", f"{score.lead:.2f}")
        shown.add_row(name, precision, *shares, f"{score.filled:.2f}", f"{_per_place(score):.3f}")
    return shown


def ratios(scores: Scores) -> str:
    """What is promised: so many times the rules, the balance and the best check, and the share of boosting."""
    mean = mean_of(scores)
    places = max(_per_place(mean[rule]) for rule in RULES)
    against = {
        ANY: mean[ANY].precision,
        "the best rule": max(mean[rule].precision for rule in RULES),
        BALANCE: mean[BALANCE].precision,
        "the best check": max(mean[check.name].precision for check in CHECKS),
    }
    if BOOSTED in mean:
        against["boosting"] = mean[BOOSTED].precision
    said = [_times(mean[SUM].precision, other, name) for name, other in against.items()]
    said.append(_times(_per_place(mean[SUM]), places, "the best rule, place for place"))
    rule = mean[CALLOUTS_RULE].precision
    said.append(_times(mean[AS_FEW].precision, rule, "three callouts, with as few raised"))
    return "; ".join((*said, _times(mean[SUM].lead, mean[ANY].lead, "the lead of the rules")))


def _per_place(score: Score) -> float:
    """Raises that were right over all places: one that is left empty helps nobody."""
    return score.filled * score.precision


def _times(ours: float, other: float, name: str) -> str:
    return f"{ours / other:.2f} times {name}" if other > 0 else f"{name}: nothing to compare with"
