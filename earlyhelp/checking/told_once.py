"""One event that several agencies tell of counts once: to one of them, and to the others not at all.

A fight is rung in to the police and reported to the council; a small fire brings both engine and patrol car.
Added up, as agencies are, one evening would weigh as two or three. So an event that the police, the fire
service and the council's anti-social behaviour team all tell of is left with the one whose business it is.

The same event is one with the same incident number on the same day or the next (agencies that share a
number write the police's), or else one at the same home on the same day at about the same time. Where an
agency tells a day and no time, the day must do.
"""

from collections.abc import Mapping

import numpy as np

from earlyhelp.checking.measures import Bools, Whole
from earlyhelp.checking.whom import ABOUT_PEOPLE
from earlyhelp.chronology import Block
from schemas.antisocial_report import AntisocialReport
from schemas.fire_visit import FireVisit
from schemas.police_callout import PoliceCallout

KINDS = (PoliceCallout.kind, FireVisit.kind, AntisocialReport.kind)
"""The kinds of rows that may tell of one event."""
NEAR_MINUTES = 180
"""Times of one event as several agencies write them lie so near each other (our assumption)."""
NUMBER_DAYS = 1
"""Days that may lie between two rows with one number: past midnight; two agencies' own numbers that happen to
be the same lie further apart (our assumption)."""

_PEOPLE = [PoliceCallout.codes["category"].index(word) for word in ABOUT_PEOPLE]
_FIRE = FireVisit.codes["outcome"].index("small_fire")


def told_once(blocks: Mapping[str, Block]) -> dict[str, Block]:
    """The same blocks, all over the same households, without what another of them tells as well.

    The police keep a call about people, the fire service every other fire, and the council what is left.
    Only blocks that will be asked about may be given: else an event would be left with nobody.
    """
    there = {kind: blocks[kind] for kind in KINDS if kind in blocks and len(blocks[kind].record)}
    left = {kind: np.zeros(len(block.record), np.bool_) for kind, block in there.items()}
    rows = {kind: np.flatnonzero(_is_event(kind, block)) for kind, block in there.items()}
    if PoliceCallout.kind in there and FireVisit.kind in there:
        calls, fires = _same(there, rows, PoliceCallout.kind, FireVisit.kind)
        people = np.isin(there[PoliceCallout.kind].columns["category"][calls], _PEOPLE)
        left[PoliceCallout.kind][calls[~people]] = True
        left[FireVisit.kind][fires[people]] = True
    for other in (PoliceCallout.kind, FireVisit.kind):
        if other in there and AntisocialReport.kind in there:
            left[AntisocialReport.kind][_same(there, rows, other, AntisocialReport.kind)[1]] = True
    return {kind: block.where(~left[kind]) if kind in left else block for kind, block in blocks.items()}


def _is_event(kind: str, block: Block) -> Bools:
    """Rows of events that others may tell of too: no patrol's own call, no visit to give advice."""
    if kind == PoliceCallout.kind:
        return np.asarray(block.columns["police_initiated"].astype(np.int64) != 1)
    if kind == FireVisit.kind:
        return np.asarray(block.columns["outcome"] == _FIRE)
    return np.ones(len(block.record), np.bool_)


def _same(blocks: Mapping[str, Block], rows: Mapping[str, Whole], one: str, two: str) -> tuple[Whole, Whole]:
    """Rows of one kind and rows of the other that tell of the same event, pair by pair."""
    a, b = blocks[one], blocks[two]
    place_a, place_b = a.row_household[rows[one]], b.row_household[rows[two]]
    day_a, day_b = (x.occurred_on[rows[k]].astype(np.int64) for x, k in ((a, one), (b, two)))
    number_a, number_b = _told(a, rows[one], "incident"), _told(b, rows[two], "incident")
    time_a, time_b = _told(a, rows[one], "occurred_at"), _told(b, rows[two], "occurred_at")

    i, j = _joined(place_a, place_b)
    apart = np.abs(day_a[i] - day_b[j])
    numbered = (number_a[i] >= 0) & (number_a[i] == number_b[j]) & (apart <= NUMBER_DAYS)
    untimed = (time_a[i] < 0) | (time_b[j] < 0)
    near = (apart == 0) & (untimed | (np.abs(time_a[i] - time_b[j]) <= NEAR_MINUTES))
    found = numbered | near
    return rows[one][i[found]], rows[two][j[found]]


def _told(block: Block, rows: Whole, name: str) -> Whole:
    """A column of some rows, -1 throughout where nobody tells it."""
    column = block.columns.get(name)
    return np.full(len(rows), -1, np.int64) if column is None else column[rows].astype(np.int64)


def _joined(one: Whole, two: Whole) -> tuple[Whole, Whole]:
    """Every pair of places in two ascending arrays that hold the same value."""
    first, last = (np.searchsorted(two, one, side) for side in ("left", "right"))
    many = last - first
    i = np.repeat(np.arange(len(one)), many)
    return i, np.arange(len(i)) - np.repeat(np.cumsum(many) - many - first, many)
