"""Whether two written streets are one and the same, and how that is known. Pure.

Word by word, from the left: a street is told apart by single words (`Park Road`, `Park Road North`, `Park
Road Mews`), so that the share of letters two of them have in common says little. Words that only one of them
has are a town or a district where they stand at the end, and a building's name where they stand in front.
"""

from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

SAME: Final = 4
"""The same words."""
WITHIN: Final = 3
"""The first says a town or a district at the end that the second leaves out."""
SHORTER: Final = 2
"""The first leaves out a district that the second says, or the article; or words are written together."""
SLIP: Final = 1
"""One or two words with a slip of the pen."""
DOUBTFUL: Final = 0
"""It may be the same, and it may be another: a person is asked."""
OTHER: Final = -1

TYPES: Final = frozenset(
    [
        "road",
        "street",
        "avenue",
        "drive",
        "lane",
        "close",
        "court",
        "crescent",
        "gardens",
        "grove",
        "place",
        "square",
        "terrace",
        "park",
        "way",
        "walk",
        "row",
        "rise",
        "hill",
        "view",
        "green",
        "yard",
        "mews",
        "villas",
        "cottages",
        "buildings",
        "house",
        "houses",
        "parade",
        "path",
        "bank",
        "croft",
        "fold",
        "end",
        "flats",
        "mill",
        "farm",
        "meadow",
        "meadows",
    ]
)
SIDES: Final = frozenset(
    ["north", "south", "east", "west", "upper", "lower", "great", "little", "old", "new"]
)
TELLING: Final = TYPES | SIDES
"""Right behind a street's name one of these makes another street of it; a town never begins so (our list)."""
LEAST_LETTERS: Final = 4
"""Shorter words differ by a letter far too often to be slips of one another."""
MOST_SLIPS: Final = 2
LONG_WORD, LONG_ALIKE = 8, 0.88
"""A longer word may have two slips: this share of its letters is in common order (`difflib`; our choice)."""


@lru_cache(maxsize=200_000)
def compared(one: str, other: str) -> int:
    """How ``one`` street, as it was written, stands to the ``other``, as the gazetteer has it."""
    if one == other:
        return SAME
    left, right = one.split(), other.split()
    if not left or not right:
        return OTHER
    if "".join(left) == "".join(right) or _without_the(left) == _without_the(right):
        return SHORTER
    return max(_aligned(left, right), _behind_others(left, right))


def _aligned(left: list[str], right: list[str]) -> int:
    """From their first words on."""
    slips = 0
    common = min(len(left), len(right))
    for place in range(common):
        fit = _word(left[place], right[place])
        if fit is None:
            return DOUBTFUL if place >= 2 and not slips else OTHER  # High Street in two towns
        slips += fit
    if slips > MOST_SLIPS:
        return OTHER
    more = left[common:] or right[common:]
    if more and (_tells(more[0]) or (common == 1 and left[0] not in TYPES)):
        return DOUBTFUL
    if slips:
        return SLIP
    return WITHIN if left[common:] else SHORTER


def _behind_others(left: list[str], right: list[str]) -> int:
    """Words in front of a street are a building's, or those of another street: `Upper Mill Lane`."""
    short, long = sorted((left, right), key=len)
    for begins in range(1, len(long)):
        rest = long[begins:]
        if len(short) >= 2 and len(rest) >= 2 and _aligned(short, rest) >= SLIP:
            return DOUBTFUL
    return OTHER


def _word(one: str, other: str) -> int | None:
    """0 for the same word, 1 for one with a slip of the pen, None for another word.

    A slip may lose the first letter but never changes it: `Mill` and `Hill` are two streets.
    """
    if one == other:
        return 0
    short, long = sorted((one, other), key=len)
    if len(short) < LEAST_LETTERS or {one, other} <= TELLING:
        return None
    if one[0] != other[0]:
        return 1 if long[1:] == short else None
    if _one_slip(short, long):
        return 1
    likely = len(short) >= LONG_WORD and SequenceMatcher(None, short, long).ratio() >= LONG_ALIKE
    return 1 if likely else None


def _tells(word: str) -> bool:
    """Whether a word right behind a street's name makes another of it, written with a slip or without."""
    return word in TELLING or any(_one_slip(*sorted((word, one), key=len)) for one in TELLING)


def _one_slip(short: str, long: str) -> bool:
    """One letter more, one other letter, or two neighbours that changed places."""
    if len(long) - len(short) > 1:
        return False
    at = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = long[at + 1 : at + 2] + long[at : at + 1] + long[at + 2 :]
    return short[at + 1 :] == long[at + 1 :] or short[at:] == swapped


def _without_the(words: list[str]) -> list[str]:
    return words[1:] if words[0] == "the" else words
