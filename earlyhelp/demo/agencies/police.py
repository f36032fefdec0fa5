"""Eastborough Police's books: own incident codes, grades of severity and local times (domain.md 3.3)."""

from collections.abc import Iterator

import numpy as np

from earlyhelp.demo.agencies.books import Statement
from earlyhelp.demo.agencies.words import Pen, london, own_number, statements
from earlyhelp.demo.agencies.writing import addresses, by_hand
from earlyhelp.demo.city.records import CALL_CATEGORIES, Bools, Ints, Neighbourhood

FEEDS = ("incidents",)
TYPES = {
    "antisocial_behaviour": ("ASB-NUIS", "ASB-PERS", "ASB-ENVT"),
    "domestic": ("DOM-INC", "DOM-CRIM"),
    "violence": ("VIO-INJ", "VIO-NOIN"),
    "theft": ("THE-BURG", "THE-VEH", "THE-OTH"),
    "damage": ("DAM-CRIM", "DAM-ARS"),
    "concern": ("PSW-CONC", "PSW-MISS"),
    "other": ("ADM-OTH", "TRA-RTC"),
}
HARM_OF_GRADE = (0.5, 1, 1.5, 2, 3, 5, 8, 12, 20, 30, 50, 80, 130, 200, 365, 730, 1825)
"""Days of harm for which each grade S01, S02 … stands; a call has the nearest."""
PARTNER_SHARE = 0.1
"""Share of calls that another service passed on (our assumption)."""
BLANK_UPRN_SHARE = 0.4
"""Share of the missing property references that are blank and not null (our assumption)."""


def log_numbers(record: Ints) -> list[str]:
    """The police's own numbers for calls."""
    return [f"L{number:012d}" for number in own_number(record, 9_173, 5_551, 12).tolist()]


def written(here: Neighbourhood, pen: Pen) -> Bools:
    """Which calls have the address as it was said, and no property reference."""
    return by_hand(here.callouts.uprn, pen.chance(42))


def incidents(here: Neighbourhood, pen: Pen) -> Iterator[Statement]:
    """Every call, as the log has it."""
    calls, rng = here.callouts, pen.chance(1)
    draw = rng.random(len(calls.record))
    middles = np.sqrt(np.array(HARM_OF_GRADE[1:]) * HARM_OF_GRADE[:-1])
    grade = np.searchsorted(middles, calls.harm) + 1
    source = np.where(calls.police_initiated, "OFFICER", np.where(draw < PARTNER_SHARE, "PARTNER", "PUBLIC"))
    hand = written(here, pen)
    columns = zip(
        log_numbers(calls.record),
        incident_numbers(calls.incident),
        london(calls.occurred_at).tolist(), london(calls.recorded_at).tolist(),
        _types(calls.category.tolist(), draw.tolist()), grade.tolist(), calls.domestic_abuse.tolist(),
        source.tolist(), np.where(hand, 0, calls.uprn).tolist(),
        (rng.random(len(draw)) < BLANK_UPRN_SHARE).tolist(),
        addresses(here, np.where(hand, calls.uprn, 0), pen.chance(43)),
        _persons(calls.person, calls.other_person),
        strict=True,
    )  # fmt: skip
    return statements(
        calls.recorded_at,
        (
            f'{{"log_no":"{log}","incident_no":"{number}","opened":"{opened}",'
            f'"updated":"{updated}","type":"{kind}","severity":"S{severity:02d}",'
            f'"qualifiers":{_qualifiers(abuse, severity)},"source":"{source}","uprn":{_uprn(uprn, blank)},'
            f'"location":"{at}","concerns":{whom},"response_grade":"{1 + severity % 4}"}}'
            for log, number, opened, updated, kind, severity, abuse, source, uprn, blank, at, whom in columns
        ),
    )


def incident_numbers(incident: Ints) -> list[str]:
    """The police's numbers of incidents, which other agencies write as well where they know them."""
    return [f"EB{number:012d}" for number in own_number(incident, 6_113, 77_003, 12).tolist()]


def _persons(*persons: Ints) -> list[str]:
    """Of each call the police's own numbers of whom it concerns: nobody, one, or two people."""
    numbers = zip(*(own_number(one, 54_323, 901, 10).tolist() for one in persons), strict=True)
    there = zip(*((one >= 0).tolist() for one in persons), strict=True)
    return [
        "[" + ",".join(f'"N{one:010d}"' for one, told in zip(*both, strict=True) if told) + "]"
        for both in zip(numbers, there, strict=True)
    ]


def _types(categories: list[int], draws: list[float]) -> Iterator[str]:
    """One of the codes that stand for each category."""
    for category, draw in zip(categories, draws, strict=True):
        codes = TYPES[CALL_CATEGORIES[category]]
        yield codes[int(draw * 1000) % len(codes)]


def _qualifiers(abuse: bool, severity: int) -> str:
    """Markers of an incident: DA for domestic abuse; others that are nobody else's business."""
    markers = (["DA"] if abuse else []) + (["WPN"] if severity > 13 else [])
    return "[" + ",".join(f'"{marker}"' for marker in markers) + "]"


def _uprn(uprn: int, blank: bool) -> str:
    if uprn:
        return f'"{uprn:012d}"'
    return '""' if blank else "null"
