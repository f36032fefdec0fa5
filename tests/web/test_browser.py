"""The pages in a real browser: signed in by link, at three widths, with pictures for a person to look at."""

import os
from pathlib import Path
from typing import Any

from tests.web.in_browser import NO_BROWSER, look, sign_in

HOUSEHOLD = "/households/H7Q2M9KX"
pytestmark = NO_BROWSER


def test_a_key_worker_signs_in_by_link_reads_and_says_so(
    city: Any, address: str, browser: Any, tmp_path: Path
) -> None:
    write = os.environ.get("EARLYHELP_WRITE_SCREENSHOTS") == "1"
    pictures = Path(__file__).parents[2] / "docs" / "screenshots" if write else tmp_path
    page = browser.new_page(viewport={"width": 390, "height": 844})
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))

    sign_in(page, city, address, "Priya Shah")
    assert page.get_by_role("heading", level=1).inner_text() == "Your cases"
    look(page, pictures, "your-cases")

    page.get_by_role("link", name="The Ashdown household").click()
    assert page.get_by_role("heading", name="What we do not know").is_visible()
    look(page, pictures, "household")

    page.get_by_role("button", name="I have looked at this").click()
    assert page.url == address + HOUSEHOLD
    assert "you have looked" in page.locator("main").inner_text()

    why = page.get_by_label("Why, in your own words")
    assert not page.get_by_label("Look again on").is_visible(), "asked only with its answer"
    page.get_by_label("Look again later").check()
    assert page.get_by_label("Look again on").is_visible()
    page.get_by_role("button", name="Record this decision").click()
    assert page.get_by_role("heading", name="Nothing has been recorded yet").is_visible()
    look(page, tmp_path, "not-recorded")
    why.fill("Lena starts a new job next week.")
    page.get_by_role("button", name="Record this decision").click()
    assert "Your decision has been recorded" in page.locator("main").inner_text()
    look(page, tmp_path, "decided")
    page.get_by_role("link", name="Your cases").first.click()
    page.get_by_text("Looking again later (1)").click()
    look(page, tmp_path, "your-cases-later")
    page.goto(address + "/households/H3V8T4WD")
    assert page.get_by_role("heading", level=2).first.inner_text().startswith("Safe contact")
    look(page, tmp_path, "restricted")

    page.get_by_role("button", name="Sign out").click()
    page.goto(address + HOUSEHOLD)
    assert page.get_by_role("heading", level=1).inner_text() == "You are not signed in"
    assert [url for url in asked if not url.startswith((address, "data:"))] == []
    assert [words for words in complaints if "422" not in words] == []


def test_the_first_visit_weighs_less_than_fifty_kilobytes(city: Any, address: str, browser: Any) -> None:
    page = browser.new_page()
    sign_in(page, city, address, "Priya Shah")
    page.goto(address + HOUSEHOLD)
    weights = page.evaluate(
        "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
        ".map(e => Math.max(e.transferSize, e.encodedBodySize))"
    )
    assert 0 < sum(weights) < 50_000


def test_the_address_of_a_restricted_household_is_folded_away(city: Any, address: str, browser: Any) -> None:
    page = browser.new_page(java_script_enabled=False)
    sign_in(page, city, address, "Priya Shah")
    page.goto(address + "/households/H3V8T4WD")
    street = page.get_by_text("13 Canal Street")
    assert not street.is_visible()
    page.get_by_text("Address: read the safe-contact note first").click()
    assert street.is_visible()
