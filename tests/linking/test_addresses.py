"""Written addresses lead to the right residence, or to none."""

import random

import pytest

from earlyhelp.linking.addresses import Entry, Gazetteer

ENTRIES = [
    Entry("1", "dwelling", "Flat 1, 3 High Street", "ST1 4QQ"),
    Entry("2", "dwelling", "Flat 2, 3 High Street", "ST1 4QQ"),
    Entry("3", "building", "3 High Street", "ST1 4QQ"),
    Entry("4", "dwelling", "5a High Street", "ST1 4QQ"),
    Entry("5", "dwelling", "5 High Street", "ST1 4QQ"),
    Entry("6", "dwelling", "7 St Mary's Avenue", "ST2 0AB"),
    Entry("7", "institution", "1 Infirmary Road", "ST4 6QG"),
    Entry("8", "dwelling", "9 Mill Lane", "ST3 1AA"),
    Entry("9", "dwelling", "9 Mill Lane", "ST6 9ZZ"),
]


@pytest.mark.parametrize(
    ("text", "postcode", "uprn"),
    [
        ("Flat 1, 3 High Street", "ST1 4QQ", "1"),
        ("flat 1 3 high st", "st14qq", "1"),
        ("1/3 High St.", "ST1 4QQ", "1"),
        ("Apartment 2, 3 High Street, ST1 4QQ", "", "2"),
        ("5A High Street", "ST1 4QQ", "4"),
        ("Flat A, 5 High Street", "ST1 4QQ", "4"),
        ("5 High Stret", "ST1 4QQ", "5"),
        ("5 High Street", "STI 4QQ", "5"),
        ("5 High Street", "ST1 4QO", "5"),
        ("7 Saint Marys Ave", "ST2 OAB", "6"),
        ("7 St Mary's Avenue, Stoke", "", "6"),
        ("3 High Street", "ST1 4QQ", None),
        ("Flat 9, 3 High Street", "ST1 4QQ", None),
        ("11 High Street", "ST1 4QQ", None),
        ("1 Infirmary Road", "ST4 6QG", None),
        ("9 Mill Lane", "", None),
        ("", "ST1 4QQ", None),
        ("no fixed abode", "", None),
    ],
)
def test_an_address_leads_to_its_residence_and_never_to_next_door(text, postcode, uprn):
    placed = Gazetteer(ENTRIES).place(text, postcode)
    assert placed.uprn == uprn, placed
    assert (placed.sure >= 0.95) == (uprn is not None)
    assert placed.why


def test_a_town_of_badly_written_addresses_is_placed_without_a_mistake():
    draw = random.Random(4)
    streets = [
        f"{a}{b} {c}"
        for a in ("Ash", "Oak", "Elm", "Mill")
        for b in ("ley", "ton", "ham")
        for c in ("Road", "Lane", "Close")
    ]
    entries = []
    for place, street in enumerate(streets):
        for house in range(1, 30):
            code = f"ST{place % 6 + 1} {place % 10}{'ABDEF'[house % 5]}{'GHJLN'[place % 5]}"
            entries.append(Entry(f"{len(entries)}", "dwelling", f"{house} {street}", code))
    gazetteer, right, wrong = Gazetteer(entries), 0, 0
    short = {"Road": "Rd", "Lane": "Ln", "Close": "Cl."}
    for entry in entries:
        text, code = entry.address, entry.postcode
        for word, less in short.items():
            text = text.replace(word, less) if draw.random() < 0.5 else text
        at = draw.randrange(3, len(text))
        text = text[:at] + text[at + 1 :] if draw.random() < 0.3 and not text[at].isdigit() else text
        code = draw.choice((code, code, code.lower().replace(" ", ""), "", code.replace("0", "O")))
        placed = gazetteer.place(text, code)
        right += placed.uprn == entry.uprn
        wrong += placed.uprn not in (None, entry.uprn)
    assert wrong <= 0.002 * len(entries)
    assert right >= 0.9 * len(entries)
