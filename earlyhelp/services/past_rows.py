"""The store's rows of past weeks, some thousand households at a time, with all their versions.

Each day is cut from them as it was known on it. A kind of feed that had fallen silent on a day is not asked
on it, as on a night; rows that no agreement in force lets be used are not read.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import blake2b

import numpy as np
from sqlalchemy import Connection

from earlyhelp.checking.check import Check, Reading
from earlyhelp.checking.measures import Bools, Whole
from earlyhelp.checking.told_once import told_once
from earlyhelp.chronology import Block, Days, Ids, day_number
from earlyhelp.errors import SetUpWrong
from earlyhelp.in_force import agreements
from earlyhelp.progress import report
from earlyhelp.store import shared
from earlyhelp.store.events.blocks import load_block
from earlyhelp.store.judged import telling
from earlyhelp.store.tables import EVENT_KINDS
from earlyhelp.trust import escalations as labels
from earlyhelp.trust.escalations import Escalations
from schemas.appointment import Appointment
from schemas.police_callout import PoliceCallout
from schemas.rent_account import RentTransaction

AT_ONCE = 20_000
"""Households read together."""
SHORTEST = 26
"""Weeks that the fixed rules and the labels look back at least."""
NAIVE = (RentTransaction.kind, PoliceCallout.kind, Appointment.kind)

Silent = Mapping[str, Callable[[int], bool]]
"""For each kind of feed: whether it had fallen silent on a day."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some households (H) with the day each was formed (H), all their rows, and when they escalated."""

    households: Ids
    formed: Days
    blocks: Mapping[str, Block]
    known: Escalations

    def open_to(self, day: int) -> Bools:
        """True for those who were there and had not escalated yet: whoever has is known already."""
        there: Bools = (self.formed <= day) & ~self.known.before(self.households, day)
        return there


@dataclass(slots=True, eq=False)
class PastRows:
    """Everything that checks, rules and labels need of the weeks from a day on; read by `parts`, once.

    ``escalations`` and ``inputs``, a hash of all that was read, are whole when `parts` has ended.
    """

    conn: Connection
    checks: Mapping[str, Check]
    first: date
    today: date
    truth: Escalations | None = None
    everyone: Ids = field(init=False)
    formed: Days = field(init=False)
    silent: Silent = field(init=False)
    escalations: Escalations = field(init=False)
    inputs: str = ""

    def __post_init__(self) -> None:
        """Look at what is there. Raises `SetUpWrong` where no night has run yet."""
        self.everyone, self.formed = telling.households(self.conn)
        if not len(self.everyone):
            raise SetUpWrong("there is no household yet; run a night first: earlyhelp run")
        others = {*NAIVE, *(() if self.truth else labels.RULES)} & telling.kinds_told(self.conn)
        kinds = sorted({check.reads.kind for check in self.checks.values()} | others)
        barred = shared.wholly_out(self.conn, self._out())
        self.silent = {
            kind: (lambda _: True) if kind in barred else telling.silent_on(self.conn, kind) for kind in kinds
        }
        words = labels.in_words([kind for kind in kinds if kind not in barred])
        self.escalations = self.truth or Escalations(*_nobody(), words, day_number(self.today))

    def parts(self) -> Iterator[Part]:
        """Some thousand households after another."""
        back = max(SHORTEST, *(check.weeks for check in self.checks.values()))
        since, out = self.first - timedelta(weeks=back), self._out()
        digest, found = blake2b(digest_size=16), [_nobody()]
        for start in range(0, len(self.everyone), AT_ONCE):
            part = self.everyone[start : start + AT_ONCE]
            blocks = {
                kind: load_block(self.conn, EVENT_KINDS[kind], part, since, None, out.get(kind, ()))
                for kind in self.silent
            }
            _digest(digest, blocks)
            known = self.truth
            if known is None:
                found.append(_escalated(blocks, part, day_number(self.today)))
                known = Escalations(*found[-1], "", self.escalations.told_until)
            yield Part(part, self.formed[start : start + AT_ONCE], blocks, known)
            report("look back", start + len(part), len(self.everyone))
        if self.truth is None:
            household, day = (np.concatenate(column) for column in zip(*found, strict=True))
            self.escalations = Escalations(
                household, day, self.escalations.words, self.escalations.told_until
            )
        self.inputs = digest.hexdigest()

    def ask(self, part: Part, day: int) -> tuple[dict[str, Block], dict[str, Reading]]:
        """What could be read on that day, and what each check made of it."""
        return ask(self.checks, part.blocks, self.silent, day)

    def _out(self) -> dict[str, frozenset[str]]:
        """Of each kind, the agencies whose rows may not be used today."""
        return shared.kept_out(self.conn, shared.barred(self.conn, agreements(), self.today))


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
    read = {check.reads.kind for check in checks.values()}
    once = told_once({kind: block for kind, block in cut.items() if kind in read})
    heard = {n: c.ask(once[c.reads.kind], day) for n, c in checks.items() if c.reads.kind in once}
    return cut, heard


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
