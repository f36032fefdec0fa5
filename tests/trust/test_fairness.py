"""Groups beside everybody; and no check reads what the law protects."""

import re

import numpy as np

from earlyhelp import plugins
from earlyhelp.trust.escalations import Escalations
from earlyhelp.trust.fairness import audit
from earlyhelp.trust.raising import AHEAD, Raised

DAYS = [20_000 + 7 * week for week in range(30)]
PROTECTED = re.compile(
    r"\b(age|born|birth\w*|dob|sex|gender\w*|race|ethnic\w*|nationalit\w*|religio\w*|belief\w*|disab\w*|pregnan\w*|"
    r"matern\w*|marital|married|civil_partner\w*|orientation|sexual\w*|forename|surname|first_name|last_name)\b"
)
"""The characteristics of the Equality Act 2010, section 4, and the names that stand for some of them."""


def groups(*sizes):
    names = [name for name, size in sizes for _ in range(size)]
    return np.arange(len(names)), np.array(names)


def raised_of(*parts):
    """Raised on the first day: so many from each first number on."""
    ids = np.concatenate([np.arange(first, first + count) for first, count in parts])
    return Raised(ids, np.full(len(ids), DAYS[0], np.int64))


def came(ids, until=DAYS[0] + AHEAD):
    ids = np.array(ids, np.int64)
    return Escalations(ids, np.full(len(ids), DAYS[2], np.int64), "drawn", until)


def test_a_group_raised_more_often_and_less_rightly_is_flagged_for_both():
    households, group = groups(("north", 1000), ("south", 1000))
    raised = raised_of((0, 300), (1000, 120))
    told = came([*range(0, 20), *range(900, 930), *range(1000, 1050), *range(1900, 1930)])
    found = audit(households, group, raised, told, DAYS, 0)
    north, south = found.groups
    assert (north.figures.raised_share, south.figures.raised_share) == (0.3, 0.12)
    assert north.ratios["raised_share"] == 1.43
    assert set(north.flagged) >= {"raised_share", "precision"}
    assert "precision" in south.flagged
    assert found.not_reported == 0


def test_groups_alike_are_not_flagged():
    households, group = groups(("north", 1000), ("south", 2000))
    raised = raised_of((0, 110), (1000, 220))
    told = came([*range(0, 30), *range(900, 920), *range(1000, 1060), *range(2900, 2940)])
    assert [one.flagged for one in audit(households, group, raised, told, DAYS, 0).groups] == [(), ()]


def test_small_groups_are_not_reported_and_small_numbers_not_shown():
    households, group = groups(("north", 1000), ("a few", 200), ("", 100))
    found = audit(households, group, raised_of((0, 200), (1000, 99)), came([1, 2, 3]), DAYS, 0)
    assert [one.name for one in found.groups] == ["north"]
    assert found.not_reported == 1
    assert found.groups[0].figures.precision is None


def test_no_check_reads_a_trait_that_the_law_protects():
    for check in plugins.checks().values():
        read = [*check.reads.columns, *(word for words in check.reads.codes.values() for word in words)]
        assert not [name for name in read if PROTECTED.search(name.lower().replace("_", " "))], check.name
    for forbidden in ("date_of_birth", "sex", "ethnicity"):
        assert PROTECTED.search(forbidden.replace("_", " ")), "the net would not catch it"
