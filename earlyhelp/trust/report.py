"""A backtest as one page that a manager can read: nothing to fetch, nothing that runs."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from earlyhelp.trust.charts import bars, lines, percent

AHEAD = (1, 4, 8, 12, 16, 20, 26)
"""Weeks ahead that are marked on the curve of those caught."""


def page(answer: Mapping[str, Any], style: str) -> str:
    """The report, with its style and its plots inside it."""
    methods = answer["methods"]
    main = next((m for m in methods if m["method"] == answer["main"]), None)
    rules = [m for m in methods if m["method"].startswith("rule:")]
    best = max(rules, key=lambda m: m["precision"] or 0.0, default=None)
    compared = [m for m in (main, best, *_asked(methods)) if m is not None][:4]
    environment = Environment(
        loader=PackageLoader("earlyhelp.trust"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {"percent": _told, "day": lambda day: f"{day.day} {day:%B %Y}", "count": _count}
    return environment.get_template("report.html").render(
        answer=answer,
        main=main,
        best=best,
        style=style,
        precision_plot=bars(
            "Share of raised households that escalated within half a year",
            [(m["method"], m["precision"], m["method"] == answer["main"]) for m in methods],
        ),
        caught_plot=_caught(compared),
        budget_plot=_budgets(compared),
        calibration_plot=_calibrated(answer["calibration"]),
    )


def _asked(methods: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The single checks, and the sums with or without them."""
    return [m for m in methods if m["method"].startswith(("the same", "check:"))]


def _caught(methods: list[dict[str, Any]]) -> str | None:
    """Share of escalations that were raised at least so many weeks ahead."""
    drawn = []
    for m in methods:
        shares = m["caught_by_weeks_ahead"]
        points = [(week, shares[week - 1]) for week in range(1, len(shares) + 1)]
        told = [(float(week), share) for week, share in points if share is not None]
        if len(told) > 1:
            drawn.append((m["method"], told))
    title = "Share of escalations that were on the list at least so many weeks ahead"
    return lines(title, "weeks ahead of the escalation", drawn, AHEAD) if drawn else None


def _budgets(methods: list[dict[str, Any]]) -> str | None:
    """Precision at other budgets."""
    drawn, ticks = [], set()
    for m in methods:
        told = [(float(at["a_week"]), at["precision"]) for at in m["at_other_budgets"]]
        ticks |= {week for week, _ in told}
        known = [(week, share) for week, share in told if share is not None]
        if len(known) > 1:
            drawn.append((m["method"], known))
    title = "Share of raised households that escalated, by how many are raised a week"
    return lines(title, "households raised a week", drawn, sorted(ticks)) if drawn else None


def _calibrated(bands: list[dict[str, Any]]) -> str | None:
    """What the weights said beside what came; bands of too few are left out."""
    told = [(b["said"], b["came"]) for b in bands if b["came"] is not None]
    if len(told) < 2:
        return None
    numbers = [float(n) for n in range(1, len(told) + 1)]
    said = [(n, share) for n, (share, _) in zip(numbers, told, strict=True)]
    came = [(n, share) for n, (_, share) in zip(numbers, told, strict=True)]
    drawn = [("what came", came), ("what the weights said", said)]
    return lines("What the weights said, and what came", "band of weight, the lightest first", drawn, numbers)


def _told(share: float | None) -> str:
    return "too few to say" if share is None else percent(share)


def _count(number: int | None) -> str:
    return "fewer than 5" if number is None else f"{number:,}"
