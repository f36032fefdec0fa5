"""What an answer does to a case, whose move it is then, and what it says of each check."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from earlyhelp.keywork.answers import (
    DATED,
    LONGEST_LATER,
    LONGEST_STEP,
    Answer,
    Given,
    NotRight,
    Verdict,
    problems,
    settle,
    verdicts,
)
from earlyhelp.keywork.states import OPEN, Move, State, whose_move

TODAY = date(2026, 11, 2)
CHECKS = st.frozensets(st.sampled_from(["rent", "calls", "school"]))
ANSWERS = st.builds(
    Given,
    answer=st.sampled_from(Answer),
    why=st.sampled_from(["", "  ", "They have asked for time.", "x" * 2_001]),
    due_on=st.none() | st.integers(-5, 120).map(lambda days: TODAY + timedelta(days=days)),
    not_right=st.none() | st.sampled_from(NotRight),
    wrong=CHECKS,
)
SOUND = ANSWERS.filter(lambda answer: not problems(answer, TODAY))


@given(ANSWERS)
def test_an_answer_may_be_recorded_only_with_a_reason_and_a_day_that_can_be_kept(answer):
    found = problems(answer, TODAY)
    assert ("why" in found) == (not 0 < len(answer.why.strip()) <= 2_000)
    assert ("not_right" in found) == (answer.answer is Answer.NOT_RIGHT and answer.not_right is None)
    longest = LONGEST_LATER if answer.answer is Answer.LATER else LONGEST_STEP
    possible = answer.due_on is not None and TODAY < answer.due_on <= TODAY + longest
    assert ("due_on" in found) == (answer.answer in DATED and not possible)


@given(SOUND)
def test_a_case_is_open_with_a_day_or_waits_to_be_placed_or_is_closed_with_a_reason(answer):
    made = settle(answer)
    if made.state is State.CLOSED:
        assert made.closing
        assert made.kept
    elif made.kept:
        assert made.state in OPEN - {State.NEW, State.SEEN}
        assert made.due_on == answer.due_on is not None
    else:
        assert (answer.not_right, made.state) == (NotRight.NO_ROOM, State.NEW)


@given(SOUND, st.integers(0, 200))
def test_no_open_case_leaves_its_workers_sight_once_its_day_has_come(answer, days):
    made, today = settle(answer), TODAY + timedelta(days=days)
    if made.state in OPEN and made.due_on is not None and made.due_on <= today:
        assert whose_move(made.state, made.due_on, today) is Move.ACTION_DUE


@given(st.sampled_from(sorted(OPEN)), st.none() | st.dates(), st.dates())
def test_every_open_case_stands_in_one_group_and_only_a_new_one_needs_a_first_look(state, due_on, today):
    move = whose_move(State(state), due_on, today)
    assert (move is Move.FIRST_LOOK) == (state == "new")
    if move in (Move.WAITING, Move.LATER):
        assert due_on > today


@given(SOUND, CHECKS)
def test_each_check_that_was_seen_gets_one_verdict_and_no_other_does(answer, seen):
    said = verdicts(answer, seen)
    assert set(said) == seen
    faulted = answer.answer is Answer.NOT_RIGHT and answer.not_right in (
        NotRight.WRONG_FACT,
        NotRight.WRONG_RULE,
    )
    assert (Verdict.WRONG in said.values()) == bool(faulted and seen)
    if faulted and answer.wrong & seen:
        assert {check for check, verdict in said.items() if verdict is Verdict.WRONG} == answer.wrong & seen
