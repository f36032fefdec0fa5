"""Pulling in: seen before it is sent, shared fact by fact, and answered into the chronology."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from earlyhelp.store import tables as t
from tests.web.seed import DAN, NIA, PRIYA, RUTH, TODAY, TOM

ASHDOWN, KESTREL = "/households/H7Q2M9KX", "/households/H3V8T4WD"
HEALTH = {
    "whom": "agency:riverside-health",
    "question": "Could a health visitor join me on Friday?",
    "answer_by": "2026-11-09",
    "fact_people": "yes",
    "fact_signal-1": "yes",
}


def ask(city, path=ASHDOWN, **form):
    browser = city.browser(PRIYA)
    return browser, browser.post(f"{path}/pull-in", form_token=browser.form_token(), **form)


def asked(city, **more):
    browser, answer = ask(city, **{**HEALTH, "send": "yes", **more})
    assert answer.status_code == 303, answer.text
    return browser, city.rows(t.pull_in)[0]["reference"]


def test_answering_with_an_agency_leads_to_the_form_and_records_nothing_yet(city):
    browser = city.browser(PRIYA)
    form = {"answer": "ask", "why": "A visit together.", "saw": "3", "form_token": browser.form_token()}
    page = browser.post(f"{ASHDOWN}/decision", **form).text
    assert "Who do you want to ask?" in page
    assert "A visit together." in page
    assert city.rows(t.decision) == []


def test_what_is_sent_is_what_was_previewed_and_nothing_that_was_left_out(city):
    browser, preview = ask(city, **HEALTH)
    assert preview.status_code == 200
    assert city.rows(t.pull_in) == []
    assert "This is what Riverside Health will see" in preview.text
    body = preview.text[preview.text.index('class="preview"') : preview.text.index("<form method", 2000)]
    for told in (
        "Could a health visitor",
        "Marlon Ashdown, born 9 March 1987",
        "8.4 weeks are owed now",
    ):
        assert told in body, told
    for kept in ("Canal Street", "called on 3 days"):
        assert kept not in body, kept
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', preview.text))
    assert browser.post(f"{ASHDOWN}/pull-in", **hidden, send="yes").status_code == 303
    reference = city.rows(t.pull_in)[0]["reference"]
    page = city.browser(NIA).get(f"/pull-ins/{reference}").text
    for told in (
        "Could a health visitor",
        "Marlon Ashdown, born 9 March 1987",
        "8.4 weeks are owed now",
    ):
        assert told in page, told
    for kept in ("Canal Street", "called on 3 days", "H7Q2M9KX"):
        assert kept not in page, kept


def test_asking_is_a_decision_and_the_case_waits_with_its_worker(city):
    browser, _ = asked(city)
    (row,) = city.rows(t.case.select().where(t.case.c.id == 1))
    assert (row["state"], row["worker_id"], row["due_on"]) == ("waiting", PRIYA, date(2026, 11, 9))
    assert city.rows(t.decision)[0]["answer"] == "ask"
    assert "Waiting for someone else (1)" in browser.get("/").text
    page = browser.get(ASHDOWN).text
    assert "Asked, answer by Mon 9 November" in page
    assert "Asked Riverside Health to join: Could a health visitor" in page


def test_asking_twice_asks_once(city):
    for _ in range(2):
        asked(city)
    assert len(city.rows(t.pull_in)) == len(city.rows(t.decision)) == 1


def test_an_answer_joins_the_chronology_and_comes_back_to_the_key_worker(city):
    browser, reference = asked(city)
    expert = city.browser(NIA)
    assert "You have been asked to join (1)" in expert.get("/").text
    token = expert.form_token()
    for what, words in (("joined", ""), ("answered", "I can come on Friday at ten.")):
        answer = expert.post(f"/pull-ins/{reference}", form_token=token, what=what, words=words)
        assert answer.status_code == 303
    page, listed = browser.get(ASHDOWN).text, browser.get("/").text
    told = page[page.index("What the agencies recorded") :]
    assert "Riverside Health answered: I can come on Friday at ten." in told
    assert "There is an answer to what you asked." in listed
    assert "Waiting for someone else" not in listed
    assert [(a["worker_id"], a["cause"]) for a in city.rows(t.alert)] == [(PRIYA, "answered")]
    assert city.rows(t.case.select().where(t.case.c.id == 1))[0]["worker_id"] == PRIYA, "she keeps it"


def test_a_refusal_needs_a_reason_and_is_the_end(city):
    _, reference = asked(city)
    expert = city.browser(NIA)
    token = expert.form_token()
    refused = expert.post(f"/pull-ins/{reference}", form_token=token, what="declined", words=" ")
    assert refused.status_code == 422
    assert "Write why your agency cannot join" in refused.text
    for words in ("No health visitor this month.", "Again."):
        expert.post(f"/pull-ins/{reference}", form_token=token, what="declined", words=words)
    assert [row["words"] for row in city.rows(t.pull_in_reply)] == ["No health visitor this month."]
    assert "What will your agency do?" not in expert.get(f"/pull-ins/{reference}").text


def test_an_answer_that_is_overdue_is_said_to_be_late(city):
    browser, reference = asked(city)
    with city.engine.begin() as conn:
        conn.execute(update(t.pull_in).values(answer_by=TODAY - timedelta(days=1)))
        conn.execute(update(t.case).where(t.case.c.id == 1).values(due_on=TODAY - timedelta(days=1)))
    assert "Asked, and late: the answer was due Sun 1 November" in browser.get(ASHDOWN).text
    assert "the answer was due on Sun 1 November" in browser.get("/").text
    assert "and late" in city.browser(NIA).get(f"/pull-ins/{reference}").text


def test_only_the_agency_that_was_asked_gets_in_and_then_only_who_joined(city):
    _, reference = asked(city)
    path = f"/pull-ins/{reference}"
    answers = {worker: city.browser(worker).get(path) for worker in (PRIYA, DAN, TOM, RUTH)}
    assert {answer.status_code for answer in answers.values()} == {404}
    assert "You are asked" not in city.browser(TOM).get("/").text
    nia = city.browser(NIA)
    assert nia.get(ASHDOWN).status_code == 404, "what was shared is all there is"
    nia.post(path, form_token=nia.form_token(), what="joined", words="")
    with city.engine.begin() as conn:
        conn.execute(update(t.worker).where(t.worker.c.id == TOM).values(agency="riverside-health"))
    assert city.browser(TOM).get(path).status_code == 404, "somebody else joined"
    assert nia.get(path).status_code == 200
    looks = [
        (r["worker_id"], r["household_id"], r["allowed"]) for r in city.rows(t.look) if r["page"] == "pull-in"
    ]
    assert (NIA, 1, True) in looks
    assert (TOM, 1, False) in looks


def test_a_closed_case_closes_its_pull_ins(city):
    _, reference = asked(city)
    with city.engine.begin() as conn:
        conn.execute(update(t.case).where(t.case.c.id == 1).values(state="closed", closed_on=TODAY))
    assert city.browser(NIA).get(f"/pull-ins/{reference}").status_code == 404


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"whom": ""}, "Choose who to ask"),
        ({"question": " "}, "Write what you are asking for"),
        ({"answer_by": "2026-11-01"}, "Select a day after today"),
        (
            {"whom": "agency:northside-homes", "fact_signal-3": "yes"},
            "no power to share these facts",
        ),
        ({"whom": "service:s1"}, "a local service may be told only with its agreement"),
        ({"with_words": "yes"}, "shared only with its agreement"),
    ],
)
def test_nothing_is_sent_without_whom_what_when_and_on_what_ground(city, more, words):
    _, answer = ask(city, **{**HEALTH, "send": "yes", **more})
    assert answer.status_code == 422
    assert words in answer.text
    assert city.rows(t.pull_in) == []


def test_a_local_service_is_asked_by_agreement_and_the_key_worker_takes_its_answer_down(city):
    browser = city.browser(PRIYA)
    form = browser.get(f"{ASHDOWN}/pull-in").text
    assert "Debt advice (Northmoor Voices, local service)" in form
    assert "Walks" not in form, "it does not serve Harbourside"
    browser, reference = asked(city, whom="service:s1", agreed="yes")
    (row,) = city.rows(t.pull_in)
    assert (row["agency"], row["service"], row["ground"]) == (None, "s1", "agreed with the household")
    browser.post(
        f"{ASHDOWN}/pull-in/reply", form_token=browser.form_token(), pull_in=reference, what="answered",
        words="An appointment on Tuesday.",
    )  # fmt: skip
    page = browser.get(ASHDOWN).text
    assert "Debt advice (Northmoor Voices) answered: An appointment on Tuesday." in page


def test_a_key_worker_cannot_answer_for_an_agency_but_can_call_it_off(city):
    browser, reference = asked(city)
    token = browser.form_token()
    form = {"form_token": token, "pull_in": reference, "words": "Not needed."}
    assert browser.post(f"{ASHDOWN}/pull-in/reply", what="answered", **form).status_code == 404
    assert browser.post(f"{ASHDOWN}/pull-in/reply", what="called_off", **form).status_code == 303
    assert city.browser(NIA).get(f"/pull-ins/{reference}").status_code == 404


def test_a_restricted_households_address_is_not_shared_and_only_the_trained_may_read(city):
    browser, _ = ask(city, KESTREL, **{**HEALTH, "fact_address": "yes", "agreed": "yes", "send": "yes"})
    assert "Canal Street" not in browser.get(f"{KESTREL}/pull-in").text
    (row,) = city.rows(t.pull_in)
    assert "Canal" not in str(row["facts"])
    assert city.browser(NIA).get(f"/pull-ins/{row['reference']}").status_code == 200
    with city.engine.begin() as conn:
        conn.execute(update(t.worker).where(t.worker.c.id == NIA).values(domestic_abuse_trained=False))
    nia = city.browser(NIA)
    assert nia.get(f"/pull-ins/{row['reference']}").status_code == 404
    assert "You are asked" not in nia.get("/").text
