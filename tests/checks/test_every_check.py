"""What holds of every check that is installed, ours or a stranger's."""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earlyhelp import plugins
from earlyhelp.checking.drawn import told
from earlyhelp.chronology import Block, day_number
from earlyhelp.law.policy import POLICY

CHECKS = plugins.checks()
NIGHT = 20_000
every_check = pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
every_story = pytest.mark.parametrize(
    ("check", "story"),
    [(check, story) for check in CHECKS.values() for story in check.drawn],
    ids=[f"{name}: {story.title}" for name, check in CHECKS.items() for story in check.drawn],
)


def cells(schema, name):
    """Numbers that a column may hold, those for nothing said among them."""
    if name in schema.codes:
        return st.integers(-1, len(schema.codes[name]) - 1)
    kind = schema.model_fields[name].annotation
    if kind is bool:
        return st.integers(0, 1)
    if kind is float:
        return st.sampled_from([0.0, 2.5, 120.0, 4000.0])
    if name.endswith("_sessions"):
        return st.integers(0, 14)
    if kind is int:
        return st.sampled_from([-12_000, -50, 0, 1, 8_000, 11_250, 90_000])
    return st.sampled_from([-1, 1, 2])


@st.composite
def rows(draw, schema, households=3):
    """Loose events of a few households, most of the last year, some learnt late, some still to come."""
    row = st.tuples(
        st.integers(0, households - 1),
        st.integers(NIGHT - 400, NIGHT + 20),
        st.integers(0, 40),
        *(cells(schema, name) for name in schema.columns),
    )
    found = [list(one) for one in draw(st.lists(row, max_size=30))]
    sessions = [3 + at for at, name in enumerate(schema.columns) if name.endswith("_sessions")]
    for one in found:  # no more can be missed than there was
        for before, after in pairwise(sessions):
            one[after] = min(one[after], one[before])
    return found


def block_of(schema, found, households=3):
    columns = list(zip(*found, strict=True)) or [[] for _ in range(3 + len(schema.columns))]
    day = np.array(columns[1], np.int32)
    kinds = {name: schema.model_fields[name].annotation for name in schema.columns}
    return Block.of(
        schema.kind,
        np.arange(households, dtype=np.int64),
        household=np.array(columns[0], np.int64),
        occurred_on=day,
        known_on=day + np.array(columns[2], np.int32),
        record=np.arange(len(found), dtype=np.int64) + 100,
        columns={
            name: np.array(column, np.float64 if kinds[name] is float else np.int64)
            for name, column in zip(schema.columns, columns[3:], strict=True)
        },
    )


def said(reading):
    """All that a reading says, as bytes."""
    return [
        reading.weight.tobytes(),
        reading.since.tobytes(),
        *(np.asarray(f).tobytes() for f in reading.facts.values()),
    ]


@every_check
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_future_never_changes_yesterday(check, data):
    block = block_of(check.reads, data.draw(rows(check.reads)))
    then = check.ask(block, NIGHT)
    later = block.where(block.known_on <= NIGHT)
    replaced = replace(later, superseded_on=np.full(len(later.record), NIGHT + 1, np.int32))
    assert said(check.ask(later, NIGHT)) == said(then) == said(check.ask(replaced, NIGHT))


@every_check
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_order_of_arrival_does_not_matter(check, data):
    found = data.draw(rows(check.reads))
    numbered = block_of(check.reads, found)
    order = np.array(data.draw(st.permutations(range(len(found)))), np.int64)
    whose = numbered.households[numbered.row_household]
    again = Block.of(
        numbered.kind, numbered.households, household=whose[order], occurred_on=numbered.occurred_on[order],
        known_on=numbered.known_on[order], record=numbered.record[order],
        columns={name: column[order] for name, column in numbered.columns.items()},
    )  # fmt: skip
    assert said(check.ask(again, NIGHT)) == said(check.ask(numbered, NIGHT))


@every_check
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_every_weight_is_a_number_and_each_household_stands_alone(check, data):
    block = block_of(check.reads, data.draw(rows(check.reads)))
    reading = check.ask(block, NIGHT)
    assert reading.weight.shape == reading.since.shape == (3,)
    assert np.isfinite(reading.weight).all()
    assert all(np.shape(fact) == (3,) and np.isfinite(fact).all() for fact in reading.facts.values())
    for place in range(3):
        assert check.ask(block.only(place), NIGHT).weight[0] == reading.weight[place]


@every_check
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_is_found_is_said_in_plain_words_and_borne_out(check, data):
    block = block_of(check.reads, data.draw(rows(check.reads)))
    reading = check.ask(block, NIGHT)
    for place in np.flatnonzero(reading.weight >= POLICY.notable):
        found = check.find(block, int(place), reading, NIGHT)
        for words in (found.sentence, found.would_lower):
            assert words.endswith("."), words
            assert not re.search(r"_|\bnan\b|\binf\b|\bNone\b|-1\b|  ", words), words
        assert not {w for codes in check.reads.codes.values() for w in codes if "_" in w} & set(
            found.sentence.split()
        )
        own = block.only(int(place)).as_known_on(NIGHT)
        assert set(found.evidence) <= set(own.record.tolist())
        assert found == check.find(block.only(int(place)), 0, check.ask(block.only(int(place)), NIGHT), NIGHT)


@every_check
def test_where_nothing_is_known_nothing_is_said(check):
    empty = block_of(check.reads, [])
    assert check.ask(empty, NIGHT).weight.tolist() == [0.0, 0.0, 0.0]
    assert len(check.ask(block_of(check.reads, [], households=0), NIGHT).weight) == 0


@every_story
def test_each_story_goes_as_it_says(check, story):
    block, night = told(check.reads.kind, story.drawn), day_number(story.as_of)
    reading = check.ask(block, night)
    assert (reading.weight[0] >= POLICY.notable) == story.fires, reading.weight[0]
    if story.fires:
        found = check.find(block, 0, reading, night)
        assert re.search(r"\d", found.sentence), "a sentence without a number says too little"
        assert re.search(
            r"\d (January|February|March|April|May|June|July|August|September|October|November|December)",
            found.sentence,
        )


@every_check
def test_every_check_has_a_story_that_fires_and_one_that_does_not(check):
    assert {story.fires for story in check.drawn} == {True, False}
