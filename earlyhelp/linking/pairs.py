"""The command's work: one file or two in, pairs with a decision and its reason out."""

import csv
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np

from earlyhelp.errors import SetUpWrong
from earlyhelp.linking.deciding import DOUBTFUL, MATCH, NO_MATCH, RELATIONS, REVIEW, decide, ruling
from earlyhelp.linking.families import Families, seen
from earlyhelp.linking.model import Model, standing
from earlyhelp.linking.records import Records, database, read
from earlyhelp.linking.resolving import Pair, grouped, one_each
from earlyhelp.linking.scoring import Scored, score
from earlyhelp.progress import report

HEADER = ("left_id", "right_id", "probability", "decision", "why")


@dataclass(frozen=True, slots=True)
class Linked:
    """What came of it, in counts; ``shared_ids`` of each file stand on more than one of its records."""

    records: tuple[int, ...]
    shared_ids: tuple[int, ...]
    match: int
    review: int
    model: str


def link(paths: Sequence[Path], out: Path, today: date) -> Linked:
    """Match two files, or one within itself, and write the pairs. Raises SetUpWrong."""
    model = standing()
    with tempfile.TemporaryDirectory() as spill:
        opened = database(Path(spill))
        try:
            report("matching", 0, 3)
            records = read(opened, paths, today, Path(spill))
            report("matching", 1, 3)
            pairs = resolved(records, score(records, model), model)
            report("matching", 3, 3)
            _write(out, pairs, records)
        finally:
            opened.close()
    counts = Counter(pair.decision for pair in pairs)
    return Linked(records.counts, records.shared, counts[MATCH], counts[REVIEW], model.version)


def resolved(records: Records, scored: Scored, model: Model) -> list[Pair]:
    """Pairs with their decisions, once they hold together."""
    pairs = _decided(scored, model, seen(records))
    apart = _Apart(records, pairs)
    told = one_each(pairs, apart) if len(records.counts) == 2 else grouped(pairs, apart)
    return [pair for pair in told if pair.decision != NO_MATCH]


def _decided(scored: Scored, model: Model, families: Families) -> list[Pair]:
    """Each pair by itself; what a pattern allows is worked out once for the pattern."""
    if not len(scored.left):
        return []
    patterns, which = np.unique(scored.levels, axis=0, return_inverse=True)
    rulings = [ruling(scored.comparisons, row) for row in patterns.tolist()]
    likely = 1 / (1 + np.exp2(-np.clip(scored.weight, -500, 500)))
    alike = Counter(rulings[place].kind for place in which.ravel()[likely >= model.costs.match_from].tolist())
    most = {kind: families.at_most(kind, alike[kind], DOUBTFUL) for kind in RELATIONS}
    answer = []
    rows = zip(
        scored.left.tolist(), scored.right.tolist(), likely.tolist(), scored.weight.tolist(),
        which.ravel().tolist(), strict=True,
    )  # fmt: skip
    for left, right, p, weight, place in rows:
        told = rulings[place]
        held = max(told.at_least, min(most.get(told.kind, told.at_most), p))
        decision = decide(held, model.costs)
        why = told.clear if decision == MATCH else told.why
        answer.append(Pair(left, right, held, weight, decision, why))
    return answer


class _Apart:
    """Whether two records are plainly of two people: a pair says so, or their numbers or birthdays do."""

    def __init__(self, records: Records, pairs: Sequence[Pair]) -> None:
        self._held = {
            (p.left, p.right) for p in pairs if p.weight > 0 and p.decision != MATCH and ": " in p.why
        }
        self._one = {(p.left, p.right) for p in pairs if p.decision == MATCH}
        self._who = _who(records, _contested(pairs))
        self._each_once = len(records.counts) == 2 and "dob" not in records.filled and _once(records)

    def __call__(self, a: int, b: int) -> bool:
        """Symmetric."""
        if (min(a, b), max(a, b)) in self._one:
            return False
        if (min(a, b), max(a, b)) in self._held:
            return True
        if self._each_once:
            return True
        one, other = self._who[a], self._who[b]
        if one[0] and other[0]:
            return bool(one[0] != other[0])
        if one[6] and other[6] and one[6] != other[6]:
            return True
        if None not in one[1:4] and None not in other[1:4]:
            agree = sum(x == y for x, y in zip(one[1:4], other[1:4], strict=True))
            swapped = one[2] == other[3] and one[3] == other[2]
            if agree + (2 if swapped else 0) < 2:
                return True
        if one[5] == other[7] or one[7] == other[5]:  # the one's first name is the other's last
            return False
        return _other_name(one[4], other[4], one[5], other[5])


