"""Where a fetch has been in one window: what would make it go on for ever, or pass over a row, is noticed.

| what the agency does | what we do | why |
|---|---|---|
| asks us to send a request again | refuse | it would do so for ever: its paging is broken |
| its next link leads to another host | refuse | our key goes to the agency alone |
| pages without end | refuse after `Bounds.pages` | what has landed stays, the next run goes on |
| a page we have had comes again | start the window again | a cache or a list that moved: may be well now |
| the list shrinks or shifts between two pages | start the window again | rows slipped past us |
| it no longer knows the next page | start the window again | what is fetched twice is known already |

A window is started again `Bounds.rewinds` times in a run; then the agency's paging cannot be relied on.
"""

import logging
from collections.abc import Sequence
from typing import Any

import orjson

from earlyhelp.connecting.paging import Ask, Shifted
from earlyhelp.connecting.wire.bounds import Bounds
from earlyhelp.errors import AgencyAnsweredOddly

log = logging.getLogger(__name__)


class Trail:
    """The requests and pages of one run through a window; ``pages`` counts them all."""

    def __init__(self, label: str, bounds: Bounds) -> None:
        self._label, self._bounds = label, bounds
        self._asked: set[int] = set()
        self._had: set[int] = set()
        self.pages, self._rewinds = 0, 0

    def page(self, ask: Ask, rows: Sequence[Any], following: Ask | None) -> None:
        """Take down one more page. Raises `Shifted` for one we have had, `AgencyAnsweredOddly` for no end."""
        self.pages += 1
        self._asked.add(_mark(_sent(ask)))
        if following is not None:
            if _mark(_sent(following)) in self._asked:
                raise AgencyAnsweredOddly(f"{self._label}: its pages go round in a circle; ask the agency")
            if self.pages >= self._bounds.pages:
                raise AgencyAnsweredOddly(
                    f"{self._label}: more than {self._bounds.pages:,} pages and no end; what came has "
                    "landed: ask the agency, or allow the feed more pages if they are right"
                )
        if rows:
            mark = _mark([len(rows), rows[0], rows[-1]])
            if mark in self._had:
                raise Shifted("a page came twice")
            self._had.add(mark)

    def rewind(self, why: Exception) -> None:
        """Forget the way. Raises `AgencyAnsweredOddly` once the window was started again too often."""
        if self._rewinds >= self._bounds.rewinds:
            raise AgencyAnsweredOddly(
                f"{self._label}: {why}, after the window was started again {self._rewinds} times; "
                "nobody could say that no row was passed over: ask the agency"
            )
        log.info("%s: %s, the window starts again", self._label, why)
        self._rewinds += 1
        self._asked.clear()
        self._had.clear()


def _sent(ask: Ask) -> Ask:
    """So much of a request as the agency sees."""
    return {key: ask[key] for key in ("path", "query", "link", "form") if key in ask}


def _mark(thing: Any) -> int:
    """Enough to know a thing again within this process, without keeping it."""
    return hash(orjson.dumps(thing, option=orjson.OPT_SORT_KEYS))
