"""Every link of every page and every button, as each reader: nothing leads nowhere, nothing breaks."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.web.busy import READERS
from tests.web.spider import pressed, walked


@pytest.mark.parametrize("worker", READERS)
def test_no_link_leads_nowhere_and_no_button_breaks(busy: Any, worker: int) -> None:
    browser = busy.browser(worker)
    store = Path(busy.engine.url.database)
    kept = shutil.copy(store, store.with_suffix(".kept"))

    def ask(method: str, path: str, form: dict[str, str] | None = None) -> Any:
        return browser.post(path, **form) if form is not None else browser.get(path)

    def fresh() -> None:
        busy.engine.dispose()
        shutil.copy(kept, store)

    pages, wrong = walked(ask)
    assert len(pages) >= 4
    once = {}
    for path, page in pages.items():
        once.setdefault(path.rpartition("/")[0] if "/facts/" in path else path, (path, page))
    for path, page in once.values():
        wrong += pressed(ask, path, page, fresh)
    assert wrong == []
