"""One household's whole story in a real browser: raised, decided, helped, stepped down, asked half a year on.

With EARLYHELP_WRITE_SCREENSHOTS=1 its pictures are those of docs/a-household.md.
"""

import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert

from earlyhelp.store import tables as t
from tests.web.in_browser import NO_BROWSER, sign_in
from tests.web.seed import TODAY

pytestmark = NO_BROWSER
STORY = (
    "Marlon’s hours were cut in August. We paid the rent late, then not at all, and did not open the letters."
)


class Camera:
    """Takes the story's pictures, numbered."""

    def __init__(self, folder: Path, width: int) -> None:
        self.folder, self.width, self.count = folder, width, 0
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, page: Any, name: str, heading: str | None = None) -> None:
        """The page from its top, or from a heading on."""
        self.count += 1
        page.set_viewport_size({"width": self.width, "height": 800})
        top = 0
        if heading:
            place = page.get_by_role("heading", name=heading).first.bounding_box()
            top = place["y"] + page.evaluate("window.scrollY") - 12
        whole = page.evaluate("document.documentElement.scrollHeight")
        clip = {"x": 0, "y": max(top, 0), "width": self.width, "height": min(whole - max(top, 0), 1_000)}
        page.screenshot(path=self.folder / f"story-{self.count}-{name}.png", full_page=True, clip=clip)


def press(page: Any, name: str) -> None:
    page.get_by_role("button", name=name).click()


def main_of(page: Any) -> str:
    return str(page.locator("main").inner_text())


PHONE = {"viewport": {"width": 390, "height": 800}}
SIZE = {"width": 1280, "height": 800}
LAPTOP = {"viewport": SIZE, "java_script_enabled": False, "forced_colors": "active"}
"""Once as most have it, and once as the fewest do: without JavaScript, in colours of their own."""


@pytest.mark.parametrize("how", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_one_household_from_the_first_look_to_half_a_year_after(
    city: Any, address: str, browser: Any, tmp_path: Path, how: dict[str, Any]
) -> None:
    write = os.environ.get("EARLYHELP_WRITE_SCREENSHOTS") == "1" and how is PHONE
    width = how["viewport"]["width"]
    camera = Camera(Path(__file__).parents[2] / "docs" / "screenshots" if write else tmp_path, width)
    priya = browser.new_context(**how).new_page()
    sign_in(priya, city, address, "Priya Shah")
    camera.take(priya, "raised")

    priya.get_by_role("link", name="The Ashdown household").click()
    assert "no payment for 2 weeks" in main_of(priya)
    camera.take(priya, "why")
    priya.get_by_label("Contact the household").check()
    priya.get_by_label("Why, in your own words").fill("Arrears and missed appointments began together.")
    camera.take(priya, "decision", "Your decision")
    press(priya, "Record this decision")
    assert "Your decision has been recorded" in main_of(priya)

    priya.get_by_role("link", name="Write down their words").click()
    priya.get_by_label("In their own words").fill(STORY)
    priya.get_by_label("They agree that anyone who is pulled in").check()
    press(priya, "Keep their story")
    priya.get_by_label("A goal, in their words").fill("To open the post without fear")
    press(priya, "Keep this goal")
    priya.get_by_label("A step they will take themselves").fill("Lena rings the landlord")
    press(priya, "Keep this step")
    priya.get_by_label("Something you and the household").fill("Three months of rent paid in full")
    press(priya, "Keep this outcome")
    camera.take(priya, "their-words")

    priya.get_by_role("link", name="The household").first.click()
    priya.get_by_role("link", name="Pull somebody in").click()
    priya.get_by_label("Who do you want to ask?").select_option("agency:riverside-health")
    priya.get_by_label("What are you asking for?").fill("Could a health visitor come along on Friday?")
    priya.get_by_label("Who lives there").check()
    priya.get_by_label("The household has agreed").check()
    priya.get_by_label("Share the household’s own words").check()
    press(priya, "See what they will see")
    camera.take(priya, "preview")
    press(priya, "Ask them")

    nia = browser.new_context(**how).new_page()
    sign_in(nia, city, address, "Nia Powell")
    nia.get_by_role("link", name="A household in Harbourside").click()
    assert STORY in main_of(nia)
    assert "Rent" not in main_of(nia), "what was not shared is not seen"
    nia.get_by_label("Answer", exact=True).check()
    nia.get_by_label("What should the key worker know?").fill("I will come on Friday at ten.")
    camera.take(nia, "pulled-in")
    press(nia, "Send")

    priya.goto(address)
    assert "There is an answer to what you asked." in main_of(priya)
    priya.get_by_role("link", name="The Ashdown household").click()
    assert "I will come on Friday at ten." in main_of(priya)

    calmer(city)
    priya.reload()
    assert "hink about stepping down" in main_of(priya)
    priya.get_by_role("link", name="Read or change these").click()
    press(priya, "They have done this")
    press(priya, "This has been reached")
    priya.get_by_label("Stepped down to lighter help").check()
    priya.get_by_label("What was done, and what comes next").fill("The debt adviser stays in touch.")
    camera.take(priya, "step-down", "Close the case")
    press(priya, "Close the case")
    assert "In six months you will be asked whether" in main_of(priya)

    half_a_year_later(city)
    sign_in(priya, city, address, "Priya Shah")
    priya.get_by_role("link", name="The Ashdown household").click()
    priya.get_by_label("What did they say?").fill("The rent is paid, and Marlon has new hours.")
    camera.take(priya, "six-months")
    press(priya, "It has lasted")
    assert "It has lasted. The rent is paid, and Marlon has new hours." in main_of(priya)

    looks = city.rows(t.look.select().where(t.look.c.household_id == 1))
    assert {row["page"] for row in looks} >= {"household", "decided", "pull-in", "closed", "six months on"}
    assert all(row["allowed"] for row in looks)


def calmer(city: Any) -> None:
    """Weeks later every check reads of the household below notice."""
    city.day = date(2026, 12, 14)
    with city.engine.begin() as conn:
        conn.execute(delete(t.reading))
        row = {"household_id": 1, "version": "1", "as_of": city.day, "since": TODAY, "facts": {}}
        conn.execute(insert(t.reading).values(check="rent_arrears_trend", weight=0.1, **row))


def half_a_year_later(city: Any) -> None:
    city.day = date(2027, 6, 14)
    city.clock.now += timedelta(days=224)
