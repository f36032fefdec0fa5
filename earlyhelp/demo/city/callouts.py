"""Calls to the police: to homes, to hospitals and police stations, to no place anybody wrote down."""

from dataclasses import dataclass

import numpy as np

from earlyhelp.demo.city.days import DAY
from earlyhelp.demo.city.people import YEAR
from earlyhelp.demo.city.records import CALL_CATEGORIES, Bools, Callouts, Days, Ints
from earlyhelp.demo.city.silences import held_back
from earlyhelp.demo.city.stress import Floats
from earlyhelp.demo.city.world import World

CALLS_A_YEAR = 0.42
"""Calls a household-year, the stressed and the nuisance addresses included (detection.md 4.1)."""
NUISANCE_SHARE, NUISANCE_CALLS_A_YEAR = 0.01, 5.0
"""1 % of addresses are nuisances (detection.md 4.1); how much they call is our assumption."""
FRAILTY_SHAPE = 0.8
"""Shape of the gamma spread of call rates between ordinary homes.

With the stressed and the nuisances among them the whole city spreads as widely as a shape of about 0.35
(detection.md 9, rule 3).
"""
STRESS_CALLS = 20.0
"""Times the ordinary rate that stress 1 adds to a household's own, at ordinary strength.

Calibrated to section 4.2 of detection.md: three calls in 26 weeks foretell an escalation 7.5 times in 100.
"""
ORDINARY_CALLS_A_YEAR = 0.335
"""What is left for ordinary homes once nuisance and stress have had their part of 0.42 (calibrated)."""
POLICE_INITIATED_SHARE = 0.12
NO_ADDRESS_SHARE = 0.08
"""Calls for which no property reference was taken down (our assumption)."""
PARENT_SHARE = 0.15
"""Calls to a flat that were put down to its building (our assumption; domain.md 3.9 on parent UPRNs)."""
REPORTED_TWICE_SHARE = 0.06
"""Events that two people ring in about: one incident, two records (domain.md 4.4; share assumed)."""
PERSON_NAMED_SHARE, NAMED_AT_INSTITUTION_SHARE = 0.55, 0.40
"""Calls in which somebody is named; at a hospital it can be anyone (our assumption)."""
DOMESTIC_ABUSE_SHARE = 0.7
"""Share of domestic calls marked as domestic abuse (our assumption)."""
CATEGORY_SHARES = (0.30, 0.12, 0.08, 0.15, 0.10, 0.17, 0.08)
STRAINED_SHARES = (0.18, 0.28, 0.16, 0.05, 0.08, 0.20, 0.05)
"""Calls by category in ordinary and in stressed households (our assumption)."""
HARM_MEDIAN = (1.5, 10.0, 40.0, 10.0, 2.0, 2.0, 1.0)
HARM_SPREAD = (0.8, 1.2, 1.4, 0.9, 0.7, 0.9, 0.8)
"""Log-normal harm in days by category, in the spirit of the Cambridge index (domain.md 4.4)."""
INSTITUTION_CALLS_A_YEAR = (150.0, 320.0)
"""Calls a police station and a hospital draw in a year: they top every naive list (detection.md 3.3)."""
SUMMER_SWING = 0.15
"""Calls run so far above the mean in July and below it in January (our assumption)."""

_DOMESTIC, _VIOLENCE = CALL_CATEGORIES.index("domestic"), CALL_CATEGORIES.index("violence")


@dataclass(frozen=True, slots=True)
class Calls:
    """Events that made someone ring the police, as they were."""

    household: Ints  # -1: at an institution
    row: Ints  # of the residences
    dwelling: Ints  # -1: at an institution
    occurred_at: Ints
    category: Ints


