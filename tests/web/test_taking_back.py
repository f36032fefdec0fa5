"""Taking a match back: what will follow is said first, then it follows, and the report says what did."""

import re
import shutil
from threading import Event

import pytest
from sqlalchemy import insert, select, update

from earlyhelp import plugins
from earlyhelp.services import matching
from earlyhelp.store import tables as t
from earlyhelp.store.access.audit import verify
from earlyhelp.store.unit_of_work import open_store
from earlyhelp.web.app import create_app
from earlyhelp.web.pages import matching_anew
from tests.linking.test_in_the_night import CALLS, NUMBER, agencies, home_of, patient
from tests.postgres import fresh_database
from tests.test_services import a_night, hire
from tests.twins import NIGHT
from tests.web.conftest import City, Clock

PAGE = "/review/questions/person-1"


def passed(engine, outbox):
    """A night that found a patient by likeness, and calls by their written address; and a reviewer."""
    hire(engine)
    a_night(engine, agencies([patient()], CALLS), outbox)
    more = {"caseload": 0, "new_cases_a_week": 0, "domestic_abuse_trained": False}
    with engine.begin() as conn:
        conn.execute(insert(t.worker).values(name="Reva", role="reviewer", email="r@x.example", **more))


def pages(engine):
    clock = Clock()
    app = create_app(
        engine, demo=True, host="127.0.0.1", port=8765, today=lambda: NIGHT, now=clock,
        connectors=agencies().values(),
    )  # fmt: skip
    return City(engine, app, clock, NIGHT)


@pytest.fixture(scope="module")
def after_a_night(sqlite_template, tmp_path_factory):
    """The store after such a night, made once; each test works on a copy."""
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("night") / "night.db")
    engine = open_store(f"sqlite:///{path}")
    passed(engine, tmp_path_factory.mktemp("outbox"))
    engine.dispose()
    return path


@pytest.fixture
def night(after_a_night, tmp_path):
    engine = open_store(f"sqlite:///{shutil.copy(after_a_night, tmp_path)}")
    yield pages(engine)
    engine.dispose()


@pytest.fixture
def night_on_postgres(postgres_url, postgres_template, tmp_path):
    with fresh_database(postgres_url, postgres_template) as url:
        engine = open_store(url)
        passed(engine, tmp_path)
        yield pages(engine)
        engine.dispose()


REVA = 4


