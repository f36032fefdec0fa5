"""How each invented agency writes down what happened: its own numbers, codes, spellings and silences.

No agency uses another's keys; what they share is the UPRN and, within health, the NHS number.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from earlyhelp.demo.agencies.books import Statement
from earlyhelp.demo.city.days import DAY, day_number
from earlyhelp.demo.city.people import misspell
from earlyhelp.demo.city.records import Bools, CityPlan, Days, Ints, Words


@dataclass(frozen=True, slots=True)
class Pen:
    """What a neighbourhood's statements are written with: the plan, and chance of its own for each agency."""

    plan: CityPlan
    neighbourhood: int

    def chance(self, agency: int) -> np.random.Generator:
        """The agency's own stream of chance, the same every time."""
        return np.random.default_rng([self.plan.seed, 77, self.neighbourhood, agency])

    @property
    def before(self) -> int:
        """The minute at which whatever was always there was written down: the night before history begins."""
        return (day_number(self.plan.start) - 1) * DAY + 3 * 60


def own_number(ours: Ints, stride: int, offset: int, digits: int) -> Ints:
    """An agency's own numbers: no two alike, and nothing of ours to be seen in them.

    ``stride`` must be odd and no multiple of five, so that multiplying loses nothing.
    """
    return np.asarray((ours * stride + offset) % 10**digits, dtype=np.int64)


def iso_days(days: Days | Ints) -> Words:
    """Day numbers as 2026-10-31."""
    return np.datetime_as_string(days.astype("datetime64[D]"))


def utc(minutes: Ints) -> Words:
    """Minutes as 2026-10-31T09:12:00Z."""
    return np.char.add(np.datetime_as_string(minutes.astype("datetime64[m]"), unit="s"), "Z")


def london(minutes: Ints) -> Words:
    """Minutes as 2026-07-31T10:12:00+01:00, by the clock on a London wall."""
    summer = is_summer(minutes)
    text = np.datetime_as_string((minutes + 60 * summer).astype("datetime64[m]"), unit="s")
    return np.char.add(text, np.where(summer, "+01:00", "+00:00"))


def british_times(minutes: Ints) -> list[str]:
    """Each moment as a British day and the clock on the wall; nothing where none was written down."""
    days, clocks = british(minutes)
    told = zip(days, clocks, (minutes > 0).tolist(), strict=True)
    return [f"{day} {clock}" if there else "" for day, clock, there in told]


def british(minutes: Ints) -> tuple[list[str], list[str]]:
    """Minutes as 31/10/2026 and 09:12, by the clock on a London wall."""
    texts = london(minutes).tolist()
    return [f"{text[8:10]}/{text[5:7]}/{text[:4]}" for text in texts], [text[11:16] for text in texts]


def british_days(days: Days) -> list[str]:
    """Day numbers as 31/10/2026."""
    return british(days.astype(np.int64) * DAY)[0]


def is_summer(minutes: Ints) -> Bools:
    """Whether London's clocks are an hour ahead then."""
    return np.asarray(np.searchsorted(_CHANGES, minutes, side="right") % 2 == 1)


def _clock_changes() -> Ints:
    """The minutes at which London's clocks change: one in the morning, UTC, on two last Sundays a year."""
    days = [date(year, month, 31) for year in range(2000, 2051) for month in (3, 10)]
    return np.array([day_number(day - timedelta(days=(day.weekday() + 1) % 7)) * DAY + 60 for day in days])


_CHANGES = _clock_changes()


def row_of(key: Ints, keys: Ints) -> Ints:
    """Where each key stands among ``keys``; every one must be there."""
    order = np.argsort(keys, kind="stable")
    return order[np.searchsorted(keys, key, sorter=order)]


def spelt_by(names: Words, share: float, rng: np.random.Generator) -> list[str]:
    """The names as an agency has them, a share of them wrong."""
    return [str(name) for name in misspell(names, rng, share)]


def statements(recorded_at: Ints, bodies: Iterable[str]) -> Iterator[Statement]:
    """Each body with its minute."""
    return zip(recorded_at.tolist(), bodies, strict=True)
