"""Every page of the route table as each role that may open it, and every error page: by axe-core, by keys."""

from typing import Any
from urllib.parse import urlsplit

from earlyhelp.connecting.credentials import Credentials
from earlyhelp.web.app import create_app
from earlyhelp.web.confirming import HOLDS
from earlyhelp.web.entry.cookies import COOKIE
from earlyhelp.web.entry.council import Council
from earlyhelp.web.entry.doors import POLICY
from earlyhelp.web.entry.rates import TRIES
from earlyhelp.web.entry.sessions import open_session
from tests.web import provider as providers
from tests.web.axe import faults
from tests.web.busy import READERS, addresses
from tests.web.conftest import AGENCIES, free_port, served
from tests.web.in_browser import NO_BROWSER
from tests.web.seed import DAN, PRIYA, RUTH, TODAY

pytestmark = NO_BROWSER
ALIKE = {"/search", "/sign-in"}
"""The same page to everybody: one of them is asked."""


def pages_of(city: Any) -> list[tuple[str, int]]:
    """Each page that a person looks at, with one worker of each kind that may open it."""
    found = []
    for route, places in addresses(city).items():
        if route.endswith((".json", ".csv", ".ods")) or route.startswith("GET /council"):
            continue
        for path, who in places:
            readers = [PRIYA] if path in ALIKE or "{token}" in route or not who else sorted(who)
            found += [(path, one) for one in readers if one != DAN or who == {DAN} or "household" in path]
    return found


def signed_in(page: Any, city: Any, address: str, worker: int, role: str | None = None) -> None:
    with city.engine.begin() as conn:
        key = open_session(conn, worker, city.clock.now, role)
    page.context.clear_cookies()
    cookie = {"name": COOKIE, "value": key, "path": "/", "secure": True, "httpOnly": True}
    page.context.add_cookies([cookie | {"domain": urlsplit(address).hostname}])


def test_no_page_of_the_route_table_has_a_fault(busy: Any, address: str, browser: Any) -> None:
    page, found, seen = browser.new_page(), [], set()
    every = pages_of(busy)
    assert {one.removeprefix("GET ") for one in POLICY if one.startswith("GET ")} - {
        route.removeprefix("GET ") for route in addresses(busy)
    } == set(), "a page without an address in tests/web/busy.py"
    for worker in READERS:
        signed_in(page, busy, address, worker)
        for path in [path for path, who in every if who == worker]:
            answer = page.goto(address + path)
            seen.add((path, answer.status))
            found += faults(page, f"{path} as {worker}")
    assert {status for _, status in seen} == {200, 404}
    assert len([path for path, status in seen if status == 404]) == 1, "the one that there is not"
    assert found == []


def test_no_error_page_has_a_fault(busy: Any, address: str, browser: Any) -> None:
    page, found, seen = browser.new_page(), [], []

    def looked_at(name: str, answer: Any) -> None:
        nonlocal found
        seen.append((name, answer.status))
        found += faults(page, name)

    signed_in(page, busy, address, DAN)
    looked_at("forbidden", page.goto(f"{address}/households/H3V8T4WD"))
    page.goto(address)
    page.evaluate("document.querySelector('[name=form_token]').value = 'forged'")
    with page.expect_navigation() as came:
        page.get_by_role("button", name="Sign out").click()
    looked_at("forged", came.value)
    page.context.clear_cookies()
    for _ in range(TRIES + 1):
        page.request.get(address + "/council/sign-in")
    looked_at("too often", page.goto(address + "/council/sign-in"))
    signed_in(page, busy, address, PRIYA)
    with busy.engine.begin() as conn:
        conn.exec_driver_sql("CREATE TRIGGER full BEFORE INSERT ON look BEGIN SELECT RAISE(ABORT, 'no'); END")
    looked_at("broken", page.goto(address))
    assert seen == [("forbidden", 404), ("forged", 403), ("too often", 429), ("broken", 500)]
    assert found == []


def test_no_page_of_the_councils_sign_in_has_a_fault(busy: Any, browser: Any) -> None:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    page, found, seen = browser.new_page(), [], []
    with providers.running() as provider:
        given = {
            "EARLYHELP_SIGN_IN_ISSUER": provider.issuer, "EARLYHELP_SIGN_IN_CLIENT_ID": providers.CLIENT,
            "EARLYHELP_SIGN_IN_SECRET": providers.SECRET,
        }  # fmt: skip
        app = create_app(
            busy.engine, demo=False, host="127.0.0.1", port=port, today=lambda: TODAY, now=busy.clock,
            connectors=AGENCIES, council=Council.set_up(base, Credentials("sign-in", given)),
        )  # fmt: skip
        with served(app, port):
            for name, path in (("sign in", "/sign-in"), ("stale", "/council/signed-in?code=x&state=y")):
                seen.append((name, page.goto(base + path).status))
                found += faults(page, name)
            page.goto(base + "/council/sign-in")
            seen.append(("no role", 403 if "no role here" in page.content() else 0))
            found += faults(page, "no role")
            signed_in(page, busy, base, RUTH, "manager")
            busy.clock.now += HOLDS
            page.route("**/council/confirm**", lambda route: route.fulfill(status=204))
            seen.append(("asked again", page.goto(base + "/manage").status))
            found += faults(page, "asked again")
            page.unroute("**/council/confirm**")
            page.goto("about:blank")
            page.goto(base + "/manage")
            page.get_by_role("heading", name="You are signed out").wait_for()
            found += faults(page, "signed out")
    assert seen == [("sign in", 200), ("stale", 401), ("no role", 403), ("asked again", 200)]
    assert found == []
