"""Check this fact: marked as wrong, asked of the agency's data owner, and not relied on meanwhile."""

import re
from datetime import timedelta

from sqlalchemy import insert, update

from earlyhelp.law.policy import Sector
from earlyhelp.store import tables as t
from earlyhelp.store.casework import put_off
from tests.web.seed import DAN, NIA, PRIYA, RUTH, START, TODAY, TOM

ASHDOWN = "/households/H7Q2M9KX"
SOON = TODAY + timedelta(days=9)


def call_of(city):
    """Where the newest police call of the Ashdowns' reason is marked as wrong."""
    page = city.browser(PRIYA).get(ASHDOWN).text
    return re.findall(rf"{ASHDOWN}/facts/police_callout/\d+", page)[0]


def marked(city):
    browser, path = city.browser(PRIYA), call_of(city)
    assert "Police called: damage, 17 October 2026" in browser.get(path).text
    said = {"form_token": browser.form_token(), "why": "That was the house next door."}
    assert browser.post(path, **said).headers["location"] == ASHDOWN
    return browser, "/fact-checks/" + city.rows(t.fact_check)[0]["reference"]


def reasons_of(browser):
    page = browser.get(ASHDOWN).text
    return re.findall(r'<h3 class="govuk-heading-s">([^<]*)</h3>', page.split("What we do not know")[0])


def of_police(city):
    """A worker of the police: Dan, for this test."""
    with city.engine.begin() as conn:
        police = {"role": "agency_worker", "sector": "police", "agency": "eastborough-police"}
        conn.execute(update(t.worker).where(t.worker.c.id == DAN).values(**police))
    return city.browser(DAN)


def test_a_signal_is_set_aside_while_its_fact_is_checked(city):
    browser, _ = marked(city)
    assert reasons_of(browser) == [
        "Rent arrears trend", "Missed appointments", "Set aside while a fact is checked",
    ]  # fmt: skip
    page = browser.get(ASHDOWN).text
    assert "Eastborough Police was asked on 2 November 2026. “That was the house next door.”" in page
    assert "called on 3 days" not in browser.get(f"{ASHDOWN}/pull-in").text, "nor is it shared"
    form = {"answer": "helped", "why": "x", "saw": "3", "form_token": browser.form_token()}
    browser.post(f"{ASHDOWN}/decision", **form)
    assert set(city.rows(t.decision)[0]["verdicts"]) == {"rent_arrears_trend", "missed_appointments"}


def test_the_agencys_data_owner_is_asked_and_nobody_else(city):
    _, path = marked(city)
    for worker in (PRIYA, TOM, NIA, RUTH):
        assert city.browser(worker).get(path).status_code == 404
        assert "Facts to check" not in city.browser(worker).get("/").text
    owner = of_police(city)
    assert "Facts to check (1)" in owner.get("/").text
    page = owner.get(path).text
    assert "police_callout-" in page, "by the agency's own number"
    assert "That was the house next door." in page
    for kept in ("Ashdown", "Canal Street", "H7Q2M9KX", "Rent"):
        assert kept not in page, kept


def test_a_fact_that_is_right_brings_the_signal_back_with_the_answer(city):
    browser, path = marked(city)
    owner = of_police(city)
    token = owner.form_token()
    assert owner.post(path, form_token=token, state="").status_code == 422
    owner.post(path, form_token=token, state="right", reply="The officer was inside.")
    assert "Repeat police callouts" in reasons_of(browser)
    assert "Eastborough Police says it is right. The officer was inside." in browser.get(ASHDOWN).text
    owner.post(path, form_token=token, state="wrong", reply="No.")
    assert city.rows(t.fact_check)[0]["state"] == "right", "an answer is given once"


def test_a_fact_that_is_wrong_stays_aside_until_a_new_signal_rests_on_others(city):
    browser, path = marked(city)
    owner = of_police(city)
    owner.post(path, form_token=owner.form_token(), state="wrong", reply="Wrong house.")
    assert "says that it is wrong, and will correct it" in browser.get(ASHDOWN).text
    assert "Repeat police callouts" not in reasons_of(browser)
    row = city.rows(t.fact_check)[0]["row"]
    mine = (t.signal.c.check == "repeat_police_callouts") & (t.signal.c.case_id == 1)
    (signal,) = city.rows(t.signal.select().where(mine))
    with city.engine.begin() as conn:
        left = [one for one in signal["evidence"] if one != row]
        conn.execute(update(t.signal).where(mine).values(evidence=left))
    assert "Repeat police callouts" in reasons_of(browser)


def test_only_a_record_behind_a_reason_can_be_marked_and_only_with_a_why(city):
    browser, path = city.browser(PRIYA), call_of(city)
    token = browser.form_token()
    assert browser.post(path, form_token=token, why=" ").status_code == 422
    for wrong in (f"{ASHDOWN}/facts/police_callout/4", f"{ASHDOWN}/facts/look/1", f"{ASHDOWN}/facts/rent/x"):
        assert browser.get(wrong).status_code == 404, wrong
        assert browser.post(wrong, form_token=token, why="x").status_code == 404
    assert city.browser(DAN).get(path).status_code == 404
    assert city.rows(t.fact_check) == []


def test_marking_twice_asks_once(city):
    browser, _ = marked(city)
    page = browser.get(ASHDOWN).text
    assert len(city.rows(t.fact_check)) == 1
    again = f"{ASHDOWN}/facts/police_callout/{city.rows(t.fact_check)[0]['row']}"
    browser.post(again, form_token=browser.form_token(), why="Still wrong.")
    assert len(city.rows(t.fact_check)) == 1
    assert again not in page


def test_nothing_that_is_set_aside_wakes_a_case_that_was_put_off(city):
    marked(city)
    with city.engine.begin() as conn:
        conn.execute(
            update(t.case).where(t.case.c.id == 1).values(state="later", due_on=TODAY + timedelta(9))
        )
        conn.execute(
            insert(t.decision).values(
                case_id=1, worker_id=PRIYA, at=START, day=TODAY, answer="later", why="x",
                saw={"readings": {}}, verdicts={}, policy="x",
            )
        )  # fmt: skip
        row = {"household_id": 1, "version": "1", "as_of": TODAY, "since": TODAY, "facts": {}, "weight": 3.0}
        for check in ("repeat_police_callouts", "rent_arrears_trend"):
            conn.execute(insert(t.reading).values(check=check, **row))
        sectors = {"repeat_police_callouts": Sector.POLICE, "rent_arrears_trend": Sector.HOUSING}
        (one,) = put_off.read_put_off(conn, sectors)
    assert set(one.now) == {"rent_arrears_trend"}
