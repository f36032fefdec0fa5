"""Assess households from files: what the nightly round would have found, without a database or a server.

The same checks and the same weighing as every night, read from CSV and written to CSV. So a council can
try the early warning on its own extracts, as of any day in the past, before anything is connected.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from earlyhelp.assessing import extracts, silence
from earlyhelp.assessing.extracts import Extracts
from earlyhelp.casework import weighing
from earlyhelp.checking.check import Check, Reading
from earlyhelp.chronology import Block, day_number, day_of
from earlyhelp.errors import SetUpWrong
from earlyhelp.law.policy import POLICY, Policy, Sector
from earlyhelp.progress import report

AT_ONCE = 25_000
"""Households measured together: a block of this size stays within the processor's cache and memory."""

SIGNALS = ("household", "check", "version", "weight", "since", "sentence", "evidence")
RANKING = ("household", "rank", "weight", "agencies", "raised", "reason")
REFUSED = ("file", "line", "reason")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be assessed: which files, as known on which day, with how much room, and where to write.

    ``since`` asks for a ranking of every week from that day up to ``as_of`` besides.
    """

    files: Mapping[str, Path]
    as_of: date
    budget: int
    out: Path
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Assessed:
    """What came of it, in counts."""

    rows: int
    refused: int
    households: int
    signals: int
    raised: int
    rankings: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Households known on a day (places, heaviest first), with the total and each sector's weight of all.

    ``asked_on`` is the day on which each check stood: an earlier one where its file had fallen silent.
    """

    places: NDArray[np.int64]
    total: NDArray[np.float64]
    sectors: Mapping[Sector, NDArray[np.float64]]
    readings: Mapping[str, Reading]
    asked_on: Mapping[str, int]


def assess(asked: Asked, checks: Iterable[Check], policy: Policy = POLICY) -> Assessed:
    """Read the files once, rank each day asked for, and write ranking, signals and refused rows.

    Raises SetUpWrong if a file cannot be read or nothing can be written.
    """
    read = extracts.read(asked.files)
    asking = sorted((check for check in checks if check.reads.kind in read.blocks), key=lambda it: it.name)
    try:
        asked.out.mkdir(parents=True, exist_ok=True)
        _write(asked.out / "refused.csv", REFUSED, ((r.file, r.line, r.reason) for r in read.refused))
        if not read.names:
            return _nothing(asked, read)
        weeks = _weeks(asked)
        for number, week in enumerate(weeks):
            report("ranking weeks", number, len(weeks))
            ranked = _ranked(read, asking, week, policy)
            _write_ranking(asked.out / f"ranking-{week}.csv", read, ranked, asked.budget)
        ranked = _ranked(read, asking, asked.as_of, policy)
        raised = _write_ranking(asked.out / "ranking.csv", read, ranked, asked.budget)
        signals = list(_signals(read, asking, ranked, asked.budget, policy))
        _write(asked.out / "signals.csv", SIGNALS, signals)
    except OSError as fault:
        raise SetUpWrong(
            f"{asked.out}: cannot be written ({fault.strerror}). Choose another --out."
        ) from fault
    return Assessed(
        rows=sum(len(block.record) for block in read.blocks.values()),
        refused=len(read.refused),
        households=len(ranked.places),
        signals=len(signals),
        raised=raised,
        rankings=len(weeks) + 1,
        warnings=(*read.warnings, *_silent(ranked, asking, asked.as_of)),
    )


def _silent(ranked: Ranking, checks: Sequence[Check], as_of: date) -> Iterable[str]:
    """A line for each kind of file that had fallen silent."""
    for kind, day in sorted({(check.reads.kind, ranked.asked_on[check.name]) for check in checks}):
        if day < day_number(as_of):
            told = kind.replace("_", " ")
            yield f"{told}: nothing since {day_of(day)}, so what it says is left as it was then"


def _nothing(asked: Asked, read: Extracts) -> Assessed:
    """No household at all: empty answers for empty files. Raises SetUpWrong when every row was refused."""
    if read.refused:
        raise SetUpWrong(f"no row could be read; {asked.out / 'refused.csv'} says why of each.")
    _write(asked.out / "ranking.csv", RANKING, ())
    _write(asked.out / "signals.csv", SIGNALS, ())
    return Assessed(0, 0, 0, 0, 0, 1, tuple(read.warnings))


