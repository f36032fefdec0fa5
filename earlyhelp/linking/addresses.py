"""From a written address to a residence of the council's gazetteer, and how sure that is. Pure.

Number and flat must agree to the letter: next door is another family. Street and postcode may be written with
faults. An address without its flat is the building's own, and a building is nobody's home (domain.md 3.9).
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

WORDS: Final[Mapping[str, str]] = {
    "rd": "road", "st": "street", "str": "street", "ave": "avenue", "av": "avenue", "dr": "drive",
    "ln": "lane", "cl": "close", "ct": "court", "cres": "crescent", "gdns": "gardens", "gr": "grove",
    "pl": "place",
    "sq": "square", "ter": "terrace", "terr": "terrace", "pk": "park", "hse": "house", "apt": "flat",
    "apartment": "flat", "unit": "flat", "fl": "flat", "flt": "flat", "room": "flat", "rm": "flat",
    "studio": "flat", "bedsit": "flat", "maisonette": "flat", "saint": "street", "flr": "floor",
    "grd": "ground", "gnd": "ground", "bsmt": "basement", "1st": "first", "2nd": "second", "3rd": "third",
    "4th": "fourth", "5th": "fifth", "gff": "ground floor flat", "fff": "first floor flat",
    "tff": "top floor flat",
}  # fmt: skip
"""Abbreviations written out; a saint and a street are written alike and made alike."""
FLOORS: Final = frozenset(
    {"ground", "first", "second", "third", "fourth", "top", "basement", "garden", "attic", "upper", "lower",
     "rear", "front"}
)  # fmt: skip
"""What a flat without a number is called by."""
POSTCODE: Final = re.compile(r"\b([a-z]{1,2}[0-9][0-9a-z]?) ?([0-9])([a-z]{2})\b")
FAULTY_POSTCODE: Final = re.compile(
    r"\b(?=[a-z]*[0-9]|[a-z]+ [0-9])([a-z]{1,2}[0-9oi][0-9a-z]?) ?([0-9oisl])([a-z0158]{2})\b"
)
"""With a letter for a digit or a digit for a letter, but never a word: `point` is no postcode."""
MIDDLE, END = str.maketrans("oisl", "0151"), str.maketrans("0158", "oisb")
ALIKE: Final = 0.84
"""Streets are written alike from here on, by the share of letters in common order (`difflib`)."""
CLEARLY: Final = 0.06
"""So much more alike than the second best a street must be."""

EXACT, NUMBERED, FAULTY, NO_POSTCODE = 0.997, 0.99, 0.97, 0.95
"""How sure each rung is. The first two follow what a prototype of these rules reached on recorded addresses
(detection.md 6), not this code; the lower ones are our choice below that, and below 0.95 nothing is said."""

AN_INSTITUTION, A_BUILDING = "an address of an institution", "an address of a building"


@dataclass(frozen=True, slots=True)
class Parts:
    """An address in pieces: flat and house as written without spaces, the street's words, the postcode."""

    flat: str
    house: str
    street: str
    postcode: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A residence of the gazetteer."""

    uprn: str
    usage: str
    address: str
    postcode: str


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an address leads: a UPRN and how sure; or none, why not, and the ``likeliest`` of several."""

    uprn: str | None
    sure: float
    why: str
    likeliest: str | None = None


def parts(text: str, postcode: str = "") -> Parts:
    """An address in pieces. `3a`, `3 A`, `Flat A, 3` and `A/3` are the same flat of the same house."""
    plain = unicodedata.normalize("NFKD", re.sub(r"['\u2019`]", "", text.lower()))
    plain = re.sub(r"\([^)]*\)|\bc/o [^,]*,", " ", plain)
    plain = re.sub(r"#(?=[0-9])", "flat ", plain)
    plain = re.sub(r"(?<=[0-9a-z])/(?=[0-9])", " ", plain)
    plain = re.sub(
        r"(?<!flat )\b([0-9]+) ?[-\u2013] ?(?=[0-9])", r"\1to", plain
    )  # of houses, not flat and house
    plain = " ".join(re.sub(r"[^a-z0-9 ]+", " ", plain).split())
    code, found = _postcode(postcode.lower())[0], _postcode(plain)
    plain = plain.replace(found[1], " ") if found[1] else plain
    flat, words = _flat(_words(plain))
    numbers = list(dict.fromkeys(word for word in words if NUMBER.fullmatch(word)))
    street = " ".join(word for word in words if word not in numbers)
    house = numbers[-1] if numbers else ""
    if not flat and len(numbers) > 1:
        flat = numbers[0]
    if not flat and (told := re.fullmatch(r"([0-9]+)([a-z])", house)):
        house, flat = told.groups()
    return Parts(flat, house, street, code or found[0])


NUMBER: Final = re.compile(r"[0-9]+(?:to[0-9]+|[a-z])?")


def _words(plain: str) -> list[str]:
    """The words written out; `no 5` is 5, `flat5` is flat 5, and `3 a` is 3a."""
    told = re.sub(r"\b(flat|apt|unit|room)(?=[0-9])", r"\1 ", plain)
    if re.search(r"\b(?:flat|apt|apartment) [0-9]", told):
        told = re.sub(r"\b(?:room|rm) [0-9]+[a-z]?\b", " ", told)  # a room of the flat
    told = re.sub(r"\b(?:no|num|number) (?=[0-9])", "", told)
    words = " ".join(WORDS.get(word, word) for word in told.split())
    return re.sub(r"(?<!flat )\b([0-9]+) ([a-h])\b", r"\1\2", words).split()


