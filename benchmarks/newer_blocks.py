"""The newer feeds of the invented city as blocks: council tax, benefits, school, probation, fire, reports."""

import numpy as np

from benchmarks.blocks import _at_the_time, _block, _living_at
from earlyhelp.chronology import NEVER, Block, Ids
from earlyhelp.demo.city.records import BenefitAwards, Neighbourhood
from schemas.antisocial_report import AntisocialReport
from schemas.benefit_award import BenefitAward
from schemas.council_tax_account import CouncilTaxAccount
from schemas.fire_visit import FireVisit
from schemas.school_attendance import SchoolAttendance
from schemas.supervision import Supervision

FEEDS = {
    CouncilTaxAccount.kind: ("council_tax", {
        "arrears": "arrears", "stage": "stage", "account": "account", "discount": "alone",
    }),
    SchoolAttendance.kind: ("school_absences", {
        "possible_sessions": "possible_sessions", "missed_sessions": "missed_sessions",
        "unauthorised_sessions": "unauthorised_sessions", "pupil": "enrolment",
    }),
    Supervision.kind: ("supervision", {"event": "event"}),
    FireVisit.kind: ("fire_visits", {"outcome": "outcome"}),
    AntisocialReport.kind: ("antisocial_reports", {"role": "role", "nuisance": "nuisance", "incident": "incident"}),
}  # fmt: skip
"""For each kind the city's table, and for each column of a block the table's."""


def newer_blocks_of(here: Neighbourhood) -> dict[str, Block]:
    """Every newer kind, with whose each event is as of its day, and when it became known."""
    households = np.sort(here.truth.household)
    blocks = {BenefitAward.kind: _awards(here, households)}
    for kind, (table, columns) in FEEDS.items():
        rows = getattr(here, table)
        day = getattr(rows, "week_of", None)
        day = rows.occurred_on if day is None else day
        number = np.arange(len(day), dtype=np.int64)
        corrected = kind == Supervision.kind
        blocks[kind] = _block(
            kind,
            households,
            rows.record if corrected else number,
            rows.recorded_at,
            _living_at(here, rows.uprn, day.astype(np.int64)),
            day,
            ~rows.deleted if corrected else np.ones(len(day), np.bool_),
            {name: getattr(rows, column) for name, column in columns.items()},
        )
    return blocks


def _awards(here: Neighbourhood, households: Ids) -> Block:
    """Awards as the weekly lists tell of them: a version for each amount, and one where it has ended."""
    made = here.benefit_awards
    order = np.lexsort((made.from_on, made.claim))
    claim = made.claim[order]
    begins, ends = _heard(made.from_on[order]), _heard(made.to_on[order])
    goes_on = np.append(claim[1:] == claim[:-1], False)
    follows = np.where(goes_on, np.append(begins[1:], NEVER), NEVER)
    over = (ends < NEVER) & (ends < follows)
    row = np.concatenate([order, order[over]])
    known = np.concatenate([begins, ends[over]])
    gone = np.concatenate([np.minimum(follows, ends), follows[over]])
    void = np.concatenate([np.zeros(len(order), np.int8), np.ones(np.count_nonzero(over), np.int8)])
    told = gone > known
    return Block.of(
        BenefitAward.kind,
        households,
        household=_lived_there(here, made, row)[told],
        occurred_on=made.started_on[row][told].astype(np.int32),
        known_on=known[told].astype(np.int32),
        superseded_on=gone[told].astype(np.int32),
        record=np.arange(len(row), dtype=np.int64)[told],
        columns={
            "benefit": made.benefit[row][told],
            "weekly_amount": made.weekly_amount[row][told],
            "void": void[told],
        },
    )


def _heard(day: np.ndarray) -> np.ndarray:
    """The Monday after the first Sunday's list on or after the day; NEVER where that does not come."""
    whole = day.astype(np.int64)
    return np.where(whole == NEVER, NEVER, whole + (3 - whole) % 7 + 1)


def _lived_there(here: Neighbourhood, made: BenefitAwards, row: Ids) -> Ids:
    """Whose each award is."""
    stays = here.occupancies
    day = np.maximum(made.started_on, made.from_on)[row].astype(np.int64)
    return _at_the_time(stays.uprn, stays.from_on, stays.to_on, stays.household, made.uprn[row], day)
