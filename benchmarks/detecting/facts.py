"""The facts that the three checks look at, as plain numbers for each household: what boosting is given."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from benchmarks.detecting.worlds import World
from earlyhelp.checking import rent_ledger, rent_payments
from earlyhelp.checking.measures import added, counted, days_with, earliest, forgotten, most, once_a_day
from earlyhelp.chronology import Block
from earlyhelp.trust.naive_rules import UNKEPT
from schemas.appointment import Appointment
from schemas.police_callout import PoliceCallout
from schemas.rent_account import RentTransaction

Floats = NDArray[np.float64]

FADES = (56.0, 112.0, 224.0)
"""Days after which an event counts for a third of itself."""
SINCE = (4, 8, 13, 26, 52)
"""Weeks over which the change of the low is told."""
PEOPLE = [PoliceCallout.codes["category"].index(word) for word in ("domestic", "violence", "concern")]
FULFILLED = Appointment.codes["status"].index("fulfilled")


def facts(world: World, day: int) -> NDArray[np.float32]:
    """One row for each household, as known on the day; the columns of each kind stand where `OF` says."""
    known = {kind: block.as_known_on(day).up_to(day) for kind, block in world.blocks.items()}
    columns = [column for kind, (told, _) in OF.items() for column in told(known[kind], day)]
    return np.stack(columns, axis=1).astype(np.float32)


def without(rows: NDArray[np.float32], kinds: Collection[str]) -> NDArray[np.float32]:
    """The same rows where those kinds of feed say nothing: alike for every household."""
    there = np.repeat([kind not in kinds for kind in OF], [many for _, many in OF.values()])
    return rows if there.all() else rows * there.astype(np.float32)


def _rent(block: Block, day: int) -> list[NDArray[np.generic]]:
    """The low and its changes, how the payments came, and in which rhythm."""
    ledger = rent_ledger.read(block, day)
    usual, missed = np.median(ledger.low[:, -53:-13], axis=1), rent_ledger.missed_payments(ledger)
    paid = rent_payments.compared(ledger, missed, day)
    rise, began = rent_ledger.risen(ledger, 0.05)
    low = ledger.low
    return [
        ledger.cycle, ledger.rhythm, ledger.rent > 0, ledger.end - ledger.first, day - ledger.end,
        day - ledger.last_paid, ledger.usual_payment, ledger.balance[:, -1], low[:, -1], low[:, -1] - usual,
        *(low[:, -1] - low[:, -1 - weeks] for weeks in SINCE),
        low[:, -27:].max(axis=1) - low[:, -1], rise, began, missed,
        rent_ledger.weeks_above(ledger, usual, 0.5, 26), paid.short, paid.skipped, paid.back,
        paid.short_lately, paid.claimed,
        *(ledger.paid[:, -weeks:].sum(axis=1) - ledger.charged[:, -weeks:].sum(axis=1) for weeks in SINCE[:4]),
    ]  # fmt: skip


def _calls(block: Block, day: int) -> list[NDArray[np.generic]]:
    """Call-days, days with calls about people, and harm, fading in three ways; and how long ago the last was."""
    block = block.where(block.columns["police_initiated"] != 1)
    place, size, age = block.row_household, len(block), (day - block.occurred_on).astype(np.int64)
    days = once_a_day(place, block.occurred_on)
    people = days_with(place, age, np.isin(block.columns["category"], PEOPLE))
    harm = np.log1p(block.columns["harm"].astype(np.float64) / 10.0)
    found: list[NDArray[np.generic]] = [earliest(place, age, size, without=999)]
    for fade in FADES:
        faded = forgotten(age, fade)
        found += [added(place, each * faded, size) for each in (days, people, harm)]
    return [*found, added(place, days & (age > 182), size)]


def _booked(block: Block, day: int) -> list[NDArray[np.generic]]:
    """Appointments missed and offered, fading in three ways; how long ago one was missed, and by whom most."""
    status = block.columns["status"]
    due = block.where((status == FULFILLED) | np.isin(status, UNKEPT))
    place, size, age = due.row_household, len(due), (day - due.occurred_on).astype(np.int64)
    missed = np.isin(due.columns["status"], UNKEPT)
    found: list[NDArray[np.generic]] = [earliest(place[missed], age[missed], size, without=999)]
    for fade in FADES:
        faded = forgotten(age, fade)
        found += [added(place, missed * faded, size), added(place, faded, size)]
    return [*found, counted(place, size), most(place, -age.astype(np.float64), size)]


OF = {RentTransaction.kind: (_rent, 29), PoliceCallout.kind: (_calls, 11), Appointment.kind: (_booked, 9)}
"""Which columns each kind of feed tells, and how many they are."""