def _weeks(asked: Asked) -> list[date]:
    """Every week from the day asked for up to the as-of day."""
    if asked.since is None:
        return []
    return [asked.since + timedelta(weeks=n) for n in range((asked.as_of - asked.since).days // 7 + 1)]


def _ranked(read: Extracts, checks: Sequence[Check], as_of: date, policy: Policy) -> Ranking:
    """Ask every check what was known on the day, add up, and put the households known by then in order."""
    day = day_number(as_of)
    heard = {kind: silence.heard_until(block, day) for kind, block in read.blocks.items()}
    asked_on = {check.name: heard[check.reads.kind] for check in checks}
    readings = {
        check.name: _ask(check, read.blocks[check.reads.kind], asked_on[check.name]) for check in checks
    }
    sectors = weighing.by_sector(readings, {check.name: check.sector for check in checks}, policy)
    total = np.sum(list(sectors.values()), axis=0)
    known = np.flatnonzero(_known(read, day))
    places = known[weighing.rank(read.lots[known], total[known], seed=day)]
    return Ranking(places, total, sectors, readings, asked_on)


def _ask(check: Check, block: Block, day: int) -> Reading:
    """One check over all households, some thousand at a time."""
    parts = [
        check.ask(block.part(at, min(at + AT_ONCE, len(block))), day) for at in range(0, len(block), AT_ONCE)
    ]
    return Reading(
        weight=np.concatenate([part.weight for part in parts]),
        since=np.concatenate([part.since for part in parts]),
        facts={name: np.concatenate([part.facts[name] for part in parts]) for name in parts[0].facts},
    )


def _known(read: Extracts, day: int) -> NDArray[np.bool_]:
    """Which households had any event known on that day."""
    known = np.zeros(len(read.names), np.bool_)
    for block in read.blocks.values():
        known[block.row_household[(block.known_on <= day) & (block.superseded_on > day)]] = True
    return known


def _signals(
    read: Extracts, checks: Sequence[Check], ranked: Ranking, budget: int, policy: Policy
) -> Iterable[tuple[str, ...]]:
    """One row for each check worth a sentence, and for all that speaks for a household that is raised."""
    for rank, place in enumerate(ranked.places, 1):
        raised = rank <= budget and ranked.total[place] > 0
        for check in checks:
            reading, kind = ranked.readings[check.name], check.reads.kind
            weight = float(reading.weight[place])
            if weight <= 0 or not (raised or weight >= policy.notable):
                continue
            finding = check.find(read.blocks[kind], int(place), reading, ranked.asked_on[check.name])
            yield (
                read.names[place],
                check.name,
                check.version,
                f"{weight:.4f}",
                str(day_of(reading.since[place])),
                finding.sentence,
                " ".join(read.records[kind][row] for row in finding.evidence),
            )


def _write_ranking(path: Path, read: Extracts, ranked: Ranking, budget: int) -> int:
    """Write every household known, and say how many were raised."""
    names = {sector: weight[ranked.places].tolist() for sector, weight in ranked.sectors.items()}
    totals = ranked.total[ranked.places].tolist()
    raised = [rank <= budget and total > 0 for rank, total in enumerate(totals, 1)]
    rows = (
        (
            read.names[place],
            rank,
            f"{total:.6f}",
            " ".join(sector for sector in names if names[sector][rank - 1] > 0),
            "yes" if raised[rank - 1] else "no",
            _reason(total, rank, budget, {s: names[s][rank - 1] for s in names}),
        )
        for rank, (place, total) in enumerate(zip(ranked.places.tolist(), totals, strict=True), 1)
    )
    _write(path, RANKING, rows)
    return sum(raised)


def _reason(total: float, rank: int, budget: int, sectors: Mapping[Sector, float]) -> str:
    """Why a household was raised, or why it was not."""
    if total <= 0:
        return "nothing out of the ordinary is known"
    why = ", ".join(f"{sector} {weight:+.1f}" for sector, weight in sectors.items() if weight)
    return f"{why}; " + (
        f"within the {budget} there is room for"
        if rank <= budget
        else f"beyond the {budget} there is room for"
    )


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as opened:
        to = csv.writer(opened, lineterminator="\n")
        to.writerow(header)
        to.writerows(rows)
