"""The decision: one answer with a reason, kept with what was seen, and what it makes of the case."""

import re
from datetime import date, timedelta

from sqlalchemy import insert, select, update

from earlyhelp.keywork import worsening
from earlyhelp.law.policy import POLICY, Sector
from earlyhelp.store import tables as t
from earlyhelp.store.casework import put_off
from tests.web.seed import DAN, PRIYA, RUTH, START, TODAY

ASHDOWN = "/households/H7Q2M9KX"
FRIDAY = "2026-11-06"
CHECKS = {"rent_arrears_trend", "repeat_police_callouts", "missed_appointments"}
SECTORS = {
    "rent_arrears_trend": Sector.HOUSING,
    "repeat_police_callouts": Sector.POLICE,
    "missed_appointments": Sector.HEALTH,
}


def decide(city, answer, **more):
    browser = city.browser(PRIYA)
    page = browser.get(ASHDOWN).text
    form = {
        "form_token": re.findall(r'name="form_token" value="(\w+)"', page)[0],
        "saw": re.findall(r'name="saw" value="(\d+)"', page)[0],
        "answer": answer,
        "why": "Lena asked for a call on Friday.",
        **more,
    }
    return browser, browser.post(f"{ASHDOWN}/decision", **form)


def case_row(city):
    return city.rows(t.case.select().where(t.case.c.id == 1))[0]


def test_contacting_keeps_the_case_with_a_day_for_the_next_step(city):
    browser, answer = decide(city, "contact", due_contact=FRIDAY)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{ASHDOWN}?recorded=decision")
    row = case_row(city)
    assert (row["state"], row["due_on"], row["closed_on"]) == ("acting", date(2026, 11, 6), None)
    page, listed = browser.get(f"{ASHDOWN}?recorded=decision").text, browser.get("/").text
    assert "Your decision has been recorded" in page
    assert "Lena asked for a call on Friday." in page
    assert "You planned to take the next step with the household by Fri 6 November." in listed
    assert "Action due (2)" in listed


def test_a_decision_is_kept_with_who_what_they_saw_and_why(city):
    _, answer = decide(city, "contact", due_contact=FRIDAY)
    assert answer.status_code == 303
    (kept,) = city.rows(t.decision)
    assert (kept["worker_id"], kept["day"], kept["at"]) == (PRIYA, TODAY, START)
    assert kept["why"] == "Lena asked for a call on Friday."
    assert set(kept["saw"]["signals"]) == CHECKS
    assert kept["saw"]["silent"][0].startswith("Riverside Health (appointments) did not answer")
    assert kept["saw"]["opened_at"] == START.isoformat()
    assert kept["policy"] == POLICY.version
    assert kept["verdicts"] == dict.fromkeys(CHECKS, "right")
    assert {row["check"]: row["was_right"] for row in city.rows(t.verdict)} == dict.fromkeys(CHECKS, True)


def test_pressing_the_button_twice_is_one_decision(city):
    for _ in range(2):
        decide(city, "contact", due_contact=FRIDAY)
    assert len(city.rows(t.decision)) == 1
    assert [row["what"] for row in city.rows(t.case_event)] == ["decided"]


def test_an_answer_with_something_missing_changes_nothing_and_says_what(city):
    for answer, more, words in (
        ("", {}, "Choose what happens next"),
        ("later", {"due_later": "2026-12-20"}, "Select a day within 28 days"),
        ("later", {"due_later": "2026-11-02"}, "Select a day after today"),
        ("contact", {"due_contact": "soon"}, "Select a day"),
        ("not_right", {}, "Choose what is not right"),
        ("helped", {"why": " "}, "Write a sentence to say why"),
    ):
        _, page = decide(city, answer, **more)
        assert page.status_code == 422
        assert words in page.text, answer
        assert "Nothing has been recorded yet" in page.text
        assert "<title>Error: " in page.text
    assert city.rows(t.decision) == []
    assert case_row(city)["state"] == "new"


def test_what_was_written_stands_there_still_when_something_is_missing(city):
    _, page = decide(city, "later", due_later="", why="Waiting for the benefit office.")
    assert "Waiting for the benefit office." in page.text
    assert re.search(r'value="later" checked', page.text)


def test_an_answer_to_a_page_that_is_out_of_date_is_not_recorded(city):
    browser = city.browser(PRIYA)
    page = browser.get(ASHDOWN).text
    with city.engine.begin() as conn:
        old = conn.execute(select(t.signal).where(t.signal.c.id == 1)).mappings().one()
        new = {**old, "id": 99, "check": "council_tax_arrears", "sentence": "Council tax is overdue."}
        conn.execute(insert(t.signal).values(**new))
    form = {"answer": "helped", "why": "School has a worker.", "saw": "3", "form_token": browser.form_token()}
    assert re.findall(r'name="saw" value="(\d+)"', page) == ["3"]
    answer = browser.post(f"{ASHDOWN}/decision", **form)
    assert answer.status_code == 422
    assert "Something new arrived" in answer.text
    assert "Council tax is overdue." in answer.text
    assert city.rows(t.decision) == []


def test_already_being_helped_closes_the_case_and_the_page_with_it(city):
    browser, answer = decide(city, "helped", why="The school's family worker has them.")
    assert answer.headers["location"] == "/?recorded=closed"
    assert "The case is closed" in browser.get("/?recorded=closed").text
    row = case_row(city)
    assert (row["state"], row["closed_on"], row["closing"]) == ("closed", TODAY, "already being helped")
    assert browser.get(ASHDOWN).status_code == 404


