"""The awkward families in the agencies' own numbers: who and where each line of theirs is."""

from earlyhelp.demo.city.awkward import FAMILIES, POSTCODE, STREET, Family
from earlyhelp.demo.city.people import nhs_numbers

AGENCIES = {"health": "riverside-health", "housing": "northside-homes", "probation": "moorland-probation",
            "schools": "northmoor-schools"}  # fmt: skip
FIRST_UPRN, FIRST_NUMBER = 999_900_000_001, 990_000_001
"""Theirs are numbered from here on, above the city's own."""
NHS_CANDIDATES = 985_000
"""Where their NHS numbers begin, above those of a city of 300,000 households."""


class Neighbours:
    """One family in the agencies' own numbers, by the keys of its lines."""

    def __init__(self, family: Family, at: int) -> None:
        """Number what the family has; no two families share a number."""
        self.family, self._first = family, at * 100
        self.places = {cells[0]: cells for cells in family.lines("places")}
        self.people = {cells[0]: cells for cells in family.lines("people")}

    def uprn(self, place: str) -> int:
        """The property reference of a place; 0 where there is none."""
        known = place in self.places and self.places[place][1] != "written"
        return FIRST_UPRN + self._first + list(self.places).index(place) if known else 0

    def written(self, place: str) -> str:
        """The address as people write it; a blank for nowhere."""
        return f"{self.places[place][2]} {STREET}, {POSTCODE}" if place in self.places else ""

    def agency(self, key: str) -> str:
        """Who knows that person, or has that account."""
        return AGENCIES[self.people[key][1]] if key in self.people else AGENCIES["housing"]

    def number(self, key: str) -> str:
        """The agency's own number of a person or an account; a blank for nobody."""
        if key not in self.people:
            return f"{FIRST_NUMBER + self._first + 50 + int(key[1:]):09d}/01" if key != "-" else ""
        own = FIRST_NUMBER + self._first + list(self.people).index(key)
        return {"health": f"P9{own}", "housing": f"{own}", "probation": f"M{own}", "schools": f"P{own}"}[
            self.people[key][1]
        ]

    def nhs_number(self, key: str) -> str:
        """A number with a right check digit, of the range that is never issued."""
        candidate = NHS_CANDIDATES + self._first * 5 + list(self.people).index(key) * 50
        return f"{int(nhs_numbers(candidate, 1)[0]):010d}"


def neighbours() -> list[Neighbours]:
    """All families with their numbers."""
    return [Neighbours(family, at) for at, family in enumerate(FAMILIES)]
