"""Whatever stands in an address or a form, no page breaks, on either database."""

import re
from pathlib import Path
from urllib.parse import quote

import pytest

from earlyhelp.web import app as web
from earlyhelp.web.entry.doors import POLICY
from tests.web.busy import addresses, make
from tests.web.seed import NIA, PRIYA, RUTH, TOM

ODD = ["\x00", "9" * 30, "9" * 5_000, "²", "٣", "' or 1=1 -- é\u202e😀"]
"""What PostgreSQL cannot hold, numbers too large for any column, figures that are none, quotes."""
SENT = "".join(path.read_text() for path in (Path(web.__file__).parent / "templates").glob("*.html"))
NAMED = r'"?name"?[=:] ?"(\w+)"|(?:text|choice)\("(\w+)"(?:, "(\w+)")?'
"""Fields as the templates write them: by name, or through a macro of their own."""
FIELDS = {name for found in re.findall(NAMED, SENT) for name in found if name}
SAID = {
    "words": {"what": "done"}, "outcomes": {"what": "reached"}, "closing": {"ending": "reached"},
    "decision": {"answer": "later"}, "pull-in": {"send": "yes"}, "reply": {"what": "answered"},
    "{reference}": {"what": "answered", "state": "wrong", "held": "yes"},
}  # fmt: skip
"""What has to be said besides, of each form, for its other fields to be read."""


@pytest.mark.parametrize("store", ["city", "city_on_postgres"])
def test_nothing_that_is_sent_breaks_a_page(store, request):
    city = make(request.getfixturevalue(store))
    assert {"number", "case", "to", "asked", "reference", "reason", "words", "why"} <= FIELDS
    pages = {route.removeprefix("GET "): paths for route, paths in addresses(city).items()}
    browsers = {worker: city.browser(worker) for worker in (PRIYA, TOM, RUTH, NIA)}
    tokens = {worker: browser.form_token() for worker, browser in browsers.items()}
    broken = []
    for route in sorted(set(POLICY) - {"POST /sign-out", "MOUNT /static"}):
        method, pattern = route.split(" ")
        home = next((place for place in pages if pattern.startswith(place) and "{" in place), pattern)
        path, who = pages.get(pattern, pages.get(home, [(pattern, {PRIYA, RUTH})]))[0]
        path += pattern.removeprefix(home)
        for odd in ODD:
            if method == "GET":
                asked = re.sub(r"\{\w+\}", lambda _, odd=odd: quote(odd, safe=""), pattern)
                statuses = [browsers[PRIYA].get(asked).status_code]
            else:
                form = dict.fromkeys(FIELDS, odd) | SAID.get(pattern.rpartition("/")[2], {})
                statuses = [
                    browsers[one].post(path, **form | {"form_token": tokens[one]}).status_code
                    for one in who & set(browsers)
                ]
            broken += [(route, odd[:10], status) for status in statuses if status >= 500 or status == 403]
    assert broken == []
