"""The fixed rules that are in use today, as columns: what every check has to beat.

Each is asked as of one day, of blocks that hold only what was known on it. They are the thresholds that
social landlords, neighbourhood police and clinics work by (domain.md 4.1, 4.4, 4.5).
"""

from collections.abc import Mapping

import numpy as np

from earlyhelp.checking.measures import Bools, Floats, added, counted, middle
from earlyhelp.checking.rent_ledger import postings
from earlyhelp.chronology import Block
from schemas.appointment import Appointment
from schemas.police_callout import PoliceCallout
from schemas.rent_account import RentTransaction

WEEKS_OWED = 8.0
"""Weeks of rent owed: the mark of Ground 8 before 2026 (domain.md 4.1)."""
CALLS = 3
"""Callouts within half a year: the mark of an anti-social behaviour case review (domain.md 4.4)."""
MISSED = 2
"""Appointments missed within half a year, after which most clinics discharge."""
LATELY = 182
"""Half a year, in days."""

OWES, CALLED, NOT_KEPT = (
    "rule: owes 8 weeks' rent",
    "rule: 3 callouts in 26 weeks",
    "rule: 2 missed in 26 weeks",
)
ANY, BALANCE = "rule: any of these", "balance owed, ranked"
UNKEPT = tuple(Appointment.codes["status"].index(word) for word in ("noshow", "not_brought"))


def naive(blocks: Mapping[str, Block], day: int) -> dict[str, Floats]:
    """Each rule's answer for each household, 1 where it fires; and the balance owed, in weeks of rent.

    A rule whose kind of feed is not among ``blocks`` is not asked.
    """
    fired: dict[str, Bools] = {}
    said: dict[str, Floats] = {}
    if (rent := blocks.get(RentTransaction.kind)) is not None:
        owed = weeks_owed(rent.up_to(day))
        fired[OWES] = owed >= WEEKS_OWED
        said[BALANCE] = np.maximum(owed, 0.0)
    if (calls := blocks.get(PoliceCallout.kind)) is not None:
        fired[CALLED] = _lately(calls, day) >= CALLS
    if (booked := blocks.get(Appointment.kind)) is not None:
        missed = booked.where(np.isin(booked.columns["status"], UNKEPT))
        fired[NOT_KEPT] = _lately(missed, day) >= MISSED
    if len(fired) > 1:
        said[ANY] = np.logical_or.reduce(list(fired.values())).astype(np.float64)
    return said | {name: rule.astype(np.float64) for name, rule in fired.items()}


def weeks_owed(rent: Block) -> Floats:
    """The balance in weeks of the household's own rent; 0 where no rent is charged."""
    rent = postings(rent)
    place, amount = rent.row_household, rent.columns["amount"]
    usual = weekly_rent(rent)
    return np.divide(added(place, amount, len(rent)), usual, out=np.zeros(len(rent)), where=usual > 0)


def weekly_rent(rent: Block) -> Floats:
    """A week's rent of each household, in pence: its usual charge over its usual days between two charges."""
    charges = rent.where(rent.columns["entry"] == RentTransaction.codes["entry"].index("charge"))
    place, day = charges.row_household, charges.occurred_on.astype(np.int64)
    usual = middle(place, charges.columns["amount"], len(rent), without=0.0)
    same = place[1:] == place[:-1]
    between = middle(place[1:][same], np.diff(day)[same], len(rent), without=7.0)
    return usual * 7.0 / np.maximum(between, 7.0)


def _lately(block: Block, day: int) -> np.ndarray:
    """How many rows of the last half year each household has."""
    recent = (block.occurred_on > day - LATELY) & (block.occurred_on <= day)
    return counted(block.row_household[recent], len(block))
