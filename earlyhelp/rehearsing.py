"""The past weeks once more, each as it was known on its day: what the checks would have said.

Households are read once, some thousands together, with all versions of their rows; each week is cut from
that. A kind of feed that had fallen silent on a day is not asked on it, as on a night.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import blake2b

import numpy as np
from sqlalchemy import Connection

from earlyhelp.backtesting import escalations as labels
from earlyhelp.backtesting.calibration import Calibration
from earlyhelp.backtesting.escalations import Escalations
from earlyhelp.backtesting.methods import sums, weights
from earlyhelp.backtesting.raising import AHEAD
from earlyhelp.backtesting.shortlist import Shortlist
from earlyhelp.backtesting.summing_up import SHARES
from earlyhelp.checking import Check, Reading
from earlyhelp.chronology import Block, Days, Ids, day_number, day_of
from earlyhelp.errors import SetUpWrong
from earlyhelp.measures import Whole
from earlyhelp.policy import POLICY, Policy
from earlyhelp.progress import report
from earlyhelp.sharing import agreements
from earlyhelp.store import shared, telling
from earlyhelp.store.blocks import load_block
from earlyhelp.store.tables import EVENT_KINDS
from schemas.appointment import Appointment
from schemas.police_callout import PoliceCallout
from schemas.rent_account import RentTransaction

AT_ONCE = 20_000
"""Households read together."""
WARM_UP = 13
"""Weeks before the first judged one, in which raised households begin to rest (detection.md 4.1)."""
SHORTEST = 26
"""Weeks that the fixed rules and the labels look back at least."""
NAIVE = (RentTransaction.kind, PoliceCallout.kind, Appointment.kind)

Silent = Mapping[str, Callable[[int], bool]]
"""For each kind of feed: whether it had fallen silent on a day."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which weeks are judged, at how many raised a week; which checks are asked about, and which run."""

    first: date
    last: date
    today: date
    budget: int
    named: tuple[str, ...]
    live: tuple[str, ...]

    @property
    def days(self) -> list[int]:
        """The weekly as-of days: those that warm up, then those that are judged."""
        first, last = day_number(self.first), day_number(self.last)
        return list(range(first - 7 * WARM_UP, last + 1, 7))


@dataclass(slots=True)
class Rehearsed:
    """Every method's list of every week, what it can be judged by, and a hash of all it was read from.

    ``not_asked`` counts, for each check, the weeks in which its feed was silent.
    """

    days: list[int]
    escalations: Escalations
    households: int = 0
    lists: dict[str, list[Shortlist]] = field(default_factory=dict)
    calibration: Calibration = field(default_factory=Calibration)
    not_asked: dict[str, int] = field(default_factory=dict)
    inputs: str = ""


def rehearse(
    conn: Connection,
    checks: Mapping[str, Check],
    plan: Plan,
    truth: Escalations | None = None,
    policy: Policy = POLICY,
) -> Rehearsed:
    """Ask ``checks`` about every household on every day of the plan; labels: ``truth``, or the records' own.

    ``checks`` hold at least those that the plan names and those that run today. Rows that no agreement in
    force lets be used are not read. Raises `SetUpWrong` where no
    night has run yet.
    """
    everyone, formed = telling.households(conn)
    if not len(everyone):
        raise SetUpWrong("there is no household yet; run a night first: earlyhelp run")
    kinds = _kinds(conn, checks, labelled=truth is None)
    out = shared.kept_out(conn, shared.barred(conn, agreements(), plan.today))
    barred = shared.wholly_out(conn, out)
    silent = {k: (lambda _: True) if k in barred else telling.silent_on(conn, k) for k in kinds}
    seen_by = Escalations(*_nobody(), labels.in_words(kinds), day_number(plan.today))
    done = Rehearsed(plan.days, truth or seen_by, len(everyone))
    done.not_asked = {n: sum(map(silent[c.reads.kind], plan.days[WARM_UP:])) for n, c in checks.items()}
    since = day_of(plan.days[0]) - timedelta(weeks=max(SHORTEST, *(c.weeks for c in checks.values())))
    digest, found = blake2b(digest_size=16), [_nobody()]
    for start in range(0, len(everyone), AT_ONCE):
        part, there = everyone[start : start + AT_ONCE], formed[start : start + AT_ONCE]
        blocks = {
            kind: load_block(conn, EVENT_KINDS[kind], part, since, None, out.get(kind, ())) for kind in kinds
        }
        _digest(digest, blocks)
        known = truth
        if known is None:
            found.append(_escalated(blocks, part, day_number(plan.today)))
            known = Escalations(*found[-1], "", seen_by.told_until)
        for number in range(len(plan.days)):
            _week(done, number, checks, plan, blocks, silent, part, there, known, policy)
        report("look back", start + len(part), len(everyone))
    if truth is None:
        household, day = (np.concatenate(column) for column in zip(*found, strict=True))
        done.escalations = Escalations(household, day, seen_by.words, seen_by.told_until)
    done.inputs = digest.hexdigest()
    return done


