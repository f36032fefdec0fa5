"""From which weight a case is worth raising: what workers answered raises it, and time lets it fall again."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from earlyhelp import plugins
from earlyhelp.casework.decisions import SELDOM_RIGHT, LeaveAlone, OpenCase
from earlyhelp.casework.desks import JOINT
from earlyhelp.casework.lines import Answered, line_of, lines
from earlyhelp.law.policy import POLICY
from earlyhelp.services import stages
from earlyhelp.store.judged.verdicts import answered, write_verdict
from earlyhelp.store.tables import case, verdict
from tests.test_casework import HOUSING_OFFICER, NOBODY_UNHEARD, RENT, decide, of
from tests.test_services import a_night, agencies, hire
from tests.twins import NIGHT

ANSWERS = st.lists(
    st.builds(Answered, st.sampled_from([JOINT, "housing"]), st.floats(-1, 12), st.booleans()), max_size=60
)


def told(scope, weight, right, wrong):
    return [Answered(scope, weight, True)] * right + [Answered(scope, weight, False)] * wrong


def test_before_anybody_has_answered_the_policys_line_stands():
    assert lines([], POLICY)[""] == pytest.approx(POLICY.worth_raising)
    assert line_of("housing", None, POLICY) == POLICY.worth_raising


def test_where_enough_were_right_it_stays_and_where_nobody_was_it_rises():
    assert lines(told("housing", 2.0, 4, 16), POLICY)["housing"] == POLICY.worth_raising
    risen = lines(told("housing", 2.0, 0, 40), POLICY)
    assert risen["housing"] > 3.0
    assert POLICY.worth_raising < risen[""] <= risen["housing"]
    assert line_of("police", risen, POLICY) == risen[""], "another scope learns from all"


def test_each_scope_has_its_own():
    drawn = lines(told("police", 2.0, 1, 40) + told("housing", 2.0, 12, 29), POLICY)
    assert drawn["police"] > drawn["housing"]


def test_many_answers_find_the_weight_from_which_one_in_ten_is_right():
    """Right ones are drawn so that one in ten of weight 2.5 is right, and fewer of less."""
    drawn = lines(told(JOINT, 2.5, 100, 900) + told(JOINT, 1.5, 39, 961), POLICY)
    assert drawn[JOINT] == pytest.approx(2.5, abs=0.1)


@given(ANSWERS)
def test_the_line_never_falls_below_the_policys_nor_rises_beyond_a_ceiling(answers):
    for least in lines(answers, POLICY).values():
        assert POLICY.worth_raising <= least <= POLICY.ceiling


@given(ANSWERS, st.floats(0, 4))
def test_another_wrong_answer_never_lowers_it_and_another_right_one_never_raises_it(answers, weight):
    before = line_of("housing", lines(answers, POLICY), POLICY)
    worse = lines([*answers, Answered("housing", weight, False)], POLICY)["housing"]
    better = lines([*answers, Answered("housing", weight, True)], POLICY)["housing"]
    both = lines([*answers, *told("housing", weight, 0, 1)], POLICY)
    assert worse == both["housing"]
    assert better <= worse
    assert lines([*answers, Answered("housing", weight, False)], POLICY)[""] >= lines(answers, POLICY)[""]
    assert before >= POLICY.worth_raising


def test_below_the_line_nothing_is_raised_and_the_reason_says_why():
    def one(least):
        (decision,) = decide(
            [of(RENT)], [], {}, [HOUSING_OFFICER], NOBODY_UNHEARD, POLICY, lines={"housing": least}
        )
        return decision

    assert one(RENT.weight + 0.01) == LeaveAlone(7, SELDOM_RIGHT)
    assert isinstance(one(RENT.weight), OpenCase)


def test_answers_raise_the_nights_line_and_are_forgotten_after_half_a_year(engine, tmp_path):
    """Sixty light cases were called wrong: who weighs little more is left alone, and why is counted."""
    hire(engine)
    heard = {name: twin for name, twin in agencies().items() if name != "police"}
    a_night(engine, heard, tmp_path / "outbox")
    with engine.begin() as conn:
        (opened,) = conn.execute(select(case)).all()
        assert opened.weight > POLICY.worth_raising
        light = opened._asdict() | {"weight": 1.6, "state": "withdrawn", "closed_on": NIGHT}
        at = datetime.combine(NIGHT, time(10), UTC)
        for number in range(60):
            new = light | {"id": 1000 + number, "reference": f"r{number}"}
            conn.execute(case.insert().values(new))
            write_verdict(conn, 1000 + number, at, was_right=True, checks=["rent_arrears_trend"])
            write_verdict(
                conn, 1000 + number, at + timedelta(hours=1), was_right=False, checks=["rent_arrears_trend"]
            )
    with engine.connect() as conn:
        assert answered(conn, NIGHT) == [], "answers of the day itself are not known in its night"
        told_next = answered(conn, NIGHT + timedelta(days=1))
        assert len(told_next) == 60
        assert not any(one.right for one in told_next), "the newest answer to a case holds"
        assert answered(conn, NIGHT + timedelta(weeks=27)) == []
        risen = lines(told_next, POLICY)[opened.scope]
        conn.execute(case.update().where(case.c.id == opened.id).values(state="withdrawn", closed_on=NIGHT))
        conn.commit()
    assert POLICY.worth_raising < opened.weight < risen
    counts = decided(engine, NIGHT + timedelta(days=1))
    assert counts["cases_opened"] == 0
    assert counts[f"left: {SELDOM_RIGHT}"] == 1
    with engine.begin() as conn:
        conn.execute(verdict.delete())
    assert decided(engine, NIGHT + timedelta(days=1))["cases_opened"] == 1, "without the answers it is raised"


def decided(engine, day):
    """What is decided on a day, nothing by lot."""
    stages.begin_night(engine, day)
    stages.run_checks(engine, plugins.checks(), day)
    return stages.decide(engine, plugins.checks(), day, replace(POLICY, lot_share=0.0))