def test_no_room_closes_nothing_but_goes_back_to_be_placed(city):
    browser, answer = decide(city, "not_right", not_right="no_room")
    assert answer.headers["location"] == "/?recorded=placed"
    row = case_row(city)
    assert (row["state"], row["worker_id"], row["closed_on"]) == ("new", None, None)
    assert "Ashdown" not in browser.get("/").text
    manager = city.browser(RUTH).get("/").text
    assert "The Ashdown household" in manager
    assert "nobody holds it yet" in manager


def test_a_wrong_rule_is_held_against_the_checks_that_were_named(city):
    decide(city, "not_right", not_right="wrong_rule", wrong_repeat_police_callouts="yes")
    assert city.rows(t.decision)[0]["verdicts"] == {
        "repeat_police_callouts": "wrong",
        "rent_arrears_trend": "open",
        "missed_appointments": "open",
    }
    said = [(row["check"], row["was_right"]) for row in city.rows(t.verdict)]
    assert said == [("repeat_police_callouts", False)], "of the others it says nothing"
    assert case_row(city)["closing"] == "not right: wrong rule"


def test_only_the_worker_who_holds_the_case_decides(city):
    for worker in (DAN, RUTH):
        browser = city.browser(worker)
        token = browser.form_token()
        form = {"answer": "helped", "why": "No.", "saw": "9", "form_token": token}
        assert browser.post(f"{ASHDOWN}/decision", **form).status_code == 404
    assert city.browser(PRIYA).post(f"{ASHDOWN}/decision", answer="helped", why="No.").status_code == 403
    assert city.rows(t.decision) == []


def read_as(city, **weights):
    with city.engine.begin() as conn:
        conn.execute(t.reading.delete())
        for check, weight in weights.items():
            row = {"household_id": 1, "version": "1", "as_of": TODAY, "since": TODAY, "facts": {}}
            conn.execute(insert(t.reading).values(check=check, weight=weight, **row))


def night(city, day):
    with city.engine.begin() as conn:
        woken = worsening.wake(put_off.read_put_off(conn, SECTORS), POLICY)
        return put_off.wake(conn, woken, day, day + timedelta(days=2), POLICY)


def test_a_case_put_off_comes_back_early_when_things_get_worse(city):
    read_as(city, rent_arrears_trend=1.5)
    browser, _ = decide(city, "later", due_later="2026-11-16")
    assert "Looking again later (1)" in browser.get("/").text
    assert night(city, TODAY + timedelta(days=1)) == 0, "nothing has changed"
    read_as(city, rent_arrears_trend=1.5, repeat_police_callouts=1.2)
    assert night(city, TODAY + timedelta(days=2)) == 1
    assert night(city, TODAY + timedelta(days=2)) == 0, "the same night again wakes nobody twice"
    assert [(a["worker_id"], a["cause"]) for a in city.rows(t.alert)] == [(PRIYA, "worse")]
    assert "Things have got worse since you put it off." in browser.get("/").text
    assert "Action due (2)" in browser.get("/").text


def test_a_case_of_one_sector_does_not_come_back_by_anothers_data(city):
    with city.engine.begin() as conn:
        conn.execute(update(t.case).where(t.case.c.id == 1).values(scope="housing"))
    read_as(city, rent_arrears_trend=1.5)
    decide(city, "later", due_later="2026-11-16")
    read_as(city, rent_arrears_trend=1.5, repeat_police_callouts=3.0)
    assert night(city, TODAY + timedelta(days=2)) == 0
    read_as(city, rent_arrears_trend=3.0, repeat_police_callouts=3.0)
    assert night(city, TODAY + timedelta(days=3)) == 1


def test_what_the_nights_brought_since_the_last_look_stands_first(city):
    browser = city.browser(PRIYA)
    assert "New since you last looked" not in browser.get(ASHDOWN).text
    city.clock.now += timedelta(hours=20)
    browser = city.browser(PRIYA)
    assert "New since you last looked" not in browser.get(ASHDOWN).text, "no night has run since"
    city.clock.now += timedelta(minutes=1)
    with city.engine.begin() as conn:
        day = TODAY + timedelta(days=1)
        conn.execute(insert(t.night).values(day=day, state="complete", counts={}, started_at=city.clock.now))
        calls = t.landing["police_callout"]
        conn.execute(update(calls).where(calls.c.occurred_on == date(2026, 10, 17)).values(known_on=day))
    city.clock.now += timedelta(hours=1)
    browser = city.browser(PRIYA)
    page = browser.get(ASHDOWN).text
    assert "New since you last looked" in page
    news = page[page.index("New since you last looked") : page.index("Why you see this")]
    assert "Police called: damage" in news
    assert "concern" not in news
    assert "New since you last looked" in browser.get(ASHDOWN).text, "still marked in the same sitting"


def test_a_household_that_came_back_shows_last_times_outcome_first(city):
    with city.engine.begin() as conn:
        old = conn.execute(select(t.case).where(t.case.c.id == 1)).mappings().one()
        before = {"id": 50, "reference": "C50", "state": "closed", "closing": "already being helped"}
        days = {"opened_on": date(2026, 8, 3), "closed_on": date(2026, 8, 20)}
        conn.execute(insert(t.case).values(**{**old, **before, **days}))
        conn.execute(
            insert(t.decision).values(
                case_id=50, worker_id=DAN, at=START, day=date(2026, 8, 20), answer="helped",
                why="The debt adviser is on it.", saw={}, verdicts={}, policy="x",
            )
        )  # fmt: skip
    page = city.browser(PRIYA).get(ASHDOWN).text
    assert page.index("Came back") < page.index("The debt adviser is on it.") < page.index("Why you see this")
    assert "It ended: already being helped." in page
