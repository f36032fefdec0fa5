"""What matching says is a function of registers and answers: in any order, and as if never merged."""

import random
import tempfile
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pyarrow
from hypothesis import given, settings
from hypothesis import strategies as st

from earlyhelp.linking.identifiers import Holder, Home, Known, Tenure, match
from earlyhelp.linking.joining import Evidence, Who, both, homes_of, join, judged
from earlyhelp.linking.learnt import NAMES, PART, compare, learn_from, take_in
from earlyhelp.linking.model import standing
from earlyhelp.linking.placing import SAME
from earlyhelp.linking.records import database

UPRNS = ("100", "200", "300", "400")
HOMES = {uprn: Home(uprn, "dwelling", "Aldren") for uprn in UPRNS}
DAY = date(2025, 1, 6)
KEYS = [
    *(("school", f"S{n}") for n in range(3)),
    *(("health", f"H{n}") for n in range(4)),
    ("homes", "T1"),
    ("homes", "T2"),
]
PAIRS = [both(a, b) for at, a in enumerate(KEYS) for b in KEYS[at + 1 :] if a[0] != b[0]]

names, born = st.sampled_from(["Ann", "Amy", "Bob", "Rob"]), st.sampled_from([None, DAY, DAY + timedelta(1)])
homes = st.fixed_dictionaries({key: st.sampled_from([None, *UPRNS]) for key in KEYS if key[0] == "health"})
who = st.fixed_dictionaries({key: st.builds(Who, names, st.just("Ash"), born, st.none()) for key in KEYS})
evidence = st.dictionaries(
    st.sampled_from(PAIRS), st.tuples(st.sampled_from([0.3, 0.7, 0.96, 0.999]), st.floats(1, 40))
)
answers = st.dictionaries(
    st.sampled_from(PAIRS), st.sampled_from(["same", "different", "unsure"]), max_size=4
)
marked = st.sets(st.sampled_from(KEYS), max_size=2)
written = st.dictionaries(
    st.sampled_from(["1 Vale Rd", "2 Vale Rd"]), st.sampled_from(UPRNS).map(lambda u: (u, 0.99))
)


class World:
    """Registers, and what was found in them, as matching reads it."""

    def __init__(self, homes, who, evidence, marked, written):
        self.people = [Known(*key, None, homes.get(key), DAY) for key in KEYS]
        self.tenures = [
            Tenure("homes", "A1", "100", DAY, None, ("T1",)),
            Tenure("homes", "A2", "200", DAY, None, ("T2",)),
        ]
        self.who, self.marked, self.written = who, marked, written
        self.evidence = [Evidence(pair, p, weight, "", "1.1/1") for pair, (p, weight) in evidence.items()]

    def matched(self, answers, held=None, shuffled=None):
        mixed = (lambda these: shuffled.sample(list(these), len(these))) if shuffled else list
        matched = match(
            HOMES,
            mixed(self.tenures),
            mixed(self.people),
            held or {},
            dict(mixed(self.written.items())),
            {"school"},
        )
        lost = {(one.agency, one.record_id): one for one in matched.lost}
        outcomes = judged(
            mixed(self.evidence), dict(mixed(answers.items())), lost, homes_of(matched), self.who, self.marked,
            standing().costs,
        )  # fmt: skip
        join(matched, outcomes, lost, {"school"})
        return matched, outcomes


worlds = st.builds(World, homes, who, evidence, marked, written)


def said(told):
    matched, outcomes = told
    return sorted(map(repr, matched.links)), sorted(map(repr, matched.members)), matched.unmatched, outcomes


def held(told):
    """What the store would say was given before."""
    matched, _ = told
    formed = {number: one.formed_on for number, one in matched.households.items()}
    return {(x.scheme, x.agency, x.value): Holder(x.household, formed[x.household]) for x in matched.links}


@given(worlds, answers, st.randoms(use_true_random=False))
@settings(max_examples=200)
def test_the_order_in_which_things_are_known_does_not_matter(world, answers, shuffled):
    assert said(world.matched(answers)) == said(world.matched(answers, shuffled=shuffled))


@given(worlds, answers, st.sampled_from(PAIRS))
@settings(max_examples=200)
def test_merged_and_undone_is_as_if_never_merged(world, answers, pair):
    never = world.matched(answers | {pair: "different"})
    merged = world.matched(answers | {pair: SAME}, held(never))
    undone = world.matched(answers | {pair: "different"}, held(merged))
    assert said(undone) == said(never)
    assert said(world.matched(answers, held(undone))) == said(world.matched(answers))


