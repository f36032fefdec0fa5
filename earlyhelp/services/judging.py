"""Puts checks and chronology together: reads blocks, asks, ranks, and has the raised ones explained."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date

import numpy as np
from sqlalchemy import Connection

from earlyhelp.casework.agreeing import Agreement, Pointed, agreement
from earlyhelp.casework.decisions import AddToCase, Candidate, OpenCase, Voice
from earlyhelp.casework.desks import JOINT
from earlyhelp.casework.weighing import EXPERT, Weights, by_sector, rank
from earlyhelp.checking.check import Check, Reading
from earlyhelp.checking.wording import NOT_KNOWN
from earlyhelp.chronology import Block, day_number, day_of
from earlyhelp.law.policy import Policy
from earlyhelp.services.listening import Listened
from earlyhelp.services.loading import NOBODY, KeptOut, load, load_once
from earlyhelp.store.casework.cases import Said
from earlyhelp.store.judged import readings
from earlyhelp.store.judged.readings import Heard, Silence


def candidates(
    heard: Sequence[Heard],
    checks: Mapping[str, Check],
    day: date,
    policy: Policy,
    by: Weights = EXPERT,
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
        by,
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
            weights=by.version,
        )
        for at in rank(numbers, total, day.toordinal())
        if int(numbers[at]) in about
    ]


def agreed(heard: Sequence[Heard], checks: Mapping[str, Check], households: int, policy: Policy) -> Agreement:
    """How far the checks agreed on households, of so many that were asked about."""
    weights: dict[str, dict[int, float]] = defaultdict(dict)
    for h in heard:
        if h.check in checks and h.weight >= policy.notable:
            weights[h.check][h.household] = h.weight
    pointed = {}
    for name, of in weights.items():
        numbers = np.array(sorted(of), np.int64)
        pointed[name] = Pointed(checks[name].sector, numbers, np.array([of[number] for number in numbers]))
    return agreement(pointed, households, policy)


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
    conn: Connection, checks: Mapping[str, Check], made: Iterable[OpenCase | AddToCase], day: date,
    out: KeptOut = NOBODY, deaf: AbstractSet[str] = frozenset(),
) -> dict[int, list[Said]]:  # fmt: skip
    """Sentence and evidence for what is raised tonight, and for nobody else.

    No kind of rows in ``deaf`` was asked tonight, so that none of them tells of an event in place of others.
    """
    wanted: dict[str, set[int]] = defaultdict(set)
    for decision in made:
        for voice in decision.voices:
            wanted[voice.check].add(decision.household)
    asked = [check for check in checks.values() if check.reads.kind not in deaf]
    said: dict[int, list[Said]] = defaultdict(list)
    for name, households in sorted(wanted.items()):
        numbers = np.array(sorted(households), np.int64)
        check = checks[name]
        block = load_once(conn, asked, numbers, day, out).get(check.reads.kind) or load(
            conn, check.reads, check.weeks, numbers, day, out
        )
        reading = check.ask(block, day_number(day))
        for at, number in enumerate(numbers):
            said[int(number)].append(_said(check, block, at, reading, day))
    return {number: sorted(all_said, key=lambda s: -s.weight) for number, all_said in said.items()}


def reason(said: Sequence[Said], silent: Sequence[Silence], scope: str) -> str:
    """The line on the list: the weightiest sentences, and which sources are silent that it could rest on."""
    parts = [one.sentence for one in said[:3]]
    sectors = sorted({s.sector.value for s in silent if scope in (JOINT, s.sector.value)})
    if sectors:
        parts.append(f"{NOT_KNOWN}nothing new from {' or '.join(sectors)} lately.")
    return " ".join(parts)


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
