"""Small numbers: a figure that would point at a few families is not shown.

Fewer than five is the mark (ui.md 3.6): a count of one to four, and any share that would give one away, is
withheld; so are the next smallest where a single gap could be worked out from a total.
"""

from collections.abc import Mapping

FEWEST = 5


def small(count: int) -> bool:
    """Whether a count points at a few; nobody at all points at no one."""
    return 0 < count < FEWEST


def shown(count: int) -> int | None:
    """The count, or None where it is too small to show."""
    return None if small(count) else count


def share(part: int, whole: int) -> float | None:
    """The share, to three places; None where the part, the rest, or the whole is too small to show."""
    if whole < FEWEST or small(part) or small(whole - part):
        return None
    return round(part / whole, 3)


def withheld(counts: Mapping[str, int]) -> set[str]:
    """Names of the counts to withhold: the small ones, and one more where the gap could be worked out."""
    hidden = {name for name, count in counts.items() if small(count)}
    others = sorted((count, name) for name, count in counts.items() if count and name not in hidden)
    if len(hidden) == 1 and others:
        hidden.add(others[0][1])
    return hidden
