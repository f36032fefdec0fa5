"""Their words, told once; what was agreed; closing; and whether it held half a year on."""

from datetime import date, timedelta

from sqlalchemy import insert, update

from earlyhelp.store import tables as t
from earlyhelp.store.casework.managing import closed
from earlyhelp.store.judged.verdicts import answered, verdicts
from tests.web.seed import DAN, NIA, PRIYA, TODAY

ASHDOWN = "/households/H7Q2M9KX"
CHECKS = ("missed_appointments", "rent_arrears_trend", "repeat_police_callouts")
STORY = "It began when Marlon’s hours were cut."


def send(browser, where, **form):
    answer = browser.post(f"{ASHDOWN}/{where}", form_token=browser.form_token(), **form)
    assert answer.status_code in (303, 422), answer.status_code
    return answer


def test_the_story_is_told_once_and_kept_in_versions(city):
    browser = city.browser(PRIYA)
    for words in (STORY, STORY, "He has new hours now."):
        send(browser, "words", what="story", words=words)
    assert [(row["version"], row["words"], row["shared"]) for row in city.rows(t.story)] == [
        (1, STORY, False),
        (2, "He has new hours now.", False),
    ]
    page = browser.get(f"{ASHDOWN}/plan").text
    assert page.index("He has new hours now.") < page.index("1 earlier version") < page.index(STORY)
    assert "do not ask them to tell it again" in browser.get(ASHDOWN).text


def test_the_story_reaches_who_is_pulled_in_only_by_the_households_agreement(city):
    browser = city.browser(PRIYA)
    send(browser, "words", what="story", words=STORY)
    assert "own words too" not in browser.get(f"{ASHDOWN}/pull-in").text
    ask = {
        "whom": "agency:riverside-health",
        "question": "Join me?",
        "answer_by": "2026-11-09",
        "send": "yes",
    }
    send(browser, "pull-in", **ask, agreed="yes", with_words="yes")
    path = "/pull-ins/" + city.rows(t.pull_in)[0]["reference"]
    assert STORY not in city.browser(NIA).get(path).text
    send(browser, "words", what="story", words=STORY, shared="yes")
    assert "own words too" in browser.get(f"{ASHDOWN}/pull-in").text
    assert STORY in city.browser(NIA).get(path).text
    send(browser, "words", what="story", words=STORY)
    assert STORY not in city.browser(NIA).get(path).text, "an agreement can be taken back"


def test_goals_are_theirs_with_the_steps_they_take_skills_and_offers(city):
    browser = city.browser(PRIYA)
    for _ in range(2):
        send(browser, "words", what="goal", words="To sleep without worrying about the rent")
    (goal,) = city.rows(t.own_word)
    send(browser, "words", what="step", words="Ring the landlord", number=str(goal["id"]))
    send(browser, "words", what="skill", words="Keeps a budget")
    send(browser, "words", what="offer", words="Could show others how")
    step = next(row for row in city.rows(t.own_word) if row["kind"] == "step")
    assert step["goal_id"] == goal["id"]
    send(browser, "words", what="done", number=str(step["id"]))
    page = browser.get(f"{ASHDOWN}/plan").text
    assert "(done, 2 November 2026)" in page
    assert "Might offer others: Could show others how" in page
    assert "They want: To sleep without worrying about the rent" in browser.get(ASHDOWN).text


def test_nothing_is_kept_of_an_empty_page_and_it_says_so(city):
    browser = city.browser(PRIYA)
    for where, what in (("words", "story"), ("words", "goal"), ("outcomes", "agree")):
        answer = send(browser, where, what=what, words=" ")
        assert answer.status_code == 422
        assert "Write it down first" in answer.text
    assert (
        browser.post(f"{ASHDOWN}/words", form_token=browser.form_token(), what="x", words="y").status_code
        == 404
    )
    assert city.rows(t.story) == city.rows(t.own_word) == city.rows(t.outcome) == []


def test_nobody_marks_another_households_words_or_outcomes(city):
    with city.engine.begin() as conn:
        theirs = {"household_id": 5, "kind": "goal", "words": "Work", "said_on": TODAY, "worker_id": DAN}
        conn.execute(insert(t.own_word).values(id=7, **theirs))
        agreed = {"case_id": 5, "words": "Work", "agreed_on": TODAY, "worker_id": DAN, "state": "open"}
        conn.execute(insert(t.outcome).values(id=7, **agreed, state_on=TODAY))
    browser = city.browser(PRIYA)
    send(browser, "words", what="done", number="7")
    send(browser, "outcomes", what="reached", number="7")
    send(browser, "words", what="step", words="Mine", number="7")
    assert city.rows(t.own_word)[0]["done_on"] is None
    assert city.rows(t.own_word)[1]["goal_id"] is None
    assert city.rows(t.outcome)[0]["state"] == "open"


