"""Three kinds of extract, rent, callouts and appointments, as blocks of columns over all their households."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from earlyhelp.assessing import sheets
from earlyhelp.assessing.sheets import Field, RefusedRow, Sheet
from earlyhelp.assessing.words import CATEGORIES, CYCLES, HARM, HARM_ELSE, POLICE_STARTED, STATUSES
from earlyhelp.casework.weighing import hashed
from earlyhelp.chronology import NEVER, Block, Column, Days, Ids
from schemas.appointment import Appointment
from schemas.police_callout import PoliceCallout
from schemas.rent_account import RentTransaction

SECONDS_A_DAY: Final = 86_400
A_DAY: Final = "a day (2026-11-01) or a day with a time"


@dataclass(frozen=True, slots=True, eq=False)
class Extracts:
    """What the files said; ``names`` are the households in the order of each block, ``lots`` their hashes."""

    names: list[str]
    lots: Ids
    blocks: dict[str, Block]
    records: dict[str, list[str]]
    refused: list[RefusedRow]
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class _Form:
    """How one kind of extract is read: its text columns, its numbers, and how they become our columns.

    ``instead`` names the text that is taken where one is blank: a file without persons is one of households;
    None where it may as well be blank.
    """

    texts: tuple[str, ...]
    numbers: Mapping[str, Field]
    occurred: str
    columns: Callable[[Sheet], dict[str, Column]]
    instead: Mapping[str, str | None] = field(default_factory=dict)


def read(files: Mapping[str, Path]) -> Extracts:
    """Read the files given, by kind of feed, and set them out over the same households."""
    found = {}
    for kind, path in files.items():
        form = FORMS[kind]
        found[kind] = sheets.read(path, form.texts, form.numbers, form.instead)
    names = sorted({name for sheet in found.values() for name in set(sheet.texts["household"])})
    places = {name: place for place, name in enumerate(names)}
    return Extracts(
        names=names,
        lots=hashed(names),
        blocks={kind: _block(kind, sheet, places) for kind, sheet in found.items()},
        records={kind: sheet.texts["record_id"] for kind, sheet in found.items()},
        refused=[row for sheet in found.values() for row in sheet.refused],
        warnings=[
            line for kind, sheet in found.items() for line in (*sheet.warnings, *_oddities(kind, sheet))
        ],
    )


def _block(kind: str, sheet: Sheet, places: Mapping[str, int]) -> Block:
    """One file as a block: a row holds from the day it became known until a later one takes its place."""
    form = FORMS[kind]
    occurred = sheet.numbers[form.occurred]
    moment = _known_at(sheet, occurred)
    known = np.floor(moment / SECONDS_A_DAY)
    whose = sheet.texts["household"]
    return Block.of(
        kind,
        np.arange(len(places), dtype=np.int64),
        household=np.fromiter(map(places.__getitem__, whose), np.int64, len(whose)),
        occurred_on=np.floor(occurred / SECONDS_A_DAY).astype(np.int32),
        known_on=known.astype(np.int32),
        superseded_on=_superseded(sheet, moment, known),
        record=np.arange(len(sheet), dtype=np.int64),
        columns=form.columns(sheet),
    )


def _known_at(sheet: Sheet, occurred: NDArray[np.float64]) -> NDArray[np.float64]:
    """When each row became known: as told, else when it was booked, else the day that it happened."""
    known = sheet.numbers["known_on"]
    otherwise = np.floor(occurred / SECONDS_A_DAY) * SECONDS_A_DAY
    if "booked_on" in sheet.numbers:
        booked = (sheet.numbers["status"] == 0) & (sheet.numbers["booked_on"] > UNTOLD)
        otherwise = np.where(booked, sheet.numbers["booked_on"], otherwise)
    return np.where(known > UNTOLD, known, otherwise)


def _superseded(sheet: Sheet, moment: NDArray[np.float64], known: NDArray[np.float64]) -> Days:
    """The day from which a later known row of the same record takes a row's place.

    Of two known at one moment, what is still only booked gives way, else the one further down the file holds.
    """
    gone = np.full(len(sheet), NEVER, np.int32)
    texts = sheet.texts["record_id"]
    if len(set(texts)) == len(texts):
        return gone
    numbers = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    record = np.fromiter(map(numbers.__getitem__, texts), np.int64, len(texts))
    status = sheet.numbers.get("status", np.ones(len(sheet)))
    order = np.lexsort((np.arange(len(sheet)), status > 0, moment, record))
    same = record[order][1:] == record[order][:-1]
    gone[order[:-1][same]] = known[order[1:][same]].astype(np.int32)
    return gone


def _rent(sheet: Sheet) -> dict[str, Column]:
    """Codes and pence."""
    return {
        "entry": sheet.numbers["entry"].astype(np.int8),
        "amount": sheet.numbers["amount"].astype(np.int64),
        "payment_cycle": sheet.numbers["payment_cycle"].astype(np.int8),
    }


def _callouts(sheet: Sheet) -> dict[str, Column]:
    """Category, harm (a modest guess where none is told), and whether the police began it."""
    told = sheet.texts["category"]
    meaning = {text: _category(text) for text in set(told)}
    words = PoliceCallout.codes["category"]
    guess = np.array([HARM.get(meaning[text], HARM_ELSE) for text in told])
    harm = sheet.numbers["harm"]
    return {
        "category": np.array([words.index(meaning[text]) for text in told], np.int8),
        "harm": np.where(harm >= 0, harm, guess),
        "police_initiated": np.array([sheets.plain(text) in POLICE_STARTED for text in told], np.int8),
        "domestic_abuse": np.array([meaning[text] == "domestic" for text in told], np.int8),
        "incident": _numbered(sheet.texts["incident"]),
        **_people(sheet),
    }


def _people(sheet: Sheet) -> dict[str, Column]:
    """A number for each person of both columns, -1 where none is named."""
    numbers = _numbered([*sheet.texts["person"], *sheet.texts["other_person"]])
    return {"person": numbers[: len(sheet)], "other_person": numbers[len(sheet) :]}


def _numbered(texts: list[str]) -> Ids:
    """A number for each distinct text, -1 for a blank."""
    numbers = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    return np.fromiter((numbers[text] if text else -1 for text in texts), np.int64, len(texts))


def _category(text: str) -> str:
    """Our category for a free text."""
    word = sheets.plain(text)
    word = CATEGORIES.get(word, word)
    return word if word in PoliceCallout.codes["category"] else "other"


def _appointments(sheet: Sheet) -> dict[str, Column]:
    """Status, and a number for each person."""
    persons = {text: number for number, text in enumerate(dict.fromkeys(sheet.texts["person"]))}
    whose = sheet.texts["person"]
    return {
        "status": sheet.numbers["status"].astype(np.int8),
        "nhs_number": np.fromiter(map(persons.__getitem__, whose), np.int64, len(whose)),
    }


def _oddities(kind: str, sheet: Sheet) -> list[str]:
    """What can be read and yet looks wrong."""
    if kind == RentTransaction.kind:
        paid = sheet.numbers["amount"][sheet.numbers["entry"] == 1]
        if len(paid) and (paid > 0).mean() > 0.5:
            return ["rent: most payments are above nothing; a payment must be negative"]
    return []


def _harm(text: str) -> float:
    """Days of harm, never below nothing."""
    harm = float(text)
    if not 0 <= harm < np.inf:
        raise ValueError("out of bounds")
    return harm


def _words(kind: type[RentTransaction] | type[Appointment], name: str) -> str:
    """The words of a code, as the end of a sentence."""
    return "one of " + ", ".join(kind.codes[name])


UNTOLD: Final = -1e12
"""Stands for a moment that was not told."""
_MOMENT: Final = Field(sheets.moment, A_DAY)
_MAYBE_MOMENT: Final = Field(sheets.moment, A_DAY, required=False, blank=UNTOLD)

FORMS: Final[dict[str, _Form]] = {
    RentTransaction.kind: _Form(
        texts=("record_id", "household"),
        numbers={
            "occurred_on": _MOMENT,
            "entry": Field(sheets.one_of(RentTransaction.codes["entry"]), _words(RentTransaction, "entry")),
            "amount": Field(sheets.pence, "an amount in pounds"),
            "known_on": _MAYBE_MOMENT,
            "payment_cycle": Field(
                sheets.one_of(RentTransaction.codes["payment_cycle"], CYCLES),
                _words(RentTransaction, "payment_cycle"),
                required=False,
                blank=-1.0,
                hint=True,
            ),
        },
        occurred="occurred_on",
        columns=_rent,
    ),
    PoliceCallout.kind: _Form(
        texts=("record_id", "household", "category", "incident", "person", "other_person"),
        numbers={
            "occurred_at": _MOMENT,
            "harm": Field(_harm, "a number of days, 0 or more", required=False, blank=-1.0, hint=True),
            "known_on": _MAYBE_MOMENT,
        },
        occurred="occurred_at",
        columns=_callouts,
        instead=dict.fromkeys(("incident", "person", "other_person")),
    ),
    Appointment.kind: _Form(
        texts=("record_id", "household", "person"),
        numbers={
            "booked_on": _MAYBE_MOMENT,
            "starts_at": _MOMENT,
            "status": Field(
                sheets.one_of(Appointment.codes["status"], STATUSES),
                _words(Appointment, "status"),
            ),
            "known_on": _MAYBE_MOMENT,
        },
        occurred="starts_at",
        columns=_appointments,
        instead={"person": "household"},
    ),
}
