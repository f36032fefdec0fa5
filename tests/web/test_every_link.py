"""Every link of every page and every button, as each reader: nothing leads nowhere, nothing breaks."""

import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from earlyhelp.store import tables as t
from tests.web.busy import READERS, addresses
from tests.web.seed import PRIYA
from tests.web.spider import pressed, walked

NOT_LINKED = {"GET /sign-in/{token}", "GET /openapi.json", "GET /review/questions/{question}/undo"}
"""What no link leads to: printed on the terminal, told to whoever writes a program, found by a form."""


def test_every_page_is_reached_by_links_from_somebodys_list(busy: Any) -> None:
    with busy.engine.begin() as conn:
        conn.execute(update(t.case).where(t.case.c.id == 5).values(look_by=date(2026, 10, 30)))
    assert busy.browser().get("/").headers["location"] == "/sign-in"
    reached = {"/sign-in"}
    for worker in (*READERS, PRIYA):
        pages, _ = walked(browsing(busy.browser(worker)))
        reached |= {*pages, *(link for page in pages.values() for link in page.links)}
        if worker == READERS[-1]:
            busy.day = date(2027, 6, 1)  # half a year on there is more to ask
    orphans = {
        route
        for route in addresses(busy)
        if not route.endswith(".json") and not route.startswith("GET /council")
        if not any(shaped(route).fullmatch(path) for path in reached)
    }
    assert orphans - NOT_LINKED == set()


def shaped(route: str) -> re.Pattern[str]:
    """The addresses of a route."""
    return re.compile(re.sub(r"\{\w+\}", r"[\\w-]+", route.removeprefix("GET ")))


def browsing(browser: Any) -> Any:
    """Asks as a person's browser does."""
    return lambda method, path, form=None: (
        browser.post(path, **form) if form is not None else browser.get(path)
    )


@pytest.mark.parametrize("worker", READERS)
def test_no_link_leads_nowhere_and_no_button_breaks(busy: Any, worker: int) -> None:
    ask = browsing(busy.browser(worker))
    store = Path(busy.engine.url.database)
    kept = shutil.copy(store, store.with_suffix(".kept"))

    def fresh() -> None:
        busy.engine.dispose()
        shutil.copy(kept, store)

    pages, wrong = walked(ask)
    assert len(pages) >= 4
    of_each_kind = {
        path.rpartition("/")[0] if "/facts/" in path else path: (path, page) for path, page in pages.items()
    }
    for path, page in of_each_kind.values():
        wrong += pressed(ask, path, page, fresh)
    assert wrong == []
