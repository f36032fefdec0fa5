"""The manager: what nobody holds, what is overdue, who has room, cover in one action, and how checks fare."""

import re
from datetime import timedelta

from sqlalchemy import insert, update

from earlyhelp.casework.decisions import NO_ROOM, NOBODY_TRAINED
from earlyhelp.keywork.placing import Holder, may_hold
from earlyhelp.store import tables as t
from tests.web.seed import DAN, NIA, PRIYA, RUTH, START, TODAY, TOM


def page_of(city, worker=RUTH):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", city.browser(worker).get("/manage").text))


def test_only_managers_get_in(city):
    for worker in (PRIYA, DAN, TOM, NIA):
        browser = city.browser(worker)
        token = browser.form_token()
        assert browser.get("/manage").status_code == 404
        assert browser.post("/manage/place", form_token=token, case="1", to=str(DAN)).status_code == 404
        assert browser.post("/manage/cover", form_token=token, absent="1", to="2").status_code == 404
    assert {row["worker_id"] for row in city.rows(t.case)} == {PRIYA, DAN, TOM}


def test_what_nobody_holds_is_placed_and_its_worker_told(city):
    with city.engine.begin() as conn:
        conn.execute(update(t.case).where(t.case.c.id == 1).values(worker_id=None))
    assert "Nobody holds these (1) The Ashdown household" in page_of(city)
    ruth = city.browser(RUTH)
    ruth.post("/manage/place", form_token=ruth.form_token(), case="1", to=str(DAN))
    assert "Every case is held by somebody." in page_of(city)
    assert "The Ashdown household" in city.browser(DAN).get("/").text
    assert [(row["worker_id"], row["cause"]) for row in city.rows(t.alert)] == [(DAN, "handed over")]
    assert [row["what"] for row in city.rows(t.case_event)] == ["allocated"]


def test_a_restricted_household_is_nameless_and_goes_only_to_the_trained(city):
    with city.engine.begin() as conn:
        conn.execute(update(t.case).where(t.case.c.id == 2).values(worker_id=None))
    page = page_of(city)
    assert "A restricted household" in page
    assert "Kestrel" not in page
    assert "Canal" not in page[: page.index("Overdue")]
    ruth = city.browser(RUTH)
    token = ruth.form_token()
    refused = ruth.post("/manage/place", form_token=token, case="2", to=str(DAN))
    assert refused.headers["location"] == "/manage?said=not-placed"
    ruth.post("/manage/place", form_token=token, case="2", to=str(PRIYA))
    assert city.rows(t.case.select().where(t.case.c.id == 2))[0]["worker_id"] == PRIYA


def test_what_is_overdue_is_named_with_its_worker_and_its_age(city):
    with city.engine.begin() as conn:
        conn.execute(update(t.case).where(t.case.c.id == 1).values(look_by=TODAY - timedelta(days=3)))
        late = {"state": "waiting", "due_on": TODAY - timedelta(days=1)}
        conn.execute(update(t.case).where(t.case.c.id == 4).values(**late))
    page = page_of(city)
    assert "Overdue (2)" in page
    assert "Priya Shah · 3 days overdue" in page
    assert "Priya Shah · 1 day overdue" in page


def test_what_agencies_are_late_with_is_counted_without_a_household(city):
    """A manager's message counts these first looks: the page must not say that nothing is overdue."""
    with city.engine.begin() as conn:
        conn.execute(update(t.worker).where(t.worker.c.id == RUTH).values(ward=None))
        conn.execute(update(t.case).where(t.case.c.id == 3).values(look_by=TODAY - timedelta(days=1)))
    page = page_of(city)
    assert "Housing: 1 first look overdue, held by Tom Reeve" in page
    assert "Thornbury" not in page
    assert "H5N1C6RB" not in city.browser(RUTH).get("/manage").text
    with city.engine.begin() as conn:
        conn.execute(update(t.case).where(t.case.c.id == 3).values(worker_id=None))
    assert "held by nobody" in page_of(city)


