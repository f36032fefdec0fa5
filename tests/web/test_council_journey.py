"""Through the council's sign-in in a real browser: out to a real provider, to a household, and out again."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import update

from earlyhelp.connecting.credentials import Credentials
from earlyhelp.store import tables as t
from earlyhelp.web.app import create_app
from earlyhelp.web.confirming import HOLDS
from earlyhelp.web.entry.council import Council
from tests.web import provider as providers
from tests.web.conftest import AGENCIES, free_port, served
from tests.web.in_browser import NO_BROWSER
from tests.web.seed import PRIYA, TODAY

pytestmark = NO_BROWSER
ASHDOWN = "/households/H7Q2M9KX"


def test_a_key_worker_signs_in_with_the_councils_account_works_and_signs_out(city: Any, browser: Any) -> None:
    with city.engine.begin() as conn:
        subject = f"{providers.TENANT}/priya"
        conn.execute(update(t.worker).where(t.worker.c.id == PRIYA).values(subject=subject))
    port = free_port()
    pages = f"http://127.0.0.1:{port}"
    with providers.running() as provider:
        provider.shows_a_page, provider.signed_in = True, False
        given = {
            "EARLYHELP_SIGN_IN_ISSUER": provider.issuer, "EARLYHELP_SIGN_IN_CLIENT_ID": providers.CLIENT,
            "EARLYHELP_SIGN_IN_SECRET": providers.SECRET,
        }  # fmt: skip
        app = create_app(
            city.engine, demo=False, host="127.0.0.1", port=port, today=lambda: TODAY, now=city.clock,
            connectors=AGENCIES, council=Council.set_up(pages, Credentials("sign-in", given)),
        )  # fmt: skip
        with served(app, port):
            journey(city, browser.new_page(viewport={"width": 390, "height": 844}), pages, provider)


def journey(city: Any, page: Any, pages: str, provider: Any) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(pages + ASHDOWN)
    assert heading(page) == "You are not signed in"
    page.get_by_role("button", name="Sign in with your council account").click()
    assert heading(page) == "Northmoor accounts"
    asked = {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}
    assert (asked["code_challenge_method"], len(asked["nonce"])) == ("S256", 43)
    assert page.url.startswith(provider.issuer)
    page.get_by_role("link", name="Priya Shah").click()
    assert (page.url, heading(page)) == (f"{pages}/", "Your cases")

    page.get_by_role("link", name="The Ashdown household").click()
    assert heading(page) == "The Ashdown household"
    city.clock.now += HOLDS
    page.get_by_role("button", name="I have looked at this").click()
    page.wait_for_url(pages + ASHDOWN)
    page.get_by_text("you have looked").wait_for()
    assert provider.silent == 1, "the council was asked again behind the form, and nobody saw it"
    assert complaints == []

    provider.person = {"oid": "priya", "roles": []}
    city.clock.now += HOLDS
    page.goto(pages + ASHDOWN)
    page.get_by_role("heading", name="You are signed out").wait_for()
    assert "Ashdown" not in page.content()
    provider.person = {"oid": "priya", "roles": ["KeyWorker"]}
    page.goto(pages)
    page.get_by_role("button", name="Sign in with your council account").click()
    page.get_by_role("link", name="Priya Shah").click()
    page.get_by_role("button", name="Sign out").click()
    assert heading(page) == "You are not signed in"
    page.goto(pages + ASHDOWN)
    assert heading(page) == "You are not signed in"
    assert city.rows(t.session) == []


def heading(page: Any) -> str:
    return str(page.get_by_role("heading", level=1).inner_text())
