"""What tests in a real browser share: signing in, and pictures for a person to look at."""

import shutil
from pathlib import Path
from typing import Any

import pytest

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
NO_BROWSER = pytest.mark.skipif(CHROMIUM is None, reason="no browser: install the system package chromium")


def sign_in(page: Any, city: Any, address: str, name: str) -> None:
    """Sign somebody in by a one-time link."""
    page.goto(address + city.link())
    if not page.get_by_label(name).is_visible():
        page.locator("summary").click()
    page.get_by_label(name).check()
    page.get_by_role("button", name="Continue").click()


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
