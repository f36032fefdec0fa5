"""From a written address to a residence of the council's gazetteer, and how sure that is. Pure.

Number and flat must agree to the letter: next door is another family. Street and postcode may be written
with faults. An address without its flat is the building's own, and a building is nobody's home (domain.md
3.9). What lies beside, behind or opposite a home is not that home.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from earlyhelp.linking import streets

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
FAULTY_POSTCODE: Final = re.compile(r"\b([a-z]{1,2}[0-9oi][0-9a-z]?) ?([0-9oisl])([a-z0158]{2})\b")
"""With a letter for a digit or a digit for a letter; a word such as `point` is none, wherever it stands."""
MIDDLE, END = str.maketrans("oisl", "0151"), str.maketrans("0158", "oisb")
BESIDE: Final = frozenset(
    {"rear", "land", "adjacent", "adj", "opposite", "opp", "outside", "behind", "near", "nr", "garage",
     "garages", "between", "junction", "jct", "corner", "annexe", "annex", "caravan", "shop"}
)  # fmt: skip
"""What is so described is not the home whose address follows (our list)."""

EXACT, NUMBERED, FAULTY, NO_POSTCODE, IN_DOUBT = 0.997, 0.99, 0.97, 0.95, 0.9
"""How sure each rung is. The first two follow what a prototype of these rules reached on recorded addresses
(detection.md 6), not this code; the lower ones are our choice below that. Below 0.97 a person is asked."""

AN_INSTITUTION, A_BUILDING = "an address of an institution", "an address of a building"
NOWHERE: Final = "no such address in the gazetteer"


@dataclass(frozen=True, slots=True)
class Parts:
    """An address in pieces: flat and house as written without spaces, the street's words, the postcode.

    ``building`` is what stands before the house's number: a building's name, or somebody's own.
    """

    flat: str
    house: str
    building: str
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


_Told = tuple[Parts, Entry]


def parts(text: str, postcode: str = "") -> Parts:
    """An address in pieces. `3a`, `3 A`, `Flat A, 3` and `A/3` are the same flat of the same house."""
    plain = unicodedata.normalize("NFKD", re.sub(r"['\u2019`]", "", text.lower()))
    plain = re.sub(r"\((?![^)]*(?:flat|floor|room|rear|[0-9]))[^)]*\)|\bc/o [^,]*,", " ", plain)
    plain = re.sub(r"\bp\.? ?o\.? ?box [0-9]+", " ", plain)
    plain = re.sub(r"\bo/s\b", "outside", plain)
    plain = re.sub(r"#(?=[0-9])", "flat ", plain)
    plain = re.sub(r"(?<=[0-9a-z])/(?=[0-9])", " ", plain)
    # `14 - 16` and `14 to 16` are houses; after `flat` it is a flat and its house.
    plain = re.sub(r"(?<!flat )\b([0-9]+) *(?:[-\u2013\u2014]|\bto\b|&|\band\b) *(?=[0-9])", r"\1to", plain)
    plain = " ".join(re.sub(r"[^a-z0-9 ]+", " ", plain).split())
    code, found = _postcode(postcode.lower())[0], _postcode(plain)
    plain = plain.replace(found[1], " ") if found[1] else plain
    flat, words = _flat(_words(plain))
    places = [place for place, word in enumerate(words) if NUMBER.fullmatch(word)]
    numbers = [words[place] for place in places]
    if len(numbers) > 1 and numbers[0] == numbers[1] and len(numbers[0]) > 1:
        numbers = numbers[1:]  # told in two columns; a single figure twice may be a flat, or eleven
    house = numbers[-1] if numbers else ""
    if not flat and len(numbers) > 1:
        flat = numbers[0]
    if not flat and (told := re.fullmatch(r"([0-9]+)([a-z])", house)):
        house, flat = told.groups()
    at = places[-1] if places else -1
    before, after = (
        " ".join(word for word in some if not NUMBER.fullmatch(word))
        for some in (words[: max(at, 0)], words[at + 1 :])
    )
    building, street = (before, after) if after else ("", before)
    return Parts(flat, house, building, street, code or found[0])


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
        rest = f"{' '.join(words)[: named.start()]} {' '.join(words)[named.end() :]}".split()
        numbered = re.search(r"\bflat [0-9]+[a-z]?\b", " ".join(rest))
        return _flat(rest) if numbered else (named[1], rest)
    if "flat" not in words:
        return "", words
    place = words.index("flat")
    after = words[place + 1 : place + 2]
    return "".join(after), words[:place] + words[place + 2 :]


def _postcode(text: str) -> tuple[str, str]:
    """The last postcode in a text, its commonest faults put right, and as it is written there."""
    told = list(POSTCODE.finditer(text)) or [
        one
        for one in FAULTY_POSTCODE.finditer(text)
        if re.search("[0-9]", one[0]) or (" " in one[0] and one.end() == len(text))
    ]
    if not told:
        return "", ""
    area, sector, end = told[-1].groups()
    area = re.sub(r"(?<=[a-z])[oi](?=[0-9]|$)|(?<=[a-z][a-z])[oi]", lambda x: x[0].translate(MIDDLE), area)
    return area + sector.translate(MIDDLE) + end.translate(END), told[-1][0]


class Gazetteer:
    """The council's residences, looked up by written address."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Index by postcode, and by house and flat for what has no postcode that we know."""
        self._by_code: dict[str, list[_Told]] = defaultdict(list)
        self._by_number: dict[tuple[str, str], list[_Told]] = defaultdict(list)
        self._streets: set[str] = set()
        for entry in entries:
            told = parts(entry.address, entry.postcode)
            self._by_code[told.postcode].append((told, entry))
            self._by_number[told.house, told.flat].append((told, entry))
            self._streets.add(told.street)

    def place(self, text: str, postcode: str = "") -> Placed:
        """The residence an address means, if any and only one; a building or institution is never one."""
        asked = parts(text, postcode)
        if not asked.street and not asked.house:
            return Placed(None, 0.0, "no address")
        near = [x for x in self._by_code.get(asked.postcode, []) if _numbers(x[0]) == _numbers(asked)]
        if near:
            placed = self._best(asked, near, NUMBERED if asked.postcode else NO_POSTCODE)
            if placed.why != NOWHERE or not asked.postcode:
                return placed
        if asked.flat and not asked.house and (named := self._by_name(asked)):
            return _one(named, FAULTY)
        at_code = [x for x in self._by_code.get(asked.postcode, []) if asked.postcode]
        if any(x[0].house == asked.house and x[0].street == asked.street for x in at_code):
            return Placed(None, 0.0, "no such number or flat at that postcode")
        rest = [x for x in self._by_number.get(_numbers(asked), []) if _near(asked.postcode, x[0].postcode)]
        if at_code:  # another street's postcode may be the slip or be right: no fault in the street besides
            rest = [x for x in rest if streets.compared(asked.street, x[0].street) == streets.SAME]
        return self._best(asked, rest, FAULTY if asked.postcode else NO_POSTCODE)

    def _by_name(self, asked: Parts) -> list[_Told]:
        """A flat of a building that is named without its number, at its postcode."""
        name = set(asked.street.split())
        there = self._by_code.get(asked.postcode, []) if asked.postcode else []
        return [
            x
            for x in there
            if x[0].flat == asked.flat
            and (named := set((x[0].building or ("" if x[0].house else x[0].street)).split()))
            and named <= name | set(asked.building.split())
            and name <= named | set(x[0].street.split())
        ]

    def _best(self, asked: Parts, near: list[_Told], sure: float) -> Placed:
        """The one whose street fits best, if it fits well enough; in doubt a person is asked."""
        known = self._is_known(asked.street)
        fits = [(self._fit(asked, x[0], known=known), x) for x in near]
        best = max((fit for fit, _ in fits), default=streets.OTHER)
        if best == streets.OTHER or (best == streets.DOUBTFUL and sure != NUMBERED):
            return Placed(None, 0.0, NOWHERE)
        if best == streets.SHORTER and sure == FAULTY:
            sure = NO_POSTCODE  # a district may be what tells two streets apart
        if best == streets.DOUBTFUL:
            sure = IN_DOUBT
        return _one(
            [x for fit, x in fits if fit == best],
            EXACT if best == streets.SAME and sure == NUMBERED else sure,
        )

    def _is_known(self, street: str) -> bool:
        """Whether it begins with a street of the gazetteer, written without a slip."""
        words = street.split()
        return any(" ".join(words[:end]) in self._streets for end in range(1, len(words) + 1))

    def _fit(self, asked: Parts, held: Parts, *, known: bool) -> int:
        """How the streets fit, less where something speaks for another place."""
        fit = streets.compared(asked.street, held.street)
        if fit == streets.SLIP and known:
            return streets.OTHER  # it is another street, written without a slip
        if fit == streets.DOUBTFUL and not asked.house:
            return streets.OTHER
        said, there = (
            set(f"{asked.building} {asked.street}".split()),
            set(f"{held.building} {held.street}".split()),
        )
        if fit != streets.OTHER and (BESIDE & (said - there) or _two_buildings(asked, held)):
            return streets.DOUBTFUL
        return fit


