"""The invented city of Northmoor: its wards, streets, postcodes, buildings, flats and institutions.

Nothing here can be taken for a real place. The postcode area ZZ has never been given out (the health
service uses ZZ99 for "no fixed abode", so districts stop at 98), and property references begin with 9990,
a block in which we know of no property (unchecked against the allocation list).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from earlyhelp.demo.city.names import (
    BUILDING_TYPES,
    BUILDINGS,
    STREET_TYPES,
    STREETS,
    WARD_BEGINNINGS,
    WARD_ENDINGS,
)
from earlyhelp.demo.city.records import USAGES, Bools, CityPlan, Ints, Residences, Words

HOUSEHOLDS_A_WARD = 1_000
"""About as many as a small English ward holds; never fewer than two wards, or there is nothing to compare."""
VACANT_SHARE = 0.06
"""Dwellings that stand empty at the start, so that households can move and split (our assumption)."""
FLAT_SHARE = 0.25
"""Share of dwellings that are flats under a parent building (our assumption)."""
FLATS_A_BUILDING = (4, 20)
SOCIAL_SHARE = 0.70
"""Share of dwellings let by the social landlord: 70 % have a rent account (detection.md 4.1)."""
SOCIAL_SHARE_OF_FLATS = 0.85
ADDRESSES_A_POSTCODE = 15
"""About fifteen addresses share a postcode (domain.md 3.9)."""
SITES_A_STREET = 45

FIRST_UPRN = 999_000_000_000
_UNIT_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"  # C I K M O V are never used at the end of a postcode
_DISTRICTS = 98
_CODES = _DISTRICTS * 10 * len(_UNIT_LETTERS) ** 2
_DWELLING, _BUILDING, _INSTITUTION = (
    USAGES.index(usage) for usage in ("dwelling", "building", "institution")
)


@dataclass(frozen=True, slots=True)
class Places:
    """A neighbourhood's addresses, and which of them people can live in."""

    residences: Residences
    dwelling: Ints  # rows of ``residences`` that are dwellings
    social: Bools  # per dwelling: let by the social landlord
    parent: Ints  # per dwelling: its building's UPRN, 0 where there is none
    institution: Ints  # rows of ``residences`` that are institutions


@dataclass(frozen=True, slots=True)
class _Sites:
    """House plots and blocks of flats in street order."""

    flats: Ints  # 0: a house
    ward: Ints
    street: Ints  # counted within the neighbourhood
    number: Ints
    postcode: Ints


