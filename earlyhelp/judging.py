"""Puts checks and chronology together: reads blocks, asks, ranks, and has the raised ones explained."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from sqlalchemy import Connection

from earlyhelp.casework import JOINT, AddToCase, Candidate, OpenCase, Voice
from earlyhelp.checking import Check, Reading
from earlyhelp.chronology import Block, Ids, day_number, day_of
from earlyhelp.errors import TryAgainLater
from earlyhelp.policy import Policy
from earlyhelp.progress import report
from earlyhelp.store import readings
from earlyhelp.store.blocks import load_block
from earlyhelp.store.cases import Said
from earlyhelp.store.readings import Heard, Silence
from earlyhelp.weighing import by_sector, rank
from schemas.feed import EventRow

AT_ONCE = 20_000
"""Households read into memory together: some hundred megabytes, whatever the size of the city."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every household: these checks, as known on that day, but of no kind in ``deaf``.

    It holds nothing about anybody, and may go to another process or machine.
    """

    checks: Mapping[str, Check]
    day: date
    deaf: AbstractSet[str]
    policy: Policy
    at_once: int


@dataclass(slots=True)
class Listened:
    """What every check said: rows fit to keep, and how many were worth a sentence."""

    households: int = 0
    rows: dict[str, list[dict[str, object]]] = field(default_factory=lambda: defaultdict(list))
    notable: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, more: "Listened") -> None:
        """Put what other households said behind this."""
        self.households += more.households
        for name, rows in more.rows.items():
            self.rows[name].extend(rows)
        for name, number in more.notable.items():
            self.notable[name] += number


Spread = Callable[[Question, Iterable[int]], Iterable[Listened]]
"""Has each part answered, in other processes or on other machines, and gives the answers in their order."""


def listen(conn: Connection, question: Question, spread: Spread | None = None) -> Listened:
    """Ask every check about every household, here or wherever ``spread`` has the parts asked.

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
    """What the checks say of the households of one part, a pure function of the store."""
    everyone = readings.part_of_households(conn, part, question.at_once)
    watched = np.array(sorted(readings.households_with_a_case(conn)), np.int64)
    asked = {name: check for name, check in question.checks.items() if check.reads.kind not in question.deaf}
    listened = Listened(households=len(everyone))
    heard = _ask(conn, asked, everyone, question.day) if len(everyone) else {}
    _keep(listened, everyone, heard, np.isin(everyone, watched), question.policy)
    return listened


def candidates(
    heard: Sequence[Heard], checks: Mapping[str, Check], day: date, policy: Policy
) -> list[Candidate]:
    """Households in the order in which they are to be considered, the heaviest first."""
    numbers = np.unique(np.array([h.household for h in heard], np.int64))
    if not len(numbers):
        return []
    place = {int(number): at for at, number in enumerate(numbers)}
    weights = {name: np.zeros(len(numbers)) for name in checks}
    voices: dict[int, list[Voice]] = defaultdict(list)
    about: dict[int, Heard] = {}
    for h in heard:
        if h.check not in checks:
            continue
        check = checks[h.check]
        weights[h.check][place[h.household]] = h.weight
        about[h.household] = h
        if h.weight >= policy.notable:
            voices[h.household].append(Voice(h.check, check.sector, check.factor, h.weight))
    empty = np.zeros(len(numbers), np.int32)
    sums = by_sector(
        {name: Reading(weight, empty, {}) for name, weight in weights.items()},
        {name: check.sector for name, check in checks.items()},
        policy,
    )
    total = np.sum(list(sums.values()), axis=0)
    return [
        Candidate(
            household=int(numbers[at]),
            ward=about[int(numbers[at])].ward,
            restricted=about[int(numbers[at])].restricted,
            total=float(total[at]),
            by_sector={sector: float(weight[at]) for sector, weight in sums.items()},
            voices=voices.get(int(numbers[at]), []),
        )
        for at in rank(numbers, total, day.toordinal())
        if int(numbers[at]) in about
    ]


def as_heard(conn: Connection, listened: Listened, day: date) -> list[Heard]:
    """What was listened to, as the store would give it back; for a round that writes nothing."""
    about = readings.households_about(conn)
    return [
        Heard(
            int(str(row["household_id"])),
            *about(int(str(row["household_id"])), day),
            name,
            "",
            float(str(row["weight"])),
        )
        for name, rows in listened.rows.items()
        for row in rows
    ]


def explain(
    conn: Connection, checks: Mapping[str, Check], made: Iterable[OpenCase | AddToCase], day: date
) -> dict[int, list[Said]]:
    """Sentence and evidence for what is raised tonight, and for nobody else."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for decision in made:
        for voice in decision.voices:
            wanted[voice.check].add(decision.household)
    said: dict[int, list[Said]] = defaultdict(list)
    for name, households in sorted(wanted.items()):
        numbers = np.array(sorted(households), np.int64)
        check = checks[name]
        block = _load(conn, check.reads, check.weeks, numbers, day)
        reading = check.ask(block, day_number(day))
        for at, number in enumerate(numbers):
            said[int(number)].append(_said(check, block, at, reading, day))
    return {number: sorted(all_said, key=lambda s: -s.weight) for number, all_said in said.items()}


def reason(said: Sequence[Said], silent: Sequence[Silence], scope: str) -> str:
    """The line on the list: the weightiest sentences, and which sources are silent that it could rest on."""
    parts = [one.sentence for one in said[:3]]
    sectors = sorted({s.sector.value for s in silent if scope in (JOINT, s.sector.value)})
    if sectors:
        parts.append(f"Not known: nothing new from {' or '.join(sectors)} lately.")
    return " ".join(parts)


def _ask(conn: Connection, checks: Mapping[str, Check], part: Ids, day: date) -> dict[str, Reading]:
    """Each check's reading of these households; checks that read the same kind share its block."""
    by_kind: dict[type[EventRow], list[str]] = defaultdict(list)
    for name, check in checks.items():
        by_kind[check.reads].append(name)
    heard: dict[str, Reading] = {}
    for schema, names in by_kind.items():
        block = _load(conn, schema, max(checks[name].weeks for name in names), part, day)
        for name in names:
            heard[name] = checks[name].ask(block, day_number(day))
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
        for at in np.flatnonzero(loud & (reading.weight != 0)):
            listened.rows[name].append(
                {
                    "household_id": int(part[at]),
                    "weight": float(reading.weight[at]),
                    "since": day_of(reading.since[at]),
                    "facts": {fact: float(column[at]) for fact, column in reading.facts.items()},
                }
            )


def _load(conn: Connection, schema: type[EventRow], weeks: int, part: Ids, day: date) -> Block:
    """The block a check reads: that far back, as known on that day."""
    return load_block(conn, schema, part, since=day - timedelta(weeks=weeks), known_by=day)


def _said(check: Check, block: Block, at: int, reading: Reading, day: date) -> Said:
    """One finding, signed with check, version, factor and day."""
    finding = check.find(block, at, reading, day_number(day))
    return Said(
        check=check.name,
        version=check.version,
        sector=check.sector,
        factor=check.factor.value,
        weight=float(reading.weight[at]),
        since=day_of(reading.since[at]),
        sentence=finding.sentence,
        would_lower=finding.would_lower,
        facts={fact: float(column[at]) for fact, column in reading.facts.items()},
        evidence_kind=check.reads.kind,
        evidence=finding.evidence,
    )
