"""What counts as an escalation, from what the feeds themselves show: the labels of a backtest.

Labels are what came, so they read every row that holds today, whenever it became known; only what is
*said* of a household on a past day is cut to what was known on it. A household escalates when it first enters
one of these states; those who stood in it already when the rows begin are left out as long known.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np

from earlyhelp.checking.measures import Whole
from earlyhelp.checking.rent_ledger import postings
from earlyhelp.chronology import NEVER, Block, Ids
from earlyhelp.trust.naive_rules import weekly_rent
from schemas.council_tax_account import CouncilTaxAccount
from schemas.police_callout import PoliceCallout
from schemas.rent_account import RentTransaction
from schemas.supervision import Supervision

COURT_WEEKS = 8.0
"""Weeks of rent owed from which a court must give possession: Ground 8 before the Renters' Rights Act 2025;
its date for social landlords is not known (domain.md 4.1)."""
NOTICE_DAYS = 28
"""For so long it must be owed without a break: the four weeks between notice and hearing (domain.md 4.1)."""
HIGH_HARM = 100.0
"""Days on the Cambridge index from which a call counts as one of high harm (domain.md 4.4)."""
HARM_DAYS, HARM_WINDOW = 3, 365
"""Call-days of high harm within so many days: repeat victimisation's twelve months (domain.md 4.4)."""

Found = tuple[Ids, Whole]
"""Places of households in their block, and the days on which they escalated."""


@dataclass(frozen=True, slots=True, eq=False)
class Escalations:
    """Which household (E ids) escalated on which day (E), and what that rests on, in words.

    ``told_until`` is the last day on which an escalation would have been seen.
    """

    household: Ids
    day: Whole
    words: str
    told_until: int

    def next_after(self, households: Ids, day: int) -> Whole:
        """The first escalation of each of these households after the day, `NEVER` where there is none."""
        due = np.full(len(households), NEVER, np.int64)
        place, mine = _places(households, self.household)
        ahead = mine & (self.day > day)
        np.minimum.at(due, place[ahead], self.day[ahead])
        return due

    def before(self, households: Ids, day: int) -> np.ndarray:
        """True for households that have escalated by that day: they are known already."""
        gone = np.zeros(len(households), np.bool_)
        place, mine = _places(households, self.household)
        gone[place[mine & (self.day <= day)]] = True
        return gone


def from_records(blocks: Mapping[str, Block]) -> Found:
    """Every household's escalations by the rules below, from blocks of rows that hold today."""
    found = [rule(blocks[kind]) for kind, (_, rule) in RULES.items() if kind in blocks]
    places, days = zip(*found, strict=True) if found else ((), ())
    empty = np.zeros(0, np.int64)
    return np.concatenate([empty, *places]), np.concatenate([empty, *days])


def in_words(kinds: Collection[str]) -> str:
    """Which escalations can be seen where these kinds of feed are there."""
    said = [words for kind, (words, _) in RULES.items() if kind in kinds]
    return "; ".join(said) or "none: no feed shows an escalation"


def _eight_weeks(rent: Block) -> Found:
    """The first day on which eight weeks' rent is owed, by those who then owe it for a notice's time."""
    rent = postings(rent)
    usual, place, day = weekly_rent(rent), rent.row_household, rent.occurred_on.astype(np.int64)
    whole = np.concatenate(([0], np.cumsum(rent.columns["amount"].astype(np.int64))))
    owed = whole[1:] - whole[rent.starts[:-1]][place]
    last_of_day = np.ones(len(place), np.bool_)
    last_of_day[:-1] = (place[1:] != place[:-1]) | (day[1:] != day[:-1])
    below = last_of_day & ((usual[place] <= 0) | (owed < COURT_WEEKS * usual[place]))
    below_at = np.maximum.accumulate(np.where(below, np.arange(len(place)), -1))
    crossed = np.minimum(below_at + 1, max(len(place) - 1, 0))
    standing = last_of_day & ~below & (below_at >= rent.starts[:-1][place])
    served = standing & (day - day[crossed] >= NOTICE_DAYS)
    over = last_of_day & ~below & np.isin(place, place[served])
    return _first(place[over], day[over], not_before=_opening(rent))


def _third_high_harm(calls: Block) -> Found:
    """The day of the third call-day of high harm within twelve months; patrols' own calls are left out."""
    serious = calls.where(
        (calls.columns["harm"].astype(np.float64) >= HIGH_HARM)
        & (calls.columns["police_initiated"].astype(np.int64) != 1)
    )
    place, day = serious.row_household, serious.occurred_on.astype(np.int64)
    once = np.ones(len(place), np.bool_)
    once[1:] = (place[1:] != place[:-1]) | (day[1:] != day[:-1])
    place, day = place[once], day[once]
    back = HARM_DAYS - 1
    third = (place[back:] == place[:-back]) & (day[back:] - day[:-back] <= HARM_WINDOW)
    return _first(place[back:][third], day[back:][third])


def _to_court(tax: Block) -> Found:
    """The first statement at a summons or a liability order, for those whose first statement was not one."""
    late = tax.columns["stage"].astype(np.int64) >= CouncilTaxAccount.codes["stage"].index("summons")
    return _first(tax.row_household[late], tax.occurred_on[late], not_before=_opening(tax))


def _breached(supervised: Block) -> Found:
    """The first breach of an order, or new offence while it ran."""
    codes = Supervision.codes["event"]
    wrong = np.isin(supervised.columns["event"], [codes.index("breach"), codes.index("reoffence")])
    return _first(supervised.row_household[wrong], supervised.occurred_on[wrong])


RULES: dict[str, tuple[str, Callable[[Block], Found]]] = {
    RentTransaction.kind: (
        "eight weeks' rent owed for the first time, by those who then owe it for four weeks",
        _eight_weeks,
    ),
    PoliceCallout.kind: ("a third call-day of high harm within twelve months", _third_high_harm),
    CouncilTaxAccount.kind: ("council tax gone to a summons or a liability order", _to_court),
    Supervision.kind: ("an order breached, or a new offence proved while it ran", _breached),
}
"""The kind of feed that shows an escalation, what it is in words, and how it is read."""


def _first(place: Ids, day: np.ndarray, *, not_before: Whole | None = None) -> Found:
    """The first day of each household; left out where it is no later than the day its rows begin."""
    if not len(place):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    starts = np.flatnonzero(np.concatenate(([True], place[1:] != place[:-1])))
    found, first = place[starts], day[starts].astype(np.int64)
    keep = np.ones(len(found), np.bool_) if not_before is None else first > not_before[found]
    return found[keep], first[keep]


def _opening(block: Block) -> Whole:
    """The day of each household's first row; `NEVER` where there is none."""
    some = np.diff(block.starts) > 0
    day = np.full(len(block), NEVER, np.int64)
    day[some] = block.occurred_on[block.starts[:-1][some]]
    return day


def _places(households: Ids, asked: Ids) -> tuple[Ids, np.ndarray]:
    """Where each asked id stands among the households, and whether it does."""
    place = np.searchsorted(households, asked)
    inside = place < len(households)
    place = np.where(inside, place, 0)
    mine = inside & (households[place] == asked) if len(households) else np.zeros(len(asked), np.bool_)
    return place, mine
