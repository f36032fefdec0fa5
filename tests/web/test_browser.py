"""The pages in a real browser: signed in by link, at three widths, with pictures for a person to look at."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

sync_api = pytest.importorskip("playwright.sync_api", reason="no playwright: install the dev extra")
CHROMIUM = next(
    filter(
        None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))
    ),
    None,
)
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
HOUSEHOLD = "/households/H7Q2M9KX"
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no browser: install the system package chromium")


@pytest.fixture
def address(city: Any) -> Iterator[str]:
    """The city's pages, served on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = uvicorn.Server(
        uvicorn.Config(city.app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
    )
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not running.started and time.monotonic() < deadline:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join(20)


@pytest.fixture
def browser() -> Iterator[Any]:
    """The machine's own Chromium."""
    with sync_api.sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield found
        found.close()


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

    page.goto(address + city.link())
    page.get_by_label("Priya Shah").check()
    page.get_by_role("button", name="Continue").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Your cases"
    look(page, pictures, "your-cases")

    page.get_by_role("link", name="The Ashdown household").click()
    assert page.get_by_role("heading", name="What we do not know").is_visible()
    look(page, pictures, "household")

    page.get_by_role("button", name="I have looked at this").click()
    assert page.url == address + HOUSEHOLD
    assert "you have looked" in page.locator("main").inner_text()
    page.goto(address + "/households/H3V8T4WD")
    assert page.get_by_role("heading", level=2).first.inner_text().startswith("Safe contact")
    look(page, tmp_path, "restricted")

    page.get_by_role("button", name="Sign out").click()
    page.goto(address + HOUSEHOLD)
    assert page.get_by_role("heading", level=1).inner_text() == "You are not signed in"
    assert [url for url in asked if not url.startswith((address, "data:"))] == []
    assert complaints == []


def look(page: Any, pictures: Path, name: str) -> None:
    """Take the page's picture on phone and laptop; at 320 px nothing may run out sideways."""
    pictures.mkdir(parents=True, exist_ok=True)
    for width, what in ((320, ""), (390, "phone"), (1280, "laptop")):
        page.set_viewport_size({"width": width, "height": 800})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{name} runs {over} px out sideways at {width} px"
        if what:
            whole = page.evaluate("document.documentElement.scrollHeight")
            tall = min(whole, 1_900) if pictures.name == "screenshots" else whole
            clip = {"x": 0, "y": 0, "width": width, "height": tall}
            page.screenshot(path=pictures / f"{name}-{what}.png", full_page=True, clip=clip)
    fonts = page.evaluate(
        "[...new Set([...document.querySelectorAll('body *')].map(e => getComputedStyle(e).fontFamily))]"
    )
    assert all(font.startswith("Arial") for font in fonts), fonts


def test_the_first_visit_weighs_less_than_fifty_kilobytes(city: Any, address: str, browser: Any) -> None:
    page = browser.new_page()
    page.goto(address + city.link())
    page.get_by_label("Priya Shah").check()
    page.get_by_role("button", name="Continue").click()
    page.goto(address + HOUSEHOLD)
    weights = page.evaluate(
        "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
        ".map(e => Math.max(e.transferSize, e.encodedBodySize))"
    )
    assert 0 < sum(weights) < 50_000


def test_the_address_of_a_restricted_household_is_folded_away(city: Any, address: str, browser: Any) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(address + city.link())
    page.get_by_label("Priya Shah").check()
    page.get_by_role("button", name="Continue").click()
    page.goto(address + "/households/H3V8T4WD")
    street = page.get_by_text("13 Canal Street")
    assert not street.is_visible()
    page.get_by_text("Address: read the safe-contact note first").click()
    assert street.is_visible()
