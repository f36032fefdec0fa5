"""Moorland Probation's books: one line an event, in codes of their own, and a mark where one was deleted."""

from collections.abc import Iterator

import numpy as np

from earlyhelp.demo.agencies.books import Statement
from earlyhelp.demo.agencies.words import Pen, iso_days, london, own_number, statements
from earlyhelp.demo.city.records import SUPERVISION_EVENTS, Neighbourhood

FEEDS = ("contacts",)
CODES = dict(
    zip(SUPERVISION_EVENTS, ("ORD-MADE", "APP-ATT", "APP-FTA", "ENF-BRCH", "ORD-TERM", "RE-OFF"), strict=True)
)
OFFICES = ("Canal Street", "Kiln Road", "Market Square")
"""Where an event was seen to; nobody has agreed to be told."""


def contacts(here: Neighbourhood, pen: Pen) -> Iterator[Statement]:
    """Every event; of one that was entered for the wrong person, later no more than that it is gone."""
    told = here.supervision
    columns = zip(
        own_number(told.record, 7_177, 20_011, 12).tolist(), iso_days(told.occurred_on).tolist(),
        told.uprn.tolist(), np.array(list(CODES.values()))[told.event].tolist(),
        london(told.recorded_at).tolist(), told.deleted.tolist(), strict=True,
    )  # fmt: skip
    return statements(
        told.recorded_at,
        (
            f'{{"ref":"C{ref:012d}","deleted":true,"recordedAt":"{recorded}"}}'
            if deleted
            else f'{{"ref":"C{ref:012d}","deleted":false,"type":"{code}","contactDate":"{day}",'
            f'"uprn":{_uprn(uprn)},"office":"{OFFICES[ref % len(OFFICES)]}","recordedAt":"{recorded}"}}'
            for ref, day, uprn, code, recorded, deleted in columns
        ),
    )


def _uprn(uprn: int) -> str:
    return f'"{uprn:012d}"' if uprn else "null"
