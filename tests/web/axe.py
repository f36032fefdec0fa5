"""What axe-core and measures of our own find: both sizes, 320 px, spaced text, forced colours, keys."""

from typing import Any

import pytest

axe_module = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="no axe: install the dev extra"
)

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
WIDTHS = (390, 1280)
SPACED = (
    "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}"
    "p{margin-bottom:2em!important}"
)
"""WCAG 1.4.12: text that a reader has spaced out must still fit."""


def faults(page: Any, name: str) -> list[str]:
    """What axe finds on a page with everything unfolded, at both widths; and whether it runs out sideways."""
    page.wait_for_load_state()
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        answer = axe_module.Axe().run(page, options=RULES).response
        found += [
            f"{name} at {width}: {one['id']}: {node['html'][:120]}"
            for one in answer["violations"]
            for node in one["nodes"]
        ]
    page.set_viewport_size({"width": 320, "height": 800})
    sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    if (over := page.evaluate(sideways)) > 0:
        found.append(f"{name} runs {over} px out sideways at 320 px")
    page.evaluate(
        "css => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s]; }",
        SPACED,
    )
    if (over := page.evaluate(sideways)) > 0:
        found.append(f"{name} runs {over} px out sideways with its text spaced out")
    page.evaluate("document.adoptedStyleSheets = []")
    return found + by_keyboard(page, name)


STOPS = """() => {
  const seen = new Set();
  return [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
    .filter(e => e.type !== 'hidden' && !e.disabled && e.getClientRects().length)
    .filter(e => e.type !== 'radio' || !seen.has(e.name) && seen.add(e.name)).length;
}"""
"""How many places the Tab key has to come to: one for each group of radio buttons."""
HERE = """() => {
  const e = document.activeElement, s = getComputedStyle(e);
  if (e === document.body) return null;
  window.stops = window.stops || new Map();
  if (!window.stops.has(e)) window.stops.set(e, window.stops.size);
  const near = [e, e.nextElementSibling, e.closest('label')].filter(Boolean);
  const marked = n => ['', '::before'].some(p => {
    const t = getComputedStyle(n, p || null);
    return t.outlineStyle !== 'none' && t.outlineWidth !== '0px' || t.boxShadow !== 'none';
  });
  return [window.stops.get(e), near.some(marked), (e.innerText || e.name || e.tagName).slice(0, 40)];
}"""


def by_keyboard(page: Any, name: str) -> list[str]:
    """In forced colours: Tab alone comes to all that can be worked, and it is seen to have the focus."""
    page.emulate_media(forced_colors="active")
    page.set_viewport_size({"width": 390, "height": 800})
    wanted, reached, found = page.evaluate(STOPS), set(), []
    page.evaluate("() => { window.stops = new Map(); document.activeElement.blur(); window.scrollTo(0, 0); }")
    for _ in range(2 * wanted + 4):  # twice round: where a page opens with the focus inside, Tab begins there
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        if here is not None and here[0] not in reached:
            reached.add(here[0])
            if not here[1]:
                found.append(f"{name}: the focus cannot be seen on {here[2]!r} in forced colours")
        if len(reached) == wanted:
            break
    if len(reached) < wanted:
        found.append(f"{name}: Tab comes to {len(reached)} of {wanted} places")
    page.emulate_media(forced_colors="none")
    return found
