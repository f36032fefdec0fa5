"""People on probation: orders made, appointments kept and missed, breaches, new offences, orders ended.

Some households have somebody under supervision, more of them under stress; some of those show it in what
probation sees of them, and some never do.
"""

from dataclasses import dataclass

import numpy as np

from earlyhelp.demo.city.days import DAY
from earlyhelp.demo.city.people import YEAR
from earlyhelp.demo.city.records import SUPERVISION_EVENTS, Bools, Days, Ints, Supervisions
from earlyhelp.demo.city.stress import Floats
from earlyhelp.demo.city.tenancies import tenants
from earlyhelp.demo.city.world import World

STANDING_SHARE = 0.0125
"""Households with somebody under supervision on any day, before stress adds its own (our assumption).

Some 240,000 people are supervised in England and Wales, of 25 million households (from memory, unchecked).
"""
ORDER_WEEKS = (26, 105)
"""Weeks that an order lasts (our assumption)."""
NOT_REACTING_SHARE = 0.40
"""Share of households whose stress never shows in supervision, as with other feeds (detection.md 4.1)."""
STRESS_ORDERS = 6.0
"""Times by which stress 1 raises new orders in a household of ordinary strength (our assumption)."""
APPOINTMENT_WEEKS = 2
"""Weeks between appointments (our assumption)."""
MISSED_SHARE, STRESS_MISSED = 0.10, 0.35
"""Share of appointments missed with no stress, and what stress 1 adds (our assumption)."""
BREACH_SHARE = 0.4
"""Share of missed appointments that lead to a breach, from the second within a year on (our assumption)."""
REOFFENCES_A_YEAR, STRESS_REOFFENCES = 0.22, 4.0
"""Proven new offences a year of supervision, and times by which stress 1 raises them (our assumption)."""
NO_ADDRESS_SHARE = 0.06
"""Share of orders of somebody of no fixed abode (our assumption)."""
PUT_RIGHT_SHARE, WRONG_PERSON_SHARE = 0.08, 0.006
"""Share of missed appointments for which a reason is accepted later, and of entries made for the wrong
person and deleted when somebody notices (our assumption)."""
NOTICED_AFTER = (1, 15)
"""Days until either is put right (our assumption)."""

_MADE, _KEPT, _MISSED, _BREACH, _ENDED, _REOFFENCE = range(len(SUPERVISION_EVENTS))


@dataclass(frozen=True, slots=True)
class _Orders:
    """Orders that touch the plan: whose, from and until (exclusive) which day, and whether at an address."""

    household: Ints
    began: Days
    ends: Days
    settled: Bools


@dataclass(frozen=True, slots=True)
class _Events:
    """What happened, before anybody wrote it down."""

    household: Ints
    occurred_on: Days
    event: Ints
    settled: Bools


def supervision(here: World, first_record: int, rng: np.random.Generator) -> Supervisions:
    """Every event of every order, and every entry that somebody had to put right."""
    reacting = rng.random(here.lives.households) >= NOT_REACTING_SHARE
    strength = np.where(reacting, rng.gamma(4.0, 0.25, here.lives.households), 0.0)
    strain: Floats = here.hard.stress.astype(np.float64) * strength[:, None]
    orders = _orders(here, strain, rng)
    told = _told(here, orders, _seen(here, orders, strain, rng))
    return _written(here, told, first_record, rng)


def _orders(here: World, strain: Floats, rng: np.random.Generator) -> _Orders:
    """Orders made week by week, from long enough before the plan that it begins with some standing."""
    days, before = here.days, ORDER_WEEKS[1]
    earlier = np.repeat(strain[:, :1], before, axis=1)  # how it was before the plan nobody knows
    rate = STANDING_SHARE / np.mean(ORDER_WEEKS) * (1 + STRESS_ORDERS * np.hstack([earlier, strain]))
    count = rng.poisson(rate)
    household, week = np.repeat(np.argwhere(count), count[np.nonzero(count)], axis=0).T
    began = days.start + (week - before) * 7 + rng.integers(0, 7, len(week))
    began = days.next_working(began.astype(np.int32))
    ends = (began + 7 * rng.integers(*ORDER_WEEKS, len(week))).astype(np.int32)
    settled = rng.random(len(week)) >= NO_ADDRESS_SHARE
    kept = (ends > days.start) & (began < days.end) & here.living(household, began)
    return _Orders(household[kept], began[kept], ends[kept], settled[kept])