def _flat(words: list[str]) -> tuple[str, list[str]]:
    """The number of the flat, or the floor it is on, and the address without it."""
    named = re.search(
        rf"\b({'|'.join(sorted(FLOORS))}) (?:floor flat|floor|flat)\b(?! [0-9]+ [0-9])", " ".join(words)
    )
    if named:
        rest = f"{' '.join(words)[: named.start()]} {' '.join(words)[named.end() :]}"
        return named[1], rest.split()
    if "flat" not in words:
        return "", words
    place = words.index("flat")
    after = words[place + 1 : place + 2]
    return "".join(after), words[:place] + words[place + 2 :]


def _postcode(text: str) -> tuple[str, str]:
    """The last postcode in a text, its commonest faults put right, and as it is written there."""
    told = list(POSTCODE.finditer(text)) or list(FAULTY_POSTCODE.finditer(text))
    if not told:
        return "", ""
    area, sector, end = told[-1].groups()
    area = re.sub(r"(?<=[a-z])[oi](?=[0-9]|$)|(?<=[a-z][a-z])[oi]", lambda x: x[0].translate(MIDDLE), area)
    return area + sector.translate(MIDDLE) + end.translate(END), told[-1][0]


class Gazetteer:
    """The council's residences, looked up by written address."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Index by postcode, and by house and flat for what has no postcode that we know."""
        self._by_code: dict[str, list[tuple[Parts, Entry]]] = defaultdict(list)
        self._by_number: dict[tuple[str, str], list[tuple[Parts, Entry]]] = defaultdict(list)
        for entry in entries:
            told = parts(entry.address, entry.postcode)
            self._by_code[told.postcode].append((told, entry))
            self._by_number[told.house, told.flat].append((told, entry))

    def place(self, text: str, postcode: str = "") -> Placed:
        """The residence an address means, if any and only one; a building or institution is never one."""
        asked = parts(text, postcode)
        if not asked.street and not asked.house:
            return Placed(None, 0.0, "no address")
        near = [x for x in self._by_code.get(asked.postcode, []) if _numbers(x[0]) == _numbers(asked)]
        if near:
            return _best(asked, near, NUMBERED if asked.postcode else NO_POSTCODE)
        if asked.flat and not asked.house and (named := self._by_name(asked)):
            return _best(asked, named, FAULTY)
        if any(x[0].house == asked.house for x in self._by_code.get(asked.postcode, [])) and asked.postcode:
            return Placed(None, 0.0, "no such number or flat at that postcode")
        rest = [x for x in self._by_number.get(_numbers(asked), []) if _near(asked.postcode, x[0].postcode)]
        return _best(asked, rest, FAULTY if asked.postcode else NO_POSTCODE)

    def _by_name(self, asked: Parts) -> list[tuple[Parts, Entry]]:
        """A flat of a building that is named without its number, at its postcode."""
        name = set(asked.street.split())
        there = self._by_code.get(asked.postcode, []) if asked.postcode and len(name) > 1 else []
        return [x for x in there if x[0].flat == asked.flat and name <= set(x[0].street.split())]


def _numbers(told: Parts) -> tuple[str, str]:
    return told.house, told.flat


def _near(one: str, other: str) -> bool:
    """Whether a postcode is missing, or one slip of the pen away."""
    if not one:
        return True
    if len(one) != len(other):
        return one[:-3] == other[:-3]
    wrong = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    swapped = len(wrong) == 2 and sorted(one) == sorted(other)
    return len(wrong) <= 1 or swapped


def _best(asked: Parts, near: list[tuple[Parts, Entry]], sure: float) -> Placed:
    """The one whose street is clearly the likest, if it is like enough."""
    told = sorted(
        ((_alike(asked.street, x.street), entry) for x, entry in near), key=lambda x: (-x[0], x[1].uprn)
    )
    if not told or told[0][0] < ALIKE:
        return Placed(None, 0.0, "no such address in the gazetteer")
    if len(told) > 1 and told[0][0] - told[1][0] < CLEARLY:
        dwelling = next((entry.uprn for _, entry in told[:2] if entry.usage == "dwelling"), None)
        return Placed(None, 0.0, "several addresses are as like", dwelling)
    likeness, entry = told[0]
    if entry.usage != "dwelling":
        return Placed(None, 0.0, AN_INSTITUTION if entry.usage == "institution" else A_BUILDING)
    exact = likeness == 1.0 and sure == NUMBERED
    return Placed(
        entry.uprn, EXACT if exact else sure, "the same address" if exact else "much the same address"
    )


@lru_cache(maxsize=100_000)
def _alike(one: str, other: str) -> float:
    """How alike two streets are, whichever of the two leaves out the district or the town.

    Below what could ever matter it is nothing: most streets are told apart by their letters alone.
    """
    short, long = sorted((one.split(), other.split()), key=len)
    if short and all(word in long for word in short):
        return 1.0 if len(short) == len(long) else 0.99
    trimmed = " ".join(long[: len(short)])
    return max(_ratio(one, other), _ratio(" ".join(short), trimmed))


def _ratio(one: str, other: str) -> float:
    """The share of letters in common order, reckoned only where it could matter."""
    found = SequenceMatcher(None, one, other)
    least = ALIKE - CLEARLY
    if found.real_quick_ratio() < least or found.quick_ratio() < least:
        return 0.0
    return found.ratio()
