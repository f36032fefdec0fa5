"""The invented city as blocks, straight from its tables: what the nightly round would have in hand."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from earlyhelp.chronology import NEVER, Block, Ids
from earlyhelp.demo.city.records import Neighbourhood
from schemas.appointment import Appointment
from schemas.police_callout import PoliceCallout
from schemas.rent_account import RentTransaction

MINUTES_A_DAY = 1_440
DWELLING = 0


def blocks_of(here: Neighbourhood) -> dict[str, Block]:
    """All three kinds, with whose each event is as of its day, and when it became known."""
    households = np.sort(here.truth.household)
    return {
        RentTransaction.kind: _rent(here, households),
        PoliceCallout.kind: _callouts(here, households),
        Appointment.kind: _appointments(here, households),
    }


def joined(parts: list[dict[str, Block]]) -> dict[str, Block]:
    """Neighbourhoods side by side: households are numbered through the city."""
    return {kind: _joined([part[kind] for part in parts]) for kind in parts[0]}


def _joined(blocks: list[Block]) -> Block:
    return Block.of(
        blocks[0].kind,
        np.sort(np.concatenate([block.households for block in blocks])),
        household=np.concatenate([block.households[block.row_household] for block in blocks]),
        occurred_on=np.concatenate([block.occurred_on for block in blocks]),
        known_on=np.concatenate([block.known_on for block in blocks]),
        superseded_on=np.concatenate([block.superseded_on for block in blocks]),
        record=np.concatenate([block.record for block in blocks]),
        columns={
            name: np.concatenate([block.columns[name] for block in blocks]) for name in blocks[0].columns
        },
    )


def _rent(here: Neighbourhood, households: Ids) -> Block:
    rent, tenancies = here.rent, here.tenancies
    household = _looked_up(tenancies.account, tenancies.household, rent.account)
    cycle = _looked_up(tenancies.account, tenancies.cycle, rent.account)
    return _block(
        RentTransaction.kind,
        households,
        rent.record,
        rent.recorded_at,
        household,
        rent.occurred_on,
        ~rent.void,
        {
            "entry": rent.entry,
            "amount": rent.amount,
            "payment_cycle": np.where(rent.cycle >= 0, rent.cycle, cycle),
        },
    )


def _callouts(here: Neighbourhood, households: Ids) -> Block:
    calls = here.callouts
    day = calls.occurred_at // MINUTES_A_DAY
    homes = here.residences.uprn[here.residences.usage == DWELLING]
    household = np.where(np.isin(calls.uprn, homes), _living_at(here, calls.uprn, day), -1)
    columns = {
        "category": calls.category,
        "harm": calls.harm,
        "police_initiated": calls.police_initiated.astype(np.int8),
        "domestic_abuse": calls.domestic_abuse.astype(np.int8),
        "incident": calls.incident,
        "occurred_at": calls.occurred_at,
        "person": calls.person,
        "other_person": calls.other_person,
    }
    told = np.ones(len(day), np.bool_)
    return _block(
        PoliceCallout.kind, households, calls.record, calls.recorded_at, household, day, told, columns
    )


def _appointments(here: Neighbourhood, households: Ids) -> Block:
    booked = here.appointments
    hidden_people = here.persons.person[here.persons.restricted]
    told = ~booked.hidden & ~np.isin(booked.person, hidden_people)
    day = booked.starts_at // MINUTES_A_DAY
    household = _home_of(here, booked.person, day)
    columns = {"status": booked.status, "nhs_number": booked.person}
    return _block(
        Appointment.kind, households, booked.record, booked.recorded_at, household, day, told, columns
    )


def _block(
    kind: str,
    households: Ids,
    record: Ids,
    recorded_at: Ids,
    household: Ids,
    day: NDArray[np.generic],
    told: NDArray[np.bool_],
    columns: Mapping[str, NDArray[np.generic]],
) -> Block:
    """Rows as landed: of one record the later recorded holds; what was withdrawn or hidden is left out."""
    known = (recorded_at // MINUTES_A_DAY).astype(np.int32)
    order = np.lexsort((recorded_at, record))
    gone = np.full(len(record), NEVER, np.int32)
    same = record[order][1:] == record[order][:-1]
    gone[order[:-1][same]] = known[order[1:][same]]
    return Block.of(
        kind,
        households,
        household=household[told],
        occurred_on=day[told].astype(np.int32),
        known_on=known[told],
        superseded_on=gone[told],
        record=record[told],
        columns={name: column[told] for name, column in columns.items()},
    )


def _looked_up(keys: Ids, values: Ids, asked: Ids) -> Ids:
    """The value of each key; every key asked for is there."""
    order = np.argsort(keys, kind="stable")
    return values[order][np.searchsorted(keys[order], asked)]


def _living_at(here: Neighbourhood, uprn: Ids, day: Ids) -> Ids:
    stays = here.occupancies
    return _at_the_time(stays.uprn, stays.from_on, stays.to_on, stays.household, uprn, day)


def _home_of(here: Neighbourhood, person: Ids, day: Ids) -> Ids:
    stays = here.memberships
    return _at_the_time(stays.person, stays.from_on, stays.to_on, stays.household, person, day)


def _at_the_time(
    keys: Ids,
    from_on: NDArray[np.int32],
    to_on: NDArray[np.int32],
    household: Ids,
    asked: Ids,
    day: Ids,
) -> Ids:
    """Whose the key was on the day, -1 where nobody's."""
    order = np.lexsort((from_on, keys))
    span = 1 << 17  # more days than any history has, so that key and day are one number
    started = keys[order] * span + from_on[order]
    place = np.searchsorted(started, asked * span + day, side="right") - 1
    found = order[np.maximum(place, 0)]
    here = (place >= 0) & (keys[found] == asked) & (day < to_on[found])
    return np.where(here, household[found], -1)
