"""A reviewer's hour in a real browser: from the queue through the questions, with pictures to look at."""

import os
from pathlib import Path
from typing import Any

from tests.web.doubts import GUARDED, MATCHED, doubts
from tests.web.in_browser import NO_BROWSER, look, sign_in

pytestmark = NO_BROWSER


def test_a_reviewer_works_the_queue_to_its_end(city: Any, address: str, browser: Any, tmp_path: Path) -> None:
    write = os.environ.get("EARLYHELP_WRITE_SCREENSHOTS") == "1"
    pictures = Path(__file__).parents[2] / "docs" / "screenshots" if write else tmp_path
    with city.engine.begin() as conn:
        doubts(conn)
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    sign_in(page, city, address, "Mina Okoro")
    look(page, tmp_path, "queue")
    page.get_by_role("button", name="Begin with the likeliest").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Is this the same person?"
    look(page, pictures, "review")
    page.set_viewport_size({"width": 1280, "height": 900})
    for button in page.locator(".answers button").all():
        box = button.bounding_box()
        assert box["y"] + box["height"] <= 900, "all of a question fits the screen of a laptop"
    page.get_by_role("button", name="Same person").click()
    assert "2 questions left" in page.locator("main").inner_text()
    assert page.url.split("?")[0].endswith(GUARDED)
    look(page, tmp_path, "guarded")
    page.get_by_text("Add a note").click()
    page.get_by_label("Why? Do not name anybody").fill("The school rang.")
    page.get_by_role("button", name="Cannot tell").click()
    look(page, tmp_path, "address")
    page.get_by_role("link", name="It is a different home: say which").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Which home is it?"
    look(page, pictures, "correct")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="See what will follow").click()
    look(page, tmp_path, "correct-sure")
    page.get_by_role("link", name="No, go back to the question").click()
    page.get_by_role("button", name="Different addresses").click()
    assert page.get_by_role("heading", level=1).inner_text() == "No questions"
    look(page, tmp_path, "done")
    page.get_by_role("link", name="Answers given so far").click()
    look(page, tmp_path, "answers")
    page.goto(f"{address}/review/questions/{MATCHED}")
    page.get_by_role("button", name="Different people").click()
    assert page.get_by_role("heading", level=1).inner_text() == "This is wrong: they are two people"
    look(page, tmp_path, "undo")
