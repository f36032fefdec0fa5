"""Pages halfway through a form by axe-core against WCAG 2.2 AA; and without mouse, JavaScript or colours.

Pages that are opened by their address are in `test_every_page`.
"""

from typing import Any

from earlyhelp.store import tables as t
from tests.web.axe import faults
from tests.web.doubts import ADDRESS, GUARDED, MATCHED, PAIR, doubts
from tests.web.in_browser import NO_BROWSER, sign_in

pytestmark = NO_BROWSER
ASHDOWN = "/households/H7Q2M9KX"


def test_no_page_on_the_way_through_a_form_has_a_fault(city: Any, address: str, browser: Any) -> None:
    page, found = browser.new_page(), []
    sign_in(page, city, address, "Priya Shah")
    page.goto(address + "/search")
    page.get_by_label("A name, an address").fill("ashdown")
    page.get_by_role("button", name="Find").click()
    found += faults(page, "found")
    page.goto(address + ASHDOWN)
    page.get_by_text("3 records behind this").click()
    page.get_by_role("link", name="Wrong? Police called: damage").click()
    page.get_by_label("What is wrong with it?").fill("That was next door.")
    page.get_by_role("button", name="Ask them to check it").click()
    found += faults(page, "set aside")
    page.get_by_label("Not right for early help").check()
    page.get_by_role("button", name="Record this decision").click()
    found += faults(page, "not recorded")
    page.goto(address + ASHDOWN + "/pull-in")
    page.get_by_label("Who do you want to ask?").select_option("agency:riverside-health")
    page.get_by_label("Who lives there").check()
    page.get_by_role("button", name="See what they will see").click()
    found += faults(page, "pull-in not asked")
    page.get_by_label("What are you asking for?").fill("Could a health visitor join me on Friday?")
    page.get_by_role("button", name="See what they will see").click()
    found += faults(page, "pull-in preview")
    page.get_by_role("button", name="Ask them").click()
    found += faults(page, "household with a pull-in")
    page.goto(address + ASHDOWN + "/plan")
    page.get_by_label("A goal, in their words").fill("To sleep without worrying")
    page.get_by_role("button", name="Keep this goal").click()
    page.get_by_label("Something you and the household").fill("The rent is paid")
    page.get_by_role("button", name="Keep this outcome").click()
    page.get_by_role("button", name="Close the case").click()
    found += faults(page, "plan, not closed")
    assert found == []


def test_nor_have_the_pages_about_who_is_who_and_who_is_in_contact(
    city: Any, address: str, browser: Any
) -> None:
    with city.engine.begin() as conn:
        doubts(conn)
    page, found = browser.new_page(), []
    sign_in(page, city, address, "Mina Okoro")
    found += faults(page, "queue")
    for name in (PAIR, GUARDED, ADDRESS, f"{MATCHED}/undo", "person-99"):
        page.goto(f"{address}/review/questions/{name}")
        found += faults(page, name)
    page.goto(f"{address}/review/questions/{PAIR}")
    page.get_by_role("button", name="Cannot tell").click()
    found += faults(page, "the next question")
    page.goto(f"{address}/review/answers")
    found += faults(page, "answers")
    page.context.clear_cookies()
    sign_in(page, city, address, "Dan Holt")
    page.goto(f"{address}/in-contact")
    found += faults(page, "who is in contact")
    page.get_by_role("button", name="Ask").click()
    found += faults(page, "nothing was looked up yet")
    page.get_by_label("Or the household").fill("H7Q2M9KX")
    page.get_by_label("They came to me").check()
    page.get_by_role("button", name="Ask").click()
    found += faults(page, "in contact")
    assert found == []


