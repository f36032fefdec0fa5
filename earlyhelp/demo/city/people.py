"""Who the invented people are: their names, dates of birth and NHS numbers, and how others misspell them."""

import numpy as np
from numpy.typing import NDArray

from earlyhelp.demo.city.names import FORENAMES, NICKNAMES, SURNAMES
from earlyhelp.demo.city.records import Days, Ints, Words

YEAR = 365.25
"""Days in a year."""
MIDDLE_SINCE = -1_826  # 1965-01-01: the year from which forenames are drawn from the middle list
YOUNG_SINCE = 8_766  # 1994-01-01: and from the young one
NICKNAME_SHARE = 0.35
"""Share of misspelt forenames that are nicknames, where one is known (our assumption)."""
PUNCTUATION_SHARE = 0.7
"""Share of misspelt names with a hyphen or an apostrophe whose mark is what goes wrong (our assumption)."""

_TESTING = 999  # NHS numbers 999 000 0000 to 999 999 9999 are kept for tests and never issued
_BLOCK = 1_000_000
_STRIDE = 387_420_489  # odd, not a multiple of five: scatters neighbours over the block, and none collide


def forenames(sex: Words, born_on: Days, rng: np.random.Generator) -> Words:
    """A forename usual for the sex and the years of birth."""
    names = np.empty(len(sex), dtype="U14")
    age = np.digitize(born_on, (MIDDLE_SINCE, YOUNG_SINCE))
    for (which, cohort), choice in FORENAMES.items():
        rows = np.flatnonzero((sex == which) & (age == ("old", "middle", "young").index(cohort)))
        names[rows] = _drawn(choice, len(rows), rng)
    return names


def surnames(count: int, rng: np.random.Generator) -> Words:
    """Surnames, common ones often, so that strangers are namesakes as they are in life."""
    return _drawn(SURNAMES, count, rng)


def _drawn(choice: tuple[str, ...], count: int, rng: np.random.Generator) -> Words:
    weight = 1 / (np.arange(len(choice)) + 8.0)
    falling = np.cumsum(weight) / weight.sum()
    return np.array(choice)[np.searchsorted(falling, rng.random(count), side="right")]


def nhs_numbers(first: int, count: int) -> Ints:
    """``count`` different NHS numbers with right check digits, from the ``first``-th candidate on.

    They begin with 999, the range reserved for testing and never issued. A city above some 250,000
    households needs more than that range holds and goes on with 998 and below, which nobody is issued
    either. About one candidate in eleven has no valid check digit (domain.md 3.2) and is passed over, so
    callers must keep 1.2 candidates a person apart.
    """
    candidate = first + np.arange(candidates_for(count), dtype=np.int64)
    body = (_TESTING - candidate // _BLOCK) * _BLOCK + candidate * _STRIDE % _BLOCK
    check = check_digits(body)
    return (body * 10 + check)[check < 10][:count]


def candidates_for(count: int) -> int:
    """Candidates among which ``count`` valid NHS numbers are sure to be found."""
    return count + count // 5 + 40


def check_digits(body: Ints) -> Ints:
    """The tenth digit of an NHS number from its first nine; 10 where there is none (domain.md 3.2)."""
    total = np.zeros(len(body), dtype=np.int64)
    for place in range(9):
        total += body // 10 ** (8 - place) % 10 * (10 - place)
    return (11 - total % 11) % 11


def misspell(names: Words, rng: np.random.Generator, share: float = 1.0) -> Words:
    """The names as a clerk in a hurry would write them: each differs from the true one.

    Nicknames, marks lost from O'Neill and Smith-Jones, and otherwise two letters changed round, one left
    out or one doubled. ``share`` is the part of the names that goes wrong; pass less than 1 to have most
    come back untouched. Forename and surname swapped is for the caller to do.
    """
    if names.size == 0:
        return names
    width = max(1, names.dtype.itemsize // 4)
    wide = names.astype(f"U{width + 1}")
    wrong = _letters_wrong(wide, rng)
    marked = (np.char.find(wide, "-") >= 0) | (np.char.find(wide, "'") >= 0)
    marked &= rng.random(len(wide)) < PUNCTUATION_SHARE
    replacement = np.where(rng.random(len(wide)) < 0.5, " ", "")
    unmarked = np.char.replace(np.char.replace(wide, "-", replacement), "'", replacement)
    wrong = np.where(marked, unmarked, wrong)
    known = np.array(sorted(NICKNAMES))
    spot = np.minimum(np.searchsorted(known, wide), len(known) - 1)
    nickname = np.array([NICKNAMES[name] for name in known])[spot]
    called = (known[spot] == wide) & (rng.random(len(wide)) < NICKNAME_SHARE)
    wrong = np.where(called, nickname, wrong)
    return np.where(rng.random(len(wide)) < share, wrong, wide).astype(f"U{width + 1}")


def _letters_wrong(names: Words, rng: np.random.Generator) -> Words:
    """One slip of the pen a name, done on the code points of all names at once."""
    codes: NDArray[np.uint32] = np.ascontiguousarray(names).view(np.uint32).reshape(len(names), -1)
    length = (codes != 0).sum(axis=1)
    place = 1 + (rng.random(len(names)) * np.maximum(length - 2, 1)).astype(np.int64)
    column = np.arange(codes.shape[1], dtype=np.int64)[None, :]
    at = place[:, None]
    dropped = column + (column >= at)
    doubled = column - (column > at)
    swapped = column + (column == at) - (column == at + 1)
    last = codes.shape[1] - 1
    row = np.arange(len(names))
    same = codes[row, np.minimum(place, last)] == codes[row, np.minimum(place + 1, last)]
    slip = rng.integers(0, 3, len(names))
    slip = np.where((slip == 2) & (same | (place + 1 >= length)), 1, slip)
    slip = np.where((slip == 0) & (length < 3), 1, slip)[:, None]
    source = np.clip(np.where(slip == 0, dropped, np.where(slip == 1, doubled, swapped)), 0, last)
    taken = np.take_along_axis(codes, source, axis=1)
    taken[:, last] = np.where((slip[:, 0] == 1), taken[:, last], 0)
    return np.ascontiguousarray(taken).view(names.dtype).reshape(len(names))
