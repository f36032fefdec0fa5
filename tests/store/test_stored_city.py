"""The store that the benchmark of speed fills gives the blocks of the invented city, and no others."""

from datetime import date

import numpy as np
import pytest

from benchmarks.blocks import blocks_of
from benchmarks.stored import fill, plan_of
from earlyhelp import plugins
from earlyhelp.chronology import day_number
from earlyhelp.demo.city.making import neighbourhoods
from earlyhelp.store.events.blocks import load_block
from earlyhelp.store.tables import EVENT_KINDS
from earlyhelp.store.unit_of_work import reading


def test_blocks_of_the_filled_store_are_those_of_the_city(engine):
    plan = plan_of(300, weeks=30)
    assert fill(engine, plan) > 5_000
    for here in neighbourhoods(plan):
        for kind, wanted in blocks_of(here).items():
            with reading(engine) as conn:
                found = load_block(conn, EVENT_KINDS[kind], wanted.households, date(1990, 1, 1), None)
            for name in ("households", "starts", "occurred_on", "known_on", "superseded_on", "record"):
                assert np.array_equal(getattr(found, name), getattr(wanted, name)), (kind, name)
            for name, column in wanted.columns.items():
                assert np.array_equal(found.columns[name], column), (kind, name)


@pytest.mark.parametrize("check", plugins.checks().values(), ids=lambda check: check.name)
def test_households_of_which_nothing_was_said_are_measured_as_one_and_read_the_same(check):
    plan = plan_of(200, weeks=30)
    as_of = day_number(plan.first_night)
    for here in neighbourhoods(plan):
        blocks = blocks_of(here)
        if check.reads.kind not in blocks:
            return
        known = blocks[check.reads.kind].as_known_on(as_of)
        whole, asked = check.measure(known, as_of), check.ask(known, as_of)
        assert np.array_equal(whole.weight, asked.weight)
        assert np.array_equal(whole.since, asked.since)
        assert all(np.array_equal(column, asked.facts[name]) for name, column in whole.facts.items())
        assert np.count_nonzero(np.diff(known.starts) == 0) > 2