def _seen(
    here: World, orders: _Orders, strain: Floats, rng: np.random.Generator
) -> list[tuple[int, Ints, Days]]:
    """(event, row of the order, day) of appointments, breaches and new offences while each order runs."""
    days, step = here.days, 7 * APPOINTMENT_WEEKS
    turn = np.arange(ORDER_WEEKS[1] // APPOINTMENT_WEEKS, dtype=np.int32)
    due = days.next_working(orders.began[:, None] + 7 + step * turn)
    runs = (due < orders.ends[:, None]) & (due >= days.start) & (due < days.end)
    under = strain[orders.household[:, None], days.week(due)]
    missed = runs & (rng.random(due.shape) < MISSED_SHARE + STRESS_MISSED * under)
    so_far = np.cumsum(missed, axis=1)
    year = round(YEAR / step)
    lately: Ints = so_far - np.pad(so_far, ((0, 0), (year, 0)))[:, : due.shape[1]]
    breach = missed & (lately >= 2) & (rng.random(due.shape) < BREACH_SHARE)
    chance = REOFFENCES_A_YEAR * step / YEAR * (1 + STRESS_REOFFENCES * under)
    again = runs & (rng.random(due.shape) < chance)
    found = [(_KEPT, runs & ~missed, 0, 1), (_MISSED, missed, 0, 1), (_BREACH, breach, 3, 11)]
    return [
        (event, np.nonzero(which)[0], due[which] + rng.integers(first, last, which.sum()).astype(np.int32))
        for event, which, first, last in [*found, (_REOFFENCE, again, 0, step)]
    ]


def _told(here: World, orders: _Orders, seen: list[tuple[int, Ints, Days]]) -> _Events:
    """All events of the plan, and the making of the orders that stood when it began."""
    every = np.arange(len(orders.began))
    ended = np.flatnonzero((orders.ends >= here.days.start) & (orders.ends < here.days.end))
    parts = [(_MADE, every, orders.began), *seen, (_ENDED, ended, orders.ends[ended])]
    event = np.concatenate([np.full(len(row), kind) for kind, row, _ in parts])
    row = np.concatenate([row for _, row, _ in parts])
    day = np.concatenate([day for _, _, day in parts]).astype(np.int32)
    there = (day < here.days.end) & here.living(orders.household[row], day)
    row = row[there]
    return _Events(orders.household[row], day[there], event[there], orders.settled[row])


def _written(here: World, told: _Events, first_record: int, rng: np.random.Generator) -> Supervisions:
    """What the officers enter: each event once, some for the wrong person, and some put right later."""
    count = len(told.event)
    row, household, somewhere = _entered(here, told, rng)
    day, event = told.occurred_on[row], told.event[row]
    known = here.days.written_in_office(day, rng)
    excused = np.flatnonzero((event[:count] == _MISSED) & (rng.random(count) < PUT_RIGHT_SHARE))
    later = np.concatenate([excused, np.arange(count, len(row))])
    noticed = (known[later] // DAY + rng.integers(*NOTICED_AFTER, len(later))).astype(np.int32)
    entry = np.concatenate([np.arange(len(row)), later])
    known = np.concatenate([known, here.days.written_in_office(noticed, rng)])
    again = np.arange(len(entry)) >= len(row)
    deleted = again & (entry >= count)
    uprn = np.where(somewhere, here.uprn[here.lives.dwelling(household, day)], 0)
    order = np.argsort(known, kind="stable")
    order = order[known[order] < here.days.end * DAY]
    return Supervisions(
        record=first_record + entry[order],
        person=here.person[_supervised(here)[household]][entry[order]],
        uprn=uprn[entry[order]],
        occurred_on=day[entry[order]],
        recorded_at=known[order],
        event=np.where(again & ~deleted, _KEPT, event[entry])[order],
        deleted=deleted[order],
    )


def _supervised(here: World) -> Ints:
    """Row of whoever is under supervision in each household: the man of a couple, as mostly in life."""
    folk = here.people
    first, second = tenants(folk, here.lives)
    stays = (second >= 0) & (here.lives.changed_on[second] == here.lives.changed_on[first])
    man = stays & (folk.sex[second] == "male") & (folk.sex[first] == "female")
    return np.where(man, second, first)


def _entered(here: World, told: _Events, rng: np.random.Generator) -> tuple[Ints, Ints, Bools]:
    """(row of the event, household, whether at an address) of every entry, the wrong ones last."""
    count, homes = len(told.event), here.lives.households
    wrong = np.flatnonzero(rng.random(count) < WRONG_PERSON_SHARE)
    other = (told.household[wrong] + rng.integers(1, max(homes, 2), len(wrong))) % homes
    row = np.concatenate([np.arange(count), wrong])
    at_an_address = np.concatenate([told.settled, np.ones(len(wrong), dtype=np.bool_)])
    return row, np.concatenate([told.household, other]), at_an_address
