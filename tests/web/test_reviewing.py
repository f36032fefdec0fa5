"""The reviewer: two records side by side, three answers; and nobody guarded shown to the untrained."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from earlyhelp.store import tables as t
from earlyhelp.store.access.audit import verify
from earlyhelp.store.people import answering
from tests.web.doubts import ADDRESS, GUARDED, MATCHED, PAIR, doubts
from tests.web.seed import DAN, MINA, NIA, PRIYA, REVA, RUTH, TOM

PAGE = "/review/questions/"
REVIEWERS = "questions", "question", "answered a question", "what would follow", "answers so far"


@pytest.fixture
def doubtful(city):
    with city.engine.begin() as conn:
        doubts(conn)
    return city


def words(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def looks(city):
    return [(r["worker_id"], r["household_id"], r["page"], r["allowed"], r["because"])
            for r in city.rows(t.look) if r["page"] in REVIEWERS]  # fmt: skip


def answered(city):
    return [(r["kind"], r["answer"], r["worker_id"], r["note"]) for r in city.rows(t.reviewed)]


def test_the_queue_says_how_many_and_how_old_and_names_nobody(doubtful):
    untrained, trained = (
        words(doubtful.browser(REVA).get("/review")),
        words(doubtful.browser(MINA).get("/review")),
    )
    assert "2 questions The oldest is from 3 October 2026." in untrained
    assert "3 questions The oldest is from 1 September 2026." in trained
    assert "Two records: Northside Homes and Riverside Health" in untrained
    assert "only for reviewers trained" not in untrained
    for name in ("Ashdown", "Marl", "Kestrel", "Una", "Canal", "1987", "9990"):
        assert name not in trained
    assert doubtful.browser(MINA).get("/").headers["location"] == "/review"


def test_a_question_shows_both_sides_what_agrees_and_what_was_seen_of_each_by_kind_and_day(doubtful):
    page = words(doubtful.browser(REVA).get(PAGE + PAIR))
    assert "Agrees: same surname, same sex." in page
    assert "Differs: first name differs by one letter, date of birth has day and month swapped." in page
    assert "Name differs Marlon Ashdown Marlin Ashdown" in page
    assert "Born differs 9 March 1987 3 September 1987" in page
    assert "Rent postings (Northside Homes), 3 Nov 2025 to 2 Nov 2026" in page
    assert "Police calls (Eastborough Police), 15 Aug to 17 Oct 2026" in page
    assert "Health appointments (Riverside Health), 14 Oct 2026" in page
    for content in ("£", "arrears", "damage", "missed", "noshow", "concern", "Fire", "Harbourside", "H7Q2"):
        assert content not in page, content


def test_what_no_agreement_lets_anybody_tell_is_not_told_here_either(doubtful):
    doubtful.day += timedelta(days=40_000)
    page = words(doubtful.browser(REVA).get(PAGE + PAIR))
    assert "Nothing we may show" in page
    assert "Police calls" not in page


def test_an_address_is_asked_about_in_the_same_way(doubtful):
    page = words(doubtful.browser(REVA).get(PAGE + ADDRESS))
    assert "Is this the same address?" in page
    assert "Address differs 15a Canal St, NM1 15 Canal Street" in page
    assert "Police calls (Eastborough Police), 20 Oct 2026" in page
    assert "Different addresses" in page


@pytest.mark.parametrize("said", answering.ANSWERS)
def test_an_answer_is_kept_with_who_and_when_and_the_next_question_comes(doubtful, said):
    browser = doubtful.browser(REVA)
    token = browser.form_token()
    went = browser.post(PAGE + PAIR, form_token=token, answer=said, note=" They moved. ")
    assert went.headers["location"] == f"{PAGE}{ADDRESS}?said={PAIR}"
    assert "Your answer was recorded. 1 question left." in words(browser.get(went.headers["location"]))
    assert answered(doubtful) == [("person", said, REVA, "They moved.")]
    assert doubtful.rows(t.reviewed)[0]["answered_at"] == doubtful.clock.now
    last = browser.post(PAGE + ADDRESS, form_token=token, answer=said)
    assert last.headers["location"] == f"/review?said={ADDRESS}"
    assert "That was the last question. No questions" in words(browser.get(last.headers["location"]))
    assert "Answered before" in browser.get(PAGE + PAIR).text


def test_what_is_no_answer_changes_nothing(doubtful):
    browser = doubtful.browser(REVA)
    token = browser.form_token()
    for form in ({}, {"answer": "perhaps"}, {"answer": "same", "note": "x" * 501}):
        assert browser.post(PAGE + PAIR, form_token=token, **form).headers["location"] == PAGE + PAIR
    assert browser.post(PAGE + PAIR, form_token="0", answer="same").status_code == 403
    assert answered(doubtful) == []


def test_whoever_is_guarded_is_shown_only_to_the_trained_and_no_address_with_them(doubtful):
    browser = doubtful.browser(MINA)
    page = words(browser.get(PAGE + GUARDED))
    assert "Una Kestrell" in page
    for place in ("Refuge", "Canal"):
        assert place not in page
    untrained = doubtful.browser(REVA)
    token = untrained.form_token()
    absent = untrained.get(PAGE + "person-99")
    for refused in (
        untrained.get(PAGE + GUARDED),
        untrained.get(f"{PAGE}{GUARDED}/undo"),
        untrained.post(PAGE + GUARDED, form_token=token, answer="same"),
        untrained.post(f"{PAGE}{GUARDED}/undo", form_token=token),
        untrained.get(PAGE + "nonsense"),
    ):
        assert (refused.status_code, refused.content) == (404, absent.content)
    assert answered(doubtful) == []
    went = browser.post(PAGE + GUARDED, form_token=browser.form_token(), answer="unsure")
    assert went.status_code == 303
    assert "Cannot tell" in words(browser.get("/review/answers"))
    assert "Nobody has answered" in words(untrained.get("/review/answers"))


def test_an_address_where_somebody_is_guarded_is_asked_only_of_the_trained(doubtful):
    with doubtful.engine.begin() as conn:
        conn.execute(update(t.written_address).values(asked="000000000002"))
    assert doubtful.browser(REVA).get(PAGE + ADDRESS).status_code == 404
    assert doubtful.browser(MINA).get(PAGE + ADDRESS).status_code == 200


def test_an_address_that_somebody_guarded_gave_or_that_a_domestic_call_came_to_is_so_too(doubtful):
    calls, people = t.landing["police_callout"], t.landing["person"]
    for table, where, now in (
        (calls, calls.c.address == "15a Canal St, NM1", {"domestic_abuse": True}),
        (people, people.c.record_id == "p4", {"address": "15a Canal St, NM1"}),
    ):
        assert doubtful.browser(REVA).get(PAGE + ADDRESS).status_code == 200
        with doubtful.engine.begin() as conn:
            conn.execute(update(table).where(where).values(now))
        assert doubtful.browser(REVA).get(PAGE + ADDRESS).status_code == 404
        assert "1 question" in words(doubtful.browser(REVA).get("/review"))
        with doubtful.engine.begin() as conn:
            conn.execute(update(calls).values(domestic_abuse=False))


def test_only_reviewers_get_in_and_they_get_nowhere_else(doubtful):
    for worker in (PRIYA, DAN, TOM, RUTH, NIA):
        browser = doubtful.browser(worker)
        token = browser.form_token()
        for path in ("/review", "/review/answers", PAGE + PAIR, f"{PAGE}{MATCHED}/undo"):
            assert browser.get(path).status_code == 404, path
        for path in (PAGE + PAIR, f"{PAGE}{MATCHED}/undo", "/review/household"):
            assert browser.post(path, form_token=token, answer="same").status_code == 404, path
    assert answered(doubtful) == []
    reviewer = doubtful.browser(MINA)
    for path in ("/households/H7Q2M9KX", "/households/H7Q2M9KX/plan", "/manage", "/in-contact"):
        assert reviewer.get(path).status_code == 404, path
    assert reviewer.get("/cases.json").json()["cases"] == []
    found = reviewer.post("/search", form_token=reviewer.form_token(), asked="ashdown")
    assert "Nothing found among your cases" in words(found)


def test_every_look_and_every_answer_is_in_the_audit_refused_ones_too(doubtful):
    browser = doubtful.browser(REVA)
    token = browser.form_token()
    browser.get(PAGE + PAIR)
    browser.post(PAGE + PAIR, form_token=token, answer="same")
    browser.get(PAGE + GUARDED)
    doubtful.browser(DAN).get(PAGE + PAIR)
    assert looks(doubtful)[1:] == [
        (REVA, 1, "question", True, "reviewer, person-1"),
        (REVA, 1, "answered a question", True, "reviewer, person-1"),
        (REVA, None, "question", False, "reviewer, person-2"),
        (DAN, None, "question", False, "not a reviewer"),
    ]
    with doubtful.engine.connect() as conn:
        assert verify(conn).broken == ()


def test_no_question_is_served_when_its_look_cannot_be_written(doubtful):
    browser = doubtful.browser(REVA)
    with doubtful.engine.begin() as conn:
        conn.exec_driver_sql("CREATE TRIGGER full BEFORE INSERT ON look BEGIN SELECT RAISE(ABORT, 'no'); END")
    answer = browser.get(PAGE + PAIR)
    assert (answer.status_code, "Marl" in answer.text) == (500, False)


def test_a_match_is_not_taken_back_in_passing(doubtful):
    browser = doubtful.browser(REVA)
    token = browser.form_token()
    went = browser.post(PAGE + MATCHED, form_token=token, answer="different")
    assert went.headers["location"] == f"{PAGE}{MATCHED}/undo"
    assert answered(doubtful) == []
    assert browser.get(f"{PAGE}{PAIR}/undo").headers["location"] == PAGE + PAIR, "nothing to take back"
    assert browser.post(f"{PAGE}{PAIR}/undo", form_token=token).headers["location"] == PAGE + PAIR
    assert answered(doubtful) == []


def test_what_was_matched_to_a_household_that_looks_like_two_is_found_by_its_reference(doubtful):
    stays = dict(doubtful.rows(t.member)[0])
    with doubtful.engine.begin() as conn:
        lives = {"household_id": 4, "agency": "riverside-health", "record_id": "g3"}
        stays |= lives
        conn.execute(t.member.insert().values(**{k: v for k, v in stays.items() if k != "id"}))
    browser = doubtful.browser(REVA)
    token = browser.form_token()
    page = browser.post("/review/household", form_token=token, reference="H9D4L2PF")
    assert "This is wrong: they are two people" in words(page)
    assert "Okafor" not in page.text
    absent = browser.post("/review/household", form_token=token, reference="NOBODY")
    guarded = browser.post("/review/household", form_token=token, reference="H3V8T4WD")
    assert words(absent) == words(guarded)


def test_a_manager_reads_how_many_wait_and_since_when_and_no_more(doubtful):
    page = words(doubtful.browser(RUTH).get("/manage"))
    assert "3 questions are waiting for a reviewer. The oldest is from 1 September 2026." in page
    assert "Marlin" not in page
    assert "person-1" not in page


def test_the_pages_are_the_same_on_postgresql(doubtful, city_on_postgres):
    with city_on_postgres.engine.begin() as conn:
        doubts(conn)
    here, there = doubtful.browser(MINA), city_on_postgres.browser(MINA)
    for path in ("/review", PAGE + PAIR, PAGE + GUARDED, PAGE + ADDRESS, f"{PAGE}{MATCHED}/undo"):
        one, other = (re.sub(r'"\w{64,}"', "", browser.get(path).text) for browser in (here, there))
        assert one == other, path