def _contested(pairs: Iterable[Pair]) -> set[int]:
    """Records whose pair is not the only one: of no others is it asked whether they are two people."""
    partners: dict[int, list[int]] = {}
    for pair in pairs:
        if pair.decision != NO_MATCH:
            partners.setdefault(pair.left, []).append(pair.right)
            partners.setdefault(pair.right, []).append(pair.left)
    return {end for one, others in partners.items() if len(others) > 1 for end in (one, *others)}


def _who(records: Records, wanted: set[int]) -> dict[int, tuple[Any, ...]]:
    """What tells people apart, of those records."""
    if not wanted:
        return {}
    rows = records.database.execute(
        "select rec, nhs_number, dob_year, dob_month, dob_day, short, first_name, later, last_name "
        "from people where rec in (select unnest(?))",
        [np.array(sorted(wanted))],
    ).fetchall()
    return {row[0]: row[1:] for row in rows}


def _once(records: Records) -> bool:
    """Whether hardly anybody stands twice in one file: then two of one name and home are father and son."""
    told = records.database.execute(
        """select coalesce(sum(n) filter (n > 1), 0), coalesce(sum(n), 1) from (
            select count(*) as n from people where first_name is not null and place is not null
            group by side, first_name, last_name, place)"""
    ).fetchall()
    return bool(told[0][0] <= TWICE * told[0][1])


TWICE: Final = 0.05
"""Of more records than this that share a name and a home some are one person's: our choice; in a town it is a
parent and a child of one name, some two or three in a hundred."""


def _other_name(
    forms: Sequence[str | None], others: Sequence[str | None], one: str | None, other: str | None
) -> bool:
    """Two first names that have no form and no beginning in common."""
    if not one or not other or set(forms) & set(others):
        return False
    return one[0] != other[0] and sorted(one) != sorted(other) and abs(len(one) - len(other)) > 1


def _ids(records: Records, wanted: set[int]) -> dict[int, str]:
    """What the files call those records."""
    asked = "select rec, id from people where rec in (select unnest(?))"
    return dict(records.database.execute(asked, [np.array(sorted(wanted), np.int64)]).fetchall())


def _by_id(pairs: Iterable[Pair], ids: dict[int, str], *, within: bool) -> dict[tuple[str, str], Pair]:
    """The likeliest pair of each two ids: within one file an id in many rows is one person's."""
    told: dict[tuple[str, str], Pair] = {}
    for p in pairs:
        key = (ids[p.left], ids[p.right])
        if within:
            if key[0] == key[1]:
                continue
            key = key if (key[1], key[0]) not in told else (key[1], key[0])
        if key not in told or (p.decision == MATCH, p.probability) > (
            told[key].decision == MATCH, told[key].probability
        ):  # fmt: skip
            told[key] = p
    return told


def _write(out: Path, pairs: Sequence[Pair], records: Records) -> None:
    """The pairs as CSV. Raises SetUpWrong if that cannot be written."""
    ids = _ids(records, {end for p in pairs for end in (p.left, p.right)})
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with out.open("w", encoding="utf-8", newline="") as opened:
            lines = csv.writer(opened)
            lines.writerow(HEADER)
            for (left, right), p in _by_id(pairs, ids, within=len(records.counts) == 1).items():
                lines.writerow((left, right, f"{p.probability:.6f}", p.decision, p.why))
    except OSError as fault:
        raise SetUpWrong(f"{out}: cannot be written ({fault.strerror})") from fault
