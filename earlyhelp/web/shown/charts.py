"""Charts of a sum over weeks: arithmetic here, drawing in ``chart.svg.jinja``; counts are in `bars`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from earlyhelp.web.words import day_and_month, long_day, money

WEEKS = 26
LEFT, RIGHT, TOP, BOTTOM = 58.0, 392.0, 34.0, 206.0
"""The plotting area within a picture of 400 by 240 units: drawn for a phone, and a laptop scales it up."""
APART = 21.0
"""How far two numbered markers must stand apart; those that do not stand one below the other."""
LIFT = 20.0


@dataclass(frozen=True, slots=True)
class Marker:
    """A numbered event on the chart, named in the list below it."""

    number: int
    day: date
    words: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, or one part of a stacked one; ``series`` numbers the parts from the bottom."""

    x: float
    y: float
    width: float
    height: float
    series: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything the drawing needs, in its own units: a line, or bars; and the table behind it."""

    zero: float
    ticks: tuple[tuple[float, str], ...]
    months: tuple[tuple[float, str], ...]
    headings: tuple[str, ...]
    table: tuple[tuple[str, ...], ...]
    line: str = ""
    area: str = ""
    end: tuple[float, float] = (0.0, 0.0)
    bars: tuple[Bar, ...] = ()
    markers: tuple[Marker, ...] = ()


def week_ends(until: date) -> list[date]:
    """The last 27 days one week apart, ending with ``until``: 26 weeks."""
    return [until - timedelta(weeks=WEEKS - n) for n in range(WEEKS + 1)]


def chart(
    days: Sequence[date], pence: Sequence[int], events: Sequence[tuple[date, str]], today: date
) -> Chart:
    """Lay out a balance over ``days``; the axis runs on to ``today`` even where the line must stop."""
    step, low, high = _scale(pence)
    span = max((today - days[0]).days, 1)

    def x(day: date) -> float:
        return round(LEFT + (RIGHT - LEFT) * (day - days[0]).days / span, 1)

    def y(value: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * (value - low) / (high - low), 1)

    points = [(x(day), y(value)) for day, value in zip(days, pence, strict=True)]
    line = " ".join(f"{a},{b}" for a, b in points)
    return Chart(
        line=line,
        area=f"{points[0][0]},{y(0)} {line} {points[-1][0]},{y(0)}",
        zero=y(0),
        ticks=tuple((y(value), _pounds(value)) for value in range(low, high + 1, step)),
        months=_months(days[0], today, x),
        markers=_markers(events, days[0], today, x),
        end=points[-1],
        headings=("End of", "Owed"),
        table=tuple((long_day(day), money(sum_)) for day, sum_ in zip(days, pence, strict=True))[::-1],
    )


def _scale(pence: Sequence[int]) -> tuple[int, int, int]:
    """Tick step, bottom and top in pence: round pounds, nothing owed always in sight, at most five ticks."""
    low, high = min(0, *pence), max(10_000, *pence)
    choices = [m * 10**power for power in range(3, 9) for m in (1, 2, 5)]
    step = next(s for s in choices if -(-high // s) + -(low // s) <= 4)
    return step, low // step * step, -(-high // step) * step


def _pounds(pence: int) -> str:
    return f"{'-' if pence < 0 else ''}£{abs(pence) // 100:,}"


def _months(first: date, last: date, x: Callable[[date], float]) -> tuple[tuple[float, str], ...]:
    """The first of every other month: enough to read by, and no two labels meet."""
    found, day = [], first.replace(day=1)
    while day <= last:
        if day >= first:
            found.append((x(day), day_and_month(day)))
        day = (day + timedelta(days=32)).replace(day=1)
    return tuple(found[-1::-2][::-1])


def _markers(
    events: Sequence[tuple[date, str]], first: date, last: date, x: Callable[[date], float]
) -> tuple[Marker, ...]:
    found: list[Marker] = []
    for day, words in sorted(events):
        if not first <= day <= last:
            continue
        at = x(day)
        height = TOP - 14.0
        while any(abs(m.x - at) < APART and m.y == height for m in found):
            height += LIFT
        found.append(Marker(len(found) + 1, day, words, at, height))
    return tuple(found)
