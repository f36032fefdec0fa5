"""Registers and addresses as people write them: faulty now and then, and told anew after a move."""

import json
from functools import cache

import numpy as np
import pytest

from earlyhelp.demo.agencies import probation, schools
from earlyhelp.demo.agencies.words import Pen
from earlyhelp.demo.agencies.writing import addresses, birth_dates, registered
from earlyhelp.demo.city.making import neighbourhood
from earlyhelp.demo.city.records import CityPlan, Neighbourhood
from earlyhelp.linking.addresses import Entry, Gazetteer

PLAN = CityPlan(households=2_500)
PEN = Pen(PLAN, 0)


@cache
def here() -> Neighbourhood:
    return neighbourhood(PLAN, 0)


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    known = here().residences
    rows = zip(known.uprn.tolist(), known.usage.tolist(), known.address.tolist(), known.postcode.tolist(),
               strict=True)  # fmt: skip
    usages = ("dwelling", "building", "institution")
    return Gazetteer(Entry(f"{u:012d}", usages[usage], address, code) for u, usage, address, code in rows)


def test_most_addresses_written_by_hand_can_be_found_and_none_is_somebody_elses(gazetteer: Gazetteer) -> None:
    """Though a third is abbreviated, and some have lost a letter, a flat or their postcode."""
    homes = here().occupancies.uprn
    written = addresses(here(), homes, np.random.default_rng(3))
    exact = addresses(here(), homes, np.random.default_rng(4))
    assert sum(a != b for a, b in zip(written, exact, strict=True)) > 0.3 * len(homes)
    found = [gazetteer.place(text).uprn for text in written]
    right = sum(got == f"{true:012d}" for got, true in zip(found, homes.tolist(), strict=True))
    wrong = sum(got is not None for got in found) - right
    assert right > 0.9 * len(homes)
    assert wrong < 0.005 * len(homes)


def test_nowhere_is_a_blank() -> None:
    nowhere = np.zeros(3, dtype=np.int64)
    assert addresses(here(), nowhere, np.random.default_rng(1)) == ["", "", ""]


def test_day_and_month_change_places_only_where_that_is_a_day() -> None:
    born = np.arange(3_000, 4_000, dtype=np.int32)
    told = birth_dates(born, np.random.default_rng(1), 0.5, 0.1)
    days = np.array([text for text in told], dtype="datetime64[D]").astype(np.int64)
    assert (days == -25_567).sum() in range(60, 150), "not known"
    other = (days != born) & (days != -25_567)
    assert 0.05 < other.mean() < 0.4


def test_an_entry_of_a_register_is_the_home_last_told_and_each_after_it() -> None:
    told = (np.array([7, 7, 7, 9]), np.array([1, 2, 3, 4]), np.array([10, 20, 30, 10]))
    which, uprn, minute = registered(told, np.array([7, 9]), np.array([25, 5]), np.array([99, 99]))
    assert sorted(zip(which.tolist(), uprn.tolist(), minute.tolist(), strict=True)) == [
        (0, 2, 25), (0, 3, 30), (1, 4, 10),
    ]  # fmt: skip


def test_who_moves_is_told_anew_with_the_next_address() -> None:
    """By both registers; nobody is told of without a name, and nobody twice at one moment."""
    for told, number in (
        (schools.pupils(here(), PEN), lambda body: body.split("\t")[1]),
        (probation.people(here(), PEN), lambda body: json.loads(body)["crn"]),
    ):
        entries = [(number(body), minute) for minute, body in told]
        assert len(set(entries)) == len(entries)
        who = [one for one, _ in entries]
        assert len(who) > len(set(who)) > 0.8 * len(who)
