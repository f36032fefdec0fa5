"""The journeys beside a key worker's own, by keyboard alone, without JavaScript, on a phone and on a laptop.

A household's whole story is in `test_a_households_story`; a decision by keyboard in `test_accessible`.
"""

from typing import Any

import pytest

from earlyhelp.store import tables as t
from tests.web.busy import WHY
from tests.web.in_browser import NO_BROWSER, sign_in
from tests.web.seed import DAN, PRIYA
from tests.web.test_accessible import press_until

pytestmark = NO_BROWSER
SIZES = {"phone": (390, 844), "laptop": (1280, 800)}


@pytest.fixture(params=SIZES.values(), ids=SIZES)
def somebody(request: Any, city: Any, address: str, browser: Any) -> Any:
    """Signs somebody in, in a browser of their own."""
    width, height = request.param

    def come_in(name: str) -> Any:
        size = {"width": width, "height": height}
        page = browser.new_context(viewport=size, java_script_enabled=False).new_page()
        sign_in(page, city, address, name)
        return page

    return come_in


def go(page: Any, *names: str) -> None:
    """Tab to each of these and press Enter."""
    for name in names:
        press_until(page, name)
        with page.expect_navigation():
            page.keyboard.press("Enter")


def write(page: Any, field: str, words: str) -> None:
    press_until(page, field)
    page.keyboard.type(words)


def said(page: Any) -> str:
    return str(page.locator("main").inner_text())


def test_a_household_is_found_and_what_was_found_is_kept(somebody: Any) -> None:
    page = somebody("Priya Shah")
    go(page, "Find a household")
    write(page, "asked", "ashdown")
    go(page, "Find")
    assert "1 household found" in said(page)
    press_until(page, "CSV")
    with page.expect_download() as kept:
        page.keyboard.press("Enter")
    assert b"The Ashdown household,Harbourside" in kept.value.path().read_bytes()
    go(page, "The Ashdown household")
    assert "Why you see this" in said(page)


def test_a_wrong_fact_goes_to_its_agency_and_the_answer_comes_back(city: Any, somebody: Any) -> None:
    page = somebody("Priya Shah")
    go(page, "The Ashdown household")
    press_until(page, "14 records behind this")
    for key in ("Enter", "Tab", "Tab"):  # open them, come to the table, and to the newest record's link
        page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Is this fact wrong?" in said(page)
    write(page, "why", "That week was paid at the desk.")
    go(page, "Ask them to check it")
    assert "Set aside while a fact is checked" in said(page)
    owner = somebody("Tom Reeve")
    go(owner, "A record marked as wrong on 2 November 2026")
    assert "That week was paid at the desk." in said(owner)
    press_until(owner, "right")
    owner.keyboard.press("Space")
    write(owner, "reply", "It was paid for the week before.")
    go(owner, "Answer")
    page.reload()
    assert "Set aside" not in said(page)
    page.get_by_text("14 records behind this").click()
    assert "says it is right. It was paid for the week before." in said(page)
    assert [row["state"] for row in city.rows(t.fact_check)] == ["right"]


def test_a_manager_covers_an_absence_in_one_action(city: Any, somebody: Any) -> None:
    page = somebody("Ruth Ellery")
    go(page, "What nobody holds, what is overdue, and who has room")
    press_until(page, "absent")
    page.keyboard.type("Dan")
    press_until(page, "to")
    page.keyboard.type("Priya")
    go(page, "Hand over all their cases")
    assert "1 case handed over." in said(page)
    held = {row["worker_id"] for row in city.rows(t.case) if row["scope"] == "joint"}
    assert (DAN in held, PRIYA in held) == (False, True)


def test_in_an_emergency_a_household_opens_and_its_manager_reads_why(city: Any, somebody: Any) -> None:
    page = somebody("Dan Holt")
    go(page, "Find a household", "In an emergency, open the household by a name or an address")
    go(page, "Open it, and tell the manager")
    assert "Nothing has been opened yet" in said(page)
    write(page, "reference", "H7Q2M9KX")
    write(page, "reason", WHY)
    go(page, "Open it, and tell the manager")
    assert "The Ashdown household" in said(page)
    manager = somebody("Ruth Ellery")
    go(manager, "What nobody holds, what is overdue, and who has room", "1 new opening to read")
    assert WHY in said(manager)
    go(manager, "I have read these")
    assert [row["seen_at"] is not None for row in city.rows(t.break_glass)] == [True]
