"""Puts checks and chronology together: reads blocks, asks, ranks, and has the raised ones explained."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

import numpy as np
from sqlalchemy import Connection

from earlyhelp.casework import JOINT, AddToCase, Candidate, OpenCase, Voice
from earlyhelp.checking import Check, Reading
from earlyhelp.chronology import Block, Ids, day_number, day_of
from earlyhelp.policy import Policy
from earlyhelp.progress import report
from earlyhelp.store import readings
from earlyhelp.store.blocks import load_block
from earlyhelp.store.cases import Said
from earlyhelp.store.readings import Heard, Silence
from earlyhelp.weighing import EXPERT, Weights, by_sector, rank
from schemas.feed import EventRow

AT_ONCE = 20_000
"""Households read into memory together: some hundred megabytes, whatever the size of the city."""


KeptOut = Mapping[str, AbstractSet[str]]
"""Of each kind of rows, the agencies whose rows may not be used."""
NOBODY: KeptOut = {}


@dataclass(slots=True)
class Listened:
    """What every check said: rows fit to keep, and how many were worth a sentence."""

    households: int = 0
    rows: dict[str, list[dict[str, object]]] = field(default_factory=lambda: defaultdict(list))
    notable: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    shadow: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Of each check in shadow: how many were notable, and of how many a live check said so too."""


def listen(
    conn: Connection,
    checks: Mapping[str, Check],
    day: date,
    deaf: AbstractSet[str],
    policy: Policy,
    out: KeptOut = NOBODY,
    shadow: Mapping[str, Check] = MappingProxyType({}),
) -> Listened:
    """Ask every check about every household, as known on that day; kinds of feed in ``deaf`` are not read,
    nor rows of agencies that are kept ``out``.

    Kept are the readings of households where at least one check is notable, and of those with an open case.
    Checks in ``shadow`` are asked and counted, and nothing that they say of a household is kept.
    """
    listened = Listened()
    everyone = np.array(readings.households(conn), np.int64)
    watched = np.array(sorted(readings.households_with_a_case(conn)), np.int64)
    listened.households = len(everyone)
    asked = {n: c for n, c in {**checks, **shadow}.items() if c.reads.kind not in deaf}
    for start in range(0, len(everyone), AT_ONCE):
        part = everyone[start : start + AT_ONCE]
        heard = _ask(conn, asked, part, day, out)
        _count_aside(listened, heard, {name: heard.pop(name) for name in shadow if name in heard}, policy)
        _keep(listened, part, heard, np.isin(part, watched), policy)
        report("check", start + len(part), len(everyone))
    return listened


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
    out: KeptOut = NOBODY,
) -> dict[int, list[Said]]:  # fmt: skip
    """Sentence and evidence for what is raised tonight, and for nobody else."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for decision in made:
        for voice in decision.voices:
            wanted[voice.check].add(decision.household)
    said: dict[int, list[Said]] = defaultdict(list)
    for name, households in sorted(wanted.items()):
        numbers = np.array(sorted(households), np.int64)
        check = checks[name]
        block = _load(conn, check.reads, check.weeks, numbers, day, out)
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


def _ask(
    conn: Connection, checks: Mapping[str, Check], part: Ids, day: date, out: KeptOut
) -> dict[str, Reading]:
    """Each check's reading of these households; checks that read the same kind share its block."""
    by_kind: dict[type[EventRow], list[str]] = defaultdict(list)
    for name, check in checks.items():
        by_kind[check.reads].append(name)
    heard: dict[str, Reading] = {}
    for schema, names in by_kind.items():
        block = _load(conn, schema, max(checks[name].weeks for name in names), part, day, out)
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


def _count_aside(
    listened: Listened, heard: Mapping[str, Reading], aside: Mapping[str, Reading], policy: Policy
) -> None:
    """Count what checks in shadow would have said, and how much of it the live ones said as well."""
    spoken = np.any([r.weight >= policy.notable for r in heard.values()], axis=0) if heard else False
    for name, reading in aside.items():
        loud = reading.weight >= policy.notable
        notable, beside = listened.shadow.get(name, (0, 0))
        listened.shadow[name] = (notable + int(np.sum(loud)), beside + int(np.sum(loud & spoken)))


def _load(conn: Connection, schema: type[EventRow], weeks: int, part: Ids, day: date, out: KeptOut) -> Block:
    """The block a check reads: that far back, as known on that day, of agencies whose rows may be used."""
    without = out.get(schema.kind, ())
    return load_block(conn, schema, part, since=day - timedelta(weeks=weeks), known_by=day, without=without)


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
