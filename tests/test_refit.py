"""Weights fitted to what came: never below zero, the same again, and refused where no better."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earlyhelp.casework.weighing import EXPERT, Weights
from earlyhelp.chronology import day_number
from earlyhelp.errors import SetUpWrong
from earlyhelp.services.refitting import Weeks, wins
from earlyhelp.store.judged import weights
from earlyhelp.trust.fitting import MOST_TERMS, fit, fit_ordinary
from earlyhelp.trust.raising import AHEAD


def world(times, rows=20_000, ordinary=-3.0, seed=1):
    """Rows whose outcomes really follow these multiples."""
    drawn = np.random.default_rng(seed)
    terms = drawn.normal(size=(rows, len(times)))
    came = drawn.random(rows) < 1 / (1 + np.exp(-(terms @ np.array(times) + ordinary)))
    return terms, came.astype(np.float64), np.ones(rows)


def test_the_multiples_that_made_the_outcomes_are_found_again():
    found = fit(*world([0.5, 2.0, 1.0, 0.0]))
    assert found.times == pytest.approx([0.5, 2.0, 1.0, 0.0], abs=0.12)
    assert found.ordinary == pytest.approx(-3.0, abs=0.15)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-3, 3), min_size=1, max_size=6), st.integers(0, 1000))
def test_none_is_below_zero_and_no_small_step_that_is_allowed_is_better(times, seed):
    terms, came, counts = world(times, rows=400, ordinary=-1.0, seed=seed)
    if came.min() == came.max():
        return
    found = fit(terms, came, counts, ridge=1.0)
    assert (found.times >= 0).all()

    def cost(at):
        fitted = terms @ at[:-1] + at[-1]
        return (np.logaddexp(0, fitted) - came * fitted).sum() + 0.5 * ((at[:-1] - 1) ** 2).sum()

    best = np.append(found.times, found.ordinary)
    for place in range(len(best)):
        for step in (0.01, -0.01):
            moved = best.copy()
            moved[place] += step
            if place == len(best) - 1 or moved[place] >= 0:
                assert cost(moved) > cost(best) - 1e-6


def test_rows_that_stand_for_many_weigh_as_many_and_the_same_rows_give_the_same_bytes():
    terms, came, _ = world([1.0, 0.3], rows=500, ordinary=-1.0)
    twice = fit(terms, came, np.full(500, 2.0))
    doubled = fit(np.vstack((terms, terms)), np.concatenate((came, came)), np.ones(1000))
    assert twice.times == pytest.approx(doubled.times, abs=1e-5)
    assert fit(terms, came, np.ones(500)).times.tobytes() == fit(terms, came, np.ones(500)).times.tobytes()


def test_with_few_outcomes_the_experts_are_believed():
    terms, came, counts = world([3.0, 0.0], rows=60, ordinary=-2.0)
    assert fit(terms, came, counts, ridge=1e6).times == pytest.approx([1.0, 1.0], abs=0.01)


def test_more_terms_than_can_be_read_out_or_outcomes_all_alike_are_refused():
    with pytest.raises(ValueError, match="16"):
        fit(np.zeros((5, MOST_TERMS + 1)), np.ones(5), np.ones(5))
    with pytest.raises(ValueError, match="nothing to tell"):
        fit(np.zeros((5, 1)), np.ones(5), np.ones(5))
    assert fit_ordinary(np.zeros(4), np.array([1.0, 0, 0, 0]), np.ones(4)) == pytest.approx(np.log(1 / 3))


def test_no_outcome_is_seen_from_both_sides():
    told = day_number(date(2026, 11, 2))
    weeks = Weeks.of(date(2024, 11, 4), told, 26)
    assert len(weeks.held_out) == 26
    assert weeks.held_out[-1] + AHEAD == told
    assert max(weeks.fitted) + AHEAD <= weeks.held_out[0]
    with pytest.raises(SetUpWrong, match="hold out fewer"):
        Weeks.of(date(2026, 1, 5), told, 26)


@pytest.mark.parametrize(
    ("right", "loss", "won"), [(9, 0.3, True), (7, 0.1, False), (8, 0.19, True), (8, 0.2, False)]
)
def test_a_fit_runs_only_where_it_beats_what_runs(right, loss, won):
    running = {"right": 8, "log_loss": 0.2}
    assert wins({"right": right, "log_loss": loss}, running) == won


def test_a_refused_fit_is_kept_and_does_not_run(engine):
    with engine.begin() as conn:
        assert weights.running(conn) == EXPERT
        weights.keep(conn, Weights("2", {"a": 0.5}), "me", "hash", {}, accepted=True)
        weights.keep(conn, Weights("3", {"a": 9.0}), "me", "hash", {}, accepted=False)
        assert weights.running(conn) == Weights("2", {"a": 0.5})
        assert weights.versions(conn) == ["2", "3"]