def test_a_question_is_answered_with_two_keys_and_without_javascript(
    city: Any, address: str, browser: Any
) -> None:
    with city.engine.begin() as conn:
        doubts(conn)
    page = browser.new_page(java_script_enabled=False)
    sign_in(page, city, address, "Reva Holm")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url(f"**/questions/{PAIR}*")  # a key pressed while a page still comes belongs to the last
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{ADDRESS}?said={PAIR}")
    assert "Your answer was recorded. 1 question left." in page.locator("main").inner_text()
    page.keyboard.press("2")
    with_alt = {"key": "2", "code": "Digit2", "text": "2", "unmodifiedText": "2", "modifiers": 1}
    page.context.new_cdp_session(page).send("Input.dispatchKeyEvent", {"type": "keyDown", **with_alt})
    page.wait_for_url("**/review?said=*")
    assert [(row["kind"], row["answer"]) for row in city.rows(t.reviewed)] == [
        ("person", "same"),
        ("address", "different"),
    ], "and a key without its modifier answers nothing"


def test_a_fault_would_be_seen(browser: Any) -> None:
    page = browser.new_page()
    page.set_content(
        "<html lang='en'><title>x</title><main><h1>x</h1><img src='data:,'><p style='width:500px'>x</p>"
        "<a href='#' style='outline:none'>x</a><button tabindex='-1'>x</button></main></html>"
    )
    found = " ".join(faults(page, "bad"))
    for fault in (
        "image-alt",
        "sideways at 320 px",
        "the focus cannot be seen on 'x'",
        "Tab comes to 1 of 2",
    ):
        assert fault in found


def test_a_decision_is_made_with_the_keyboard_alone(city: Any, address: str, browser: Any) -> None:
    page = browser.new_page()
    sign_in(page, city, address, "Priya Shah")
    press_until(page, "The Ashdown household")
    page.keyboard.press("Enter")
    page.wait_for_url("**/households/*")
    press_until(page, "Go to your decision")
    page.keyboard.press("Enter")
    press_until(page, "contact")
    page.keyboard.press("Space")
    press_until(page, "why")
    page.keyboard.type("Lena asked for a call.")
    press_until(page, "Record this decision")
    page.keyboard.press("Enter")
    page.wait_for_url("**recorded=decision")
    assert "Lena asked for a call." in page.locator("main").inner_text()


def press_until(page: Any, name: str) -> None:
    """Press Tab until what has the focus is called that, or holds that value."""
    for _ in range(80):
        page.keyboard.press("Tab")
        here = page.evaluate("(e => [e.innerText, e.value, e.name].filter(Boolean))(document.activeElement)")
        shown = page.evaluate(
            "(e => { const s = getComputedStyle(e);"
            " return e === document.body || s.outlineStyle !== 'none' || s.boxShadow !== 'none'"
            " || e.type === 'radio' })"
            "(document.activeElement)"
        )
        assert shown, f"the focus cannot be seen on {here}"
        if name in here:
            return
    raise AssertionError(f"{name} is not reached by the keyboard")


def test_without_javascript_everything_that_an_answer_asks_for_can_be_answered(
    city: Any, address: str, browser: Any
) -> None:
    page = browser.new_page(java_script_enabled=False)
    sign_in(page, city, address, "Priya Shah")
    page.goto(address + "/households/H7Q2M9KX")
    page.get_by_label("Not right for early help").check()
    page.get_by_label("What is not right").select_option(label="It comes too late for early help")
    page.get_by_label("Why, in your own words").fill("The landlord has gone to court.")
    page.get_by_role("button", name="Record this decision").click()
    assert "The case is closed" in page.locator("main").inner_text()


def test_forced_colours_keep_what_is_chosen_to_be_seen(city: Any, address: str, browser: Any) -> None:
    page = browser.new_context(forced_colors="active").new_page()
    sign_in(page, city, address, "Priya Shah")
    page.goto(address + "/households/H7Q2M9KX")
    page.get_by_label("Look again later").check()
    assert page.get_by_label("Look again on").is_visible()
    assert page.get_by_role("button", name="Record this decision").is_visible()