def closed_after_help(city):
    browser = city.browser(PRIYA)
    for words in ("The rent is paid for three months", "Isla is at school every day"):
        send(browser, "outcomes", what="agree", words=words)
    one, other = city.rows(t.outcome)
    send(browser, "outcomes", what="reached", number=str(one["id"]))
    send(browser, "outcomes", what="let_go", number=str(other["id"]))
    send(browser, "closing", ending="reached", why="The arrears are paid off.")
    return browser


def test_a_case_is_closed_with_what_was_reached_and_asked_about_half_a_year_on(city):
    browser = closed_after_help(city)
    (row,) = city.rows(t.case.select().where(t.case.c.id == 1))
    assert (row["state"], row["closed_on"]) == ("closed", TODAY)
    assert row["closing"] == "what was agreed has been reached: The arrears are paid off."
    assert [one["check_on"] for one in city.rows(t.outcome)] == [date(2027, 5, 2), None]
    assert browser.get(ASHDOWN).status_code == 404
    assert "Six months on" not in browser.get("/").text
    with city.engine.begin() as conn:
        conn.execute(update(t.outcome).where(t.outcome.c.id == 1).values(check_on=TODAY))
    assert "Six months on: has it lasted? (1)" in browser.get("/").text
    page = browser.get("/six-months/C1").text
    assert "The rent is paid for three months" in page
    assert "Isla" not in page
    browser.post(
        "/six-months/C1", form_token=browser.form_token(), number="1", held="no", words="Hours cut again."
    )
    assert "It has not lasted. Hours cut again." in browser.get("/six-months/C1").text
    assert "Six months on" not in browser.get("/").text
    assert city.browser(DAN).get("/six-months/C1").status_code == 404


def test_a_case_cannot_be_closed_as_reached_with_nothing_reached(city):
    browser = city.browser(PRIYA)
    answer = send(browser, "closing", ending="reached", why="Done.")
    assert answer.status_code == 422
    assert "Nothing that was agreed is marked as reached" in answer.text
    assert city.rows(t.case.select().where(t.case.c.id == 1))[0]["closed_on"] is None


def test_a_worker_who_found_that_nothing_was_needed_says_so_and_the_line_learns_from_it(city):
    """The check is not called wrong for it: it counts no more towards its pause than before."""
    browser = city.browser(PRIYA)
    assert "Nothing was needed" in browser.get(f"{ASHDOWN}/plan").text
    send(
        browser,
        "closing",
        ending="not_needed",
        why="They are ahead of it, and have a plan with the landlord.",
    )
    (row,) = city.rows(t.case.select().where(t.case.c.id == 1))
    assert row["state"] == "closed"
    assert row["closing"].startswith("nothing was needed: They are ahead of it")
    with city.engine.connect() as conn:
        told = {name: verdicts(conn, name, None) for name in CHECKS}
        (one,) = answered(conn, TODAY + timedelta(days=1))
        ended = closed(conn, None, TODAY)
    assert told == {name: [] for name in CHECKS}
    assert (one.scope, one.weight, one.right) == (row["scope"], row["weight"], False)
    assert ended == {name: (1, 1) for name in CHECKS}


def test_what_was_done_stands_first_when_the_household_comes_back(city):
    browser = closed_after_help(city)
    with city.engine.begin() as conn:
        old = conn.execute(t.case.select().where(t.case.c.id == 1)).mappings().one()
        again = {"id": 60, "reference": "C60", "state": "new", "closed_on": None, "closing": None}
        conn.execute(insert(t.case).values(**{**old, **again, "opened_on": TODAY + timedelta(days=1)}))
    page = browser.get(ASHDOWN).text
    assert "The rent is paid for three months (reached)" in page
    assert "It ended: what was agreed has been reached: The arrears are paid off." in page


def test_stepping_down_is_suggested_only_when_everything_was_heard_and_has_eased(city):
    browser = city.browser(PRIYA)
    assert "hink about stepping down" not in browser.get(ASHDOWN).text, "nobody has decided yet"
    with city.engine.begin() as conn:
        conn.execute(update(t.case).where(t.case.c.id == 1).values(state="acting", due_on=TODAY))
    assert "hink about stepping down" in browser.get(ASHDOWN).text, "nothing was read lately"
    with city.engine.begin() as conn:
        row = {"household_id": 1, "version": "1", "as_of": TODAY, "since": TODAY, "facts": {}}
        conn.execute(insert(t.reading).values(check="rent_arrears_trend", weight=0.9, **row))
    assert "hink about stepping down" not in browser.get(ASHDOWN).text
    with city.engine.begin() as conn:
        conn.execute(t.reading.delete())
        conn.execute(
            insert(t.feed).values(
                name="northside-homes/rent", agency="northside-homes", sector="housing",
                kind="rent_transaction", stale_after_days=7, steady=True,
            )
        )  # fmt: skip
        conn.execute(update(t.bookmark).values(newest_on=TODAY - timedelta(days=30)))
    assert "hink about stepping down" not in browser.get(ASHDOWN).text, "the landlord is silent"
