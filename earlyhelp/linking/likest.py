"""Which residences a written address is likest to: for a person to choose from, never to match by. Pure."""

from collections.abc import Iterable
from difflib import SequenceMatcher

from earlyhelp.linking.addresses import Entry, parts

LEAST = 0.5
"""Streets less alike than this share of their letters are not offered; our choice, for a person decides."""


def likest(text: str, entries: Iterable[Entry], most: int) -> list[Entry]:
    """The homes whose street, number or postcode is most like what was written, the likest first.

    Nothing where the text names no street and no postcode. Buildings and institutions are never offered.
    """
    asked = parts(text)
    if not (asked.street or asked.postcode):
        return []
    found = []
    for entry in entries:
        if entry.usage != "dwelling":
            continue
        told = parts(entry.address, entry.postcode)
        street = SequenceMatcher(None, asked.street, told.street).ratio() if asked.street else 0.0
        code = bool(asked.postcode) and asked.postcode == told.postcode
        if street < LEAST and not code:
            continue
        house = bool(asked.house) and asked.house == told.house
        flat = bool(asked.flat) and asked.flat == told.flat
        found.append((-(street + house + code + flat / 2), told.house.rjust(6), entry.uprn, entry))
    return [entry for *_, entry in sorted(found, key=lambda one: one[:3])[:most]]
