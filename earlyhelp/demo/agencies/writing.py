"""How registers and crews write people down by hand: birthdays turned round, names of before, addresses.

The faults are those that recorded registers and addresses show (detection.md 6.2 and 6.3); shares are ours.
"""

import re
from collections.abc import Sequence

import numpy as np

from earlyhelp.demo.agencies.words import Pen, iso_days, row_of
from earlyhelp.demo.city.days import DAY
from earlyhelp.demo.city.people import surnames
from earlyhelp.demo.city.records import NEVER, Bools, Days, Ints, Neighbourhood, Words

NO_DATE = "1900-01-01"
WRITTEN_SHARE = 0.04
"""Share of events at a home of which somebody wrote the address and nobody looked up the reference."""
SHORT = {"Street": "St", "Road": "Rd", "Avenue": "Ave", "Close": "Cl", "Lane": "Ln", "Grove": "Gr",
         "Terrace": "Terr", "Court": "Ct", "House": "Hse"}  # fmt: skip
SHORTENED, SLIPPED, FLAT_OTHERWISE, FLAT_LOST = 0.30, 0.04, 0.45, 0.03
"""Share of addresses with words abbreviated, with a letter left out of the street; and of flats, those
written in another order or with a stroke, and those whose number is lost."""
NO_POSTCODE, RUN_TOGETHER, FAULTY_POSTCODE = 0.06, 0.15, 0.04
"""Share of addresses without a postcode, with one in small letters and one piece, and with one mistyped."""
LATE_DAYS = (1, 40)
"""Days after a move until an agency hears of it (our assumption)."""


def birth_dates(born_on: Days, rng: np.random.Generator, swapped: float, unknown: float) -> list[str]:
    """Dates of birth, some with day and month changed round where that gives a date, some not known."""
    born: list[str] = iso_days(born_on).tolist()
    draw = rng.random(len(born))
    for at in np.flatnonzero(draw < swapped):
        year, month, day = born[at].split("-")
        if int(day) <= 12:
            born[at] = f"{year}-{day}-{month}"
    for at in np.flatnonzero(draw > 1 - unknown):
        born[at] = NO_DATE
    return born


def surnames_of_before(sex: Words, share: float, rng: np.random.Generator) -> list[str]:
    """For a share of the women a surname of before, blank for all others."""
    some = (sex == "female") & (rng.random(len(sex)) < share)
    return [str(name) if old else "" for name, old in zip(surnames(len(sex), rng), some, strict=True)]


def by_hand(uprn: Ints, rng: np.random.Generator) -> Bools:
    """Which rows have their address written instead of its property reference."""
    return (rng.random(len(uprn)) < WRITTEN_SHARE) & (uprn > 0)


def addresses(here: Neighbourhood, uprn: Ints, rng: np.random.Generator) -> list[str]:
    """The addresses of these residences as people write them; a blank where there is none."""
    row = row_of(np.where(uprn > 0, uprn, here.residences.uprn[0]), here.residences.uprn)
    told = zip(here.residences.address[row].tolist(), here.residences.postcode[row].tolist(),
               rng.random((len(uprn), 6)).tolist(), (uprn > 0).tolist(), strict=True)  # fmt: skip
    return [_written(address, postcode, draw) if there else "" for address, postcode, draw, there in told]


def _written(address: str, postcode: str, draw: Sequence[float]) -> str:
    short, slip, flat, place, code, which = draw
    if address.startswith("Flat "):
        address = _of_flat(address, flat)
    if slip < SLIPPED:
        word = max(re.findall(r"[A-Za-z]+", address), key=len)
        at = 1 + int(place * (len(word) - 2))
        address = address.replace(word, word[:at] + word[at + 1 :], 1)
    if short < SHORTENED:
        for long, abbreviated in SHORT.items():
            address = re.sub(rf"\b{long}\b", abbreviated, address)
    if code < NO_POSTCODE:
        return address
    if code < NO_POSTCODE + RUN_TOGETHER:
        return f"{address} {postcode.replace(' ', '').lower()}"
    if code < NO_POSTCODE + RUN_TOGETHER + FAULTY_POSTCODE:
        postcode = _mistyped(postcode, which)
    return f"{address}, {postcode}"


def _of_flat(address: str, draw: float) -> str:
    """`Flat 3, Heron Court, 12 Canal Street` in other ways, or as the building's own."""
    flat, building, street = address.split(", ")
    if draw < FLAT_LOST:
        return f"{building}, {street}"
    if draw < FLAT_LOST + FLAT_OTHERWISE:
        number = flat.removeprefix("Flat ")
        ways = (
            f"{flat}, {street}",
            f"{number}/{street}",
            f"{street}, {flat}",
            f"{building} {flat}, {street}",
        )
        return ways[int(draw * 1_000) % len(ways)]
    return address


def _mistyped(postcode: str, draw: float) -> str:
    """A letter for a digit, two letters changed round, or the last one wrong."""
    ways = (postcode.replace("0", "O").replace("1", "I"), postcode[:-2] + postcode[-1] + postcode[-2],
            postcode[:-1] + ("A" if postcode[-1] != "A" else "B"))  # fmt: skip
    return ways[int(draw * len(ways))]


def homes_told(here: Neighbourhood, pen: Pen, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """(person's row, UPRN, minute) for everyone when history begins, and whenever they have moved since."""
    member, lived = here.memberships, here.occupancies
    order = np.argsort(lived.household, kind="stable")
    sorted_by = lived.household[order]
    first = np.searchsorted(sorted_by, member.household)
    times = np.searchsorted(sorted_by, member.household, side="right") - first
    joined = np.repeat(np.arange(len(member.person)), times)
    stay = order[np.repeat(first - np.cumsum(times) + times, times) + np.arange(times.sum())]
    begins = np.maximum(member.from_on[joined], lived.from_on[stay])
    ends = np.minimum(member.to_on[joined], lived.to_on[stay])
    start = pen.before // DAY + 1
    told = (begins < ends) & (ends > start)
    late = begins + rng.integers(*LATE_DAYS, len(begins))
    told &= (late < ends) | (begins <= start)
    recorded_at = np.where(begins <= start, pen.before, late * DAY + rng.integers(8 * 60, 18 * 60, len(late)))
    row = row_of(member.person[joined], here.persons.person)
    told &= begins < NEVER
    return row[told], lived.uprn[stay][told], recorded_at[told]


def registered(told: tuple[Ints, Ints, Ints], row: Ints, since: Ints, until: Ints) -> tuple[Ints, Ints, Ints]:
    """(which, UPRN, minute) of the entries of a register that lists people's ``row`` from a minute on.

    Each is entered at ``since`` with the home told last by then, and again with each move before ``until``.
    """
    who, uprn, minute = told
    order = np.lexsort((minute, who))
    who, uprn, minute = who[order], uprn[order], minute[order]
    first, last = np.searchsorted(who, row), np.searchsorted(who, row, side="right")
    which = np.repeat(np.arange(len(row)), last - first)
    at = (
        np.arange(len(which))
        - np.repeat(np.cumsum(last - first) - (last - first), last - first)
        + first[which]
    )
    following = np.append(minute[1:], NEVER * DAY)
    following = np.where(np.append(who[1:] == who[:-1], False), following, NEVER * DAY)
    there = (following[at] > since[which]) & (minute[at] < until[which])
    which, at = which[there], at[there]
    return which, uprn[at], np.maximum(minute[at], since[which])