def words(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def current(city):
    with city.engine.connect() as conn:
        return set(conn.execute(select(t.signal.c.check).where(t.signal.c.current)).scalars())


@pytest.mark.parametrize("store", ["night", "night_on_postgres"])
def test_what_will_follow_is_said_before_and_is_what_follows(store, request):
    night = request.getfixturevalue(store)
    reva = night.browser(REVA)
    token, (case,) = reva.form_token(), night.rows(t.case)
    before = words(reva.get(f"{PAGE}/undo"))
    (home,) = night.rows(select(t.household).where(t.household.c.id == case["household_id"]))
    assert f"Household {home['reference']}" in before
    assert "Leaves its chronology: Health appointments (Health), " in before
    assert "1 signal of 1 open case rests on this" in before
    assert "An alert about it was sent to Amina" in before
    assert "Police" not in before, "what does not rest on it stays"
    assert (night.rows(t.reviewed), "missed_appointments" in current(night)) == ([], True), (
        "nothing is done yet"
    )

    after = words(reva.post(f"{PAGE}/undo", form_token=token))
    assert "Taken back. From now on they are two people, whatever the model says." in after
    assert f"Household {home['reference']} 1 signal set aside: 6 records were not theirs." in after
    assert "Its case stays" in after
    assert "1 alert had been sent about it" in after
    assert home_of(night.engine, "nhs_number", NUMBER) is None
    assert "missed_appointments" not in current(night)
    (kept,) = night.rows(t.reviewed)
    assert (kept["answer"], kept["worker_id"], kept["answered_at"]) == ("different", REVA, night.clock.now)


def test_what_was_answered_same_can_be_taken_back_and_given_again(night):
    reva = night.browser(REVA)
    token = reva.form_token()
    reva.post(PAGE, form_token=token, answer="same")
    assert "This is wrong: they are two people" in words(reva.get("/review/answers"))
    reva.post(f"{PAGE}/undo", form_token=token)
    listed = words(reva.get("/review/answers"))
    assert "Different people: Reva" in listed
    assert "This was wrong" not in listed
    reva.post(PAGE, form_token=token, answer="same")
    matching.rematch(night.engine, plugins.checks(), NIGHT)
    assert home_of(night.engine, "nhs_number", NUMBER) is not None, "the last answer holds"


def test_the_looks_and_the_answer_are_chained_also_where_matching_is_killed(night, monkeypatch):
    reva = night.browser(REVA)
    token = reva.form_token()

    def killed(*_):
        raise RuntimeError("killed")

    monkeypatch.setattr(matching, "rematch", killed)
    assert reva.post(f"{PAGE}/undo", form_token=token).status_code == 500
    assert [row["answer"] for row in night.rows(t.reviewed)] == ["different"]
    assert ("took a match back", True) in {(row["page"], row["allowed"]) for row in night.rows(t.look)}
    with night.engine.connect() as conn:
        assert verify(conn).broken == ()
    monkeypatch.undo()
    matching.rematch(night.engine, plugins.checks(), NIGHT)
    assert home_of(night.engine, "nhs_number", NUMBER) is None, "the next night makes it good"


def test_a_written_address_is_taken_back_in_the_same_way(night):
    reva = night.browser(REVA)
    before = words(reva.get("/review/questions/address-1/undo"))
    assert "Leaves its chronology: Police calls (Police), " in before
    after = words(reva.post("/review/questions/address-1/undo", form_token=reva.form_token()))
    assert "From now on it is another address" in after
    assert "5 records were not theirs" in after
    assert "repeat_police_callouts" not in current(night)


CORRECT = "/review/questions/address-1/correct"
THERE = "999000000002"


def test_a_written_address_is_corrected_to_the_home_it_means_and_that_is_taken_back(night):
    reva = night.browser(REVA)
    token = reva.form_token()
    offered = words(reva.get(CORRECT))
    assert "As it was written: 1 Quilfeather St., ZZ1 1AA" in offered
    assert "1 Quillfeather Street, ZZ1 1AA What it means at present" in offered
    assert "2 Quillfeather Street" in offered
    assert "4 Quillfeather Street" not in offered, "a hostel is no home"
    before = words(reva.post(CORRECT, form_token=token, home=THERE))
    assert "Leaves its chronology: Police calls (Police), " in before
    assert night.rows(t.reviewed) == [], "nothing is done yet"
    after = words(reva.post(CORRECT, form_token=token, home=THERE, sure="yes"))
    assert "From now on 1 Quilfeather St., ZZ1 1AA means 2 Quillfeather Street, ZZ1 1AA" in after
    assert "5 records were not theirs" in after
    assert home_of(night.engine, "uprn", "1 Quilfeather St., ZZ1 1AA") == THERE
    assert "repeat_police_callouts" not in current(night)
    (kept,) = night.rows(t.reviewed)
    assert (kept["right_record"], kept["answer"], kept["worker_id"]) == (THERE, "same", REVA)
    assert ("said which home it means", True) in {(row["page"], row["allowed"]) for row in night.rows(t.look)}

    assert "Say which home it is" in words(reva.get("/review/answers"))
    reva.post("/review/questions/address-1/undo", form_token=token)
    assert home_of(night.engine, "uprn", "1 Quilfeather St., ZZ1 1AA") == "999000000001", "as before it"


def test_only_a_home_of_the_gazetteer_is_taken_and_others_are_looked_for(night):
    reva = night.browser(REVA)
    token = reva.form_token()
    for home in ("", "999000000004", "1; DROP TABLE residence", "000000000000"):
        answer = reva.post(CORRECT, form_token=token, home=home, sure="yes")
        assert (answer.status_code, night.rows(t.reviewed)) == (422, []), home
    found = words(reva.post(CORRECT, form_token=token, look="yes", asked="2, quillfeather st"))
    assert "2 Quillfeather Street, ZZ1 1AA" in found
    none = reva.post(CORRECT, form_token=token, look="yes", asked="<b>%_</b>")
    assert "has no home like that" in words(none)
    assert "<b>%" not in none.text
    assert reva.get("/review/questions/person-1/correct").status_code == 303, "people have no home to choose"


def test_whether_the_chosen_home_is_guarded_makes_no_difference_to_the_answer(after_a_night, tmp_path):
    said = []
    for guarded in (False, True):
        engine = open_store(f"sqlite:///{shutil.copy(after_a_night, tmp_path / str(guarded))}")
        night = pages(engine)
        if guarded:
            with engine.begin() as conn:
                there = t.household.c.uprn == THERE
                conn.execute(update(t.household).where(there).values(restricted_from=NIGHT))
        reva = night.browser(REVA)
        token = reva.form_token()
        answers = [reva.post(CORRECT, form_token=token, home=THERE, **sure) for sure in ({}, {"sure": "yes"})]
        said.append([(one.status_code, words(one)) for one in answers])
        engine.dispose()
    assert said[0] == said[1]


def test_nobody_waits_for_a_large_register_and_what_followed_is_told_when_it_has(night, monkeypatch):
    reva = night.browser(REVA)
    token, go_on, real = reva.form_token(), Event(), matching.rematch

    def slowly(*these):
        go_on.wait(60)
        return real(*these)

    monkeypatch.setattr(matching, "rematch", slowly)
    monkeypatch.setattr(matching_anew, "PATIENCE", 0.05)
    after = words(reva.post(f"{PAGE}/undo", form_token=token))
    assert "You need not wait: see in a minute what followed" in after
    assert [row["answer"] for row in night.rows(t.reviewed)] == ["different"], "kept, whatever comes"
    assert "None so far" in words(reva.get("/review/followed"))
    go_on.set()
    matching_anew._ONE_AT_A_TIME.submit(int).result()
    told = words(reva.get("/review/followed"))
    assert "1 signal set aside: 6 records were not theirs. Its case stays" in told
    assert "1 alert had been sent about it" in told
    with night.engine.begin() as conn:
        conn.execute(update(t.household).values(restricted_from=NIGHT))
    assert "None so far" in words(reva.get("/review/followed")), "of a guarded one the untrained read nothing"


def test_a_guarded_household_stays_guarded_when_a_match_is_taken_back(night):
    with night.engine.begin() as conn:
        conn.execute(update(t.household).values(restricted_from=NIGHT))
        conn.execute(update(t.worker).where(t.worker.c.id == REVA).values(domestic_abuse_trained=True))
    reva = night.browser(REVA)
    assert "A domestic-abuse marker stays in place whatever you do here" in words(reva.get(f"{PAGE}/undo"))
    assert reva.post(f"{PAGE}/undo", form_token=reva.form_token()).status_code == 200
    assert all(row["restricted_from"] for row in night.rows(t.household))