def calls(here: World, rng: np.random.Generator) -> Calls:
    """All events of the plan: at home by household and week, and at the institutions."""
    counts = rng.poisson(_weekly_rates(here, rng))
    household, week = np.repeat(np.argwhere(counts), counts[np.nonzero(counts)], axis=0).T
    minute = (here.days.start + week * 7 + rng.integers(0, 7, len(week))) * DAY + _minute(len(week), rng)
    there = here.living(household, (minute // DAY).astype(np.int32))
    household, week, minute = household[there], week[there], minute[there]
    dwelling = here.lives.dwelling(household, (minute // DAY).astype(np.int32))
    strain = here.hard.stress[household, week] * here.hard.strength["callouts"][household]
    strained = rng.random(len(strain)) < np.minimum(strain * 2, 0.9)
    usual, under_strain = (_category(shares, len(week), rng) for shares in (CATEGORY_SHARES, STRAINED_SHARES))
    category = np.where(strained, under_strain, usual)
    at_home = Calls(household, here.places.dwelling[dwelling], dwelling, minute, category)
    return joined(at_home, _at_institutions(here, rng))


def joined(*parts: Calls) -> Calls:
    """The same events in one table."""
    columns = ("household", "row", "dwelling", "occurred_at", "category")
    return Calls(*(np.concatenate([getattr(part, column) for part in parts]) for column in columns))


def _weekly_rates(here: World, rng: np.random.Generator) -> Floats:
    lived, hard = here.lives, here.hard
    day = here.days.start + 7 * np.arange(here.days.weeks, dtype=np.int32)[None, :]
    usual = rng.gamma(FRAILTY_SHAPE, ORDINARY_CALLS_A_YEAR / FRAILTY_SHAPE, lived.households)
    # Stress adds to an ordinary rate, not to the household's own: a quiet family may call for the first time.
    added = ORDINARY_CALLS_A_YEAR * STRESS_CALLS * hard.strength["callouts"][:, None] * hard.stress
    homes = len(here.places.dwelling)
    nuisance = np.where(rng.random(homes) < NUISANCE_SHARE, NUISANCE_CALLS_A_YEAR, 0.0)
    moved = day >= lived.moved_on[:, None]
    address = np.where(moved, nuisance[lived.next_home][:, None], nuisance[lived.home][:, None])
    season = 1 + SUMMER_SWING * np.cos(2 * np.pi * (day / YEAR - 0.54))
    return np.asarray((usual[:, None] + added + address) * season * (7 / YEAR), dtype=np.float64)


def _minute(count: int, rng: np.random.Generator) -> Ints:
    """Minute of the day: evenings above all, and the small hours."""
    return np.asarray(rng.normal(20.5 * 60, 5 * 60, count) % DAY, dtype=np.int64)


def _category(shares: tuple[float, ...], count: int, rng: np.random.Generator) -> Ints:
    return np.searchsorted(np.cumsum(shares)[:-1], rng.random(count), side="right").astype(np.int64)


def _at_institutions(here: World, rng: np.random.Generator) -> Calls:
    days, rows = here.days, here.places.institution
    yearly = np.array(INSTITUTION_CALLS_A_YEAR)[: len(rows)]
    row = np.repeat(rows, rng.poisson(yearly * (days.end - days.start) / YEAR))
    nobody = np.full(len(row), -1, dtype=np.int64)
    minute = rng.integers(days.start * DAY, days.end * DAY, len(row))
    return Calls(nobody, row, nobody, minute, _category(CATEGORY_SHARES, len(row), rng))


def third_callouts(here: World, household: Ints, day: Days, rng: np.random.Generator) -> Calls:
    """The calls in which some escalations consist, on their very day."""
    dwelling = here.lives.dwelling(household, day)
    category = np.where(rng.random(len(day)) < 0.6, _DOMESTIC, _VIOLENCE)
    minute = day.astype(np.int64) * DAY + _minute(len(day), rng)
    return Calls(household, here.places.dwelling[dwelling], dwelling, minute, category)


def recorded(
    here: World, events: Calls, certain: int, first_record: int, rng: np.random.Generator
) -> Callouts:
    """What the police put down: some events twice, some with no address or that of the building.

    The last ``certain`` events are sure to come with their address and from somebody who rang.
    """
    count = len(events.row)
    doubtful = np.arange(count) < count - certain
    again = np.flatnonzero(rng.random(count) < REPORTED_TWICE_SHARE)
    event = np.concatenate([np.arange(count), again])
    known = _heard(events.occurred_at, rng)
    known = np.concatenate([known, known[again] + 1 + rng.exponential(150, len(again)).astype(np.int64)])
    known = held_back(here.plan, "police", known)
    uprn = _addresses(here, events, event, doubtful, rng)
    person = _concerned(here, events, rng)
    mean, spread = np.log(HARM_MEDIAN)[events.category], np.array(HARM_SPREAD)[events.category]
    harm = np.round(np.exp(rng.normal(mean, spread)), 1)
    abuse = (events.category == _DOMESTIC) & (rng.random(count) < DOMESTIC_ABUSE_SHARE)
    own_work = (rng.random(count) < POLICE_INITIATED_SHARE) & doubtful
    order = np.lexsort((event, known))
    order = order[known[order] < here.days.end * DAY]
    event_in_order = event[order]
    return Callouts(
        record=first_record + order,
        incident=first_record + event_in_order,
        uprn=uprn[order],
        person=person[event_in_order],
        other_person=np.full(len(order), -1),
        occurred_at=events.occurred_at[event_in_order],
        recorded_at=known[order],
        category=events.category[event_in_order],
        harm=harm[event_in_order],
        police_initiated=own_work[event_in_order],
        domestic_abuse=abuse[event_in_order],
    )


def _heard(occurred_at: Ints, rng: np.random.Generator) -> Ints:
    """Most calls are written down within the hour, some the next day and a few after a week."""
    delay = rng.exponential(25, len(occurred_at))
    draw = rng.random(len(occurred_at))
    delay += np.select([draw < 0.02, draw < 0.10], [7 * DAY, DAY * 2 / 3], 0.0)
    return np.asarray(occurred_at + delay, dtype=np.int64)


def _addresses(here: World, events: Calls, event: Ints, doubtful: Bools, rng: np.random.Generator) -> Ints:
    parent = np.where(events.dwelling >= 0, here.places.parent[np.maximum(events.dwelling, 0)], 0)
    to_parent = (rng.random(len(event)) < PARENT_SHARE) & ((parent > 0) & doubtful)[event]
    missing = (rng.random(len(event)) < NO_ADDRESS_SHARE) & ((events.household >= 0) & doubtful)[event]
    own = here.places.residences.uprn[events.row]
    return np.where(missing, 0, np.where(to_parent, parent[event], own[event]))


def _concerned(here: World, events: Calls, rng: np.random.Generator) -> Ints:
    """One of the household's adults, or at an institution anyone; often nobody is named."""
    day = (events.occurred_at // DAY).astype(np.int32)
    adult = np.flatnonzero(here.people.adult)
    start = np.searchsorted(here.people.first_household[adult], np.arange(here.lives.households + 1))
    household = np.maximum(events.household, 0)
    many = (start[1:] - start[:-1])[household]
    own = adult[np.minimum(start[household] + (rng.random(len(day)) * many).astype(np.int64), len(adult) - 1)]
    # Whoever has left the household by then, and whoever has founded a new one, is not named.
    at_home = (events.household >= 0) & (many > 0) & (here.household_of(own, day) == household)
    anyone = rng.integers(0, len(here.person), len(day))
    chosen = np.where(at_home, own, anyone)
    share = np.select([at_home, events.household < 0], [PERSON_NAMED_SHARE, NAMED_AT_INSTITUTION_SHARE], 0.0)
    return np.where(rng.random(len(day)) < share, here.person[chosen], -1)
