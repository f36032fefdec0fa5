"""Agreements about old arrears, and Breathing Space: whether one holds, and whether the payments bear it out.

A landlord's word that an agreement stands says nothing of whether it is kept, so the ledger is asked: the
rent must come, and the lows of the balance must fall by the instalments agreed. Breathing Space stops all
that is done about a debt, whatever the ledger says (SI 2020/1311, regulation 7).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from earlyhelp.checking.measures import Bools, Floats, Whole, latest
from earlyhelp.checking.rent_ledger import CYCLE_DAYS, LATE_DAYS, TROUGH_WEEKS, WEEKS, Ledger
from earlyhelp.chronology import Block, Ids, day_of
from earlyhelp.law.thresholds import law
from schemas.rent_account import RentTransaction

OPEN_DAYS = 395
"""Breathing Space that has no end set (somebody is treated in a mental health crisis, and thirty days more:
SI 2020/1311; why is not told) is believed so long where nobody says that it ended: a year and thirty days,
our choice. Any other lasts as long as the law of its day has it (`law`, breathing-space)."""
LATE_INSTALMENTS, GRACE_WEEKS = 2.0, 1.0
"""An agreement is kept while no more than two instalments, or a week's rent where that is more, are lacking:
one week's grace is what landlords' own ladders give (domain.md 4.1)."""
MISSED_LEAST = 1.0
"""A payment missed altogether, in the household's own rhythm, breaks an agreement at once."""
BROKEN_POINTS, BROKEN_IN_FULL = 0.7, 2.0
"""Points that an agreement adds once so many of its instalments are lacking, and less before: whoever agreed
and could not pay is nearer to the next step than one who never agreed (a breach is a rung of its own on
landlords' ladders, domain.md 4.1). Expert points, half as a seed (detection.md 9, rule 12)."""
ENDED_DAYS = 91
"""An agreement that the landlord ended unkept still says something so long (our choice)."""

AGREEMENT, AGREEMENT_ENDED, MORATORIUM, OPEN_MORATORIUM, MORATORIUM_ENDED = (
    RentTransaction.codes["entry"].index(word)
    for word in ("agreement", "agreement_ended", "moratorium", "open_moratorium", "moratorium_ended")
)
SPACE = (MORATORIUM, OPEN_MORATORIUM, MORATORIUM_ENDED)


@dataclass(frozen=True, slots=True, eq=False)
class Agreed:
    """What holds for each account (H): days are -1 where there is none.

    ``since`` is the day of the agreement and ``lacking`` how many of its instalments have not come. It is
    ``kept`` or ``broken``, or neither where there is none. ``space_since`` is when Breathing Space began.
    """

    since: Whole
    lacking: Floats
    kept: Bools
    broken: Bools
    space_since: Whole


def read(block: Block, ledger: Ledger, missed: Floats, as_of: int) -> Agreed:
    """What was agreed by that day, and what the ledger makes of it; ``missed``: payments since the last."""
    since, lacking = np.full(len(block), -1, np.int64), np.zeros(len(block))
    kept, broken = np.zeros(len(block), np.bool_), np.zeros(len(block), np.bool_)
    space = since
    if block.columns["entry"].astype(np.int64).max(initial=0) >= AGREEMENT:  # most landlords tell of none
        space, made, ended = _space(block, as_of), _last(block, AGREEMENT), _last(block, AGREEMENT_ENDED)
        running = ended < made
        some = np.flatnonzero((made >= 0) & (running | (as_of - ended <= ENDED_DAYS)) & (ledger.rent > 0))
        since[some] = made[some]
        lacking[some], whole = _borne_out(block, ledger, some, made[some], missed[some])
        kept[some], broken[some] = running[some] & whole, ~whole
    return Agreed(since, lacking, kept, broken, space)


def _borne_out(block: Block, ledger: Ledger, some: Ids, since: Whole, missed: Floats) -> tuple[Floats, Bools]:
    """How many instalments are lacking to some accounts, and whether that is few enough for it to be kept."""
    instalment, every = _agreed(block, ledger, some, since)
    rhythms = (ledger.end[some] - since - LATE_DAYS) / ledger.rhythm[some]
    missed = np.minimum(missed, np.maximum(rhythms, 0.0))  # what was missed before is what it is about
    short, due = _short(ledger, some, np.maximum(since, ledger.first[some]), instalment, every)
    whole = (missed < MISSED_LEAST) & (short <= np.maximum(LATE_INSTALMENTS * instalment, GRACE_WEEKS))
    by_instalments = np.divide(short, instalment, out=short.copy(), where=instalment > 0)
    lacking = np.maximum(np.minimum(by_instalments, due), missed)  # beyond those due it is rent
    return np.maximum(lacking, 0.0), whole


