"""Who is in contact: that, since when and whom to ring; and nothing of anybody who is guarded."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, update

from earlyhelp.sharing.asking import MOST_AN_HOUR, Ground
from earlyhelp.store import tables as t
from earlyhelp.store.access.audit import verify
from tests.web.seed import DAN, NIA, PRIYA, REVA, RUTH, START, TODAY, TOM, call, household, person

MARLON = {"forename": "marlon ", "surname": "ASHDOWN", "day": "9", "month": "3", "year": "1987"}
UNA = {"forename": "Una", "surname": "Kestrel", "day": "2", "month": "2", "year": "1994"}
WHY = {"ground": Ground.CAME.name}


def ask(city, worker, **form):
    browser = city.browser(worker)
    return browser.post("/in-contact", form_token=browser.form_token(), **{**WHY, **form})


def told(answer):
    """What the page says was found, without the form."""
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))
    return text[text.index("Who is in contact? ", 200) : text.index("Ask about somebody else")]


def asked(city):
    return [
        (row["worker_id"], row["household_id"], row["allowed"], row["because"])
        for row in city.rows(t.look)
        if row["page"] == "asked who is in contact"
    ]


def test_a_key_worker_learns_that_since_when_and_whom_to_ring(city):
    answer = ask(city, DAN, reference="h7q2m9kx")
    assert answer.status_code == 200
    found = told(answer)
    assert "2 agencies you may ring" in found
    assert "Northside Homes In contact since 3 November 2025. Ring 01632 960101" in found
    assert "Eastborough Police In contact since 15 August 2026. Ring" in found
    for kept in ("Ashdown", "Marlon", "Canal", "rent", "arrears", "calls", "damage", "Riverside", "Fire",
                 "October", "Priya", "Harbourside,", "H7Q2"):  # fmt: skip
        assert kept not in found, kept
    assert asked(city) == [(DAN, 1, True, "headlines: they came to me for help")]


def test_the_very_name_and_date_of_birth_find_them_and_nothing_less(city):
    assert "2 agencies" in told(ask(city, DAN, **MARLON))
    for less in ({"forename": "Marl"}, {"surname": "Ash"}, {"year": "1988"}, {"surname": "%"}):
        assert "Nothing we may tell you" in told(ask(city, DAN, **{**MARLON, **less}))
    for wrong in ({"day": "31", "month": "2"}, {"year": ""}, {"surname": ""}):
        answer = ask(city, DAN, **{**MARLON, **wrong})
        assert (answer.status_code, "Nothing has been looked up yet" in answer.text) == (422, True)
    assert ask(city, DAN, **MARLON, ground="").status_code == 422
    assert len(asked(city)) == 5, "what was not understood was not looked up"


def test_an_agencys_own_worker_is_told_of_others_only(city):
    found = told(ask(city, TOM, reference="H7Q2M9KX"))
    assert "Eastborough Police" in found
    assert "Northside" not in found


@pytest.mark.parametrize("form", [UNA, {"reference": "H3V8T4WD"}], ids=["by name", "by reference"])
def test_a_guarded_household_is_answered_word_for_word_like_nobody(city, form):
    def plain(answer):
        return re.sub(r'value="[^"]*"', "", answer.text), answer.status_code, answer.headers["cache-control"]

    nobody = {"forename": "Zz", "surname": "Zz", "reference": "ZZ", "day": "1", "month": "1", "year": "1900"}
    nobody = {name: nobody[name] for name in form}
    for worker in (DAN, PRIYA, NIA):
        assert plain(ask(city, worker, **form)) == plain(ask(city, worker, **nobody))
    assert {(row[2], row[3]) for row in asked(city) if row[1] == 2} <= {(False, "restricted: no headline")}
    assert all(not allowed for _, _, allowed, _ in asked(city))


def test_somebody_who_bears_a_marker_is_nobody_wherever_they_live(city):
    assert "2 agencies" in told(ask(city, DAN, **MARLON))
    with city.engine.begin() as conn:
        their = conn.execute(select(t.landing["person"]).where(t.landing["person"].c.surname == "Ashdown"))
        row = their.mappings().first()
        marked = {"agency": row["agency"], "record_id": row["record_id"], "kind": "domestic abuse"}
        conn.execute(insert(t.marker).values(**marked, from_on=TODAY, source="by hand"))
    assert "Nothing we may tell you" in told(ask(city, DAN, **MARLON))


def test_a_domestic_call_is_no_headline_even_before_matching_has_seen_it(city):
    with city.engine.begin() as conn:
        call(conn, 4, date(2026, 10, 30), "domestic")
    assert "Police" not in told(ask(city, DAN, reference="H9D4L2PF"))


def test_two_households_with_one_name_are_told_of_neither(city):
    with city.engine.begin() as conn:
        hid = household(conn, "HOTHER00", "Quayside", None, "x")
        person(conn, hid, "northside-homes", "Marlon", "Ashdown", date(1987, 3, 9))
    assert "Nothing we may tell you" in told(ask(city, DAN, **MARLON))


def test_what_may_no_longer_be_used_is_not_told(city):
    rows = {"name": "eastborough-police/gone", "agency": "eastborough-police", "sector": "police"}
    with city.engine.begin() as conn:
        conn.execute(insert(t.feed).values(**rows, kind="police_callout", stale_after_days=7, steady=True))
    assert "Police" in told(ask(city, DAN, reference="H7Q2M9KX")), "another feed's agreement ended, not this"
    with city.engine.begin() as conn:
        conn.execute(update(t.feed).values(name="eastborough-police/callouts"))
    city.day = date(2031, 1, 1)
    assert "Nothing we may tell you" in told(ask(city, DAN, reference="H7Q2M9KX"))


def test_who_has_nobody_to_ring_does_not_get_in(city):
    for worker in (RUTH, REVA):
        browser = city.browser(worker)
        assert browser.get("/in-contact").status_code == 404
        answer = ask(city, worker, reference="H7Q2M9KX")
        assert (answer.status_code, answer.text) == (404, browser.get("/nowhere").text)
    assert [allowed for _, _, allowed, _ in asked(city)] == [False, False]


def test_an_agency_that_no_agreement_gives_a_power_may_not_ask(city):
    city.day = date(2101, 1, 1)
    assert ask(city, TOM, reference="H7Q2M9KX").status_code == 404
    assert asked(city)[0][3].startswith("no agreement in force")


def test_nobody_fishes(city):
    browser = city.browser(DAN)
    token = browser.form_token()
    codes = [
        browser.post("/in-contact", form_token=token, reference=f"H{n}", **WHY).status_code
        for n in range(MOST_AN_HOUR + 2)
    ]
    assert codes == [200] * MOST_AN_HOUR + [429] * 2
    assert len(asked(city)) == MOST_AN_HOUR + 2
    assert ask(city, NIA, reference="H1").status_code == 200, "others may ask"
    city.clock.now = START + timedelta(minutes=61)
    assert ask(city, DAN, reference="H1").status_code == 200
    with city.engine.connect() as conn:
        assert verify(conn).broken == ()
