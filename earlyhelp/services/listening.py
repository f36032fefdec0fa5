"""Asks checks about every household, part by part: here, or wherever parts of the city are answered.

A part is named by its number, so that a question holds nothing about anybody and may go to another machine.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from sqlalchemy import Connection

from earlyhelp.checking.check import Check, Reading
from earlyhelp.chronology import Ids, day_number, day_of
from earlyhelp.errors import TryAgainLater
from earlyhelp.law.policy import Policy
from earlyhelp.progress import report
from earlyhelp.services.loading import KeptOut, load, load_once
from earlyhelp.store.judged import readings
from schemas.feed import EventRow

AT_ONCE = 10_000
"""Households read into memory together: some hundred megabytes, whatever the size of the city. Twice as many
take half as long again to ask about rent, for their columns no longer fit a processor's caches."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every household, as known on ``day``: of no kind in ``deaf``, by no row kept ``out``.

    Checks in ``shadow`` are asked and counted, and nothing that they say of a household is kept.
    """

    checks: Mapping[str, Check]
    day: date
    deaf: AbstractSet[str]
    policy: Policy
    out: KeptOut = field(default_factory=dict)
    shadow: Mapping[str, Check] = field(default_factory=dict)
    at_once: int = field(default_factory=lambda: AT_ONCE)


@dataclass(slots=True)
class Listened:
    """What every check said: rows fit to keep, and how many were worth a sentence."""

    households: int = 0
    rows: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    notable: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    shadow: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Of each check in shadow: how many were notable, and of how many a live check said so too."""

    def add(self, more: "Listened") -> None:
        """Put what other households said behind this."""
        self.households += more.households
        for name, rows in more.rows.items():
            self.rows.setdefault(name, []).extend(rows)
        for name, number in more.notable.items():
            self.notable[name] += number
        for name, (notable, beside) in more.shadow.items():
            before = self.shadow.get(name, (0, 0))
            self.shadow[name] = (before[0] + notable, before[1] + beside)


Spread = Callable[[Question, Iterable[int]], Iterable[Listened]]
"""Has each part answered, in other processes or on other machines, and gives the answers in their order."""


def listen(conn: Connection, question: Question, spread: Spread | None = None) -> Listened:
    """Ask every check about every household, here or wherever ``spread`` has the parts answered.

    Kept are the readings of households where at least one check is notable, and of those with an open case.
    Raises `TryAgainLater` when households were added meanwhile: some could have been passed over.
    """
    there = readings.count_households(conn)
    parts = range(-(-there // question.at_once))
    answers = spread(question, parts) if spread else (answer(conn, question, part) for part in parts)
    listened = Listened()
    for part, heard in enumerate(answers):
        listened.add(heard)
        report("check", min((part + 1) * question.at_once, there), there)
    if readings.count_households(conn) != there:
        raise TryAgainLater("households were added while checks were asked")
    return listened


def answer(conn: Connection, question: Question, part: int) -> Listened:
    """What the checks say of the households of one part: a function of the store and of nothing else."""
    numbers = readings.part_of_households(conn, part, question.at_once)
    listened = Listened(households=len(numbers))
    if not len(numbers):
        return listened
    watched = np.isin(numbers, np.array(sorted(readings.households_with_a_case(conn)), np.int64))
    everything = {**question.checks, **question.shadow}
    asked = {name: check for name, check in everything.items() if check.reads.kind not in question.deaf}
    heard = _ask(conn, asked, numbers, question)
    aside = {name: heard.pop(name) for name in question.shadow if name in heard}
    _count_aside(listened, heard, aside, question.policy)
    _keep(listened, numbers, heard, watched, question.policy)
    return listened


def _ask(conn: Connection, checks: Mapping[str, Check], part: Ids, asked: Question) -> dict[str, Reading]:
    """Each check's reading of these households; checks that read the same kind share its block.

    Of an event that several agencies tell, each check that counts towards the sum hears once. One in shadow
    hears all that its agency told.
    """
    by_kind: dict[type[EventRow], list[str]] = defaultdict(list)
    for name, check in checks.items():
        by_kind[check.reads].append(name)
    live = [check for name, check in checks.items() if name in asked.checks]
    once = load_once(conn, live, part, asked.day, asked.out)
    heard: dict[str, Reading] = {}
    for schema, names in by_kind.items():
        block = once.get(schema.kind)
        if block is None or any(name in asked.shadow for name in names):
            block = load(conn, schema, max(checks[name].weeks for name in names), part, asked.day, asked.out)
        for name in names:
            mine = block if name in asked.shadow else once.get(schema.kind, block)
            heard[name] = checks[name].ask(mine, day_number(asked.day))
    return heard


def _keep(
    listened: Listened, part: Ids, heard: Mapping[str, Reading], watched: np.ndarray, policy: Policy
) -> None:
    """Keep the readings of these households that deciding will ask for."""
    if not heard:
        return
    loud = np.any([r.weight >= policy.notable for r in heard.values()], axis=0) | watched
    for name, reading in heard.items():
        listened.notable[name] += int(np.sum(reading.weight >= policy.notable))
        listened.rows[name] = [
            {
                "household_id": int(part[at]),
                "weight": float(reading.weight[at]),
                "since": day_of(reading.since[at]),
                "facts": {fact: float(column[at]) for fact, column in reading.facts.items()},
            }
            for at in np.flatnonzero(loud & (reading.weight != 0))
        ]


def _count_aside(
    listened: Listened, heard: Mapping[str, Reading], aside: Mapping[str, Reading], policy: Policy
) -> None:
    """Count what checks in shadow would have said, and how much of it the live ones said as well."""
    spoken = np.any([r.weight >= policy.notable for r in heard.values()], axis=0) if heard else False
    for name, reading in aside.items():
        loud = reading.weight >= policy.notable
        listened.shadow[name] = (int(np.sum(loud)), int(np.sum(loud & spoken)))