def test_cover_hands_over_in_one_action_what_the_other_may_hold(city):
    ruth = city.browser(RUTH)
    answer = ruth.post("/manage/cover", form_token=ruth.form_token(), absent=str(PRIYA), to=str(DAN))
    assert answer.headers["location"] == "/manage?said=covered&went=2&stayed=1"
    held = {row["id"]: row["worker_id"] for row in city.rows(t.case)}
    assert held == {1: DAN, 2: PRIYA, 3: TOM, 4: DAN, 5: DAN}, "Dan is not trained for the second"
    assert "2 cases handed over. 1 case stayed" in ruth.get(answer.headers["location"]).text
    assert city.browser(PRIYA).get("/households/H7Q2M9KX").status_code == 404
    assert city.browser(DAN).get("/households/H7Q2M9KX").status_code == 200


def test_a_manager_of_one_ward_moves_nothing_of_another(city):
    with city.engine.begin() as conn:
        conn.execute(update(t.worker).where(t.worker.c.id == RUTH).values(ward="Quayside"))
    ruth = city.browser(RUTH)
    token = ruth.form_token()
    ruth.post("/manage/cover", form_token=token, absent=str(PRIYA), to=str(DAN))
    ruth.post("/manage/place", form_token=token, case="1", to=str(DAN))
    assert city.rows(t.case.select().where(t.case.c.id == 1))[0]["worker_id"] == PRIYA


def test_who_has_room_counts_what_they_hold_and_what_came_this_week(city):
    with city.engine.begin() as conn:
        row = {"case_id": 1, "day": TODAY, "what": "allocated", "policy": "x", "worker_id": PRIYA}
        conn.execute(insert(t.case_event).values(why="of the ward", **row))
        conn.execute(update(t.worker).where(t.worker.c.id == DAN).values(left_on=TODAY))
    page = page_of(city)
    assert "Priya Shah (trained in domestic abuse) 3 of 15 1 of 5 4" in page
    assert "Dan Holt" not in page[page.index("Who has room") :]


def test_what_was_held_back_and_how_checks_are_answered_hide_small_numbers(city):
    with city.engine.begin() as conn:
        counts = {"decide": {f"left: {NO_ROOM}": 12, f"left: {NOBODY_TRAINED}": 2}}
        conn.execute(update(t.night).values(counts=counts))
        row = {"case_id": 1, "worker_id": PRIYA, "at": START, "day": TODAY, "answer": "contact", "why": "x"}
        for number in range(20):
            said = {
                "rent_arrears_trend": "wrong" if number < 15 else "right",
                "repeat_police_callouts": "open",
            }
            if number < 3:
                said["missed_appointments"] = "wrong"
            conn.execute(insert(t.decision).values(**row, saw={}, verdicts=said, policy="x"))
    page = page_of(city)
    assert f"12 households in the whole city: {NO_ROOM}" in page
    assert f"Fewer than five households in the whole city: {NOBODY_TRAINED}" in page
    assert "Rent arrears trend live 20 75%" in page
    assert "Missed appointments live too few too few to say" in page
    assert "Repeat police callouts live 0 too few to say" in page


def test_silent_sources_stand_on_the_managers_page(city):
    assert "Riverside Health (appointments) did not answer" in page_of(city)


def test_who_may_hold_what():
    key = Holder(1, "key_worker", None, trained=False)
    housing = Holder(2, "agency_worker", "housing", trained=True)
    assert may_hold(key, "joint", restricted=False)
    assert not may_hold(key, "joint", restricted=True)
    assert not may_hold(key, "housing", restricted=False)
    assert may_hold(housing, "housing", restricted=True)
    assert not may_hold(housing, "joint", restricted=False)
    assert not may_hold(housing, "police", restricted=False)
    assert not may_hold(Holder(1, "manager", None, trained=True), "joint", restricted=False)
    assert not may_hold(Holder(1, "key_worker", None, trained=True, gone=True), "joint", restricted=False)
