"""From pairs to people: what pairs say one by one must hold for all of them together. Pure.

The likeliest pairs are taken first. A pair that would bring together two records of which it is known that
they are of two people goes to a reviewer; where it is nearly as likely as the pair that it contradicts,
both do: between a father and a son of one name, a record without a date of birth is nobody's to guess.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from earlyhelp.linking.deciding import MATCH, NO_MATCH, REVIEW

CLEARLY: Final = 4.0
"""Bits by which one pair must be likelier than another that contradicts it, to hold: sixteen to one."""

Apart = Callable[[int, int], bool]
"""Whether two records are plainly of two people."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records, how likely they are one person's, what that weighs in bits, and why."""

    left: int
    right: int
    probability: float
    weight: float
    decision: str
    why: str


def one_each(pairs: Sequence[Pair], apart: Apart) -> list[Pair]:
    """Two files: a record may have several partners only if these are not plainly two people."""
    taken: dict[int, list[Pair]] = {}
    lost: dict[tuple[int, int], str] = {}
    for pair in sorted((p for p in pairs if p.decision == MATCH), key=lambda p: (-p.weight, p.left, p.right)):
        rivals = [
            other
            for end, mine in ((pair.left, pair.right), (pair.right, pair.left))
            for other in taken.get(end, [])
            if apart(mine, other.right if other.left == end else other.left)
        ]
        if not rivals:
            taken.setdefault(pair.left, []).append(pair)
            taken.setdefault(pair.right, []).append(pair)
            continue
        lost[pair.left, pair.right] = OTHER
        for rival in rivals:
            if rival.weight - pair.weight < CLEARLY:
                lost[rival.left, rival.right] = OTHER
    held = {end: [p for p in partners if (p.left, p.right) not in lost] for end, partners in taken.items()}
    return [
        _asked(pair, lost.get((pair.left, pair.right)))
        for pair in pairs
        if pair.decision == MATCH or not _found_elsewhere(pair, held, apart)
    ]


def _found_elsewhere(pair: Pair, held: Mapping[int, Sequence[Pair]], apart: Apart) -> bool:
    """Whether one of the two is known to be somebody else: a twin, a parent or a namesake of the other."""
    if pair.decision != REVIEW:
        return False
    return any(
        apart(mine, other.right if other.left == end else other.left)
        for end, mine in ((pair.left, pair.right), (pair.right, pair.left))
        for other in held.get(end, ())
    )


OTHER: Final = "another record fits too, and those two are not one person's"
CHAIN: Final = "through it, records of two people would be taken for one person's"


def grouped(pairs: Sequence[Pair], apart: Apart) -> list[Pair]:
    """One file: people as groups of records, and every pair within a group."""
    group: dict[int, list[int]] = {}
    lost: dict[tuple[int, int], str] = {}
    tree: dict[int, list[Pair]] = {}
    for pair in sorted((p for p in pairs if p.decision == MATCH), key=lambda p: (-p.weight, p.left, p.right)):
        a, b = group.setdefault(pair.left, [pair.left]), group.setdefault(pair.right, [pair.right])
        if a is b:
            continue
        against = [(x, y) for x in a for y in b if apart(x, y)] if len(a) * len(b) <= MOST else [(0, 0)]
        if against and (len(a) == len(b) == 1 or 3 * len(against) > len(a) * len(b)):
            lost[pair.left, pair.right] = CHAIN
            for near in tree.get(id(a), []) + tree.get(id(b), []):
                touches = {near.left, near.right} & {pair.left, pair.right}
                if touches and near.weight - pair.weight < CLEARLY:
                    lost[near.left, near.right] = OTHER
            continue
        joined = a + b
        grown = tree.pop(id(a), []) + tree.pop(id(b), []) + [pair]
        for record in joined:
            group[record] = joined
        tree[id(joined)] = grown
    return _with_implied(pairs, group, tree, lost)


MOST: Final = 250_000
"""Groups so large that all their pairs cannot be looked at are no person's."""


def _with_implied(
    pairs: Sequence[Pair],
    group: Mapping[int, list[int]],
    tree: Mapping[int, list[Pair]],
    lost: Mapping[tuple[int, int], str],
) -> list[Pair]:
    """The pairs as they came out, and those that follow from others."""
    broken = _parted(group, tree, lost)
    told = {(pair.left, pair.right): pair for pair in pairs}
    answer = []
    for pair in pairs:
        key = (pair.left, pair.right)
        together = pair.left in broken and broken[pair.left] is broken.get(pair.right)
        if key in lost:
            answer.append(_asked(pair, lost[key]))
        elif pair.decision == MATCH and not together:
            answer.append(_asked(pair, CHAIN))
        else:
            answer.append(pair)
    for members in {id(one): one for one in broken.values()}.values():
        least = min((p.probability for p in tree.get(id(group[members[0]]), [])), default=1.0)
        for place, left in enumerate(members):
            for right in members[place + 1 :]:
                key = (min(left, right), max(left, right))
                if key not in told:
                    answer.append(Pair(*key, least, 0.0, MATCH, "both are one person's with a third record"))
    return sorted(answer, key=lambda pair: (pair.left, pair.right))


def _parted(
    group: Mapping[int, list[int]], tree: Mapping[int, list[Pair]], lost: Mapping[tuple[int, int], str]
) -> dict[int, list[int]]:
    """Groups without the pairs that went to a reviewer after they had joined them."""
    whole: dict[int, list[int]] = {}
    for members in {id(one): one for one in group.values()}.values():
        held = [p for p in tree.get(id(members), []) if (p.left, p.right) not in lost]
        for record in members:
            whole[record] = [record]
        for pair in held:
            a, b = whole[pair.left], whole[pair.right]
            if a is not b:
                joined = a + b
                for record in joined:
                    whole[record] = joined
    for members in {id(one): one for one in whole.values()}.values():
        members.sort()
    return whole


def _asked(pair: Pair, why: str | None) -> Pair:
    """The pair as it is, or as a reviewer's question."""
    if why is None:
        return pair
    return Pair(pair.left, pair.right, pair.probability, pair.weight, REVIEW, f"{pair.why}: {why}")


def worth_telling(pairs: Iterable[Pair]) -> list[Pair]:
    """All but those that are left apart."""
    return [pair for pair in pairs if pair.decision != NO_MATCH]
