"""Who may see what: every route has its rule, forbidden looks like absent, and every look is recorded."""

import re

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import func, select, update

from earlyhelp.store import tables as t
from earlyhelp.web.entry.access import Reader, Subject, relation
from earlyhelp.web.entry.doors import POLICY, Door
from tests.web.seed import DAN, PRIYA, RUTH, TOM

ASHDOWN, KESTREL, THORNBURY = "/households/H7Q2M9KX", "/households/H3V8T4WD", "/households/H5N1C6RB"
RESTRICTED = "2026-10-05"


def routes(app):
    for route in app.routes:
        if isinstance(route, APIRoute):
            yield from (f"{method} {route.path}" for method in route.methods)
        else:
            yield f"MOUNT {route.path}"


def test_every_route_of_the_app_stands_in_the_policy_table(city):
    assert sorted(routes(city.app)) == sorted(POLICY)


def test_a_page_without_a_rule_would_be_seen(city):
    city.app.add_api_route("/exports", lambda: None)
    assert sorted(routes(city.app)) != sorted(POLICY)


@pytest.mark.parametrize("route", [r for r, rule in POLICY.items() if rule.door in (Door.STAFF, Door.CASE)])
def test_nobody_who_is_not_signed_in_gets_past_the_door(city, route):
    method, path = route.split(" ")
    answer = city.browser().ask(
        method,
        path.format(reference="H7Q2M9KX"),
        headers={"sec-fetch-site": "same-origin"},
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in"
    assert city.rows(t.look) == []


# role, trained, sector, ward of a manager, holds the case, restricted, scope → what is seen
TABLE = [
    ("key_worker", False, None, None, True, False, "joint", "whole"),
    ("key_worker", True, None, None, True, False, "joint", "whole"),
    ("key_worker", True, None, None, False, False, "joint", "nothing"),
    ("key_worker", False, None, None, True, True, "joint", "nothing"),
    ("key_worker", True, None, None, True, True, "joint", "whole"),
    ("key_worker", True, None, None, False, True, "joint", "nothing"),
    ("agency_worker", False, "housing", None, True, False, "housing", "whole"),
    ("agency_worker", False, "housing", None, False, False, "housing", "nothing"),
    ("agency_worker", False, "housing", None, True, True, "housing", "nothing"),
    ("manager", True, None, "Harbourside", False, False, "joint", "outline"),
    ("manager", True, None, None, False, False, "joint", "outline"),
    ("manager", True, None, "Quayside", False, False, "joint", "nothing"),
    ("manager", True, None, "Harbourside", False, False, "housing", "nothing"),
    ("manager", True, None, "Harbourside", False, True, "joint", "nothing"),
]


@pytest.mark.parametrize(("role", "trained", "sector", "ward", "holds", "restricted", "scope", "seen"), TABLE)
def test_role_and_relation_decide(role, trained, sector, ward, holds, restricted, scope, seen):
    reader = Reader(1, "A", role, sector, ward, trained)
    about = Subject(
        9, "H", "Harbourside", "0", RESTRICTED if restricted else None, 9, scope, 1 if holds else 2
    )
    found = relation(Door.CASE, reader, about)
    assert ("whole" if found.whole else "outline" if found.allowed else "nothing") == seen
    assert relation(Door.HOLDER, reader, about).allowed == (seen == "whole")


def test_the_list_holds_your_own_cases_alone(city):
    priya, dan = city.browser(PRIYA).get("/").text, city.browser(DAN).get("/").text
    assert "The Ashdown household" in priya
    assert "A restricted household" in priya
    assert "Thornbury" not in priya
    assert "16 Canal Street" not in priya
    assert "16 Canal Street" in dan, "nobody is known there, so the address is its name"
    assert "Ashdown" not in dan


def test_a_restricted_household_is_not_even_listed_for_an_untrained_worker(city):
    with city.engine.begin() as conn:
        conn.execute(update(t.worker).where(t.worker.c.id == PRIYA).values(domestic_abuse_trained=False))
    browser = city.browser(PRIYA)
    assert "H3V8T4WD" not in browser.get("/").text
    assert browser.get(KESTREL).status_code == 404


def test_a_restricted_household_shows_safe_contact_before_anything_else(city):
    browser = city.browser(PRIYA)
    listed, page = browser.get("/").text, browser.get(KESTREL).text
    assert "Kestrel" not in listed
    assert "domestic" not in listed
    headings = re.findall(r"<h2[^>]*>([^<]*)", page)
    assert headings[0].startswith("Safe contact")


def test_forbidden_looks_exactly_like_absent(city):
    browser = city.browser(DAN)
    answers = [browser.get(path) for path in (ASHDOWN, KESTREL, "/households/NOBODY", "/nowhere")]
    assert {a.status_code for a in answers} == {404}
    assert len({a.content for a in answers}) == 1
    assert len({tuple(sorted(a.headers.items())) for a in answers}) == 1
    token = browser.form_token()
    posts = [browser.post(f"{p}/seen", form_token=token) for p in (ASHDOWN, KESTREL, "/households/NOBODY")]
    assert {a.status_code for a in posts} == {404}
    assert {a.content for a in posts} == {answers[0].content}


def test_a_closed_case_can_no_longer_be_opened(city):
    with city.engine.begin() as conn:
        conn.execute(update(t.case).values(closed_on=t.case.c.opened_on))
    browser = city.browser(PRIYA)
    assert browser.get(ASHDOWN).status_code == 404
    assert "You have no cases today" in browser.get("/").text


def test_an_agencys_own_worker_sees_that_sector_alone(city):
    page = city.browser(TOM).get(THORNBURY).text
    assert "Thornbury" in page
    assert "Arrears have grown." in page
    assert "Rent in October" in page
    assert "What other agencies know has not been brought together" in page
    for foreign in ("A violent call", "olice", "Vandermeer", "Riverside Health", "ealth", "Fire"):
        assert foreign not in page, foreign


def test_a_case_of_one_sector_shows_its_key_worker_that_sector_alone(city):
    with city.engine.begin() as conn:
        conn.execute(update(t.case).where(t.case.c.worker_id == TOM).values(worker_id=DAN))
    page = city.browser(DAN).get(THORNBURY).text
    assert "Thornbury" in page
    for foreign in ("A violent call", "olice", "Vandermeer", "ealth"):
        assert foreign not in page, foreign


def test_a_manager_sees_the_outline_and_no_record(city):
    browser = city.browser(RUTH)
    listed, page = browser.get("/").text, browser.get(ASHDOWN).text
    assert "Cases in Harbourside" in listed
    assert "H3V8T4WD" not in listed
    assert "H5N1C6RB" not in listed
    assert "Priya Shah holds this case" in page
    for kept in ("Northside Homes", "Marlon", "Canal Street", "<svg", "I have looked"):
        assert kept not in page, kept
    assert browser.get(KESTREL).status_code == 404
    assert browser.post(f"{ASHDOWN}/seen", form_token=browser.form_token()).status_code == 404


def test_every_look_is_recorded_the_refused_ones_too(city):
    browser = city.browser(DAN)
    for path in ("/", ASHDOWN, KESTREL, "/households/NOBODY"):
        browser.get(path)
    city.browser(PRIYA).get(ASHDOWN)
    looks = [(r["worker_id"], r["household_id"], r["page"], r["allowed"]) for r in city.rows(t.look)]
    assert looks == [
        (DAN, None, "your cases", True),
        (DAN, 1, "household", False),
        (DAN, 2, "household", False),
        (DAN, None, "household", False),
        (PRIYA, 1, "household", True),
    ]
    assert all(row["because"] for row in city.rows(t.look))


def test_no_page_is_served_when_its_look_cannot_be_written(city):
    browser = city.browser(PRIYA)
    with city.engine.begin() as conn:
        conn.exec_driver_sql("CREATE TRIGGER full BEFORE INSERT ON look BEGIN SELECT RAISE(ABORT, 'no'); END")
    answer = browser.get(ASHDOWN)
    assert answer.status_code == 500
    assert "Ashdown" not in answer.text
    assert "Content-Security-Policy" in answer.headers
    assert answer.headers["cache-control"] == "no-store"


def test_reading_changes_nothing_but_the_audit(city):
    watched = [table for table in t.metadata.sorted_tables if table.name not in ("look", "session", "audit")]
    browser = city.browser(PRIYA)

    def counted():
        with city.engine.connect() as conn:
            return {
                **{table.name: conn.scalar(select(func.count()).select_from(table)) for table in watched},
                "states": conn.execute(select(t.case.c.id, t.case.c.state)).all(),
            }

    before = counted()
    browser.get("/")
    browser.get(ASHDOWN)
    assert counted() == before


def test_saying_that_you_have_looked_is_kept_once(city):
    browser = city.browser(PRIYA)
    token = browser.form_token()
    for _ in range(2):
        answer = browser.post(f"{ASHDOWN}/seen", form_token=token)
        assert (answer.status_code, answer.headers["location"]) == (303, ASHDOWN)
    said = [(e["case_id"], e["what"], e["worker_id"]) for e in city.rows(t.case_event)]
    assert said == [(1, "seen", PRIYA)]
    assert "Action due (2)" in browser.get("/").text
    assert "I have looked at this" not in browser.get(ASHDOWN).text


def test_no_address_of_a_page_names_anybody(city):
    browser = city.browser(PRIYA)
    pages = [browser.get(path).text for path in ("/", ASHDOWN, KESTREL)]
    places = {place for page in pages for place in re.findall(r'(?:href|action|src)="([^"]*)"', page)}
    for place in places - {"data:,", "#main", "#decide", "#plan", "#recorded"}:
        assert re.fullmatch(
            r"/|/sign-out|/search|/cases\.(csv|ods)|/households/[A-Z0-9]+(/[a-z_-]+)*(/\d+)?|/static/early-help\.css\?v=\w+",
            place,
        ), place


def test_the_pages_are_the_same_on_postgresql(city, city_on_postgres):
    for worker, paths in ((PRIYA, ("/", ASHDOWN, KESTREL)), (TOM, ("/", THORNBURY)), (RUTH, ("/", ASHDOWN))):
        here, there = city.browser(worker), city_on_postgres.browser(worker)
        for path in paths:
            one, other = (
                re.sub(r'name="form_token" value="\w+"', "", browser.get(path).text)
                for browser in (here, there)
            )
            assert one == other, path
    token = there.form_token()
    assert there.post("/sign-out", form_token=token).status_code == 303
    assert len(city_on_postgres.rows(t.look)) == len(city.rows(t.look)) + 1
