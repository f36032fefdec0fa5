"""Any directory of local services that is published as Open Referral UK, such as a neighbouring council's.

``EARLYHELP_OPEN_REFERRAL_UK_URL`` is what stands before ``/services`` in the directory's addresses.
"""

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from earlyhelp.connecting.agency import Agency
from earlyhelp.connecting.open_referral import OpenReferralFeed
from earlyhelp.connecting.paging import found
from earlyhelp.connecting.reading import Line
from earlyhelp.connecting.wire.calling import Caller, PositionGone
from earlyhelp.errors import AgencyAnsweredOddly
from earlyhelp.feeds import Page, Window
from earlyhelp.law.policy import Sector

log = logging.getLogger(__name__)
_KNOWN = re.compile(r"(?:HSDS-UK-|HSDS-)?[13](?:\.\d+)*")
"""Versions that we can read; the first had no root document that would say so."""


class _Probed(OpenReferralFeed):
    """Asks the root document first which version it is: a later one might mean something else by a word."""

    def fetch(self, line: Line, window: Window) -> Iterator[Page]:
        """The directory, if we can read it. Raises `AgencyAnsweredOddly` for a version we do not know."""
        if window.position is None:
            self._look_at(line)
        yield from super().fetch(line, window)

    def _look_at(self, line: Line) -> None:
        with Caller(line, self.name, self.bounds, {"text/html": _no_document}) as caller:
            try:
                said = found(caller.ask({"path": "/"}, _any).body, "version")
            except PositionGone:
                said = None
            if said is not None and not _KNOWN.fullmatch(str(said)):
                raise AgencyAnsweredOddly(
                    f"{caller.label}: its root document names a version of the standard that we cannot "
                    "read; ask for an address of HSDS-UK 3.0"
                )
            log.info(
                "%s: %s", caller.label, f"version {said}" if said else "says no version, so it is the first"
            )


def _any(_: Any) -> list[Any]:
    """A root document has no rows."""
    return []


def _no_document(_: bytes) -> Any:
    """A page for people in the place of a root document, as version 1 often has it."""
    return {}


class OpenReferralUk(Agency):
    """Open to all, and asked with care: no limit is published, so that ours is low (our choice).

    A mark on its first page says nothing of the others, so that the whole directory is read each time. Two
    weeks without an answer mean that we do not know.
    """

    name = "open-referral-uk"
    sector = Sector.VOLUNTARY
    rate = 5
    feeds = (_Probed("services", stale_after=timedelta(days=14)),)