def ask(
    checks: Mapping[str, Check], blocks: Mapping[str, Block], silent: Silent, day: int
) -> tuple[dict[str, Block], dict[str, Reading]]:
    """What could be read on that day, and what each check made of it; silent kinds are left out."""
    reach: dict[str, int] = {}
    for check in checks.values():
        reach[check.reads.kind] = max(check.weeks, reach.get(check.reads.kind, SHORTEST))
    cut = {}
    for kind, block in blocks.items():
        if not silent[kind](day):
            since = block.occurred_on >= day - 7 * reach.get(kind, SHORTEST)
            cut[kind] = block.where(since & (block.known_on <= day) & (block.superseded_on > day))
    heard = {n: c.ask(cut[c.reads.kind], day) for n, c in checks.items() if c.reads.kind in cut}
    return cut, heard


def _week(
    done: Rehearsed,
    number: int,
    checks: Mapping[str, Check],
    plan: Plan,
    blocks: Mapping[str, Block],
    silent: Silent,
    part: Ids,
    formed: Days,
    known: Escalations,
    policy: Policy,
) -> None:
    """One week of these households, offered to that week's shortlists; whoever escalated before is known."""
    day = done.days[number]
    cut, heard = ask(checks, blocks, silent, day)
    added = sums(plan.named, plan.live)
    said = weights(heard, checks, plan.named, added, cut, day, policy, len(part))
    open_to = (formed <= day) & ~known.before(part, day)
    most = round(max(SHARES) * plan.budget) * (AHEAD // 7 + 1)
    for name, weight in said.items():
        weeks = done.lists.setdefault(name, [Shortlist(each, most) for each in done.days])
        weeks[number].offer(part[open_to], weight[open_to], 0.0)
    main = next(iter(added), f"check: {plan.named[0]}")
    if number >= WARM_UP and day + AHEAD <= known.told_until:
        came = known.next_after(part, day) <= day + AHEAD
        done.calibration.add(said[main][open_to], came[open_to])


def _kinds(conn: Connection, checks: Mapping[str, Check], *, labelled: bool) -> list[str]:
    """The kinds of rows to read: those the checks ask for, and of the others those that some feed sends."""
    others = {*NAIVE, *(labels.RULES if labelled else ())} & telling.kinds_told(conn)
    return sorted({check.reads.kind for check in checks.values()} | others)


def _escalated(blocks: Mapping[str, Block], part: Ids, today: int) -> tuple[Ids, Whole]:
    """Which of these households escalated on which day, by the rows that hold today."""
    place, day = labels.from_records({kind: block.as_known_on(today) for kind, block in blocks.items()})
    return part[place], day


def _nobody() -> tuple[Ids, Whole]:
    return np.zeros(0, np.int64), np.zeros(0, np.int64)


def _digest(digest: blake2b, blocks: Mapping[str, Block]) -> None:
    """Take in everything that was read, so that a report can be told from one on other rows."""
    for kind, block in sorted(blocks.items()):
        digest.update(kind.encode())
        for column in (
            block.households,
            block.starts,
            block.occurred_on,
            block.known_on,
            block.superseded_on,
        ):
            digest.update(np.ascontiguousarray(column).tobytes())
        for name, values in sorted(block.columns.items()):
            digest.update(name.encode() + np.ascontiguousarray(values).tobytes())
