"""Which invented people live together, and how their households move, split and join.

A household meets at most one of the three in the years of a plan. Households are rows counted from 0
within a neighbourhood; city-wide numbers are put on at the end.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from earlyhelp.demo.city.days import Calendar, weekday
from earlyhelp.demo.city.people import YEAR, forenames, surnames
from earlyhelp.demo.city.places import Places
from earlyhelp.demo.city.records import NEVER, Bools, Days, Ints, Words

KINDS = (
    "young single",
    "old single",
    "young couple",
    "old couple",
    "couple with children",
    "lone parent",
    "sharers",
)
KIND_SHARES = (0.16, 0.13, 0.16, 0.12, 0.24, 0.11, 0.08)
"""Rounded from the usual make-up of English households, about 2.4 people in each (our assumption)."""
ADULTS = (1, 1, 2, 2, 2, 1, 3)
FIRST_AGES = ((20, 64), (65, 94), (20, 64), (65, 90), (22, 52), (18, 48), (45, 68))
"""Ages in years between which the first adult's lies, by kind."""
TWIN_SHARE = 0.03
JUNIOR_SHARE = 0.02
"""Sons who bear their father's name, a classic trap in matching people (detection.md 6.2)."""
RESTRICTED_SHARE = 0.01
"""People about whom health says nothing, by rule (domain.md 3.2); the share is our assumption."""
MOVES_A_YEAR, SPLITS_A_YEAR, JOINS_A_YEAR = 0.05, 0.01, 0.005
"""Share of households a year that move, lose an adult to a new household, or are joined by another."""
VOID_DAYS = 21
"""Days a dwelling stands empty between two households (our assumption)."""


@dataclass(frozen=True, slots=True)
class People:
    """The people of a neighbourhood, as rows."""

    first_household: Ints
    adult: Bools
    born_on: Days
    sex: Words
    forename: Words
    surname: Words
    restricted: Bools


@dataclass(frozen=True, slots=True)
class Lives:
    """Where every household lives and who belongs to it, and the one change each may meet."""

    households: int
    home: Ints  # per household: row of its first dwelling
    next_home: Ints  # the dwelling it moves to, or the same
    formed_on: Days
    moved_on: Days  # NEVER: it stays
    ended_on: Days  # NEVER: it lasts
    next_household: Ints  # per person: the household joined or founded, or the same
    changed_on: Days  # per person: the day of that; NEVER

    def dwelling(self, household: Ints, days: Days) -> Ints:
        """The dwelling in which these households live on these days."""
        moved = days >= self.moved_on[household]
        return np.where(moved, self.next_home[household], self.home[household])


def people(households: int, today: int, rng: np.random.Generator) -> People:
    """The members of so many households: couples, children with parents of a fitting age, namesakes."""
    kind = rng.choice(len(KINDS), households, p=KIND_SHARES)
    adults = np.array(ADULTS)[kind]
    with_children = (kind == KINDS.index("couple with children")) | (kind == KINDS.index("lone parent"))
    children = np.where(with_children, 1 + rng.binomial(4, 0.2, households), 0)
    size = adults + children
    household = np.repeat(np.arange(households, dtype=np.int64), size)
    first = np.cumsum(size) - size
    place = np.arange(len(household)) - first[household]
    adult = place < adults[household]
    bounds = np.array(FIRST_AGES, dtype=np.float64)[kind]
    age = _ages(
        bounds[:, 0] + rng.random(households) * (bounds[:, 1] - bounds[:, 0]), household, place, adult, rng
    )
    born = (today - age * YEAR).astype(np.int32)
    twins = np.flatnonzero((rng.random(len(born)) < TWIN_SHARE) & ~adult & (place > adults[household]))
    born[twins] = born[twins - 1]
    sex = _sexes(household, place, first, rng)
    names, forename = _names(household, place, adult, first, sex, born, rng)
    return People(household, adult, born, sex, forename, names, rng.random(len(born)) < RESTRICTED_SHARE)


