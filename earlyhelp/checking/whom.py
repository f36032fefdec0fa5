"""Whom calls to the police are about: counted by person and by pair, apart from the address.

Calls to an address may be about many people or about one, and again and again about what happens between the
same two. The force tells its own numbers of them, if it tells any; they only tell one from another. Who they
are stands in no sentence: whoever reads it may be one of the two, and must learn nothing of the other.
"""

import numpy as np

from earlyhelp.checking.measures import Bools, Floats, Ids, Whole, added, apart, most
from earlyhelp.chronology import Block

ABOUT_PEOPLE = ("domestic", "violence", "concern")
"""Categories of calls that are about people, not things."""
ADDRESS, PERSON, PAIR = range(3)
"""What most call-days of a household have in common."""


def by_person(calls: Block, counts: Floats) -> Floats:
    """The most that days with calls about any one person come to, in each household (H).

    ``counts`` (N) is what a call counts for if it is the first of its day about them.
    """
    first, other = told(calls)
    row = np.concatenate([np.flatnonzero(first >= 0), np.flatnonzero((other >= 0) & (other != first))])
    person = np.concatenate([first, other])[np.concatenate([first >= 0, (other >= 0) & (other != first)])]
    return _most(calls, row, person, counts)


def by_pair(calls: Block, counts: Floats) -> Floats:
    """The same of calls about what happened between the same two people, whichever was told first."""
    first, other = told(calls)
    row = np.flatnonzero((first >= 0) & (other >= 0) & (first != other))
    low, high = np.minimum(first, other)[row], np.maximum(first, other)[row]
    one, two = (np.unique(ids, return_inverse=True)[1].astype(np.int64) for ids in (low, high))
    return _most(calls, row, one * (two.max(initial=0) + 1) + two, counts)


def told(calls: Block) -> tuple[Whole, Whole]:
    """The two numbers of each call, -1 where none was told, as from forces that tell none."""
    nobody = np.full(len(calls.record), -1, np.int64)
    first, other = (calls.columns.get(name, nobody).astype(np.int64) for name in ("person", "other_person"))
    return first, other


def _most(calls: Block, row: Ids, key: Ids, counts: Floats) -> Floats:
    """The greatest sum over days of any key, each day of a key once."""
    if not len(row):
        return np.zeros(len(calls))
    group, groups, home = apart(calls.row_household[row], key)
    day = calls.occurred_on[row].astype(np.int64)
    once = np.zeros(len(row), np.bool_)
    once[np.unique(np.stack([group, day]), axis=1, return_index=True)[1]] = True
    return most(home, added(group[once], counts[row][once], groups), len(calls))


def reason(days: Floats, of_person: Floats, of_pair: Floats) -> Whole:
    """Which of the three most of at least two call-days have in common: a pair before a person."""

    def mostly(number: Floats) -> Bools:
        return (number >= 2) & (2 * number > days)

    return np.select([mostly(of_pair), mostly(of_person)], [PAIR, PERSON], ADDRESS).astype(np.int64)
