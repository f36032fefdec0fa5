"""The command's work: one file or two in, pairs with a decision and its reason out."""

import csv
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from earlyhelp.errors import SetUpWrong
from earlyhelp.linking.deciding import MATCH, NO_MATCH, RELATIONS, REVIEW, decide, ruling
from earlyhelp.linking.families import Families, seen
from earlyhelp.linking.model import Model, standing
from earlyhelp.linking.records import Records, database, read
from earlyhelp.linking.resolving import Pair, grouped, one_each
from earlyhelp.linking.scoring import Scored, score
from earlyhelp.progress import report

HEADER = ("left_id", "right_id", "probability", "decision", "why")


@dataclass(frozen=True, slots=True)
class Linked:
    """What came of it, in counts."""

    records: tuple[int, ...]
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
            records = read(opened, paths, today)
            report("matching", 1, 3)
            pairs = resolved(records, score(records, model), model)
            report("matching", 3, 3)
            _write(out, pairs, records)
        finally:
            opened.close()
    counts = Counter(pair.decision for pair in pairs)
    return Linked(records.counts, counts[MATCH], counts[REVIEW], model.version)


def resolved(records: Records, scored: Scored, model: Model) -> list[Pair]:
    """Pairs with their decisions, once they hold together."""
    pairs = _decided(scored, model, seen(records))
    apart = _Apart(
        records, {end for pair in pairs if pair.decision == MATCH for end in (pair.left, pair.right)}, pairs
    )
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
    most = {kind: families.most(kind, alike[kind]) for kind in RELATIONS}
    answer = []
    rows = zip(
        scored.left.tolist(), scored.right.tolist(), likely.tolist(), scored.weight.tolist(),
        which.ravel().tolist(), strict=True,
    )  # fmt: skip
    for left, right, p, weight, place in rows:
        told = rulings[place]
        held = max(told.at_least, min(max(told.at_most, most.get(told.kind, 0.0)), p))
        decision = decide(held, model.costs)
        why = told.clear if decision == MATCH else told.why
        answer.append(Pair(left, right, held, weight, decision, why))
    return answer


class _Apart:
    """Whether two records are plainly of two people: a pair says so, or their numbers or birthdays do."""

    def __init__(self, records: Records, wanted: set[int], pairs: Iterable[Pair]) -> None:
        self._held = {
            (p.left, p.right) for p in pairs if p.weight > 0 and p.decision != MATCH and ": " in p.why
        }
        self._one = {(p.left, p.right) for p in pairs if p.decision == MATCH}
        self._who: dict[int, tuple[Any, ...]] = {}
        if wanted:
            rows = records.database.execute(
                "select rec, nhs_number, dob_year, dob_month, dob_day, short, first_name, later, last_name "
                "from people"
            ).fetchall()
            self._who = {row[0]: row[1:] for row in rows if row[0] in wanted}

    def __call__(self, a: int, b: int) -> bool:
        """Symmetric."""
        if (min(a, b), max(a, b)) in self._one:
            return False
        if (min(a, b), max(a, b)) in self._held:
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


def _other_name(
    forms: Sequence[str | None], others: Sequence[str | None], one: str | None, other: str | None
) -> bool:
    """Two first names that have no form and no beginning in common."""
    if not one or not other or set(forms) & set(others):
        return False
    return one[0] != other[0] and sorted(one) != sorted(other) and abs(len(one) - len(other)) > 1


def _write(out: Path, pairs: Iterable[Pair], records: Records) -> None:
    """The pairs as CSV. Raises SetUpWrong if that cannot be written."""
    ids = dict(records.database.execute("select rec, id from people").fetchall())
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with out.open("w", encoding="utf-8", newline="") as opened:
            lines = csv.writer(opened)
            lines.writerow(HEADER)
            for p in pairs:
                lines.writerow((ids[p.left], ids[p.right], f"{p.probability:.6f}", p.decision, p.why))
    except OSError as fault:
        raise SetUpWrong(f"{out}: cannot be written ({fault.strerror})") from fault
