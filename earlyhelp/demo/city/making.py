"""Northmoor, the invented city: everything that happens to its households, one neighbourhood at a time.

The same plan always makes the same city. Each neighbourhood has its own seed, so that any one can be made
alone and a city of a million households passes through memory in pieces. What the agencies may know and
the truth are kept apart: ``Neighbourhood.truth`` is for evaluation only.
"""

from collections.abc import Iterator

import numpy as np

from earlyhelp.demo.city import agreements as agreed
from earlyhelp.demo.city import callouts as police
from earlyhelp.demo.city import escalations as ends
from earlyhelp.demo.city import told_by_several as several
from earlyhelp.demo.city.antisocial import antisocial_reports
from earlyhelp.demo.city.appointments import appointments
from earlyhelp.demo.city.benefits import benefit_awards
from earlyhelp.demo.city.council_tax import council_tax
from earlyhelp.demo.city.fire import fire_visits
from earlyhelp.demo.city.ledger import ledger
from earlyhelp.demo.city.people import candidates_for, nhs_numbers
from earlyhelp.demo.city.places import ward_names
from earlyhelp.demo.city.records import NEVER, CityPlan, Memberships, Neighbourhood, Occupancies, Persons
from earlyhelp.demo.city.rent import payments
from earlyhelp.demo.city.school import school_absences
from earlyhelp.demo.city.silences import silences
from earlyhelp.demo.city.supervision import supervision
from earlyhelp.demo.city.tenancies import accounts, stays, tenancies
from earlyhelp.demo.city.world import World, world

__all__ = ["neighbourhood", "neighbourhoods", "silences", "ward_names"]

SIZE = 2_500
"""Households in a neighbourhood: two or three wards, some tens of megabytes while it is made."""
RENT, CALLS, BOOKINGS, FIRE, AWARDS, SUPERVISION, REPORTS, AGREED, SEVERAL = range(1, 10)
"""Kinds of record; each has its own range of numbers, so that no two records of the city share one."""

_TOPICS = 16  # independent streams of chance: a change to one leaves the others as they were
_RECORDS = 100_000_000  # numbers kept for each kind in each neighbourhood


def neighbourhoods(plan: CityPlan, size: int = SIZE) -> Iterator[Neighbourhood]:
    """The whole city, neighbourhood by neighbourhood, never more than one in memory at a time."""
    for number in range(-(-plan.households // size)):
        yield neighbourhood(plan, number, size)


def neighbourhood(plan: CityPlan, number: int, size: int = SIZE) -> Neighbourhood:
    """One neighbourhood, made alone: the same as it is within the city when cut into pieces of ``size``."""
    if not 0 <= number * size < plan.households:
        raise ValueError(f"the city has no neighbourhood {number} when cut into pieces of {size}")
    seeds = np.random.SeedSequence(plan.seed, spawn_key=(1, number)).spawn(_TOPICS)
    chance = [np.random.default_rng(seed) for seed in seeds]
    here = world(plan, number, size, chance)
    account = number * size * 4  # half of the room for rent accounts, half for council tax
    held = accounts(here, account, chance[4])
    made = agreed.agreements(here, held, chance[14])
    paid = agreed.with_instalments(here, held, made, payments(held, here.hard, here.days, chance[4]))
    events = police.calls(here, chance[5])
    truth, last = ends.escalate(here, held, paid, events, chance[9])
    events = police.joined(events, last)
    calls = police.recorded(here, events, len(last.row), _first(number, CALLS), chance[5])
    fires = fire_visits(here, _first(number, FIRE), chance[7])
    calls, fires = several.with_patrols(here, calls, fires, _first(number, SEVERAL), chance[15])
    reports = antisocial_reports(here, _first(number, REPORTS), chance[12])
    return Neighbourhood(
        residences=here.places.residences,
        persons=_persons(here, candidates_for(number * (size * 3 + 100))),
        occupancies=_occupancies(here),
        memberships=_memberships(here),
        tenancies=tenancies(here, held, chance[4]),
        rent=agreed.told(
            here,
            held,
            made,
            ledger(here, held, paid, _first(number, RENT), chance[4]),
            _first(number, AGREED),
            chance[14],
        ),
        callouts=several.between(here, calls, chance[15]),
        appointments=appointments(here, _first(number, BOOKINGS), chance[6]),
        fire_visits=fires,
        school_absences=school_absences(here, chance[8]),
        council_tax=council_tax(here, account + size * 2, chance[7], chance[13]),
        benefit_awards=benefit_awards(here, held, _first(number, AWARDS), chance[10]),
        supervision=supervision(here, _first(number, SUPERVISION), chance[11]),
        antisocial_reports=several.passed_on(
            here, calls, reports, _first(number, SEVERAL) + _RECORDS // 2, chance[15]
        ),
        truth=truth,
    )


def _first(number: int, kind: int) -> int:
    """The first record number of a kind in a neighbourhood."""
    return (number * 10 + kind) * _RECORDS


def _persons(here: World, first_candidate: int) -> Persons:
    folk = here.people
    return Persons(
        person=here.person,
        nhs_number=nhs_numbers(first_candidate, len(here.person)),
        forename=folk.forename,
        surname=folk.surname,
        born_on=folk.born_on,
        sex=folk.sex,
        restricted=folk.restricted,
    )


def _occupancies(here: World) -> Occupancies:
    who, where, began, until = stays(here.lives)
    return Occupancies(household=here.household[who], uprn=here.uprn[where], from_on=began, to_on=until)


def _memberships(here: World) -> Memberships:
    folk, lived = here.people, here.lives
    changed = np.flatnonzero(lived.changed_on < NEVER)
    born_into = np.maximum(lived.formed_on[folk.first_household], folk.born_on)
    return Memberships(
        person=np.concatenate([here.person, here.person[changed]]),
        household=here.household[np.concatenate([folk.first_household, lived.next_household[changed]])],
        from_on=np.concatenate([born_into, lived.changed_on[changed]]),
        to_on=np.concatenate([lived.changed_on, np.full(len(changed), NEVER, dtype=np.int32)]),
    )
