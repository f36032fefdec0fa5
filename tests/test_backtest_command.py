"""`earlyhelp backtest` over a store: as known on each day, the same bytes again, a page without a script."""

import json
import re
from datetime import UTC, datetime, time, timedelta

import numpy as np
import pytest

from earlyhelp import plugins
from earlyhelp.chronology import day_number
from earlyhelp.law.policy import POLICY
from earlyhelp.services.listening import Question, listen
from earlyhelp.services.past_rows import ask
from earlyhelp.services.rehearsing import Plan, rehearse
from earlyhelp.settings import settings
from earlyhelp.store.events.blocks import load_block
from earlyhelp.store.judged import check_states, telling
from earlyhelp.store.unit_of_work import migrate, open_store, reading
from earlyhelp.trust.states import State
from tests.agreed import write_all
from tests.practising import earlyhelp, home, told  # noqa: F401 - a fixture
from tests.test_check_states import ARREARS, put
from tests.test_services import STEADY, TROUBLED, a_night, agencies, hire
from tests.twins import NIGHT, callout


@pytest.fixture
def city(home, tmp_path, monkeypatch):  # noqa: F811
    """A store with one night behind it, where the command will look."""
    home.mkdir()
    (tmp_path / "agreements").mkdir()
    monkeypatch.setenv("EARLYHELP_AGREEMENTS", str(write_all(tmp_path / "agreements")))
    settings.cache_clear()
    engine = open_store(settings().database)
    migrate(engine)
    hire(engine)
    a_night(engine, agencies(), home / "outbox")
    yield engine
    engine.dispose()


def plan(**changed):
    named = tuple(plugins.checks())
    first = NIGHT - timedelta(weeks=20)
    return Plan(
        **{"first": first, "last": NIGHT, "today": NIGHT, "budget": 2, "named": named, "live": named}
        | changed
    )


def lists(engine, the_plan):
    with reading(engine) as conn:
        done = rehearse(conn, plugins.checks(), the_plan)
    return {name: [week.ranked().tolist() for week in weeks] for name, weeks in done.lists.items()}


def test_what_became_known_later_changes_no_week_before(city, tmp_path):
    the_plan = plan()
    before, tomorrow = lists(city, the_plan), NIGHT + timedelta(days=1)
    twins = agencies()
    for n in range(6):
        late = callout(f"late{n}", STEADY, NIGHT - timedelta(days=20 + 30 * n))
        told_now = {"recorded_at": datetime.combine(NIGHT, time(22), UTC)}
        twins["police"].feeds[0].rows.append(late.model_copy(update=told_now))
    twins["police"].clock = datetime.combine(tomorrow, time(2), UTC)
    a_night(city, twins, tmp_path / "outbox", tomorrow)
    again = lists(city, the_plan)
    checks = [name for name in before if name.startswith("check:")]
    assert {name: again[name] for name in checks} == {name: before[name] for name in checks}
    called = "check: repeat_police_callouts"
    now = lists(city, plan(first=tomorrow, last=tomorrow, today=tomorrow))
    assert len(now[called][-1]) == len(before[called][-1]) + 1, "from the day on which it was told, it counts"


def test_a_week_says_what_that_night_said(city):
    checks = plugins.checks()
    day = day_number(NIGHT)
    with reading(city) as conn:
        everyone, _ = telling.households(conn)
        heard = listen(conn, Question(checks, NIGHT, set(), POLICY))
        kinds = {check.reads.kind: check.reads for check in checks.values()}
        blocks = {
            kind: load_block(conn, schema, everyone, NIGHT - timedelta(weeks=400), None)
            for kind, schema in kinds.items()
        }
    _, said = ask(checks, blocks, dict.fromkeys(kinds, lambda _day: False), day)
    for name, rows in heard.rows.items():
        for row in rows:
            assert said[name].weight[np.searchsorted(everyone, row["household_id"])] == row["weight"]
    assert any(heard.rows.values())


def test_the_same_rows_give_the_same_answer_and_it_is_put_on_record(city, tmp_path):
    words = ("backtest", "--to", f"{NIGHT}", "--from", f"{NIGHT - timedelta(weeks=20)}", "--check", ARREARS)
    put(city, ARREARS, State.SHADOW)
    first, again = told(*words), told(*words)
    assert first == again
    assert first["schema"] == "earlyhelp/backtest/1"
    assert {"all live checks, weighed", f"the same with {ARREARS}", f"check: {ARREARS}"} <= {
        m["method"] for m in first["methods"]
    }
    assert "eight weeks' rent" in first["labels"]
    assert f"{ARREARS} is live" in earlyhelp("checks", "promote", ARREARS, "--why", "it found them earlier")
    with reading(city) as conn:
        assert check_states.standings(conn)[ARREARS].state == State.LIVE


def test_a_backtest_in_which_a_check_was_hardly_asked_promotes_it_nowhere(city):
    """No school has told anything: a year of weeks without an answer proves nothing."""
    put(city, "school_absence", State.SHADOW)
    answer = told("backtest", "--check", "school_absence", "--from", f"{NIGHT - timedelta(weeks=20)}")
    assert any(
        re.search(r"school_absence was not asked in (\d+) of \1 weeks", one) for one in answer["cautions"]
    )
    assert any("counts for no promotion" in one for one in answer["cautions"])
    refused = earlyhelp("checks", "promote", "school_absence", "--why", "looks good", code=1)
    assert "no backtest of this version on record" in refused


def test_the_page_holds_everything_and_runs_nothing(city, tmp_path):
    page = tmp_path / "report.html"
    truth = tmp_path / "truth.csv"
    truth.write_text(f"uprn,escalated_on\n{TROUBLED},{NIGHT - timedelta(days=3)}\n999999999999,{NIGHT}\n")
    since = f"{NIGHT - timedelta(weeks=8)}"
    words = ("--html", str(page), "--truth", str(truth), "--from", since, "--to", f"{NIGHT}")
    answer = told("backtest", *words)
    text = page.read_text()
    assert "<script" not in text
    assert not re.search(r"(src|href)=", text)
    assert text.count("<svg") >= 1
    assert "What counted as an escalation" in text
    assert "2 escalations named in truth.csv, 1 of which lead to no household" in text
    assert TROUBLED not in text + json.dumps(answer), "nobody can be found from a report"
    assert answer["escalations"] is None, "one escalation points at somebody"


def test_what_cannot_be_is_said_with_what_to_do(home, tmp_path):  # noqa: F811
    assert "earlyhelp run" in earlyhelp("backtest", code=1)
    assert "no stretch of days" in earlyhelp("backtest", "--from", "2027-01-01", "--to", "2026-01-01", code=1)
    assert "there is no check" in earlyhelp("backtest", "--check", "nonsense", code=1)