def _ages(
    first: NDArray[np.float64], household: Ints, place: Ints, adult: Bools, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Ages in years: partners near each other, grown children and children a generation below."""
    head = first[household]
    partner = np.maximum(head + rng.normal(-1, 4, len(head)), 18)
    grown = np.maximum(head - rng.uniform(20, 35, len(head)), 18)
    child = rng.random(len(head)) * np.minimum(17.9, head - 17.5)
    return np.select([place == 0, adult & (place == 1), adult], [head, partner, grown], child)


def _sexes(household: Ints, place: Ints, first: Ints, rng: np.random.Generator) -> Words:
    female = rng.random(len(household)) < 0.51
    partner = np.flatnonzero((place == 1) & (rng.random(len(household)) < 0.95))
    female[partner] = ~female[first[household[partner]]]
    return np.where(female, "female", "male")


def _names(
    household: Ints, place: Ints, adult: Bools, first: Ints, sex: Words, born: Days, rng: np.random.Generator
) -> tuple[Words, Words]:
    own = surnames(len(household), rng)
    head = first[household]
    shares = (rng.random(len(household)) < np.where(adult, 0.7, 0.85)) & (place > 0)
    surname = np.where(shares, own[head], own)
    forename = forenames(sex, born, rng)
    junior = ~adult & (sex == "male") & (sex[head] == "male") & (rng.random(len(sex)) < JUNIOR_SHARE * 2)
    return np.where(junior, surname[head], surname), np.where(junior, forename[head], forename)


def lives(folk: People, households: int, places: Places, days: Calendar, rng: np.random.Generator) -> Lives:
    """Let the households in, then let the few that do move, split and join do so, day by day."""
    rows = rng.permutation(len(places.dwelling))
    history = Changes(folk, households, rows, places.social, days, rng)
    years = (days.end - days.start) / YEAR
    edges = np.cumsum(np.array((MOVES_A_YEAR, SPLITS_A_YEAR, JOINS_A_YEAR)) * years)
    change = np.searchsorted(edges, rng.random(households), side="right")
    when = rng.integers(days.start + 7, days.end, households)
    for household in np.argsort(when, kind="stable"):
        if change[household] < len(edges):
            # Tenancies begin on a Monday, so that people move on one.
            monday = int(when[household] - weekday(when[household]))
            (history.move, history.split, history.join)[change[household]](int(household), monday)
    return history.lived()


class Changes:
    """The register of homes and households while the years go by: the only part done one by one."""

    def __init__(
        self,
        folk: People,
        households: int,
        rows: NDArray[np.intp],
        social: Bools,
        days: Calendar,
        rng: np.random.Generator,
    ) -> None:
        """Put each household into its first dwelling and keep the rest as empty."""
        self._folk, self._social, self._rng = folk, social, rng
        self._first = np.searchsorted(folk.first_household, np.arange(households + 1))
        formed = (days.start - 30 - rng.exponential(6 * YEAR, households)).astype(np.int32)
        grown_up = (folk.born_on[self._first[:-1]] + 18 * YEAR).astype(np.int32)
        formed = np.clip(formed, grown_up, days.start - 7)
        self._formed: list[int] = (formed - weekday(formed)).tolist()
        self._home: list[int] = rows[:households].tolist()
        self._next_home = list(self._home)
        self._moved = [NEVER] * households
        self._ended = [NEVER] * households
        self._next_household = folk.first_household.copy()
        self._changed = np.full(len(folk.adult), NEVER, dtype=np.int32)
        self._empty = [(int(row), 0) for row in rows[households:]]
        self._settled: set[int] = set()  # those that have met their one change

    def move(self, household: int, day: int) -> None:
        """The household goes to an empty dwelling of the same landlord."""
        if household in self._settled:
            return
        old = self._home[household]
        row = self._let(day, bool(self._social[old]))
        if row is not None:
            self._settled.add(household)
            self._next_home[household], self._moved[household] = row, day
            self._empty.append((old, day + VOID_DAYS))

    def split(self, household: int, day: int) -> None:
        """The second adult leaves and founds a household elsewhere; the joint tenancy stays behind."""
        leaver = int(self._first[household]) + 1
        alone = leaver >= self._first[household + 1] or not self._folk.adult[leaver]
        row = None if alone or household in self._settled else self._let(day, None)
        if row is not None:
            self._settled.add(household)
            self._next_household[leaver], self._changed[leaver] = len(self._home), day
            self._home.append(row)
            self._next_home.append(row)
            self._formed.append(day)
            self._moved.append(NEVER)
            self._ended.append(NEVER)

    def join(self, household: int, day: int) -> None:
        """Everyone here moves in with another household, and this one ends."""
        other = int(self._rng.integers(0, len(self._first) - 1))
        if other != household and self._settled.isdisjoint((household, other)):
            self._settled.update((household, other))
            members = slice(self._first[household], self._first[household + 1])
            self._next_household[members], self._changed[members] = other, day
            self._ended[household] = day
            self._empty.append((self._home[household], day + VOID_DAYS))

    def lived(self) -> Lives:
        """Everything that came of it, as arrays."""
        return Lives(
            households=len(self._home),
            home=np.array(self._home, dtype=np.int64),
            next_home=np.array(self._next_home, dtype=np.int64),
            formed_on=np.array(self._formed, dtype=np.int32),
            moved_on=np.array(self._moved, dtype=np.int32),
            ended_on=np.array(self._ended, dtype=np.int32),
            next_household=self._next_household,
            changed_on=self._changed,
        )

    def _let(self, day: int, social: bool | None) -> int | None:
        """Take an empty dwelling off the register, of the landlord asked for."""
        for n, (row, since) in enumerate(self._empty):
            if since <= day and social in (None, bool(self._social[row])):
                del self._empty[n]
                return row
        return None
