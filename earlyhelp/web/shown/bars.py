"""Charts of counts: one bar for each of the last twelve months, in two parts at most."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from earlyhelp.web.shown.charts import BOTTOM, LEFT, RIGHT, TOP, Bar, Chart

MONTHS = 12
GAP = 6.0
"""Between two bars, in units of the picture."""


def months_until(day: date) -> list[date]:
    """The first days of the last twelve months, this one included."""
    found = [day.replace(day=1)]
    while len(found) < MONTHS:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found[::-1]


def chart(months: Sequence[date], series: Mapping[str, Sequence[int]]) -> Chart:
    """Lay out counts by month; the first of the series stands at the bottom."""
    totals = [sum(counts) for counts in zip(*series.values(), strict=True)]
    step = _step(max(1, *totals))
    high: int = max(step, -(-max(totals) // step) * step)
    width = (RIGHT - LEFT) / len(months)

    def y(count: int) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * float(count) / high, 1)

    return Chart(
        zero=y(0),
        ticks=tuple((y(count), f"{count:,}") for count in range(0, high + 1, step)),
        months=tuple((round(LEFT + width * (at + 0.5), 1), f"{month:%b}") for at, month in enumerate(months))[
            1::2
        ],
        headings=("Month", *series),
        table=tuple(
            (f"{month:%B %Y}", *(f"{counts[at]:,}" for counts in series.values()))
            for at, month in enumerate(months)
        )[::-1],
        bars=_bars(series, width, y),
    )


def _bars(series: Mapping[str, Sequence[int]], width: float, y: Callable[[int], float]) -> tuple[Bar, ...]:
    found: list[Bar] = []
    for at, parts in enumerate(zip(*series.values(), strict=True)):
        below = 0
        for number, count in enumerate(parts):
            if count:
                top = y(below + count)
                left = round(LEFT + width * at + GAP / 2, 1)
                found.append(Bar(left, top, round(width - GAP, 1), round(y(below) - top, 1), number))
            below += count
    return tuple(found)


def _step(most: int) -> int:
    """Between two ticks: a round number, and five ticks at most."""
    choices: list[int] = [m * 10**power for power in range(7) for m in (1, 2, 5)]
    return next(step for step in choices if -(-most // step) <= 4)