def _numbers(told: Parts) -> tuple[str, str]:
    return told.house, told.flat


def _two_buildings(asked: Parts, held: Parts) -> bool:
    """Whether both name what stands before the number, and not one word of it is the same."""
    one, other = set(asked.building.split()), set(held.building.split())
    return bool(one and other) and not one & other


def _near(one: str, other: str) -> bool:
    """Whether a postcode is missing, or one slip of the pen away."""
    if not one:
        return True
    if len(one) != len(other):
        return one[:-3] == other[:-3]
    wrong = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    swapped = len(wrong) == 2 and sorted(one) == sorted(other)
    return len(wrong) <= 1 or swapped


def _one(fitting: list[_Told], sure: float) -> Placed:
    """The only one that fits, where it is a home."""
    if len(fitting) > 1:
        homes = sorted(entry.uprn for _, entry in fitting if entry.usage == "dwelling")
        return Placed(None, 0.0, "several addresses are as like", homes[0] if homes else None)
    entry = fitting[0][1]
    if entry.usage != "dwelling":
        return Placed(None, 0.0, AN_INSTITUTION if entry.usage == "institution" else A_BUILDING)
    why = {
        EXACT: "the same address",
        IN_DOUBT: "the same number, and a street or a place that may be another",
    }
    return Placed(entry.uprn, sure, why.get(sure, "much the same address"))