@given(worlds, answers, st.sampled_from(["1 Vale Rd", "9 Vale Rd"]), st.sampled_from(UPRNS))
def test_an_address_corrected_is_as_if_never_placed(world, answers, text, uprn):
    never = world.matched(answers, held(world.matched(answers)))
    world.written = {**world.written, text: (uprn, 0.99)} if text not in world.written else world.written
    wrong = world.matched(answers)
    world.written = {other: told for other, told in world.written.items() if other != text}
    without = world.matched(answers)
    assert said(world.matched(answers, held(wrong))) == said(without)
    if text == "9 Vale Rd":
        assert said(without) == said(never)


@given(worlds, answers)
@settings(max_examples=200)
def test_nobody_is_joined_who_is_marked_answered_apart_or_found_in_two_homes(world, answers):
    matched, outcomes = world.matched(answers)
    homes = homes_of(matched)
    for one in outcomes:
        pair, joined = one.evidence.both, one.decision == "match"
        assert joined or answers.get(pair) != "same", "the last answer wins over the model, always"
        if joined and answers.get(pair) != "same":
            assert answers.get(pair) is None
            assert not world.marked & {*pair}
            assert one.evidence.probability >= standing().costs.match_from
    for key in (key for key in KEYS if key[0] == "school"):
        assert len({stay.household for stay in homes.get(key, ())}) <= 1
        assert ("person", *key) in matched.unmatched or key in homes, "each is found, or has its reason"


def register(seed, size):
    """People of whom schools know some too, misspelt and without a home."""
    drawn, rows = random.Random(seed), []
    for n in range(size):
        first, last = (
            drawn.choice(("Marigold", "Anselm", "Petra", "Otto")),
            drawn.choice(("Ash", "Birch", "Cedar")) + "ton",
        )
        day, home = (
            date(1990 + drawn.randrange(20), 1 + drawn.randrange(12), 1 + drawn.randrange(28)),
            f"{n // 3:012d}",
        )
        rows.append(
            (f"health{PART}{n}", first, last, None, day, None, None, home, f"{n // 3} Vale Road", "ZZ1 1AA")
        )
        if n % 3 == 0:
            rows.append(
                (f"school{PART}{n}", first, last[:-1], None, day, None, None, None, f"{n // 3} Vale Rd", None)
            )
    drawn.shuffle(rows)
    return rows


def opened_with(rows, folder):
    opened = database(Path(folder))
    columns = [[None if x is None else str(x) for x in column] for column in zip(*rows, strict=True)]
    table = pyarrow.table([pyarrow.array(c, pyarrow.string()) for c in columns], names=list(NAMES.values()))
    take_in(opened, iter([table]), DAY)
    return opened


def key(row):
    agency, record = row[0].split(PART)
    return agency, record


@given(st.integers(0, 10_000), st.lists(st.integers(1, 59), max_size=2))
@settings(max_examples=4)
def test_nights_cut_anywhere_find_what_one_night_finds(seed, cuts):
    rows, model = register(seed, 60), standing()
    with tempfile.TemporaryDirectory() as folder:
        opened = opened_with(rows, folder)
        learnt = learn_from(opened, model, "1.1/1")
        lost = sorted(key(row) for row in rows if key(row)[0] == "school")
        at_once = compare(opened, learnt, model, lost, None)
        opened.close()
        found = {}
        bounds = sorted({0, *cuts, len(rows)})
        for before, upto in pairwise(bounds):
            old, new = rows[:before], rows[before:upto]
            opened = opened_with(rows[:upto], folder)
            fresh, kept = ([key(row) for row in part if key(row)[0] == "school"] for part in (new, old))
            told = compare(opened, learnt, model, sorted(fresh), None) if fresh else []
            told += compare(opened, learnt, model, sorted(kept), sorted(map(key, new))) if kept else []
            found |= {one.both: one for one in told}
            opened.close()
    assert at_once, "there is something to find"
    assert [(one.both, one.why) for one in at_once] == [(p, found[p].why) for p in sorted(found)]
    for one in at_once:
        assert abs(one.weight - found[one.both].weight) < 1e-6
