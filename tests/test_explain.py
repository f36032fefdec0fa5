"""The whole sum of one household on one night, the same page whenever it is asked for."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from earlyhelp import plugins
from earlyhelp.casework.weighing import Weights
from earlyhelp.errors import SetUpWrong
from earlyhelp.services.explaining import explain
from earlyhelp.settings import settings
from earlyhelp.store.judged import check_states, weights
from earlyhelp.store.tables import household, operation, weighed
from earlyhelp.store.unit_of_work import migrate, open_store
from earlyhelp.trust.states import Standing, State
from tests.agreed import write_all
from tests.practising import earlyhelp, home  # noqa: F401 - a fixture
from tests.test_services import TROUBLED, a_night, agencies, hire, rows
from tests.twins import NIGHT, callout

TOMORROW = NIGHT + timedelta(days=1)


def reference(engine, uprn=TROUBLED):
    with engine.connect() as conn:
        return conn.execute(select(household.c.reference).where(household.c.uprn == uprn)).scalar_one()


def page(engine, day=NIGHT):
    with engine.connect() as conn:
        return explain(conn, plugins.checks(), reference(engine), day)


def test_the_page_of_a_past_night_is_the_page_of_that_night_byte_for_byte(engine, tmp_path):
    hire(engine)
    a_night(engine, agencies(), tmp_path / "outbox")
    that_night = page(engine)
    twins = agencies()
    for n in range(4):
        late = callout(f"late{n}", TROUBLED, NIGHT - timedelta(days=3 + n), harm=500)
        twins["police"].feeds[0].rows.append(
            late.model_copy(update={"recorded_at": datetime.combine(NIGHT, time(22), UTC)})
        )
    twins["police"].clock = datetime.combine(TOMORROW, time(2), UTC)
    with engine.begin() as conn:
        check_states.put(conn, Standing("rent_arrears_trend", State.PAUSED, "1", NIGHT, "me", "a test"))
        weights.keep(conn, Weights("2", {"repeat_police_callouts": 0.5}), "me", "", {}, accepted=True)
    a_night(engine, twins, tmp_path / "outbox", TOMORROW)
    assert page(engine) == that_night
    next_night = page(engine, TOMORROW)
    assert "paused, so it adds nothing" in next_night
    assert "repeat_police_callouts times 0.5" in next_night


def test_the_lines_add_up_to_the_total_by_which_it_was_placed(engine, tmp_path):
    hire(engine)
    a_night(engine, agencies(), tmp_path / "outbox")
    text = page(engine)
    (kept,) = [row for row in rows(engine, weighed) if row.decision == "opened"]
    sectors = [float(line.split("so ")[1]) for line in text.splitlines() if ", so " in line]
    assert len(sectors) >= 2
    assert sum(sectors) == pytest.approx(kept.total, abs=1e-5)
    assert f"Total: {kept.total:+.6f}" in text
    assert f"Place: {kept.place} of {kept.of} " in text
    assert "Decision: opened: weighs enough, and there is room" in text
    assert "That night's total was" not in text


def test_a_household_marked_for_domestic_abuse_is_not_shown_on_the_command_line(engine, tmp_path):
    hire(engine)
    a_night(engine, agencies(), tmp_path / "outbox")
    with engine.begin() as conn:
        conn.execute(update(household).values(restricted_from=date(2030, 1, 1)))
    with pytest.raises(SetUpWrong, match="trained worker"):
        page(engine)


def test_that_somebody_asked_is_kept_with_their_name(home, tmp_path, monkeypatch):  # noqa: F811
    home.mkdir()
    (tmp_path / "agreements").mkdir()
    monkeypatch.setenv("EARLYHELP_AGREEMENTS", str(write_all(tmp_path / "agreements")))
    settings.cache_clear()
    made = open_store(settings().database)
    migrate(made)
    hire(made)
    a_night(made, agencies(), home / "outbox")
    told = earlyhelp("explain", reference(made), "--as-of", f"{NIGHT}")
    assert "Total:" in told
    (kept,) = rows(made, operation)
    assert (kept.what, kept.about) == ("explain", f"{reference(made)} {NIGHT}")
    assert kept.operator
    assert "no household of that reference" in earlyhelp("explain", "nobody", code=1)
    made.dispose()
