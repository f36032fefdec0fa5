"""Every page of the route table as each worker: who may gets it, nobody else does, and each look counts."""

import re
from collections import Counter

import pytest

from earlyhelp.store import tables as t
from earlyhelp.store.access.audit import verify
from earlyhelp.web.entry.doors import POLICY, Door
from tests.web.busy import READERS, addresses, make

LOOKED = {Door.STAFF, Door.OPEN, Door.LINK}


@pytest.mark.parametrize("store", ["city", "city_on_postgres"])
def test_every_look_at_every_page_is_one_row_of_the_audit_and_nobody_gets_more_than_theirs(store, request):
    city = make(request.getfixturevalue(store))
    wrong, expected = [], Counter()
    before, chained = len(city.rows(t.look)), len(city.rows(t.audit))
    absent = city.browser(READERS[0]).get("/nowhere").content
    for worker in READERS:
        browser = city.browser(worker)
        for route, places in addresses(city).items():
            rule = POLICY[route]
            for path, who in places:
                answer = browser.get(path)
                given = answer.status_code in (200, 303)
                if given != (worker in who) and rule.door not in (Door.OPEN, Door.LINK):
                    wrong.append((worker, path, answer.status_code))
                if answer.status_code == 404 and rule.door is not Door.LINK and answer.content != absent:
                    wrong.append((worker, path, "a refusal that can be told from what is not there"))
                if rule.page:
                    expected[worker, rule.page, given] += 1
    rows = city.rows(t.look)[before:]
    assert wrong == []
    assert Counter((row["worker_id"], row["page"], row["allowed"]) for row in rows) == expected
    assert len(city.rows(t.audit)) - chained == len(rows), "each is bound into the chain"
    with city.engine.connect() as conn:
        assert verify(conn).broken == ()


def test_a_page_that_shows_anything_of_a_household_has_a_name_in_the_audit():
    nameless = {route for route, rule in POLICY.items() if rule.page is None and rule.door not in LOOKED}
    assert nameless == set()
    staff = {route for route, rule in POLICY.items() if rule.page is None and rule.door is Door.STAFF}
    forms = {
        "GET /openapi.json",
        "GET /search",
        "POST /break-glass",
        "POST /break-glass/read",
        "POST /in-contact",
    }
    assert staff == forms | {"POST /sign-out"}, "these show no case, or write their own row"
    assert not [route for route in POLICY if re.search(r"\{(?!token)", route) and not POLICY[route].page]