def ward_names(plan: CityPlan) -> list[str]:
    """The city's wards in order, about one for every thousand households and no two alike."""
    count = max(2, round(plan.households / HOUSEHOLDS_A_WARD))
    firsts, lasts = len(WARD_BEGINNINGS), len(WARD_ENDINGS)
    names = []
    for n in range(count):
        # The shift by n // 32 walks the whole table; 1,024 names before "North" is put in front of them.
        step = n % (firsts * lasts)
        name = WARD_BEGINNINGS[step % firsts] + WARD_ENDINGS[(step * 7 + step // firsts) % lasts]
        prefix = ("", "North ", "South ", "Upper ", "Nether ")[n // (firsts * lasts) % 5]
        names.append(prefix + name)
    return names


def places(plan: CityPlan, number: int, size: int, rng: np.random.Generator) -> Places:
    """The addresses of one neighbourhood; the same number always has the same ones."""
    sites = _sites(plan, number, size, rng)
    streets = _street_names(number, int(sites.street[-1]) + 1, rng)
    wards = np.array(ward_names(plan))
    rows = [*_rows(sites, streets), *_institutions(number, sites, streets)]
    usage = np.array([row[0] for row in rows], dtype=np.int64)
    site = np.array([row[2] for row in rows], dtype=np.int64)
    uprn = FIRST_UPRN + number * 2 * (size + 50) + np.arange(len(rows), dtype=np.int64)
    under = np.array([row[3] for row in rows], dtype=np.int64)
    parent = np.where(under >= 0, uprn[np.maximum(under, 0)], 0)
    residences = Residences(
        uprn=uprn,
        parent_uprn=parent,
        usage=usage,
        address=np.array([row[1] for row in rows]),
        postcode=_postcodes(number * (size // 6 + 100) + sites.postcode)[site],
        ward=wards[sites.ward[site]],
    )
    dwelling = np.flatnonzero(usage == _DWELLING)
    is_flat = parent[dwelling] > 0
    return Places(
        residences=residences,
        dwelling=dwelling,
        social=_social(is_flat, rng),
        parent=parent[dwelling],
        institution=np.flatnonzero(usage == _INSTITUTION),
    )


def _sites(plan: CityPlan, number: int, size: int, rng: np.random.Generator) -> _Sites:
    here = min(size, plan.households - number * size)
    wanted = here + max(6, round(here * VACANT_SHARE))
    low, high = FLATS_A_BUILDING
    mean = (low + high) / 2
    blocks_share = FLAT_SHARE / mean / (FLAT_SHARE / mean + 1 - FLAT_SHARE)
    flats = np.where(rng.random(wanted) < blocks_share, rng.integers(low, high + 1, wanted), 0)
    homes = np.cumsum(np.maximum(flats, 1))
    flats = flats[: int(np.searchsorted(homes, wanted)) + 1].astype(np.int64)
    homes = homes[: len(flats)].astype(np.int64)
    wards = max(2, round(plan.households / HOUSEHOLDS_A_WARD))
    household = number * size + np.minimum(homes * here // homes[-1], here - 1)
    ward = household * wards // plan.households
    street = _runs(ward, np.ones(len(ward), dtype=np.int64), SITES_A_STREET)
    first = np.flatnonzero(np.diff(street, prepend=-1))
    at = np.arange(len(street)) - first[street]
    postcode = _runs(street, np.maximum(flats, 1), ADDRESSES_A_POSTCODE)
    return _Sites(flats=flats, ward=ward, street=street, number=at + 1, postcode=postcode)


def _runs(group: Ints, weight: Ints, most: int) -> Ints:
    """Number the sites so that a run ends with its group, and within it at about ``most`` in weight."""
    starts = np.flatnonzero(np.diff(group, prepend=group[0] - 1))
    total = np.cumsum(weight) - weight
    within = (total - np.repeat(total[starts], np.diff(np.append(starts, len(group))))) // most
    changed = (np.diff(group, prepend=group[0]) != 0) | (np.diff(within, prepend=0) != 0)
    return np.cumsum(changed).astype(np.int64)


def _street_names(number: int, count: int, rng: np.random.Generator) -> list[str]:
    every = len(STREETS) * len(STREET_TYPES)
    chosen = rng.permutation(every)
    names = [f"{STREETS[c % len(STREETS)]} {STREET_TYPES[c // len(STREETS)]}" for c in chosen]
    return [names[n % every] if n < every else f"{names[n % every]} {n // every + 1}" for n in range(count)]


def _rows(sites: _Sites, streets: list[str]) -> Iterator[tuple[int, str, int, int]]:
    """(usage, address, site, row of the parent or -1) of every house, building and flat."""
    row = 0
    columns = (sites.flats.tolist(), sites.street.tolist(), sites.number.tolist())
    for site, (flats, street, number) in enumerate(zip(*columns, strict=True)):
        address = f"{number} {streets[street]}"
        if not flats:
            yield _DWELLING, address, site, -1
            row += 1
            continue
        block = f"{BUILDINGS[site % len(BUILDINGS)]} {BUILDING_TYPES[site % len(BUILDING_TYPES)]}, {address}"
        yield _BUILDING, block, site, -1
        for flat in range(1, flats + 1):
            yield _DWELLING, f"Flat {flat}, {block}", site, row
        row += flats + 1


def _institutions(number: int, sites: _Sites, streets: list[str]) -> Iterator[tuple[int, str, int, int]]:
    """One police station for every neighbourhood and a hospital for every fourth, on its last street."""
    last, street = len(sites.street) - 1, streets[int(sites.street[-1])]
    yield _INSTITUTION, f"Northmoor Police Station {number + 1}, 200 {street}", last, -1
    if number % 4 == 0:
        yield _INSTITUTION, f"Northmoor Royal Infirmary {number // 4 + 1}, 202 {street}", last, -1


def _postcodes(order: Ints) -> Words:
    letters = np.array(list(_UNIT_LETTERS))
    code = order % _CODES
    unit = code % len(letters) ** 2
    sector = code // len(letters) ** 2
    inward = np.char.add(letters[unit // len(letters)], letters[unit % len(letters)])
    outward = np.char.add("ZZ", (sector // 10 + 1).astype("U2"))
    return np.char.add(np.char.add(outward, " "), np.char.add((sector % 10).astype("U1"), inward))


def _social(is_flat: Bools, rng: np.random.Generator) -> Bools:
    """Which dwellings the social landlord lets: most flats, and as many houses as make up the share."""
    flats = is_flat.mean()
    houses = (SOCIAL_SHARE - SOCIAL_SHARE_OF_FLATS * flats) / max(1 - flats, 0.01)
    return rng.random(len(is_flat)) < np.where(is_flat, SOCIAL_SHARE_OF_FLATS, houses)
