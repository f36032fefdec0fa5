"""Shadow, promote, pause, retire: what a night does with each, and what the command refuses."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from earlyhelp import plugins
from earlyhelp.errors import SetUpWrong
from earlyhelp.services import fetching, stages
from earlyhelp.store.judged import backtests, check_states
from earlyhelp.store.judged.verdicts import write_verdict
from earlyhelp.store.tables import case, check_state, reading, signal
from earlyhelp.trust.states import DECISIONS, Standing, State, may_become, pauses_itself
from tests.practising import earlyhelp, home  # noqa: F401 - a fixture
from tests.test_services import a_night, agencies, hire, rows
from tests.twins import NIGHT

ARREARS, CALLOUTS = "rent_arrears_trend", "repeat_police_callouts"
ONE_DAY = timedelta(days=1)


@pytest.fixture
def begun(engine):
    """Everything is fetched and matched; no check has run yet."""
    hire(engine)
    for twin in agencies().values():
        fetching.fetch_agency(engine, twin, NIGHT)
    stages.match(engine, NIGHT)
    return engine


def put(engine, name, state, day=NIGHT):
    with engine.begin() as conn:
        check_states.put(conn, Standing(name, state, plugins.checks()[name].version, day, "me", "a test"))


def judged(engine, day=NIGHT):
    stages.begin_night(engine, day)
    counts = stages.run_checks(engine, plugins.checks(), day)
    stages.decide(engine, plugins.checks(), day)
    stages.end_night(engine, day, [], {"alert": {}})
    return counts


def test_a_check_in_shadow_is_counted_and_kept_and_neither_weighs_nor_alerts(begun):
    put(begun, CALLOUTS, State.SHADOW)
    counts = judged(begun)
    assert counts[f"shadow: {CALLOUTS}"] == 1
    assert CALLOUTS not in counts
    for kept in (reading, signal):
        assert CALLOUTS not in {row.check for row in rows(begun, kept)}
    judged(begun)
    with begun.connect() as conn:
        ((day, notable, _),) = check_states.shadow_nights(conn, CALLOUTS)
    assert (day, notable) == (NIGHT, 1), "twice is once"


def test_every_check_of_the_first_night_is_live_and_a_later_one_begins_in_shadow(begun):
    known = plugins.checks()
    late = known.pop(ARREARS)
    stages.begin_night(begun, NIGHT)
    stages.run_checks(begun, known, NIGHT)
    stages.end_night(begun, NIGHT, [], {"alert": {}})
    with begun.begin() as conn:
        states, _ = check_states.settle(conn, {**known, ARREARS: late}, NIGHT + ONE_DAY)
    assert {name: one.state for name, one in states.items()} == {
        **dict.fromkeys(known, State.LIVE), ARREARS: State.SHADOW,
    }  # fmt: skip


def test_a_paused_check_says_nothing_and_its_case_is_not_withdrawn_for_it(begun):
    judged(begun)
    put(begun, ARREARS, State.PAUSED)
    put(begun, CALLOUTS, State.RETIRED)
    counts = judged(begun, NIGHT + ONE_DAY)
    assert not {ARREARS, CALLOUTS} & set(counts)
    assert [row.closed_on for row in rows(begun, case)] == [None]


def test_a_check_called_wrong_in_three_of_four_of_forty_pauses_itself_and_can_be_let_go_on(begun):
    judged(begun)
    (opened,) = rows(begun, case)
    said_at = datetime.now(UTC) + timedelta(minutes=1)
    with begun.begin() as conn:
        for n in range(DECISIONS):
            at = said_at + timedelta(seconds=n)
            write_verdict(conn, opened.id, at, was_right=n % 4 == 0, checks=[CALLOUTS])
            write_verdict(conn, opened.id, at, was_right=n % 4 == 0, checks=[CALLOUTS])
    counts = judged(begun, NIGHT + ONE_DAY)
    assert counts[f"paused itself: {CALLOUTS}"] == 1
    assert CALLOUTS not in counts
    with begun.connect() as conn:
        now = check_states.standings(conn)[CALLOUTS]
    assert (now.state, now.who) == (State.PAUSED, "earlyhelp")
    assert "30" in now.why
    with begun.begin() as conn:  # somebody lets it go on, an hour later: what was said before is settled
        check_states.put(conn, Standing(CALLOUTS, State.LIVE, "1", NIGHT, "me", "mended"))
        newest = select(check_state.c.id).order_by(check_state.c.id.desc()).limit(1).scalar_subquery()
        conn.execute(
            check_state.update().where(check_state.c.id == newest).values(at=said_at + timedelta(hours=1))
        )
    assert f"paused itself: {CALLOUTS}" not in judged(begun, NIGHT + 2 * ONE_DAY)


@given(st.lists(st.booleans(), max_size=90))
def test_it_takes_forty_decisions_and_thirty_of_the_last_forty_wrong(right):
    assert pauses_itself(right) == (len(right) >= 40 and sum(right[:40]) <= 10)


@pytest.mark.parametrize(
    ("state", "wanted", "backtested", "word"),
    [
        (State.SHADOW, State.LIVE, False, "earlyhelp backtest"),
        (State.RETIRED, State.LIVE, True, "retired"),
        (State.SHADOW, State.PAUSED, True, "only a live check"),
        (State.LIVE, State.LIVE, True, "already"),
    ],
)
def test_what_may_not_be_is_refused_with_what_to_do(state, wanted, backtested, word):
    now = Standing("a_check", state, "1", NIGHT, "me", "so")
    with pytest.raises(SetUpWrong, match=word):
        may_become(now, wanted, backtested)


def test_a_backtest_of_another_version_proves_nothing(engine):
    check = plugins.checks()[ARREARS]
    with engine.begin() as conn:
        backtests.keep(conn, {ARREARS: check}, NIGHT - ONE_DAY, NIGHT, "me", {"labels": "drawn"})
        assert backtests.newest(conn, check).summary == {"labels": "drawn"}
        newer = type("Newer", (type(check),), {"version": "2000"})()
        assert backtests.newest(conn, newer) is None


def test_the_command_moves_a_check_and_says_who_and_why(home):  # noqa: F811
    assert "version" in earlyhelp("checks").lower(), "without a word it describes them all"
    assert "shadow from tonight" in earlyhelp("checks", "shadow", ARREARS, "--why", "new weights")
    assert "earlyhelp backtest" in earlyhelp("checks", "promote", ARREARS, "--why", "looks good", code=1)
    assert "there is no check" in earlyhelp("checks", "pause", "nonsense", "--why", "x", code=1)
    (one,) = [
        c for c in json.loads(earlyhelp("checks", "standing", "--json"))["checks"] if c["check"] == ARREARS
    ]
    assert (one["state"], one["why"], one["backtested_until"]) == ("shadow", "new weights", None)
    assert asdict(Standing(ARREARS, State.SHADOW, "1", NIGHT, "", "")).keys() <= one.keys()


def test_a_whole_night_raises_nothing_on_what_runs_in_shadow(engine, tmp_path):
    hire(engine)
    put(engine, CALLOUTS, State.SHADOW)
    a_night(engine, agencies(), tmp_path / "outbox")
    assert CALLOUTS not in {row.check for row in rows(engine, signal)}