def _agreed(block: Block, ledger: Ledger, some: Ids, since: Whole) -> tuple[Floats, Floats]:
    """The instalment that was agreed, in weeks of rent, and the days from one to the next."""
    pence, every = np.zeros(len(block)), ledger.rhythm.copy()
    day = np.full(len(block), -1, np.int64)
    day[some] = since
    place = block.row_household
    rows = (block.columns["entry"] == AGREEMENT) & (block.occurred_on == day[place])
    pence[place[rows]] = np.abs(block.columns["amount"][rows].astype(np.float64))
    cycle = block.columns["payment_cycle"].astype(np.int64)
    told = rows & (cycle >= 0)
    every[place[told]] = np.asarray(CYCLE_DAYS)[cycle[told]]
    return pence[some] / ledger.rent[some], every[some]


def broken_points(agreed: Agreed) -> Floats:
    """What an agreement adds to the points of an account because its instalments do not come."""
    share = np.clip(agreed.lacking / BROKEN_IN_FULL, 0.0, 1.0)
    return np.where(agreed.broken, BROKEN_POINTS * share, 0.0)


def space_rows(block: Block) -> Ids:
    """The landed rows that tell of Breathing Space."""
    return block.record[np.isin(block.columns["entry"], SPACE)]


def breathing_space(entries: Iterable[tuple[str, date]], today: date) -> date | None:
    """Since when Breathing Space holds today, by the entries of an account so far; None where it does not."""
    held: dict[str, date] = {}
    for entry, day in entries:
        held[entry] = max(day, held.get(entry, day))
    ended = held.get("moratorium_ended", date.min)
    began = [
        held[entry]
        for entry, days in (("moratorium", _by_law(today)), ("open_moratorium", OPEN_DAYS))
        if entry in held and held[entry] > ended and (today - held[entry]).days < days
    ]
    return max(began, default=None)


def _by_law(day: date) -> float:
    """Days for which Breathing Space lasts unless it is ended sooner; none before there was a law of it."""
    return law().value("breathing-space", day, without=0.0)


def _space(block: Block, as_of: int) -> Whole:
    """The day on which the Breathing Space that holds today began, -1 where none does."""
    ended = _last(block, MORATORIUM_ENDED)
    found = np.full(len(block), -1, np.int64)
    for entry, days in ((MORATORIUM, _by_law(day_of(as_of))), (OPEN_MORATORIUM, OPEN_DAYS)):
        began = _last(block, entry)
        holds = (began >= 0) & (ended < began) & (as_of - began < days)
        found = np.where(holds, np.maximum(found, began), found)
    return found


def _last(block: Block, entry: int) -> Whole:
    """The day of each account's last such entry, -1 where it has none."""
    rows = block.columns["entry"] == entry
    return latest(block.row_household[rows], block.occurred_on[rows], len(block), without=-1)


def _short(
    ledger: Ledger, some: Ids, since: Whole, instalment: Floats, every: Floats
) -> tuple[Floats, Floats]:
    """Weeks of rent by which the low has fallen less than the instalments between two lows would have it.

    Besides how many instalments those are. The lows are the first after the agreement and the latest; until
    they are apart nothing is due.
    """
    at, weeks, balance = np.arange(len(some)), np.arange(WEEKS)[None, :], ledger.balance[some]
    window = np.asarray(TROUGH_WEEKS)[ledger.cycle[some]][:, None]
    begun = np.clip(WEEKS - 1 - (ledger.end[some] - since) // 7, 0, WEEKS - 1)[:, None]
    one = np.argmin(np.where((weeks >= begun) & (weeks < begun + window), balance, np.inf), axis=1)
    two = np.argmin(np.where(weeks >= WEEKS - window, balance, np.inf), axis=1)
    due = np.round(7.0 * np.maximum(two - one, 0) / every)
    fallen = balance[at, one] - balance[at, two]
    return np.where(due > 0, due * instalment - fallen, 0.0), due
