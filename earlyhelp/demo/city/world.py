"""What all agencies of a neighbourhood share: one calendar, the same homes, people and hidden stress."""

from dataclasses import dataclass, replace

import numpy as np

from earlyhelp.demo.city.days import Calendar, calendar
from earlyhelp.demo.city.households import Lives, People, lives, people
from earlyhelp.demo.city.places import Places, places
from earlyhelp.demo.city.records import Bools, CityPlan, Days, Ints
from earlyhelp.demo.city.stress import Hardship, hardship

PEOPLE_A_HOUSEHOLD = 8
"""Room for numbers of people in each household: two adults and five children are the most."""


@dataclass(frozen=True, slots=True)
class World:
    """A neighbourhood as it truly is, in rows counted from 0, with the city-wide numbers beside."""

    plan: CityPlan
    days: Calendar
    places: Places
    people: People
    lives: Lives
    hard: Hardship
    person: Ints  # city-wide number of each row of the people
    household: Ints  # and of each household

    @property
    def uprn(self) -> Ints:
        """The property reference of each dwelling."""
        return self.places.residences.uprn[self.places.dwelling]

    def household_of(self, person: Ints, days: Days) -> Ints:
        """The household to which these people belong on these days."""
        changed = days >= self.lives.changed_on[person]
        return np.where(changed, self.lives.next_household[person], self.people.first_household[person])

    def living(self, household: Ints, days: Days) -> Bools:
        """Whether these households exist on these days."""
        return (days >= self.lives.formed_on[household]) & (days < self.lives.ended_on[household])


def world(plan: CityPlan, number: int, size: int, chance: list[np.random.Generator]) -> World:
    """Build the neighbourhood: homes, then people, then what they do, then what they go through."""
    here = min(size, plan.households - number * size)
    days = calendar(plan)
    site = places(plan, number, size, chance[0])
    folk = people(here, days.start, chance[1])
    lived = lives(folk, here, site, days, chance[2])
    hard = hardship(lived.households, days.weeks, chance[3], often=plan.hardship, shown=plan.signs)
    return World(
        plan=plan,
        days=days,
        places=site,
        people=folk,
        lives=lived,
        hard=_while_there(hard, lived, days),
        person=number * size * PEOPLE_A_HOUSEHOLD + np.arange(len(folk.adult), dtype=np.int64),
        household=number * size * 2 + np.arange(lived.households, dtype=np.int64),
    )


def _while_there(hard: Hardship, lived: Lives, days: Calendar) -> Hardship:
    """No stress in weeks in which a household has yet to form, or is no more."""
    week = days.start + 7 * np.arange(days.weeks, dtype=np.int32)[None, :]
    there = (week + 6 >= lived.formed_on[:, None]) & (week < lived.ended_on[:, None])
    return replace(hard, stress=hard.stress * there)
